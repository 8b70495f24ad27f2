"""The real process under load: 5 commands a second for 5 minutes beside the watch, and 500 people at once.

Panel, Discord and bot are processes of their own on loopback, the panel with its rate limiter and 20 ms away.
`--checkout DIR` measures the bot of another checkout, with the same load: for before and after.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, show
from benchmarks.panel_process import PanelProcess, panel_process
from tests.support.discord_standin import GUILD_ID, TOKEN, DiscordStandin

LATENCY_S = 0.02
DISCORD_WAITS_S = 3.0
"""After so long without an acknowledgement Discord says that the application did not respond."""
SETTLED_S = 20.0
COMMANDS = (
    ("server", "list", False),
    ("server", "status", True),
    ("server", "health", True),
    ("files", "list", True),
    ("backup", "list", True),
    ("alerts", "list", False),
    ("quetzal", "about", False),
)


@dataclass(frozen=True, slots=True)
class Load:
    """So many commands a second for so long, or so many at once; `servers` are watched beside it."""

    servers: int
    commands: int
    a_second: float | None = None


STEADY = Load(servers=500, commands=1500, a_second=5.0)
BURST = Load(servers=5000, commands=500)


async def _nothing(_: Path) -> None:
    """Leave the directory empty."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bot runs in: `settings` besides the usual ones, and the cores that it may use (none: all).

    `prepare` is given its directory before it starts. `has_lags`: whether it measures how late its loop is.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    cores: frozenset[int] = frozenset()
    prepare: Callable[[Path], Awaitable[None]] = _nothing
    has_lags: bool = True


class ProbedBot:
    """The bot's process and the figures of its probe."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def figures(self) -> dict[str, Any]:
        """Ask for the figures since the last time."""
        assert self._process.stdout is not None
        self._process.send_signal(signal.SIGUSR1)
        figures: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return figures


@asynccontextmanager
async def probed_bot(
    checkout: Path, discord: DiscordStandin, panel: PanelProcess, surroundings: Surroundings | None = None
) -> AsyncIterator[ProbedBot]:
    """Run the bot of a checkout until the block ends."""
    around = surroundings or Surroundings()
    settings = {
        "QUETZAL_DISCORD_TOKEN": TOKEN,
        "QUETZAL_DISCORD_API_URL": discord.url,
        "QUETZAL_PANEL_URL": panel.url,
        "QUETZAL_PANEL_KEY": panel.key,
        "QUETZAL_GUILDS": f"{GUILD_ID}=all",
        "QUETZAL_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(checkout),
    }
    script = str(Path(__file__).with_name("load_bot.py"))
    with tempfile.TemporaryDirectory() as data:
        await around.prepare(Path(data))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            script,
            *(("lags",) if around.has_lags else ()),
            cwd=data,
            env=os.environ | settings | dict(around.settings),
            stdout=asyncio.subprocess.PIPE,
            limit=2**26,
        )
        if around.cores:
            os.sched_setaffinity(process.pid, around.cores)
        try:
            await discord.until(lambda: discord.identified == 1)
            yield ProbedBot(process)
        finally:
            process.terminate()
            await process.wait()


async def play(load: Load, checkout: Path) -> dict[str, Any]:
    """Put the load on a fresh bot and give what was measured."""
    with panel_process(load.servers, LATENCY_S, limiter=True) as panel:
        async with DiscordStandin() as discord, probed_bot(checkout, discord, panel) as bot:
            # What every start pays for (imports of first use, the first list) is not what is measured.
            for group, name, takes_server in COMMANDS:
                await discord.slash(group, name, options=_options(panel, 0, takes_server=takes_server))
            await asyncio.sleep(SETTLED_S)
            rest = await bot.figures()
            discord.acknowledged_s.clear()
            began = time.monotonic()
            answers = [
                asyncio.create_task(_one(discord, panel, number, load.a_second))
                for number in range(load.commands)
            ]
            done = await asyncio.gather(*answers, return_exceptions=True)
            took = time.monotonic() - began
            busy = await bot.figures()
            await asyncio.sleep(SETTLED_S)
            after = await bot.figures()
            return {
                "acknowledged": sorted(discord.acknowledged_s),
                "lost": sum(isinstance(each, BaseException) for each in done),
                "answered": sorted(each for each in done if isinstance(each, float)),
                "lags": sorted(busy["lags"]),
                "cpu_share": (busy["cpu_s"] - rest["cpu_s"]) / took,
                "tasks": (_working(rest["tasks"]), _working(after["tasks"])),
                "names": after["tasks"],
            }


async def _one(discord: DiscordStandin, panel: PanelProcess, number: int, a_second: float | None) -> float:
    if a_second is not None:
        await asyncio.sleep(number / a_second)
    group, name, takes_server = COMMANDS[number % len(COMMANDS)]
    began = time.monotonic()
    await discord.slash(group, name, options=_options(panel, number, takes_server=takes_server))
    return time.monotonic() - began


def _options(panel: PanelProcess, number: int, *, takes_server: bool) -> Mapping[str, str]:
    return {"server": panel.servers[number % len(panel.servers)]} if takes_server else {}


def table(title: str, load: Load, figures: Mapping[str, Any]) -> int:
    """Show what was measured; the exit code says whether a bound was missed."""
    acknowledged, lags = figures["acknowledged"], figures["lags"]
    before, after = figures["tasks"]
    slowest = acknowledged[-1]
    most = ", ".join(f"{count} {name}" for name, count in Counter(figures["names"]).most_common(4))
    return show(
        title,
        [
            Figure(
                "commands · lost", f"{load.commands} · {figures['lost']}", "0 lost", met=figures["lost"] == 0
            ),
            Figure("acknowledged, median", _ms(statistics.median(acknowledged))),
            Figure("acknowledged, p99", _ms(_p99(acknowledged))),
            Figure("acknowledged, slowest", _ms(slowest), "3 s", met=slowest < DISCORD_WAITS_S),
            Figure("answered, median", _ms(statistics.median(figures["answered"] or [0.0]))),
            Figure("answered, p99", _ms(_p99(figures["answered"] or [0.0]))),
            Figure("event loop late, p99", _ms(_p99(lags))),
            Figure("event loop late, worst", _ms(lags[-1])),
            Figure("processor", f"{100 * figures['cpu_share']:.0f} % of a core"),
            Figure("tasks left, most of", most),
            Figure(
                "tasks but time-outs of buttons: before, after",
                f"{before}, {after}",
                "+10",
                met=after <= before + 10,
            ),
        ],
    )


def _working(tasks: Mapping[str, int]) -> int:
    """Count tasks without those that end a message's buttons some minutes later."""
    return sum(count for name, count in tasks.items() if "timeout" not in name)


def _p99(values: list[float]) -> float:
    return values[min(len(values) - 1, int(0.99 * len(values)))]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def main() -> int:
    """Play both loads, or the one that is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("which", nargs="?", choices=("steady", "burst"))
    parser.add_argument("--checkout", type=Path, default=Path.cwd(), help="whose bot (default: this one)")
    options = parser.parse_args()
    loads = {
        "steady": ("5 commands a second for 5 minutes, 500 servers watched", STEADY),
        "burst": ("500 people at once on 5,000 servers", BURST),
    }
    return max(
        table(title, load, asyncio.run(play(load, options.checkout)))
        for name, (title, load) in loads.items()
        if options.which in (None, name)
    )


if __name__ == "__main__":
    sys.exit(main())
