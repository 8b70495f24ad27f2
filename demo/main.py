"""`quetzal demo`: the bot on a page that looks like Discord, among servers that live, until it is ended."""

import asyncio
import errno
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.client_configs import copy_target
from bot.core import log as logs
from bot.core.clock import Clock
from bot.core.errors import SetupError
from bot.services.backup_copies import CopyPlace
from bot.settings import WebdavCopySettings
from demo.discord.live import LiveDiscord, set_appearance
from demo.first_chart import warm_up
from demo.harness import Harness, Outside, open_harness
from demo.seed import live_in
from demo.wall_clock import WallClock
from sandbox import RealClock, Sandbox, WebdavFolder, demo_world

LAST_PORT = 65535
_LOOPBACK = "127.0.0.1"
WELCOME = """\
**Welcome to Quetzal's demo.** Nothing here is real: this Discord, the panel and its servers run on your \
machine, so try what you like. Type `/` and try these first:
1. `/server list` shows every server, problems first. Press Open on one.
2. `/server command text:crash server:Survival` crashes a server. Its alert arrives in a moment, with buttons.
3. `/server power action:start server:Old World` fails. Its alert says why, and has a button that fixes it.
4. `/players list` shows who is on. `/server command text:hang server:Creative` freezes a game; its alert \
comes after three minutes.
5. `/server restart server:Survival` warns the players first. `/server command text:leave server:Skyblock` \
empties a server, which `/server idle after:5 minutes server:Skyblock` then stops.

*Viewing as*, above, switches between people: Ada (admin), Otto (operator) and Sam (no access)."""


async def serve(*, port: int) -> None:
    """Print the link to the demo and keep it up until Ctrl-C, SIGTERM or the page's "End session".

    When the port is in use, another one is chosen. Raises SetupError when it cannot be used at all.
    """
    logs.set_up("WARNING", "text")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    free_port = _usable(port)
    if free_port != port:
        _say(f"Port {port} is in use, so another one was chosen.")
    async with open_demo(free_port) as (harness, link):
        _say(f"Quetzal's demo is open at\n\n    {link}\n\nCtrl-C ends it.")
        ended = asyncio.create_task(harness.discord.ended_by_person(), name="wait for the page's end")
        signalled = asyncio.create_task(stop.wait(), name="wait for a signal")
        await asyncio.wait({ended, signalled}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ended, signalled):
            task.cancel()
        await asyncio.wait({ended, signalled})
    _say("The demo is closed.")


@asynccontextmanager
async def open_demo(port: int) -> AsyncIterator[tuple[Harness[LiveDiscord], str]]:
    """Set up the whole demo on a port of loopback, 0 for any free one; yields it with its link."""
    outside, wall = Outside(), WallClock()
    clock = Clock(monotonic=wall.seconds, now=wall.now, wait=outside)
    async with Sandbox(clock=RealClock()) as sandbox, _nas(clock) as nas:
        demo_world(sandbox)
        await sandbox.game_ports.open()
        with tempfile.TemporaryDirectory(prefix="quetzal-demo-") as data_dir:
            async with open_harness(
                sandbox,
                clock=clock,
                outside=outside,
                make_discord=lambda bot: LiveDiscord(bot, wall),
                data_dir=Path(data_dir),
                watch_s=20,
                asks_games=True,
                copy_places={nas.target.name: nas},
            ) as harness:
                await live_in(harness)
                set_appearance(harness.discord, harness.guild)
                await _welcome(harness)
                await harness.services.charts.draw(warm_up)
                viewers = (harness.admin, harness.operator, harness.stranger)
                with _port_errors(port):
                    link = await harness.discord.serve(
                        harness.channel, viewers, port=port, timezone=_timezone()
                    )
                yield harness, link


def _usable(port: int) -> int:
    """Return the port, or 0 (any that is free) when it is in use; raises SetupError for what is none."""
    if not 0 <= port <= LAST_PORT:
        raise _unusable(port, f"ports go from 0 to {LAST_PORT}")
    with _port_errors(port):  # before half a second of work that a port of no use would make useless
        try:
            socket.create_server((_LOOPBACK, port)).close()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return 0
    return port


@asynccontextmanager
async def _nas(clock: Clock) -> AsyncIterator[CopyPlace]:
    """Set up a place that backups can be copied to."""
    async with WebdavFolder() as folder:
        settings = WebdavCopySettings(
            kind="webdav", url=folder.url, user=folder.user, password=SecretStr(folder.password)
        )
        target = copy_target("nas", settings, clock)
        try:
            yield CopyPlace(target, settings.keep, settings.prefix)
        finally:
            await target.close()


async def _welcome(harness: Harness[LiveDiscord]) -> None:
    guide = harness.discord.env.create_user("guide", bot=True, global_name="Demo guide")
    await harness.guild.add_member(guide).send(harness.channel, WELCOME)


def _timezone() -> str:
    """Return this machine's time zone as the page wants it."""
    _, zoneinfo, name = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")
    return name if zoneinfo else "UTC"


@contextmanager
def _port_errors(port: int) -> Iterator[None]:
    """Turn errors of the system into one that names the port."""
    try:
        yield
    except OSError as error:
        raise _unusable(port, os.strerror(error.errno or 0)) from error


def _unusable(port: int, why: str) -> SetupError:
    return SetupError(
        f"Port {port} cannot be used: {why}.",
        state="The demo did not start.",
        next_step="Choose another one, `make demo PORT=8643`, or 0 for any that is free.",
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
