"""The real process, while Discord refuses, limits, or answers with what is no answer at all.

What each status means is as Discord's documentation has it (Opcodes and Status Codes; Rate Limits, "Invalid
Request Limit": after a 401 no more requests may be made with the token).
"""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from sandbox import Fault, Sandbox
from sandbox.faults import Kind
from tests.e2e.test_journey import discord, env, panel  # fixtures
from tests.support import discord_trouble as trouble
from tests.support.discord_messages import Refused
from tests.support.discord_standin import GUILD_ID, DiscordStandin
from tests.support.process import Process, quetzal

__all__ = ["discord", "env", "panel"]

HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}
PAGE = b"<html><title>Attention Required! | Cloudflare</title></html>"
ACKNOWLEDGEMENT, RESPONSE = ("*/callback", "POST"), ("*/@original", "PATCH")

PASSING = {
    "a page": Fault(Kind.STATUS, 200, PAGE, HTML),
    "nothing": Fault(Kind.STATUS, 200, b"", JSON),
    "half an answer": Fault(Kind.STATUS, 200, b'{"id": "1', JSON),
    "a page of a wall": Fault(Kind.STATUS, 429, PAGE, HTML),
    "a limit of a year": trouble.limited(31_536_000.0),
    "a limit of a year on everything": trouble.limited(31_536_000.0, everywhere=True),
    "a fault": trouble.broken(503),
    "a cut": trouble.cut(stored=False),
}
FINAL = {
    "an unknown interaction": trouble.refused(Refused(404, 10062, "Unknown interaction")),
    "an unknown webhook": trouble.refused(Refused(404, 10015, "Unknown Webhook")),
    "an invalid form": trouble.refused(Refused(400, 50035, "Invalid Form Body")),
    "a token of an interaction that is over": trouble.refused(Refused(401, 50027, "Invalid Webhook Token")),
    "a refusal": trouble.refused(Refused(403, 50001, "Missing Access")),
    "a wall": Fault(Kind.STATUS, 403, PAGE, HTML),
}


async def ready(bot: Process, discord: DiscordStandin) -> None:
    await bot.meanwhile(discord.until(lambda: discord.identified == 1))


@pytest.mark.sweep
async def test_what_passes_costs_no_answer(
    discord: DiscordStandin, panel: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await ready(bot, discord)
        for fault in PASSING.values():
            for path, method in (ACKNOWLEDGEMENT, RESPONSE):
                discord.faults.add(fault, path, method=method, times=1)
                message = await bot.meanwhile(discord.slash("server", "list"))
                assert "Survival" in json.dumps(message["components"])
        code, written = await bot.stop()
    assert code == 0, written
    assert "Traceback" not in written


@pytest.mark.sweep
async def test_what_is_final_costs_one_answer_and_one_line_each(
    discord: DiscordStandin, panel: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await ready(bot, discord)
        for fault in FINAL.values():
            for path, method in (ACKNOWLEDGEMENT, RESPONSE):
                discord.faults.add(fault, path, method=method)
                unanswered = asyncio.create_task(discord.slash("server", "list"))
                is_odd = partial(_has_answered, discord, discord.faults.served)
                await bot.meanwhile(discord.until(is_odd))
                discord.faults.clear()
                message = await bot.meanwhile(discord.slash("server", "list"))
                assert "Survival" in json.dumps(message["components"])
                unanswered.cancel()
        code, written = await bot.stop()
    assert code == 0, written
    assert "Traceback" not in written


@pytest.mark.sweep
async def test_a_token_that_was_reset_ends_the_process_with_what_to_do(
    discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    guilds = {"QUETZAL_GUILDS": f"{GUILD_ID}=all,{GUILD_ID + 1}=all"}
    async with Process("run", cwd=tmp_path, env=env | guilds) as bot:
        await bot.says("ready as Quetzal")
        discord.faults.add(Fault(Kind.STATUS, 401, b'{"message": "401: Unauthorized", "code": 0}', JSON))
        await discord.add_bot_to(GUILD_ID + 1)  # which makes it register its commands there
        code, written = await bot.ended()
    assert code == 78, written
    assert written.rstrip().endswith("into QUETZAL_DISCORD_TOKEN, and start Quetzal again.")
    assert "Traceback" not in written


@pytest.mark.sweep
@pytest.mark.parametrize("fault", [FINAL["an invalid form"], FINAL["a wall"], PASSING["a page"]])
async def test_commands_that_could_not_be_registered_are_registered_later(
    fault: Fault, discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    discord.faults.add(fault, "*/commands", method="PUT", times=1)
    async with Process("run", cwd=tmp_path, env=env) as bot:
        await bot.says("ready as Quetzal")
        await bot.meanwhile(discord.until(lambda: len(discord.registrations) == 1))
        assert "Survival" in json.dumps(await bot.meanwhile(discord.slash("server", "list")))
        code, written = await bot.stop()
    assert code == 0, written
    assert "Traceback" not in written


@pytest.mark.sweep
@pytest.mark.parametrize("path", ["*/users/@me", "*/gateway/bot"])
async def test_a_page_instead_of_discord_ends_the_start_with_a_sentence(
    path: str, discord: DiscordStandin, env: dict[str, str], tmp_path: Path
) -> None:
    discord.faults.add(PASSING["a page"], path)
    code, written = await quetzal("run", cwd=tmp_path, env=env)
    assert code == 1
    assert "Discord can't be reached, or returned an error." in written
    assert "Traceback" not in written


def _has_answered(discord: DiscordStandin, before: int) -> bool:
    """Whether it has given an odd answer since."""
    return discord.faults.served > before
