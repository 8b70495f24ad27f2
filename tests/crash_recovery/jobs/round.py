"""One round: a Discord, a panel, people who ask for jobs, and a bot that is killed in the middle of them."""

import asyncio
import contextlib
import random
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.jobs import Job
from bot.storage import STORE, Store
from bot.storage.repositories import jobs
from sandbox import Sandbox
from tests.crash_recovery.child import Life
from tests.crash_recovery.jobs.people import People, Said
from tests.crash_recovery.jobs.servers import Log, log_of, new_panel
from tests.crash_recovery.pace import EPOCH, Pace
from tests.crash_recovery.panel import pump
from tests.crash_recovery.processes import busyness, ended, rows, start
from tests.support.discord_payloads import GUILD_ID, Json
from tests.support.discord_standin import TOKEN, DiscordStandin

FASTEST, SLOWEST = 40.0, 10.0
"""How many times faster than on the wall a round goes, by how busy the machine is."""
LENGTH_S = 1500.0
"""How long people ask for jobs, in seconds of the round."""
LEAD_S = 60.0
PATIENCE_S = 3600.0
"""So long after it the last bot may take until every job has ended."""
SHORT_S, LONG_S, LONG_SHARE = (5.0, 80.0), (150.0, 300.0), 0.1
"""How long a bot lives after it has connected, and how often long enough for an idle stop to begin."""
DOWN_SHARE, DOWN_S = 0.25, (20.0, 240.0)
_CONNECTED_S = 30.0
_OPEN = "SELECT id FROM jobs WHERE ending IS NULL"
_UNREPORTED = "SELECT id FROM jobs WHERE reported_at IS NULL"


@dataclass(slots=True)
class Played:
    """What became of a round. `open_at_kills`: by kill, the jobs that it struck."""

    seed: int
    factor: float = FASTEST
    kills: int = 0
    open_at_kills: list[frozenset[int]] = field(default_factory=list)
    said: Said = field(default_factory=Said)
    jobs: Sequence[Job] = ()
    logs: Mapping[str, Log] = field(default_factory=dict)
    """By the server's uuid."""
    states: Mapping[str, str] = field(default_factory=dict)
    messages: Sequence[Json] = ()
    oddities: list[str] = field(default_factory=list)


async def play(seed: int, directory: Path) -> Played:
    """Play a round; what it needs and writes lies in `directory`."""
    played = Played(seed)
    (directory / "data").mkdir(parents=True, mode=0o700)
    played.factor = max(SLOWEST, FASTEST / await asyncio.to_thread(busyness))
    pace = Pace.begin_in(LEAD_S, played.factor)
    sandbox, servers = new_panel(pace, seed, LENGTH_S + PATIENCE_S)
    async with DiscordStandin(now=pace.now) as discord, sandbox:
        await sandbox.game_ports.open()
        life = Life(pace.dumps(), directory, _env(discord, sandbox))
        people = People(discord, pace, seed)
        async with _running(pump(sandbox, pace)):
            await _killed_again_and_again(played, pace, life, people, discord)
            await _left_alone(played, pace, life)
        played.messages = discord.channels.truth()
        played.oddities += [f"a route that Discord doesn't know: {route}" for route in discord.unknown_routes]
        played.oddities += [
            f"a route that the panel doesn't know: {route}" for route in sandbox.unknown_routes
        ]
        played.logs = {server.uuid: log_of(server) for server in servers.values()}
        played.states = {server.uuid: server.state for server in servers.values()}
    played.said = people.said
    played.jobs = await _jobs(directory / "data" / STORE)
    return played


def _env(discord: DiscordStandin, sandbox: Sandbox) -> dict[str, str]:
    return {
        "QUETZAL_DISCORD_TOKEN": TOKEN,
        "QUETZAL_DISCORD_API_URL": discord.url,
        "QUETZAL_PANEL_URL": sandbox.panel_url,
        "QUETZAL_PANEL_KEY": sandbox.world.key_of("owner"),
        "QUETZAL_PANEL_NODE_HOSTS": "127.0.0.1",
        "QUETZAL_GUILDS": f"{GUILD_ID}=all",
        "QUETZAL_LOG_LEVEL": "INFO",
    }


async def _killed_again_and_again(
    played: Played, pace: Pace, life: Life, people: People, discord: DiscordStandin
) -> None:
    dice, store = random.Random(played.seed), life.directory / "data" / STORE
    while pace.seconds() < LENGTH_S:
        before = discord.identified
        bot = start(life)
        await _connected(discord, before)
        longest = dice.uniform(*(LONG_S if dice.random() < LONG_SHARE else SHORT_S))
        async with _running(people.ask_again_and_again()):
            if await ended(bot, pace.real(longest)):
                played.oddities.append(f"it ended by itself with code {bot.exitcode}")
            bot.kill()
            await ended(bot, None)
        if bot.exitcode == -signal.SIGKILL:
            played.kills += 1
            played.open_at_kills.append(frozenset(row["id"] for row in rows(store, _OPEN)))
        if dice.random() < DOWN_SHARE:
            await asyncio.sleep(pace.real(dice.uniform(*DOWN_S)))


async def _connected(discord: DiscordStandin, before: int) -> None:
    """Wait until one more bot has connected, for as long as that takes on a busy machine."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CONNECTED_S):
            await discord.until(lambda: discord.identified > before and bool(discord.registrations))


async def _left_alone(played: Played, pace: Pace, life: Life) -> None:
    """Let the last bot come to rest, and stop it as it should be stopped."""
    bot, store = start(life), life.directory / "data" / STORE
    while bot.is_alive() and pace.seconds() < LENGTH_S + PATIENCE_S:
        await asyncio.sleep(0.25)
        if not rows(store, _OPEN) and not rows(store, _UNREPORTED):
            break
    bot.terminate()
    if not await ended(bot, 30.0):
        played.oddities.append("it did not stop when it was asked to")
        bot.kill()
        await ended(bot, None)
    elif bot.exitcode != 0:
        played.oddities.append(f"the last one ended with code {bot.exitcode}")


@asynccontextmanager
async def _running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run it beside; what it raises is raised here."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _jobs(path: Path) -> list[Job]:
    store = await Store.open(path, now=EPOCH)
    try:
        async with store.read() as conn:
            everything = [await jobs.get(conn, row["id"]) for row in rows(path, "SELECT id FROM jobs")]
        return [job for job in everything if job is not None]
    finally:
        await store.close()
