"""A world to look at: eight lively servers with people, files, backups, databases and a past."""

from sandbox import eggs
from sandbox.app import Sandbox
from sandbox.demo_world_files import write_minecraft, write_simple
from sandbox.demo_world_games import DiskFiller, LivelyGame, MemoryLeaker
from sandbox.demo_world_rows import (
    add_access,
    add_activity,
    add_databases,
    add_nightly_restart,
    add_past_backups,
)
from sandbox.demo_world_rust import FILES, RustGame
from sandbox.model import Allocation, GameServer
from sandbox.node.volumes import disk_of
from sandbox.world import World

GIB = 1024**3
HOUR = 3600.0
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
            crash_after=47 * 60.0,
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
    write_simple(world, anarchy, FILES)
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
    add_access(world, survival)
    add_past_backups(world, survival, days=(58, 51, 44, 37, 30, 23, 16, 9, 2))
    add_past_backups(world, creative, days=(33, 12))
    add_past_backups(world, modded, days=(41,))
    add_databases(world, survival, ("luckperms", "coreprotect"))
    add_databases(world, skyblock, ("islands",))
    add_nightly_restart(world, survival)
    add_activity(world, survival)
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
