"""The files of the lively servers: small, real, and what people look for first."""

import gzip
import io
import zipfile
from datetime import datetime, timedelta

from sandbox.model import GameServer
from sandbox.node.volumes import disk_of
from sandbox.world import World

PLUGINS = {
    "CoreProtect": "22.4",
    "EssentialsX": "2.21.0",
    "LuckPerms": "5.4.151",
    "Vault": "1.7.3",
    "WorldEdit": "7.3.9",
}
ESSENTIALS_CONFIG = """# How should nicknames be shown?
ops-name-color: '4'
nickname-prefix: '~'
max-nick-length: 15

# Warmup and cooldown of teleports, in seconds.
teleport-cooldown: 3
teleport-delay: 5

# What new players get.
newbies:
  announce-format: '&dWelcome {DISPLAYNAME}&d to the server!'
  spawnpoint: newbies
  kit: tools
"""
LUCKPERMS_CONFIG = """# The name of this server, used for contexts.
server: survival

# mysql, mariadb, postgresql, sqlite, h2
storage-method: h2

data:
  address: localhost
  database: minecraft
  username: root
  password: ''
"""
BUKKIT = """settings:
  allow-end: true
  shutdown-message: Server closed
spawn-limits:
  monsters: 70
"""
SPIGOT = """settings:
  bungeecord: false
  restart-on-crash: false
world-settings:
  default:
    view-distance: default
"""
PAPER = """_version: 29
chunk-loading-basic:
  autoconfig-send-distance: true
timings:
  enabled: false
"""
OPERATORS = """[
  {
    "uuid": "8667ba71-b85a-4004-af54-457a9734eed7",
    "name": "Steve",
    "level": 4
  }
]
"""


def write_minecraft(world: World, server: GameServer) -> None:
    """Fill the disk of a Minecraft server as it would be after some weeks."""
    now = world.now()
    installed, yesterday = now - timedelta(days=62), now - timedelta(days=1)
    port = server.primary.port
    text = {
        "eula.txt": "eula=true\n",
        "server.properties": _properties(server.name, port),
        "bukkit.yml": BUKKIT,
        "spigot.yml": SPIGOT,
        "config/paper-global.yml": PAPER,
        "ops.json": OPERATORS,
        "whitelist.json": "[]\n",
        "banned-players.json": "[]\n",
        "plugins/EssentialsX/config.yml": ESSENTIALS_CONFIG,
        "plugins/LuckPerms/config.yml": LUCKPERMS_CONFIG,
        "plugins/CoreProtect/config.yml": "donation-key: \nuse-mysql: false\nlanguage: en\n",
    }
    for path, content in text.items():
        _write(server, path, content.encode(), installed)
    for name, version in PLUGINS.items():
        _write(server, f"plugins/{name}-{version}.jar", _jar(name, version, installed), installed)
    _write(server, "server.jar", _jar("Paperclip", "1.21.4", installed) + b"\0" * 200_000, installed)
    for x, z in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        _write(server, f"world/region/r.{x}.{z}.mca", bytes(8192) + world.random.randbytes(40_000), now)
    _write(server, "world/level.dat", gzip.compress(world.random.randbytes(1500), mtime=0), now)
    _write(
        server, "world/playerdata/8667ba71-b85a-4004-af54-457a9734eed7.dat", world.random.randbytes(900), now
    )
    _write_logs(server, now, yesterday)


def write_simple(world: World, server: GameServer, files: dict[str, str]) -> None:
    """Fill the disk of another game."""
    installed = world.now() - timedelta(days=40)
    for path, content in files.items():
        _write(server, path, content.encode(), installed)


def _write(server: GameServer, path: str, data: bytes, modified: datetime) -> None:
    disk_of(server).write(path, data, modified=modified)


def _write_logs(server: GameServer, now: datetime, yesterday: datetime) -> None:
    lines = [
        "[INFO]: Starting minecraft server version 1.21.4",
        "[INFO]: Loading properties",
        "[INFO]: Default game type: SURVIVAL",
        "[WARN]: **** SERVER IS RUNNING IN OFFLINE/INSECURE MODE!",
        '[INFO]: Preparing level "world"',
        '[INFO]: Done (12.480s)! For help, type "help"',
        "[INFO]: Alex joined the game",
        "[ERROR]: Could not pass event PlayerInteractEvent to CoreProtect v22.4",
    ]
    start = now - timedelta(hours=26)
    stamped = [
        f"[{start + timedelta(seconds=9 * number):%H:%M:%S}] {line}" for number, line in enumerate(lines)
    ]
    body = ("\n".join(stamped * 12) + "\n").encode()
    _write(server, "logs/latest.log", body, now)
    for day in range(1, 6):
        moment = now - timedelta(days=day)
        name = f"logs/{moment:%Y-%m-%d}-1.log.gz"
        _write(server, name, gzip.compress(body, mtime=0), min(moment, yesterday))


def _properties(name: str, port: int) -> str:
    return (
        "#Minecraft server properties\n#Sat Oct 03 17:21:09 UTC 2026\n"
        "allow-flight=false\nallow-nether=true\ndifficulty=normal\nenable-command-block=false\n"
        "enable-query=false\nenable-rcon=false\nenforce-whitelist=false\ngamemode=survival\nhardcore=false\n"
        "level-name=world\nlevel-seed=\nmax-players=20\nmax-world-size=29999984\n"
        f"motd=A \\u00A7a{name}\\u00A7r server\n"
        "online-mode=true\nplayer-idle-timeout=0\npvp=true\nrcon.password=\n"
        f"server-ip=0.0.0.0\nserver-port={port}\nsimulation-distance=10\nspawn-protection=16\nview-distance=10\n"
        "white-list=false\n"
    )


def _jar(name: str, version: str, at: datetime) -> bytes:
    """Return a small real jar with its manifest in front."""
    buffer = io.BytesIO()
    stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as jar:
        for member, text in (
            ("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\nImplementation-Version: {version}\n"),
            (
                "plugin.yml",
                f"name: {name}\nversion: '{version}'\nmain: example.{name}\napi-version: '1.21'\n",
            ),
        ):
            jar.writestr(zipfile.ZipInfo(member, stamp), text)
    return buffer.getvalue()
