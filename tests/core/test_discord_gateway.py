"""What discord.py does when the connection to Discord is cut, with our bounds on it."""

import logging
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord.shard
import pytest

from bot.core.discord_gateway import BoundedBackoff, make_gateway_resilient, shorten_expected


def test_reconnecting_never_waits_longer_than_sixteen_seconds() -> None:
    backoff = BoundedBackoff()
    waits = [backoff.delay() for _ in range(200)]
    assert 8 < max(waits) <= 16


def test_every_shard_has_our_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Shard", "ExponentialBackoff"):
        monkeypatch.setattr(discord.shard, name, getattr(discord.shard, name))
    make_gateway_resilient()
    socket: Any = None
    client: Any = SimpleNamespace(dispatch=None, _reconnect=True)
    shard = discord.shard.Shard(socket, client, print)
    assert isinstance(shard._backoff, BoundedBackoff)


@pytest.mark.parametrize(
    ("error", "is_short"),
    [
        (aiohttp.ClientConnectionError("Cannot connect to host"), True),
        (ConnectionResetError(104, "reset by peer"), True),
        (TimeoutError(), True),
        (KeyError("guild_id"), False),
    ],
)
def test_a_cut_is_one_line_in_the_log_and_a_defect_keeps_its_traceback(
    error: Exception, is_short: bool
) -> None:
    info = (type(error), error, None)
    record = logging.LogRecord("discord.shard", logging.ERROR, __file__, 1, "Reconnecting %s", (7,), info)
    assert shorten_expected(record)
    assert (record.exc_info is None) is is_short
    assert (type(error).__name__ in record.getMessage()) is is_short
    assert record.getMessage().startswith("Reconnecting 7")
