"""Begins, shows, resumes and cancels copies of backups."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.core.i18n import N_
from bot.domain.backup_copies import UNDER_WAY, BackupCopy, CopyState, key_of
from bot.domain.formatting import discord_time, joined
from bot.panel.models import Backup
from bot.services.access import Permit
from bot.services.backup_copies.errors import (
    AlreadyCopied,
    CopyDeleted,
    CopyEnded,
    CopyUnderWay,
    NoSuchCopy,
    NoSuchTarget,
    NoTargets,
)
from bot.services.backup_copies.needs import NOT_BEGUN, CopyPlace, CopyProgress, facts
from bot.services.backup_copies.runner import CopyRunner
from bot.services.backups import check_finished, fetch_inventory
from bot.storage.errors import StoreError
from bot.storage.repositories import backup_copies

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = logging.getLogger(__name__)

ShowProgress = Callable[[BackupCopy, CopyProgress], Awaitable[None]]
_CHECK_EVERY_S = 1.0
"""How often progress is shown at most."""
_SHOWN_AGAIN_S = 15.0
"""When progress is shown again without a change: Discord may not have accepted it before."""
_DELETION_S = 30.0
"""How long a person waits for the first try to delete a copy."""


class BackupCopies:
    """Copies backups to the places that the operator configured. The runner does the work."""

    def __init__(self, runner: CopyRunner) -> None:
        self._runner = runner
        self._needs = runner.needs
        self._store = runner.needs.store
        self._clock = runner.needs.clock

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the places, sorted."""
        return tuple(sorted(self._needs.places))

    def path_of(self, copy: BackupCopy) -> str:
        """Return where people find the file of a copy at its target."""
        place = self._needs.places.get(copy.target)
        return f"{place.folder}/{copy.key}" if place is not None and place.folder else copy.key

    async def begin(self, permit: Permit, uuid: str, to: str, channel_id: int) -> BackupCopy:
        """Begin to copy a backup, or go on with a copy that failed.

        Raises NoTargets, NoSuchTarget, StillRunning, Stuck, Failed, Empty, CopyUnderWay, AlreadyCopied.
        """
        place = self._place(to)
        backup = await permit.panel.backups.view(permit.uuid, uuid)
        inventory = await fetch_inventory(self._store, permit, self._clock.now())
        check_finished(inventory.state_of(backup))
        copy = self._new(permit, backup, place, channel_id)
        async with self._needs.audit.act(permit, "backup.copy", facts(copy)):
            begun = await self._store.write(partial(_begin, copy=copy))
        self._runner.changed(begun.id)
        return begun

    async def get(self, permit: Permit, copy_id: int) -> BackupCopy:
        """Read a copy of this server's; raises NoSuchCopy."""
        copy = await self.find(copy_id)
        if copy.server != permit.key:
            raise NoSuchCopy
        return copy

    async def find(self, copy_id: int) -> BackupCopy:
        """Read a copy, for the check of access to its server; raises NoSuchCopy."""
        copy = await self._needs.read(copy_id)
        if copy is None:
            raise NoSuchCopy
        return copy

    def following(self, copy_id: int) -> AbstractContextManager[asyncio.Event]:
        """Give an event for `follow`; meanwhile nobody else reports how the copy ended."""
        return self._needs.news.following(copy_id)

    async def follow(self, copy_id: int, news: asyncio.Event, show: ShowProgress) -> BackupCopy:
        """Show how far a copy is until it is no longer under way, and return it. Raises NoSuchCopy."""
        while True:
            news.clear()
            copy = await self._needs.read(copy_id)
            if copy is None:
                raise NoSuchCopy
            if not copy.is_under_way:
                return copy
            await show(copy, self.progress(copy))
            with suppress(TimeoutError):
                await self._clock.wait_external(news.wait(), limit_s=_SHOWN_AGAIN_S)
            await self._clock.sleep(_CHECK_EVERY_S)

    @property
    def ended(self) -> asyncio.Event:
        """Set when a copy is no longer worked on."""
        return self._needs.news.ended

    async def to_report(self) -> tuple[BackupCopy, ...]:
        """Read the copies that ended, and that nobody follows: whoever asked doesn't know yet."""
        async with self._store.read() as conn:
            ended = await backup_copies.to_report(conn)
        return tuple(copy for copy in ended if not self._needs.news.is_followed(copy.id))

    def progress(self, copy: BackupCopy) -> CopyProgress:
        """Return how far a copy is in this run of the bot."""
        if self._runner.waits(copy):
            return CopyProgress(is_waiting=True)
        return self._needs.news.progress.get(copy.id, NOT_BEGUN)

    async def cancel(self, permit: Permit, copy_id: int) -> BackupCopy:
        """Stop a copy, and have what was sent deleted at the target. Raises NoSuchCopy, CopyEnded."""
        copy = await self.get(permit, copy_id)
        async with self._needs.audit.act(permit, "backup.copy_cancel", facts(copy)):
            if not await self._discard(permit, copy_id, only_in=UNDER_WAY):
                raise CopyEnded
        self._runner.changed(copy_id)
        return await self.get(permit, copy_id)

    async def delete(self, permit: Permit, copy_id: int) -> BackupCopy:
        """Delete a good copy at its target. While the target fails it stays `DELETING`, and is deleted later.

        Raises NoSuchCopy, CopyDeleted, TargetRemoved.
        """
        copy = await self.get(permit, copy_id)
        self._needs.place(copy)
        with self.following(copy_id) as news:
            async with self._needs.audit.act(permit, "backup.copy_remove", facts(copy)):
                if not await self._discard(permit, copy_id, only_in=(CopyState.COPIED,)):
                    raise CopyDeleted
            self._runner.changed(copy_id)
            with suppress(TimeoutError):
                await self._clock.wait_external(self._first_try(copy_id, news), limit_s=_DELETION_S)
        return await self.get(permit, copy_id)

    async def of_server(self, permit: Permit) -> tuple[BackupCopy, ...]:
        """Read the copies of a server's backups, the newest first."""
        async with self._store.read() as conn:
            return await backup_copies.of_server(conn, permit.key)

    async def note_reported(self, copy: BackupCopy) -> None:
        """Store that the end of a copy was notified; if that fails, it is sent once more."""
        at = self._clock.now()
        try:
            await self._store.write(partial(backup_copies.note_reported, copy_id=copy.id, at=at))
        except StoreError as error:
            log.warning("cannot note that the end of copy %d was shown: %s", copy.id, error)

    async def _discard(self, permit: Permit, copy_id: int, *, only_in: Sequence[CopyState]) -> bool:
        """Mark a copy as one whose file is to be deleted."""
        values = {"state": CopyState.DELETING, "cancelled_by": permit.actor.user_id}
        return await self._store.write(
            partial(backup_copies.change, copy_id=copy_id, values=values, only_in=only_in)
        )

    async def _first_try(self, copy_id: int, news: asyncio.Event) -> None:
        """Wait until a copy is deleted, or its target has failed."""
        while True:
            news.clear()
            copy = await self.find(copy_id)
            if copy.state is not CopyState.DELETING or self.progress(copy).trouble is not None:
                return
            await news.wait()

    def _place(self, to: str) -> CopyPlace:
        places = self._needs.places
        if not places:
            raise NoTargets
        if (to := to.lower()) not in places:
            raise NoSuchTarget(
                N_(
                    "There is no place for copies of that name. There is: {names}.",
                    names=joined(self.targets),
                )
            )
        return places[to]

    def _new(self, permit: Permit, backup: Backup, place: CopyPlace, channel_id: int) -> BackupCopy:
        actor, server = permit.actor, permit.server
        return BackupCopy(
            0,
            permit.panel_id,
            permit.uuid,
            server.name,
            backup.uuid,
            backup.name,
            backup.created_at,
            backup.size_bytes,
            backup.checksum,
            place.target.name,
            key_of(permit.key, server.name, backup, secrets.token_hex(4)),
            place.target.part_bytes(backup.size_bytes),
            actor.guild_id or 0,
            actor.user_id,
            channel_id,
            self._clock.now(),
            actor.interaction_id,
        )


