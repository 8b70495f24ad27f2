"""How each real server is started, and what it has to answer."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.players import GameProtocol, PlayerCount
from bot.games import QueryTarget, query
from tests.games.real.quake_map import smallest_map
from tests.games.standins.sockets import LOOPBACK
from tests.support.ports import free_port

GAMES = Path(__file__).parents[3] / ".games"
HERE = Path(__file__).parent
STARTS_WITHIN_S = 60.0
_NODE = shutil.which("node") or "node"
_QUAKE_GAME = Path("/usr/lib/quakeworld/ktx/qwprogs.so")

Command = Callable[[int, Path], Sequence[str | Path]]


@dataclass(frozen=True)
class RealServer:
    """A server: `needs` are its files, `command` starts it on a port of loopback with a folder of its own."""

    protocol: GameProtocol
    title: str
    needs: tuple[Path, ...]
    command: Command
    online: int = 0
    maximum: int = 12
    name: str | None = "The Hall"

    @property
    def is_installed(self) -> bool:
        """Whether everything is there."""
        return all(path.exists() for path in self.needs)

    @asynccontextmanager
    async def run(self, folder: Path) -> AsyncIterator[QueryTarget]:
        """Start it, and stop it."""
        port = free_port()
        environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "GAMES": str(GAMES)}
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(  # noqa: S603, ASYNC220 - the programs of the system
                self.command(port, folder), cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=output,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                yield QueryTarget(LOOPBACK, port, self.protocol)
            finally:
                process.kill()
                process.communicate()

    async def answer(self, target: QueryTarget) -> PlayerCount:
        """Query it until it has started and who should be on has come."""
        async with asyncio.timeout(STARTS_WITHIN_S):
            while (count := await query(target)) is None or count.online < self.online:  # noqa: ASYNC110 - there is no event
                await asyncio.sleep(0.2)
        return count


def _node(script: str) -> Command:
    return lambda port, _: [_NODE, HERE / script, str(port)]


def _openttd(port: int, folder: Path) -> Sequence[str | Path]:
    config = folder / "openttd.cfg"
    config.write_text("[network]\nserver_name = The Hall\nserver_game_type = local\nmax_clients = 12\n")
    return ["/usr/games/openttd", "-D", f"127.0.0.1:{port}", "-g", "-c", config]


def _teeworlds(program: str) -> Command:
    settings = (
        'sv_name "The Hall"; sv_register 0; bindaddr 127.0.0.1; sv_ipv4only 1; sv_max_clients 12; sv_port'
    )
    return lambda port, _: [program, f"{settings} {port}"]


def _mumble(port: int, folder: Path) -> Sequence[str | Path]:
    settings = folder / "murmur.ini"
    settings.write_text(
        f"database={folder / 'db'}\nhost=127.0.0.1\nport={port}\nusers=12\nlogfile=\nuname=root\n"
    )
    return ["/usr/sbin/murmurd", "-fg", "-ini", settings]


def _mvdsv(port: int, folder: Path) -> Sequence[str | Path]:
    (folder / "id1/maps").mkdir(parents=True)
    (folder / "id1/maps/start.bsp").write_bytes(smallest_map())
    (folder / "ktx").mkdir()
    (folder / "ktx/qwprogs.so").symlink_to(_QUAKE_GAME)
    settings = {"sv_progtype": "1", "hostname": '"The Hall"', "maxclients": "12"}
    return [
        "/usr/games/mvdsv", "-basedir", folder, "-ip", "127.0.0.1", "-port", str(port), "-game", "ktx",
        *(word for name, value in settings.items() for word in ("+set", name, value)), "+map", "start",
    ]  # fmt: skip


def _openarena(port: int, folder: Path) -> Sequence[str | Path]:
    """OpenArena with a bot, which may not be counted."""
    base = folder / "base/baseoa"
    base.mkdir(parents=True)
    for file in (GAMES / "openarena/baseoa").iterdir():
        (base / file.name).symlink_to(file)
    (base / "default.cfg").write_text("// the data that has the real one is not installed\n")
    settings = {
        "com_standalone": "1",
        "com_basegame": "baseoa",
        "com_protocol": "71",
        "fs_basepath": str(base.parent),
        "fs_homepath": str(folder / "home"),
        "vm_game": "0",
        "dedicated": "1",
        "net_enabled": "1",
        "net_ip": "127.0.0.1",
        "net_port": str(port),
        "sv_hostname": "^1The ^7Hall",
        "sv_maxclients": "12",
        "bot_enable": "1",
    }
    words = (word for name, value in settings.items() for word in ("+set", name, value))
    return ["/usr/lib/ioquake3/ioq3ded", *words, "+map", "aggressor", "+addbot", "sarge"]


SERVERS = (
    RealServer(
        GameProtocol.MINECRAFT,
        "flying-squid 1.12 (Minecraft 1.16.1), with a player",
        (GAMES / "node_modules/flying-squid", Path(_NODE)),
        _node("java.js"),
        online=1,
    ),
    RealServer(
        GameProtocol.BEDROCK,
        "bedrock-protocol 3.59 (Bedrock 1.21.50)",
        (GAMES / "node_modules/bedrock-protocol", Path(_NODE)),
        _node("bedrock.js"),
        maximum=9,
    ),
    RealServer(
        GameProtocol.QUAKE3,
        "OpenArena 0.8.8 on ioquake3 1.36, with a bot",
        (Path("/usr/lib/ioquake3/ioq3ded"), GAMES / "openarena/baseoa/pak6-misc.pk3"),
        _openarena,
    ),
    RealServer(
        GameProtocol.QUAKE1,
        "MVDSV 0.35 with KTX 1.42 (QuakeWorld)",
        (Path("/usr/games/mvdsv"), _QUAKE_GAME),
        _mvdsv,
    ),
    RealServer(GameProtocol.OPENTTD, "OpenTTD 13.0", (Path("/usr/games/openttd"),), _openttd),
    RealServer(
        GameProtocol.TEEWORLDS,
        "Teeworlds 0.7.5",
        (Path("/usr/games/teeworlds-server"),),
        _teeworlds("/usr/games/teeworlds-server"),
    ),
    RealServer(
        GameProtocol.TEEWORLDS,
        "DDNet 16.4 (Teeworlds 0.6)",
        (Path("/usr/games/DDNet-Server"),),
        _teeworlds("/usr/games/DDNet-Server"),
    ),
    RealServer(GameProtocol.MUMBLE, "Mumble 1.3.4", (Path("/usr/sbin/murmurd"),), _mumble, name=None),
)
