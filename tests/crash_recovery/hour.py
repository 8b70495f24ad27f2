"""One hour: a Discord, a panel, and a bot that is killed again and again and started again at once."""

import asyncio
import json
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from bot.domain.guild_settings import GuildSettings
from bot.storage import STORE, Store
from bot.storage.repositories import guild_settings
from tests.crash_recovery.child import Life
from tests.crash_recovery.pace import EPOCH, Pace
from tests.crash_recovery.points import Point
from tests.crash_recovery.processes import busyness, ended, rows, start
from tests.crash_recovery.script import HOUR_S, Happening, plan
from tests.support.discord_payloads import (
    CHANNEL_ID,
    GUILD_ID,
    MEMBER_ID,
    Json,
)
from tests.support.discord_standin import TOKEN
from tests.support.programs import first_line_of

FASTEST = 40.0
"""How many times faster than on the wall an hour goes at most; on a busy machine it goes slower."""
LEAD_S = 300.0
"""So long before the hour everything is started, so that all has been seen once when it begins."""
PATIENCE_S = 1800.0
"""So long after the hour the last bot may take until it has nothing left to do."""
SHORT_S, LONG_S, LONG_SHARE = (5.0, 170.0), (360.0, 540.0), 0.12
"""How long a bot lives that is killed from outside, and how often long enough for every rule."""
DOWN_SHARE, DOWN_S = 0.25, (45.0, 200.0)
"""How often it is not started again at once, and how long that takes: longer than a nonce lives."""
LONGEST_LIFE_S = 540.0
"""A point that is not passed in this time is not waited for any longer."""
SPARED_SHARE, SPARED_S = 0.2, (250.0, 480.0)
"""How often a bot that dies at a point may live for a while first, and how long."""
SEARCHED_WITHIN_S = 150.0
"""A bot that is to die after a search makes it soon after its start, or never."""
PANEL_ID = "main"
_PREPARING = asyncio.Lock()
# A bot that dies there has made progress.
_PROGRESS = (Point.AFTER_COMMIT, Point.AFTER_STORE)


@dataclass(frozen=True, slots=True)
class Hour:
    """What is to be played. Without a point the bot is killed at random moments."""

    seed: int
    point: Point | None = None
    storm: bool = False
    moves: bool = False
    """Whether the channel of the alerts is deleted, and another one chosen."""
    live: bool = True
    """Whether the bot observes servers by live connections; else it polls."""

    @property
    def name(self) -> str:
        """What the table calls it."""
        more = [word for word, so in (("storm", self.storm), ("channel moves", self.moves)) if so]
        return ", ".join([self.point or "random moments", *more])

    @property
    def script(self) -> tuple[Happening, ...]:
        """What happens in it."""
        return plan(self.seed, storm=self.storm)


@dataclass(slots=True)
class Played:
    """What became of it. Times are seconds of the hour."""

    hour: Hour
    factor: float = FASTEST
    lives: list[tuple[float, float]] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)
    messages: Sequence[Json] = ()
    incidents: Sequence[Json] = ()
    references: dict[str, Json] = field(default_factory=dict)
    unfinished: str | None = None


async def play(hour: Hour, directory: Path) -> Played:
    """Play an hour; what it needs and writes lies in `directory`."""
    played = Played(hour)
    await _prepare(directory)
    played.factor = FASTEST / await asyncio.to_thread(busyness)
    pace = Pace.begin_in(LEAD_S, played.factor)
    channel = "moves" if hour.moves else "stays"
    weather = "storm" if hour.storm else "calm"
    async with (
        first_line_of("tests.crash_recovery.discord", pace.dumps(), str(hour.seed), channel) as discord_line,
        first_line_of("tests.crash_recovery.panel", pace.dumps(), str(hour.seed), weather) as panel_line,
    ):
        discord, panel = await discord_line, await panel_line
        env = {
            "QUETZAL_DISCORD_TOKEN": TOKEN,
            "QUETZAL_DISCORD_API_URL": discord["url"],
            "QUETZAL_PANEL_URL": panel["url"],
            "QUETZAL_PANEL_KEY": panel["key"],
            "QUETZAL_GUILDS": f"{GUILD_ID}=all",
            "QUETZAL_LOG_LEVEL": "INFO",
            "QUETZAL_WATCH_SOCKETS": "on" if hour.live else "off",
        }
        await _killed_again_and_again(played, pace, Life(pace.dumps(), directory, env))
        await _left_alone(played, pace, Life(pace.dumps(), directory, env))
        truth = await _truth(discord["url"])
    (directory / "truth.json").write_text(json.dumps(truth | {"lives": played.lives}, indent=1))
    played.messages = truth["messages"]
    played.oddities += [f"a request that Discord does not know: {route}" for route in truth["unknown_routes"]]
    _read_store(played, directory / "data" / STORE)
    return played


