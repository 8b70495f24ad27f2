"""A world to look at: eight servers that live, with people, files, backups, databases and a past."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sandbox import demo_world_rust, eggs
from sandbox.app import Sandbox
from sandbox.demo_world_files import write_minecraft, write_simple
from sandbox.demo_world_games import DiskFiller, LivelyGame, MemoryLeaker
from sandbox.demo_world_rust import RustGame
from sandbox.model import Allocation, GameServer, User
from sandbox.node.archive import back_up
from sandbox.node.volumes import archive_of, disk_of
from sandbox.resources import (
    Backup,
    Database,
    Schedule,
    Task,
)
from sandbox.schedules import plan
from sandbox.world import World

GIB = 1024**3
HOUR = 3600.0
LOCKED = 2  # which of the past backups
OPERATOR = [
    "websocket.connect",
    "control.console",
    "control.start",
    "control.stop",
    "control.restart",
    "file.read",
    "file.read-content",
    "backup.read",
    "backup.create",
    "activity.read",
]
BOOT = (
    "Starting net.minecraft.server.Main",
    "[bootstrap] Running Java 21 (OpenJDK 64-Bit Server VM 21.0.5) on Linux",
    "Starting minecraft server version 1.21.4",
    "Loading properties",
    "[EssentialsX] Loading server plugin Essentials v2.21.0",
    "[LuckPerms] Loading server plugin LuckPerms v5.4.151",
    'Preparing level "world"',
    "Preparing start region for dimension minecraft:overworld",
    'Done (7.214s)! For help, type "help"',
)
GOODBYE = ("Stopping the server", "Saving players", "Saving worlds", "All dimensions are saved")


def demo_world(sandbox: Sandbox, seed: int = 1) -> list[GameServer]:
    """Fill a sandbox; returns the servers, `Survival` first. Owner, admin and operator have keys."""
    world = sandbox.world
    world.node.name = "falcon"
    second = world.add_node("heron")
    survival = world.add_server(
        "Survival",
        memory=4096,
        disk=20480,
        cpu=200,
        databases=5,
        backups=15,
        state="running",
        up_for=52 * HOUR,
        description="The main world",
        uuid="1a7ce997-259b-452e-8b4e-cecc464142ca",
        game=_minecraft(world, seed, memory=4096, cores=1.1, slots=40, crowd=17),
    )
    creative = world.add_server(
        "Creative",
        memory=2048,
        disk=10240,
        cpu=100,
        state="running",
        up_for=9 * HOUR,
        game=_minecraft(world, seed + 1, memory=2048, cores=0.4),
    )
    skyblock = world.add_server(
        "Skyblock",
        memory=3072,
        disk=10240,
        cpu=150,
        state="running",
        up_for=140 * HOUR,
        description="Writes far too many logs",
        game=DiskFiller(
            seed=seed + 2,
            world=world,
            limit_bytes=3 * GIB,
            disk_bytes=10 * GIB,
            boot_lines=BOOT,
            stop_lines=GOODBYE,
        ),
    )
    modded = world.add_server(
        "Modded",
        memory=6144,
        disk=30720,
        cpu=300,
        node=second,
        state="running",
        up_for=4.4 * HOUR,
        description="One of its mods leaks",
        game=MemoryLeaker(
            seed=seed + 3,
            world=world,
            limit_bytes=6 * GIB,
            cores=2.0,
            boot_seconds=12.0,
            boot_lines=BOOT,
            stop_lines=GOODBYE,
            crash_after=6 * HOUR,
            exit_code=137,
            out_of_memory=True,
        ),
    )
    anarchy = world.add_server(
        "Anarchy",
        memory=2048,
        disk=10240,
        cpu=100,
        node=second,
        state="running",
        up_for=0.7 * HOUR,
        egg=eggs.rust(),
        description="Crashes now and then",
        game=RustGame(
            seed=seed + 4,
            world=world,
            limit_bytes=2 * GIB,
            slots=40,
            crowd=14,
            title="Anarchy | Weekly wipes",
            version="2571",
            protocol="source",
            happenings=demo_world_rust.HAPPENINGS,
            chat=demo_world_rust.CHAT,
            autosave="Saving complete",
            map=demo_world_rust.MAP,
            boot_lines=demo_world_rust.BOOT,
            stop_lines=demo_world_rust.GOODBYE,
            crash_after=47 * 60.0,
            exit_code=139,
        ),
    )
    minigames = world.add_server(
        "Minigames", memory=2048, status="suspended", game=_minecraft(world, seed + 5)
    )
    archive = world.add_server(
        "Old World", memory=1024, disk=5120, backups=3, game=_minecraft(world, seed + 6)
    )
    railway = world.add_server(
        "Railway",
        java=False,
        memory=512,
        disk=1024,
        cpu=50,
        databases=0,
        backups=0,
        node=second,
        state="running",
        up_for=300 * HOUR,
        game=LivelyGame(
            seed=seed + 7,
            world=world,
            limit_bytes=GIB // 2,
            base=0.2,
            cores=0.2,
            slots=25,
            crowd=5,
            title="Railway",
            version="13.4",
            protocol="openttd",
        ),
    )
    anarchy.allocations.append(Allocation(101, "127.0.0.1", 27017, notes="Queries"))
    servers = [survival, creative, skyblock, modded, anarchy, minigames, archive, railway]
    for server in (survival, creative, skyblock, modded, minigames, archive):
        write_minecraft(world, server)
    write_simple(world, anarchy, demo_world_rust.FILES)
    disk_of(archive).write("/eula.txt", b"eula=false\n")  # nobody has accepted it
    write_simple(
        world,
        railway,
        {"openttd.cfg": "[network]\nserver_name = Railway\n", "save/autosave0.sav": "x" * 4000},
    )
    disk_of(survival).ballast_bytes = int(11.3 * GIB)
    disk_of(modded).ballast_bytes = int(17.9 * GIB)
    disk_of(anarchy).ballast_bytes = int(6.2 * GIB)
    for server in servers:
        world.add_subuser(server, "operator", list(OPERATOR))
    _add_access(world, survival)
    _add_past_backups(world, survival, days=(58, 51, 44, 37, 30, 23, 16, 9, 2))
    _add_past_backups(world, creative, days=(33, 12))
    _add_past_backups(world, modded, days=(41,))
    _add_databases(world, survival, ("luckperms", "coreprotect"))
    _add_databases(world, skyblock, ("islands",))
    _add_nightly_restart(world, survival)
    _add_activity(world, survival)
    return servers


def _minecraft(  # noqa: PLR0913 - what differs between the servers
    world: World, seed: int, *, memory: int = 1024, cores: float = 0.6, slots: int = 20, crowd: int = 6
) -> LivelyGame:
    return LivelyGame(
        seed=seed,
        world=world,
        limit_bytes=memory * 1024**2,
        cores=cores,
        slots=slots,
        crowd=crowd,
        boot_seconds=7.0,
        stop_seconds=2.5,
        boot_lines=BOOT,
        stop_lines=GOODBYE,
    )


def _add_access(world: World, server: GameServer) -> None:
    """Add an address for players' voices, and somebody who builds."""
    world.settings.allocations_enabled = True
    server.feature_limits.allocations = 3
    server.allocations.append(Allocation(100, "2001:db8::25", 25700, notes="Voice chat"))
    world.add_subuser(server, "builder", ["websocket.connect", "control.console", "file.read", "file.update"])


def _add_past_backups(world: World, server: GameServer, days: Sequence[int]) -> None:
    """Add finished backups of so many days ago: a real archive each, one locked, one that failed."""
    packed: Path | None = None
    for number, ago in enumerate(days):
        created = (world.now() - timedelta(days=ago)).replace(hour=4, minute=0, second=3, microsecond=0)
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
        backup.is_locked = number == LOCKED
        world.log(server, "server:backup.complete", {"name": backup.name}, at=backup.completed_at)


def _add_databases(world: World, server: GameServer, names: Sequence[str]) -> None:
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


def _add_nightly_restart(world: World, server: GameServer) -> None:
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


def _add_activity(world: World, server: GameServer) -> None:
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
