"""From the node's frame that a server went offline to the request to Discord, by the whole bot on one core.

Panel with node are a stand-in in a process of its own, Discord one in the process that measures.
The panel's limiter is on, and so is the bot's rate budget. It allows so many requests a minute that openings
don't take most of the run: `hour` shows how connections open under a usual limit.
"""

import asyncio
import json
import math
import os
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.calibration import crowding
from benchmarks.load import ProbedBot, Surroundings, probed_bot
from benchmarks.panel_process import PanelProcess, panel_process
from bot.domain.guild_settings import GuildSettings
from bot.storage import STORE, Store
from bot.storage.repositories import guild_settings
from tests.support.discord_payloads import CHANNEL_ID, GUILD_ID, MEMBER_ID
from tests.support.discord_standin import DiscordStandin

LATENCY_S = 0.02
FIRST_CRASH_S, APART_S = 2.0, 1.5
REQUESTS_PER_MINUTE = 20_000
OPEN_WITHIN_S = 600.0
LATEST_S = 15.0
"""How long the last crash may take to be delivered before it counts as missed."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many servers on live connections, of which so many crash, one after the other."""

    servers: int
    crashes: int
    settled_s: float = 15.0
    """How long the bot runs once all connections are open, before anything is measured."""
    quiet_s: float = 20.0
    """How long frames are counted while nothing else happens."""
    polls: bool = False
    """Whether servers are polled, as often as the settings allow: polls are counted, and none crashes."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How long each crash took to reach Discord, and what the bot uses for a frame or a poll.

    `missed`: crashes that never reached Discord. `crowding`: how many times as long as on a machine with
    nothing else to do anything took.
    """

    delays_s: list[float]
    missed: int
    opened_s: float
    quiet: "Quiet"
    crowding: float


@dataclass(frozen=True, slots=True)
class Quiet:
    """What was used while nothing happened: frames (or polls) a second, and parts of a core."""

    a_second: float
    core: float
    node_core: float

    @property
    def each_ms(self) -> float:
        """The bot's CPU time a frame, in all."""
        return 1000 * self.core / max(1.0, self.a_second)


def quantile(values: list[float], share: float) -> float:
    """Give the value that this share of all stays below; infinite when there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.inf


async def measure(load: Load) -> Measured:
    """Run the bot, let servers crash, and find out when Discord was asked to show it."""
    with panel_process(
        load.servers, LATENCY_S, limiter=True, requests_per_minute=REQUESTS_PER_MINUTE
    ) as panel:
        polling = {"QUETZAL_WATCH_SOCKETS": "off", "QUETZAL_WATCH_SECONDS": "20"}
        around = Surroundings(
            polling if load.polls else {},
            frozenset({max(os.sched_getaffinity(0))}),
            _choose_channel,
            has_lags=False,
        )
        async with (
            DiscordStandin() as discord,
            probed_bot(Path.cwd(), discord, panel, around) as bot,
        ):
            opened_s = 0.0 if load.polls else await _connected(panel, load)
            await asyncio.sleep(load.settled_s)
            quiet = await _quiet(load, panel, bot)
            spans_s: list[float] = []
            sampling = asyncio.create_task(crowding(spans_s))
            delays_s, missed = await _crashes(load, panel, discord)
            sampling.cancel()
            return Measured(delays_s, missed, opened_s, quiet, statistics.fmean(spans_s or [1.0]))


async def _quiet(load: Load, panel: PanelProcess, bot: ProbedBot) -> Quiet:
    """Measure what frames (or polls) take while nothing else happens."""
    count = panel.requests if load.polls else panel.frames
    before, seen, node_s, began_s = await bot.figures(), count(), panel.cpu_s(), time.monotonic()
    await asyncio.sleep(load.quiet_s)
    after, seen, node_s = await bot.figures(), count() - seen, panel.cpu_s() - node_s
    passed_s = time.monotonic() - began_s
    return Quiet(seen / passed_s, (after["cpu_s"] - before["cpu_s"]) / passed_s, node_s / passed_s)


async def _choose_channel(directory: Path) -> None:
    """Make the store of a bot whose guild has chosen a channel for alerts."""
    now = datetime.now(UTC)
    data = directory / "data"
    data.mkdir(mode=0o700)
    chosen = GuildSettings(GUILD_ID, "main", MEMBER_ID, now, alert_channel_id=CHANNEL_ID, alerts_by=MEMBER_ID)
    store = await Store.open(data / STORE, now=now)
    await store.write(lambda conn: guild_settings.put(conn, chosen))
    await store.close()


async def _connected(panel: PanelProcess, load: Load) -> float:
    """Wait until all connections are open; return how long that took."""
    began_s = time.monotonic()
    async with asyncio.timeout(OPEN_WITHIN_S):
        while panel.connections() < load.servers:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.5)
    return time.monotonic() - began_s


async def _crashes(load: Load, panel: PanelProcess, discord: DiscordStandin) -> tuple[list[float], int]:
    """Let servers crash; return the delays of those that reached Discord, and the number of the others."""
    if load.polls:
        return [], 0
    names = {uuid: f"Server {number}" for number, uuid in enumerate(panel.servers)}
    chosen = panel.servers[:: max(1, load.servers // load.crashes)][: load.crashes]
    panel.crash({uuid: FIRST_CRASH_S + APART_S * place for place, uuid in enumerate(chosen)})
    await asyncio.sleep(FIRST_CRASH_S + APART_S * load.crashes)
    moments, ends_s = panel.crashed(), time.monotonic() + LATEST_S
    while time.monotonic() < ends_s:
        await asyncio.sleep(0.5)
        if len(notified_at := _notified(discord, names, moments)) == len(chosen):
            break
    return [notified_at[uuid] - moments[uuid] for uuid in notified_at], len(chosen) - len(notified_at)


def _notified(
    discord: DiscordStandin, names: dict[str, str], moments: Mapping[str, float]
) -> dict[str, float]:
    """Find out when each server that crashed was named in a message for the first time since."""
    notified_at: dict[str, float] = {}
    for written in discord.channels.written:
        shown = [(written.at, written.first), *((edit.at, edit.message) for edit in written.edits)]
        for at, message in shown:
            text = json.dumps(message.get("embeds", []))
            for uuid, since in moments.items():
                if at.timestamp() >= since and _names(text, names[uuid]):
                    notified_at[uuid] = min(notified_at.get(uuid, at.timestamp()), at.timestamp())
    return notified_at


def _names(text: str, name: str) -> bool:
    place = text.find(name)
    return place >= 0 and not text[place + len(name) : place + len(name) + 1].isdigit()
