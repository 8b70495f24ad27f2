"""`quetzal demo`: the bot on a page that looks like Discord, among servers that live, until it is ended."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.core import log as logs
from bot.core.clock import Clock
from bot.core.errors import SetupError
from demo.discord.live import LiveDiscord
from demo.harness import Harness, Outside, open_harness
from demo.seed import live_in
from demo.wall_clock import WallClock
from sandbox import RealClock, Sandbox, demo_world

LAST_PORT = 65535
_LOOPBACK = "127.0.0.1"
WELCOME = """\
**Welcome. This is Quetzal, and nothing here is real:** this Discord, the panel and its servers live in one \
process on your machine, so try what you like.
Type `/` and choose a command, for instance
- `/server list` for everything at a glance
- `/server status` for one server, with buttons
- `/server power`, which asks before it stops anything
- `/files list` to walk through a server's files
- `/server command text:crash` to see an alert arrive, with buttons
- `/server power action:start server:Old World`: it won't start, and its alert says why, with a button that \
fixes it

*Viewing as*, above, makes you somebody else: Ada is an admin, Otto an operator, Sam a stranger."""


async def serve(*, port: int) -> None:
    """Print the link to the demo and keep it up until Ctrl-C, SIGTERM or the page's "End session".

    Raises SetupError when the port cannot be used.
    """
    logs.set_up("WARNING", "text")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_demo(port) as (stage, link):
        _say(f"Quetzal's demo is open at\n\n    {link}\n\nCtrl-C ends it.")
        ended = asyncio.create_task(stage.discord.ended_by_person(), name="wait for the page's end")
        signalled = asyncio.create_task(stop.wait(), name="wait for a signal")
        await asyncio.wait({ended, signalled}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ended, signalled):
            task.cancel()
        await asyncio.wait({ended, signalled})
    _say("The demo is closed.")


@asynccontextmanager
async def open_demo(port: int) -> AsyncIterator[tuple[Harness[LiveDiscord], str]]:
    """Set up the whole demo on a port of loopback, 0 for any free one; yields it with its link."""
    if not 0 <= port <= LAST_PORT:
        raise _unusable(port, f"ports go from 0 to {LAST_PORT}")
    with _port_errors(port):  # before half a second of work that a taken port would make useless
        socket.create_server((_LOOPBACK, port)).close()
    outside, wall = Outside(), WallClock()
    clock = Clock(monotonic=wall.seconds, now=wall.now, wait=outside)
    async with Sandbox(clock=RealClock()) as sandbox:
        demo_world(sandbox)
        with tempfile.TemporaryDirectory(prefix="quetzal-demo-") as data_dir:
            async with open_harness(
                sandbox,
                clock=clock,
                outside=outside,
                make_discord=lambda bot: LiveDiscord(bot, wall),
                data_dir=Path(data_dir),
                watch_s=20,
            ) as stage:
                await live_in(stage)
                await _welcome(stage)
                viewers = (stage.admin, stage.operator, stage.stranger)
                with _port_errors(port):
                    link = await stage.discord.serve(stage.channel, viewers, port=port, timezone=_timezone())
                yield stage, link


async def _welcome(stage: Harness[LiveDiscord]) -> None:
    guide = stage.discord.env.create_user("guide", bot=True, global_name="Demo guide")
    await stage.guild.add_member(guide).send(stage.channel, WELCOME)


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
