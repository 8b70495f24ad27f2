"""The stand-in of Discord itself, as discord.py meets it: what the bot's promises are measured by."""

import io
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
import discord.http
import pytest

from bot.core.discord_endpoint import API_PATH
from sandbox import ManualClock
from tests.support import discord_trouble as trouble
from tests.support.discord_channels import (
    NONCE_WINDOW,
    missing_access,
    missing_permissions,
    too_many_old_edits,
)
from tests.support.discord_messages import Refused
from tests.support.discord_payloads import CHANNEL_ID, MEMBER_ID
from tests.support.discord_standin import TOKEN, DiscordStandin

POSTS = "*/messages"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def standin(clock: ManualClock) -> AsyncIterator[DiscordStandin]:
    async with DiscordStandin(now=clock.now, retry_after_s=0.0) as standin:
        yield standin


@pytest.fixture
async def client(standin: DiscordStandin, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    monkeypatch.setattr(discord.http.Route, "BASE", standin.url + API_PATH)
    async with discord.Client(intents=discord.Intents.none(), max_messages=None) as client:
        await client.login(TOKEN)
        yield client


@pytest.fixture
def channel(client: discord.Client) -> discord.PartialMessageable:
    return client.get_partial_messageable(CHANNEL_ID)


async def test_a_nonce_gives_the_old_message_for_some_minutes(
    standin: DiscordStandin, channel: discord.PartialMessageable, clock: ManualClock
) -> None:
    first = await channel.send("red", nonce="17")
    clock.advance(NONCE_WINDOW.total_seconds())
    again = await channel.send("redder", nonce="17")
    assert (again.id, again.content) == (first.id, "red")
    clock.advance(1)
    third = await channel.send("redder", nonce="17")
    assert third.id != first.id
    assert [entry["repeats"] for entry in standin.channels.truth()] == [1, 0]
    # Only the sender gets it: a nonce can't be requested later.
    assert [message.nonce async for message in channel.history()] == [None, None]


async def test_a_nonce_of_a_message_that_was_deleted_is_an_unknown_message(
    channel: discord.PartialMessageable,
) -> None:
    message = await channel.send("red", nonce="17")
    await message.delete()
    with pytest.raises(discord.NotFound) as refused:
        await channel.send("red", nonce="17")
    assert refused.value.code == 10008


async def test_history_is_paged_in_every_direction(
    channel: discord.PartialMessageable, clock: ManualClock
) -> None:
    ids, moments = [], []
    for number in range(130):
        moments.append(clock.now())
        ids.append((await channel.send(str(number))).id)
        clock.advance(1)

    async def read(**asked: Any) -> list[int]:
        return [int(message.content) async for message in channel.history(**asked)]

    assert await read(limit=None) == list(range(129, -1, -1))
    assert await read(limit=None, oldest_first=True) == list(range(130))
    assert await read(limit=3, after=moments[5]) == [6, 7, 8]  # discord.py: after the whole moment
    assert await read(limit=3, after=discord.Object(ids[5])) == [6, 7, 8]
    assert await read(limit=3, before=discord.Object(ids[5])) == [4, 3, 2]
    assert await read(limit=5, around=discord.Object(ids[50])) == [52, 51, 50, 49, 48]


async def test_time_is_in_the_ids(channel: discord.PartialMessageable, clock: ManualClock) -> None:
    assert (await channel.send("red")).created_at == clock.now()


async def test_edits_and_attachments_are_kept_whole(
    standin: DiscordStandin, channel: discord.PartialMessageable, clock: ManualClock
) -> None:
    chart = discord.File(io.BytesIO(b"png"), "chart.png")
    message = await channel.send(embed=discord.Embed(title="red"), file=chart, silent=True)
    clock.advance(60)
    green = discord.File(io.BytesIO(b"other"), "green.png")
    await channel.get_partial_message(message.id).edit(
        embed=discord.Embed(title="green"), attachments=[green]
    )
    (truth,) = standin.channels.truth()
    assert (truth["first"]["embeds"][0]["title"], truth["first"]["flags"]) == ("red", 4096)
    assert [entry["filename"] for entry in truth["first"]["attachments"]] == ["chart.png"]
    (edit,) = truth["edits"]
    assert edit["message"]["embeds"][0]["title"] == "green"
    assert [entry["filename"] for entry in edit["message"]["attachments"]] == ["green.png"]
    assert datetime.fromisoformat(edit["at"]) == clock.now()


async def test_a_reply_names_what_it_answers(
    standin: DiscordStandin, channel: discord.PartialMessageable
) -> None:
    first = await channel.send("red")
    reply = await channel.get_partial_message(first.id).reply("green", silent=True)
    assert reply.reference is not None
    assert reply.reference.message_id == first.id
    await first.delete()
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send("green", reference=first.to_reference())
    assert refused.value.code == 50035
    await channel.send("green", reference=first.to_reference(fail_if_not_exists=False))
    assert standin.channels.truth()[-1]["first"]["content"] == "green"


async def test_what_was_deleted_is_unknown(channel: discord.PartialMessageable) -> None:
    message = await channel.send("red")
    await message.delete()
    for refused in (message.edit(content="green"), channel.fetch_message(message.id), message.delete()):
        with pytest.raises(discord.NotFound) as error:
            await refused
        assert error.value.code == 10008


async def test_a_channel_that_is_gone_is_unknown(
    standin: DiscordStandin, client: discord.Client, channel: discord.PartialMessageable
) -> None:
    standin.channels.remove(CHANNEL_ID)
    for refused in (channel.send("red"), client.fetch_channel(CHANNEL_ID)):
        with pytest.raises(discord.NotFound) as error:
            await refused
        assert error.value.code == 10003


@pytest.mark.parametrize("refusal", [missing_access(), missing_permissions()], ids=lambda one: str(one.code))
async def test_a_channel_can_be_closed_and_opened(
    standin: DiscordStandin, channel: discord.PartialMessageable, refusal: Refused
) -> None:
    standin.channels.refusals[CHANNEL_ID] = refusal
    with pytest.raises(discord.Forbidden) as error:
        await channel.send("red")
    assert error.value.code == refusal.code
    standin.channels.refusals.clear()
    await channel.send("red")


async def test_messages_older_than_an_hour_take_few_edits(
    standin: DiscordStandin, channel: discord.PartialMessageable, clock: ManualClock
) -> None:
    standin.channels.old_edits_left = 1
    message = await channel.send("red")
    await message.edit(content="redder")
    clock.advance(timedelta(hours=1, seconds=1).total_seconds())
    await message.edit(content="green")
    with pytest.raises(discord.HTTPException) as error:
        await message.edit(content="greener")
    assert (error.value.status, error.value.code) == (429, too_many_old_edits().code)


async def test_a_person_is_written_to_directly(standin: DiscordStandin, client: discord.Client) -> None:
    person = await client.fetch_user(MEMBER_ID)
    await person.send("the channel is gone")
    (truth,) = standin.channels.truth()
    assert truth["direct"]
    assert int(truth["first"]["channel_id"]) != CHANNEL_ID


async def test_a_limit_names_the_wait_and_passes(
    standin: DiscordStandin, channel: discord.PartialMessageable
) -> None:
    standin.faults.add(trouble.limited(0.01), POSTS, method="POST", times=2)
    await channel.send("red")  # discord.py waits as requested
    assert standin.faults.served == 2
    assert len(standin.channels.truth()) == 1


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("fault", ["broken", "cut"])
async def test_a_fault_strikes_before_or_after_the_message_is_stored(
    standin: DiscordStandin, fault: str, stored: bool
) -> None:
    order = trouble.cut(stored=stored) if fault == "cut" else trouble.broken(stored=stored)
    standin.faults.add(order, POSTS, method="POST", times=1)
    url = f"{standin.url}{API_PATH}/channels/{CHANNEL_ID}/messages"
    body = {"content": "red", "nonce": "17", "enforce_nonce": True}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as session:
        if fault == "cut":
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.post(url, json=body)
        else:
            async with session.post(url, json=body) as answer:
                assert answer.status == 500
        assert len(standin.channels.truth()) == stored
        async with session.post(url, json=body) as answer:
            assert (await answer.json())["content"] == "red"
    (truth,) = standin.channels.truth()
    assert truth["repeats"] == stored