async def _killed_again_and_again(played: Played, pace: Pace, plain: Life) -> None:
    dice = random.Random(played.hour.seed)
    while pace.seconds() < HOUR_S:
        life, longest = _drawn(played, plain, dice)
        bot = start(life)
        began = pace.seconds()
        died = await ended(bot, pace.real(longest))
        if not died:
            bot.kill()
            await ended(bot, None)
        played.lives.append((began, pace.seconds()))
        if bot.exitcode != -signal.SIGKILL:
            played.oddities.append(f"it ended by itself with code {bot.exitcode}")
        elif died or played.hour.point is None:
            played.kills.append(pace.seconds())
        # What was not down for longer than a nonce lives has nothing to search for.
        if dice.random() < DOWN_SHARE or (died and life.point is not played.hour.point):
            await asyncio.sleep(pace.real(dice.uniform(*DOWN_S)))


def _drawn(played: Played, plain: Life, dice: random.Random) -> tuple[Life, float]:
    """Draw how the next bot dies, and after how long it is killed in any case."""
    point = played.hour.point
    if not played.lives:  # what was never seen well cannot be seen to fail
        return plain, LEAD_S + LONG_S[0]
    if point is None:
        return plain, dice.uniform(*(LONG_S if dice.random() < LONG_SHARE else SHORT_S))
    if point is Point.AFTER_SEARCH and len(played.lives) % 2:
        point = Point.AFTER_SEND  # else there is nothing to search for
    # Not always the first: what is killed at each attempt would never be done.
    passages = dice.choice([1, 1, 2] if point in _PROGRESS else [1, 2, 2])
    if played.hour.point is Point.AFTER_SEARCH:
        passages = 1
    life = replace(plain, point=point, passages=passages, delay_s=dice.uniform(0.0, 0.03))
    if point is Point.AFTER_SEARCH:
        return life, SEARCHED_WITHIN_S
    # When much waits to be sent, the bot would be killed at once again and again, and nothing would be seen.
    spared_s = dice.uniform(*SPARED_S) if dice.random() < SPARED_SHARE else 0.0
    return replace(life, spared_s=spared_s / played.factor), LONGEST_LIFE_S


async def _left_alone(played: Played, pace: Pace, plain: Life) -> None:
    """Let the last bot come to rest, and stop it as it should be stopped."""
    bot = start(plain)
    began = pace.seconds()
    store = plain.directory / "data" / STORE
    await pace.until(max(happening.ends for happening in played.hour.script))
    while bot.is_alive():
        await asyncio.sleep(0.25)
        played.unfinished = _left_to_do(store)
        if played.unfinished is None or pace.seconds() > HOUR_S + PATIENCE_S:
            break
    bot.terminate()
    if not await ended(bot, 30.0):
        played.oddities.append("it did not stop when it was asked to")
        bot.kill()
        await ended(bot, None)
    elif bot.exitcode != 0:
        played.oddities.append(f"the last one ended with code {bot.exitcode}")
    played.lives.append((began, pace.seconds()))


async def _prepare(directory: Path) -> None:
    """Make the store of a bot whose guild has chosen a channel for alerts."""
    (directory / "data").mkdir(parents=True, mode=0o700)
    chosen = GuildSettings(
        GUILD_ID, PANEL_ID, MEMBER_ID, EPOCH, alert_channel_id=CHANNEL_ID, alerts_by=MEMBER_ID
    )
    async with _PREPARING:  # a process migrates one store at a time
        store = await Store.open(directory / "data" / STORE, now=EPOCH)
    await store.write(lambda conn: guild_settings.put(conn, chosen))
    await store.close()


async def _truth(url: str) -> Json:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/control/truth") as answer:
        truth: Json = await answer.json()
        return truth


def _left_to_do(path: Path) -> str | None:
    """Say what the bot has still to do; None when nothing."""
    # One statement, so that both are of one moment.
    lasting = "SELECT count(*) FROM incidents WHERE ended_at IS NULL"
    (row,) = rows(path, f"SELECT count(*) AS jobs, ({lasting}) AS incidents FROM outbox")  # noqa: S608 - ours
    if not row["jobs"] and not row["incidents"]:
        return None
    return f"{row['jobs']} jobs in the outbox, {row['incidents']} incidents that last"


def _read_store(played: Played, path: Path) -> None:
    played.incidents = rows(path, "SELECT * FROM incidents ORDER BY id")
    for row in rows(path, "SELECT * FROM messages ORDER BY id"):
        played.references[row["reference"]] = row
    for row in rows(path, "SELECT * FROM message_incidents"):
        for message in played.references.values():
            if message["id"] == row["message_id"]:
                message.setdefault("incident_ids", []).append(row["incident_id"])
