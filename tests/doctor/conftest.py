"""Shared by the tests of what runs without a whole world around it."""

from collections.abc import AsyncIterator

import discord.http
import pytest
from discord.gateway import DiscordWebSocket

from bot.core.discord_endpoint import point_discord_at
from tests.support.discord_standin import DiscordStandin


@pytest.fixture
async def discord_standin(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordStandin]:
    """discord.py in this process talks to a stand-in over sockets."""
    for holder, name in ((discord.http.Route, "BASE"), (DiscordWebSocket, "DEFAULT_GATEWAY")):
        monkeypatch.setattr(holder, name, getattr(holder, name))  # put back at the end
    async with DiscordStandin() as standin:
        point_discord_at(standin.url)
        yield standin
        assert not standin.unknown_routes
