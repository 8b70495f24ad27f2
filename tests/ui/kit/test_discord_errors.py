"""What goes wrong between the bot and Discord is one of the watch's four words, whatever it was."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.alerting.receiver import (
    ChannelClosed,
    DeliveryUnknown,
    MessageDeleted,
    RetryAfter,
)
from bot.ui.kit.discord_errors import faults


def answer(status: int, code: int = 0, retry_after: str | None = None) -> discord.HTTPException:
    kinds: dict[int, type[discord.HTTPException]] = {403: discord.Forbidden, 404: discord.NotFound}
    kind = kinds.get(status, discord.DiscordServerError if status >= 500 else discord.HTTPException)
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    response: Any = SimpleNamespace(status=status, reason="", headers=headers)
    return kind(response, {"code": code, "message": ""})


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (answer(403, 50001), ChannelClosed),
        (answer(403, 50013), ChannelClosed),
        (answer(404, 10003), ChannelClosed),
        (answer(404, 10008), MessageDeleted),
        (answer(403), RetryAfter),
        (answer(404), RetryAfter),
        (answer(401), RetryAfter),
        (answer(429, 30046), RetryAfter),
        (answer(429), RetryAfter),
        (discord.RateLimited(42.0), RetryAfter),
        (answer(500), DeliveryUnknown),
        (answer(503), DeliveryUnknown),
        (TimeoutError(), DeliveryUnknown),
        (ConnectionResetError(), DeliveryUnknown),
        (aiohttp.ServerDisconnectedError(), DeliveryUnknown),
        (aiohttp.ClientPayloadError(), DeliveryUnknown),
        (discord.ClientException(), DeliveryUnknown),
        (RuntimeError("Session is closed"), DeliveryUnknown),
        (MessageDeleted("said already"), MessageDeleted),
    ],
    ids=repr,
)
def test_each_fault_has_its_word(error: Exception, word: type[Exception]) -> None:
    with pytest.raises(word), faults():
        raise error


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (answer(429, 30046, retry_after="7.5"), 7.5),
        (answer(429, retry_after="soon"), 60.0),
        (discord.RateLimited(42.0), 42.0),
    ],
)
def test_a_limit_says_how_long(error: Exception, seconds: float) -> None:
    with pytest.raises(RetryAfter) as raised, faults():
        raise error
    assert raised.value.after_s == seconds


def test_only_a_channel_that_is_not_there_is_gone() -> None:
    for code, gone in ((10003, True), (10004, True), (50001, False)):
        with pytest.raises(ChannelClosed) as raised, faults():
            raise answer(404 if gone else 403, code)
        assert raised.value.gone is gone