async def _begin(conn: "AsyncConnection", copy: BackupCopy) -> BackupCopy:
    """Store a new copy, or let one go on that failed. Raises CopyUnderWay, AlreadyCopied."""
    copy_id = None
    for other in await backup_copies.of_server(conn, copy.server):
        if (other.backup_uuid, other.target) != (copy.backup_uuid, copy.target):
            continue
        if other.is_under_way:
            raise CopyUnderWay(N_("This backup is being copied to {target} already.", target=copy.target))
        if other.state is CopyState.COPIED and other.copied_at is not None:
            raise AlreadyCopied(
                N_(
                    "This backup was copied to {target} {when}.",
                    target=copy.target,
                    when=discord_time(other.copied_at),
                )
            )
        if other.can_resume:
            copy_id = other.id
            break
    if copy_id is None:
        copy_id = await backup_copies.create(conn, copy)
    else:
        names = ("guild_id", "asked_by", "channel_id", "interaction_id", "state")
        values = {name: getattr(copy, name) for name in names}
        values |= {"reason": "", "ended_at": None, "reported_at": None}
        await backup_copies.change(conn, copy_id, values, only_in=(CopyState.FAILED,))
    begun = await backup_copies.get(conn, copy_id)
    assert begun is not None  # noqa: S101 - it was stored in this transaction
    return begun
