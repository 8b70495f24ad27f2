"""What the panel knows of the lively servers: access, backups, databases, a schedule and recent activity."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sandbox.model import Allocation, GameServer, User
from sandbox.node.archive import back_up
from sandbox.node.volumes import archive_of, disk_of
from sandbox.resources import Backup, Database, Schedule, Task
from sandbox.schedules import plan
from sandbox.world import World

_LOCKED = 2  # which of the past backups


def add_access(world: World, server: GameServer) -> None:
    """Add an address for players' voices, and somebody who builds."""
    world.settings.allocations_enabled = True
    server.feature_limits.allocations = 3
    server.allocations.append(Allocation(100, "2001:db8::25", 25700, notes="Voice chat"))
    world.add_subuser(server, "builder", ["websocket.connect", "control.console", "file.read", "file.update"])


def add_past_backups(world: World, server: GameServer, days: Sequence[int]) -> None:
    """Add finished backups of so many days ago: a real archive each, one locked, one that failed."""
    packed: Path | None = None
    at_night = world.now().replace(hour=4, minute=0, second=3, microsecond=0)
    latest = at_night - timedelta(days=int(at_night > world.now()))  # before four, that of the day before
    for number, ago in enumerate(days):
        created = latest - timedelta(days=ago)
        backup = Backup(
            id=world.next_id(),
            uuid=world.new_uuid(),
            name=f"auto_{created:%Y%m%d_%H%M%S}",
            created_at=created,
            ignored_files=["*.log", "cache/*", "temp/*", "logs/*"],
            completed_at=created + timedelta(seconds=94 + 3 * number),
        )
        server.backups.append(backup)
        if number == len(days) - 3:
            backup.name = "manual_before_update"
            continue  # failed
        archive = archive_of(world, server, backup.uuid)
        if packed is None:
            packed = archive
            made = back_up(disk_of(server), packed, backup.ignored_files)
        else:  # of the same files
            shutil.copyfile(packed, archive)
        grown = 0.5 + 0.006 * number
        backup.ballast = int(disk_of(server).ballast_bytes * grown)
        backup.size = made.size + backup.ballast
        backup.is_successful = True
        backup.checksum = None if backup.ballast else made.sha1  # as for a new one: of the whole archive
        backup.is_locked = number == _LOCKED
        world.log(server, "server:backup.complete", {"name": backup.name}, at=backup.completed_at)


def add_databases(world: World, server: GameServer, names: Sequence[str]) -> None:
    """Add empty databases of these names."""
    for name in names:
        server.databases.append(
            Database(
                id=world.next_id("database"),
                name=f"s{server.id}_{name}",
                username=f"u{server.id}_{world.new_secret(10)}",
                password=f"{world.new_secret(20)}!@=.",
                remote="%",
            )
        )


def add_nightly_restart(world: World, server: GameServer) -> None:
    """Add a schedule that warns, and restarts 30 seconds later."""
    made = world.now() - timedelta(days=50)
    schedule = Schedule(
        id=world.next_id("schedule"),
        name="Nightly restart",
        minute="30",
        hour="5",
        day_of_month="*",
        month="*",
        day_of_week="*",
        is_active=True,
        only_when_online=True,
        created_at=made,
        updated_at=made,
    )
    for number, (action, payload, offset) in enumerate(
        (("command", "say Restart in 30 seconds", 0), ("power", "restart", 30)), start=1
    ):
        schedule.tasks.append(Task(world.next_id("task"), number, action, payload, offset, False, made, made))
    server.schedules.append(schedule)
    plan(world, server, schedule)


def add_activity(world: World, server: GameServer) -> None:
    """Add what people did lately, oldest first as the panel has it."""
    owner, operator = world.user("owner"), world.user("operator")
    past: tuple[tuple[float, User, str, dict[str, object]], ...] = (
        (50.0, owner, "server:file.write", {"file": "/server.properties"}),
        (49.9, owner, "server:power.restart", {}),
        (27.0, operator, "server:console.command", {"command": "say hello"}),
        (6.5, operator, "server:console.command", {"command": "list"}),
        (3.0, owner, "server:file.read", {"file": "/plugins/EssentialsX/config.yml"}),
    )
    for hours, actor, event, properties in past:
        at = world.now() - timedelta(hours=hours)
        world.log(server, event, properties, actor=actor, ip="203.0.113.7", at=at)
    server.activity.sort(key=lambda row: row.at)
