"""Discord for one hour, as a process: `python -m tests.crash_recovery.discord PACE SEED stays|moves`.

Writes its address as a line of JSON; `GET /control/truth` has all that was ever written; ends when its
standard input does.
"""

import asyncio
import json
import random
import sys
from contextlib import suppress

from aiohttp import web

from bot.core.discord_endpoint import API_PATH
from tests.crash_recovery.pace import Pace
from tests.support import discord_trouble as trouble
from tests.support.discord_channels import missing_access, missing_permissions
from tests.support.discord_payloads import CHANNEL_ID, OTHER_CHANNEL_ID
from tests.support.discord_routes import json_answer
from tests.support.discord_standin import DiscordStandin
from tests.support.programs import say, together, until_stdin_ends

POSTS, ONE = f"{API_PATH}/channels/*/messages", f"{API_PATH}/channels/*/messages/*"
SEND_TIMEOUT_S = 20.0
CLOSED_TIMES = 2
_ANSWER_S = 2.0
SMALL_SHARE = 3.0
"""Percent of requests that each small trouble strikes."""


async def serve(pace: Pace, seed: int, *, moves: bool) -> None:
    """Be Discord until standard input ends."""

    async def truth(_: web.Request) -> web.Response:
        return json_answer(
            {
                "messages": standin.channels.truth(),
                "unknown_routes": standin.unknown_routes,
                "faults": standin.faults.served,
                "identified": standin.identified,
            }
        )

    standin = DiscordStandin(now=pace.now, extra={"GET /control/truth": truth}, retry_after_s=pace.real(2.0))
    async with standin:
        say({"url": standin.url})
        dice = random.Random(seed)
        _trouble(standin, pace)
        channel = _deleted_and_replaced if moves else _closed_for_a_while
        await together(until_stdin_ends(), channel(standin, pace, dice), _tidied(standin, pace, dice))


def _trouble(standin: DiscordStandin, pace: Pace) -> None:
    """Let a share of all requests that write fail in every way there is."""
    late = pace.real(SEND_TIMEOUT_S * 1.5)
    for method, path in (("POST", POSTS), ("PATCH", ONE)):
        for fault in (
            trouble.limited(pace.real(5.0)),
            trouble.broken(),
            trouble.broken(stored=True),
            trouble.broken(503, stored=True),
            trouble.cut(stored=False),
            trouble.cut(stored=True),
            trouble.unanswered(late, stored=True),
            trouble.unanswered(late, stored=False),
        ):
            standin.faults.add(fault, path, method=method, percent=SMALL_SHARE)


async def _closed_for_a_while(standin: DiscordStandin, pace: Pace, dice: random.Random) -> None:
    """Twice the bot may not write into the channel."""
    second = 300.0
    for refusal in dice.sample([missing_permissions(), missing_access()], CLOSED_TIMES):
        second += dice.uniform(200, 900)
        await pace.until(second)
        standin.channels.refusals[CHANNEL_ID] = refusal
        second += dice.uniform(60, 150)
        await pace.until(second)
        standin.channels.refusals.pop(CHANNEL_ID)
    await asyncio.Event().wait()


async def _deleted_and_replaced(standin: DiscordStandin, pace: Pace, dice: random.Random) -> None:
    """Delete the channel with all that is in it; some minutes later somebody chooses another one."""
    await pace.until(dice.uniform(600, 1000))
    await standin.remove_channel(CHANNEL_ID)
    await pace.until(pace.seconds() + dice.uniform(120, 400))
    await standin.add_channel(OTHER_CHANNEL_ID)
    while True:  # until a bot lives that answers
        with suppress(TimeoutError, ConnectionError, StopIteration):
            async with asyncio.timeout(_ANSWER_S):
                answer = await standin.slash("alerts", "channel", channel=OTHER_CHANNEL_ID)
            if str(OTHER_CHANNEL_ID) in json.dumps(answer):
                break
        await asyncio.sleep(_ANSWER_S / 4)
    await asyncio.Event().wait()


async def _tidied(standin: DiscordStandin, pace: Pace, dice: random.Random) -> None:
    """Somebody deletes the newest alert that there is."""
    await pace.until(dice.uniform(540, 1200))
    for entry in reversed(standin.channels.written):
        if int(entry.first["channel_id"]) in standin.channels.open and "message_reference" not in entry.first:
            entry.deleted_at = pace.now()
            break
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Pace.loads(sys.argv[1]), int(sys.argv[2]), moves=sys.argv[3] == "moves"))
