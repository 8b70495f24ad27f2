"""From the node's frame that a server went offline to the request to Discord, by the whole bot on one core.

Panel with node, and Discord, are stand-ins in processes of their own, over loopback. The panel's limiter is
on; it allows as many requests a minute as so many connections need to be open within a minute.
"""

import asyncio
import json
import math
import os
import statistics
import time
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
LATEST_S = 15.0
"""How long the last crash may take to be told before it counts as missed."""


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

    @property
    def requests_per_minute(self) -> int:
        """The panel's limit: with it all connections are open within some two minutes."""
        return max(240, self.servers)


@dataclass(frozen=True, slots=True)
class Measured:
    """How long each crash took to reach Discord, and what the bot uses for a frame or a poll.

    `missed`: crashes that Discord was never told of. `crowding`: how many times as long as on a machine with
    nothing else to do anything took.
    """

    delays_s: list[float]
    missed: int
    each_ms: float
    core: float
    crowding: float


def quantile(values: list[float], share: float) -> float:
    """Give the value that this share of all stays below; infinite when there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.inf


async def measure(load: Load) -> Measured:
    """Run the bot, let servers crash, and find out when Discord was asked to show it."""
    with panel_process(
        load.servers, LATENCY_S, limiter=True, requests_per_minute=load.requests_per_minute
    ) as panel:
        polling = {"QUETZAL_WATCH_SOCKETS": "off", "QUETZAL_WATCH_SECONDS": "20"}
        around = Surroundings(
            polling if load.polls else {}, frozenset({max(os.sched_getaffinity(0))}), _choose_channel
        )
        async with (
            DiscordStandin() as discord,
            probed_bot(Path.cwd(), discord, panel, around) as bot,
        ):
            if not load.polls:
                await _connected(panel, load)
            await asyncio.sleep(load.settled_s)
            each_ms, core = await _quiet(load, panel, bot)
            spans_s: list[float] = []
            sampling = asyncio.create_task(crowding(spans_s))
            delays_s, missed = await _crashes(load, panel, discord)
            sampling.cancel()
            return Measured(delays_s, missed, each_ms, core, statistics.fmean(spans_s or [1.0]))


async def _quiet(load: Load, panel: PanelProcess, bot: ProbedBot) -> tuple[float, float]:
    """Measure the processor time of a frame in milliseconds, and of all frames as a part of the core."""
    count = panel.requests if load.polls else panel.frames
    before, seen, began_s = await bot.figures(), count(), time.monotonic()
    await asyncio.sleep(load.quiet_s)
    after, seen, passed_s = await bot.figures(), count() - seen, time.monotonic() - began_s
    used_s = after["cpu_s"] - before["cpu_s"]
    return 1000 * used_s / max(1, seen), used_s / passed_s


async def _choose_channel(directory: Path) -> None:
    """Make the store of a bot whose guild has chosen a channel for alerts."""
    now = datetime.now(UTC)
    data = directory / "data"
    data.mkdir(mode=0o700)
    chosen = GuildSettings(GUILD_ID, "main", MEMBER_ID, now, alert_channel_id=CHANNEL_ID, alerts_by=MEMBER_ID)
    store = await Store.open(data / STORE, now=now)
    await store.write(lambda conn: guild_settings.put(conn, chosen))
    await store.close()


async def _connected(panel: PanelProcess, load: Load) -> None:
    async with asyncio.timeout(300):
        while panel.connections() < load.servers:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.5)


async def _crashes(load: Load, panel: PanelProcess, discord: DiscordStandin) -> tuple[list[float], int]:
    """Let servers crash; give the delays of those that Discord was told of, and the number of the others."""
    names = {uuid: f"Server {number}" for number, uuid in enumerate(panel.servers)}
    if load.polls:
        return [], 0
    chosen = panel.servers[:: max(1, load.servers // load.crashes)][: load.crashes]
    panel.crash({uuid: FIRST_CRASH_S + APART_S * place for place, uuid in enumerate(chosen)})
    await asyncio.sleep(FIRST_CRASH_S + APART_S * load.crashes)
    moments, ends_s = panel.crashed(), time.monotonic() + LATEST_S
    while time.monotonic() < ends_s:
        await asyncio.sleep(0.5)
        if len(notified_at := _notified(discord, names, moments)) == len(chosen):
            break
    return [notified_at[uuid] - moments[uuid] for uuid in notified_at], len(chosen) - len(notified_at)


def _notified(discord: DiscordStandin, names: dict[str, str], moments: dict[str, float]) -> dict[str, float]:
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
