"""What the bot concludes from Discord's answers, where discord.py itself tries again in between."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import discord.http
import pytest

from bot.alerting.receiver import ChannelClosed, DeliveryUnknown, MessageDeleted
from bot.client import trace_of_answers
from bot.core.discord_endpoint import API_PATH
from bot.core.discord_gateway import GlobalPause
from bot.ui.kit.discord_errors import faults
from sandbox.faults import Fault
from tests.support import discord_trouble as trouble
from tests.support.discord_channels import missing_permissions, unknown_message
from tests.support.discord_payloads import CHANNEL_ID
from tests.support.discord_standin import TOKEN, DiscordStandin

_SLEEP = asyncio.sleep


@pytest.fixture
async def standin(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordStandin]:
    monkeypatch.setattr(asyncio, "sleep", lambda _: _SLEEP(0))
    async with DiscordStandin(retry_after_s=0.0) as standin:
        monkeypatch.setattr(discord.http.Route, "BASE", standin.url + API_PATH)
        yield standin


@pytest.fixture
async def channel(standin: DiscordStandin) -> AsyncIterator[discord.PartialMessageable]:
    options: dict[str, Any] = {
        "intents": discord.Intents.none(),
        "max_messages": None,
        "http_trace": trace_of_answers(),
    }
    async with discord.Client(**options) as client:
        await client.login(TOKEN)
        yield client.get_partial_messageable(CHANNEL_ID)


async def send(standin: DiscordStandin, channel: discord.PartialMessageable, *answers: Fault) -> None:
    for answer in answers:
        standin.faults.add(answer, "*/messages", method="POST", times=1)
    with faults():
        await channel.send("red", nonce="17")


async def test_a_refusal_is_certain(standin: DiscordStandin, channel: discord.PartialMessageable) -> None:
    with pytest.raises(ChannelClosed):
        await send(standin, channel, trouble.refused(missing_permissions()))


async def test_a_refusal_after_a_fault_is_not(
    standin: DiscordStandin, channel: discord.PartialMessageable
) -> None:
    with pytest.raises(DeliveryUnknown):
        await send(standin, channel, trouble.broken(stored=True), trouble.refused(missing_permissions()))
    assert len(standin.channels.truth()) == 1


async def test_a_fault_before_it_does_not_matter(
    standin: DiscordStandin, channel: discord.PartialMessageable
) -> None:
    await send(standin, channel, trouble.broken())
    with pytest.raises(ChannelClosed):
        await send(standin, channel, trouble.refused(missing_permissions()))


async def test_a_message_that_was_deleted_was_delivered(
    standin: DiscordStandin, channel: discord.PartialMessageable
) -> None:
    with pytest.raises(MessageDeleted):
        await send(standin, channel, trouble.broken(stored=True), trouble.refused(unknown_message()))


async def test_a_request_given_up_under_the_global_limit_does_not_end_all_others(
    standin: DiscordStandin, channel: discord.PartialMessageable, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel._state.http._global_over = pause = GlobalPause(longest_s=0.05)

    monkeypatch.setattr(asyncio, "sleep", _SLEEP)
    given_up = asyncio.create_task(send(standin, channel, trouble.limited(3600, everywhere=True)))
    while pause.is_set():
        await asyncio.wait([given_up], timeout=0.001)
    given_up.cancel()
    await asyncio.wait([given_up])
    await send(standin, channel)
    assert len(standin.channels.truth()) == 1
