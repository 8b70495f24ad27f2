"""The life of backups: begun by the panel, finished by the node, restored, interrupted.

Source: docs/reference/backups.md.
"""

import json
from datetime import timedelta
from typing import NamedTuple

from sandbox.answers import Refusal, WingsError, refused
from sandbox.model import GameServer
from sandbox.node.archive import back_up, restore
from sandbox.node.volumes import archive_of, disk_of
from sandbox.node_link import on_node
from sandbox.power import stop
from sandbox.resources import Backup
from sandbox.world import World

PRUNE_SECONDS = 6 * 3600.0
STOP_PATIENCE_SECONDS = 120.0
PACKED_SHARE = 0.55
WINGS_FAILED = "An unexpected error was encountered while processing this request"


class Wish(NamedTuple):
    """What somebody asked for."""

    name: str | None = None
    ignored: str | None = None
    locked: bool = False
    scheduled: bool = False


def begin(world: World, server: GameServer, wish: Wish) -> Backup:
    """Begin a backup. Raises Refusal for throttle and limit, NodeUnreachable without leaving a row."""
    _check_throttle(world, server)
    _make_room(world, server, scheduled=wish.scheduled)
    now = world.now()
    backup = Backup(
        id=world.next_id(),
        uuid=world.new_uuid(),
        name=wish.name or f"Backup at {now:%Y-%m-%d %H:%M:%S}",
        created_at=now,
        ignored_files=(wish.ignored or "").split("\n") if wish.ignored else [],
        is_locked=wish.locked,
        scheduled=wish.scheduled,
    )
    fails = server.fail_next_backup
    boot = server.node.boots

    def finish() -> None:
        if server.node.boots == boot and not backup.deleted:
            _finish(world, server, backup, failed=fails)

    on_node(server, lambda: world.later(server.backup_seconds, finish))
    server.fail_next_backup = False
    server.backups.append(backup)
    world.later(PRUNE_SECONDS, lambda: _prune(world, backup))
    return backup


def delete(world: World, server: GameServer, backup: Backup) -> None:
    """Delete a backup; a file that is gone already is fine."""
    if backup.is_locked and backup.is_successful:
        raise refused("Cannot delete a backup that is marked as locked.", "BackupLockedException")
    path = archive_of(world, server, backup.uuid)
    on_node(server, lambda: path.unlink(missing_ok=True))
    backup.deleted = True


def begin_restore(world: World, server: GameServer, backup: Backup, *, truncate: bool) -> None:
    """Begin a restore: truncate first, look for the archive afterwards, as Wings does."""
    if server.status is not None:
        raise Refusal(
            400,
            "BadRequestHttpException",
            "This server is not currently in a state that allows for a backup to be restored.",
        )
    if not backup.is_successful and backup.completed_at is None:
        raise Refusal(
            400,
            "BadRequestHttpException",
            "This backup cannot be restored at this time: not completed or failed.",
        )

    def act() -> None:
        if truncate:
            disk_of(server).empty()
        if not archive_of(world, server, backup.uuid).exists():
            raise WingsError(500, WINGS_FAILED)
        server.status = "restoring_backup"
        if server.state != "offline":
            stop(world, server, patience=float("inf"))
        _Restore(world, server, backup).proceed()

    on_node(server, act)


class _Restore:
    """A restore that runs on the node."""

    def __init__(self, world: World, server: GameServer, backup: Backup) -> None:
        self._world = world
        self._server = server
        self._backup = backup
        self._boot = server.node.boots
        self._begun = world.seconds()

    def proceed(self) -> None:
        """Wait for the process to end, then extract; give up after two minutes."""
        world, server = self._world, self._server
        if server.node.boots != self._boot:
            return
        if server.state == "offline":
            world.later(server.restore_seconds, self._extract)
        elif world.seconds() - self._begun >= STOP_PATIENCE_SECONDS:
            self._report(succeeded=False)
        else:
            world.later(0.5, self.proceed)

    def _extract(self) -> None:
        world, server = self._world, self._server
        if server.node.boots != self._boot:
            return
        done = restore(disk_of(server), archive_of(world, server, self._backup.uuid))
        for name in done.names:
            world.publish(server, "daemon message", f"(restoring): {name}")
        # Said of a corrupt archive too; only the activity log knows better.
        world.publish(server, "daemon message", "Completed server restoration from local backup.")
        self._report(succeeded=done.is_complete)

    def _report(self, *, succeeded: bool) -> None:
        world, server = self._world, self._server
        server.status = None
        event = "server:backup.restore-complete" if succeeded else "server.backup.restore-failed"
        world.log(server, event, {"name": self._backup.name})
        world.publish(server, "backup restore completed", "")


def _finish(world: World, server: GameServer, backup: Backup, *, failed: bool) -> None:
    backup.completed_at = world.now()
    if failed:
        backup.is_locked = False
    else:
        made = back_up(disk_of(server), archive_of(world, server, backup.uuid), backup.ignored_files)
        backup.is_successful = True
        # What does not really lie on the disk of whoever runs this does not lie in the archive either.
        backup.ballast = int(disk_of(server).ballast_bytes * PACKED_SHARE)
        backup.size = made.size + backup.ballast
        # Of the whole archive, ballast included: hashing gigabytes of it would halt the sandbox.
        backup.checksum = None if backup.ballast else made.sha1
    payload = {
        "checksum": backup.checksum or "",
        "checksum_type": "sha1",
        "file_size": backup.size,
        "is_successful": backup.is_successful,
        "uuid": backup.uuid,
    }
    world.publish(server, "backup completed", json.dumps(payload, separators=(",", ":")))
    event = "server:backup.fail" if failed else "server:backup.complete"
    world.log(server, event, {"name": backup.name})


def _prune(world: World, backup: Backup) -> None:
    """Mark what Wings never finished as failed, as the panel's job does after six hours."""
    if backup.completed_at is None:
        backup.completed_at = world.now()
        backup.is_locked = False


def _check_throttle(world: World, server: GameServer) -> None:
    limit, seconds = world.settings.backup_throttle
    span = timedelta(seconds=seconds)
    now = world.now()
    recent = [
        backup
        for backup in server.backups
        if backup.created_at > now - span and (backup.completed_at is None or backup.is_successful)
    ]
    if len(recent) < limit:
        return
    wait = int((max(backup.created_at for backup in recent) + span - now).total_seconds())
    raise Refusal(
        429,
        "TooManyRequestsHttpException",
        f"Only {limit} backups may be generated within a {seconds} second span of time.",
        {"Retry-After": str(wait)},
    )


def _make_room(world: World, server: GameServer, *, scheduled: bool) -> None:
    limit = server.feature_limits.backups
    counted = [backup for backup in server.backups if backup.counts]
    if limit > 0 and len(counted) < limit:
        return
    oldest = next((backup for backup in counted if not backup.is_locked), None)
    if limit == 0 or not scheduled or oldest is None:
        raise refused(
            f"Cannot create a new backup, this server has reached its limit of {limit} backups.",
            "TooManyBackupsException",
        )
    delete(world, server, oldest)
