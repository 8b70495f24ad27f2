"""Pelican's plugin "Player Counter", where a panel has it (docs/reference/versions.md#player-counter)."""

from pydantic import TypeAdapter

from bot.panel.account_session import AccountSession
from bot.panel.models.base import Model, Text
from bot.panel.request import Request, server_ids

_names = TypeAdapter(list[str]).validate_json


class CountedPlayers(Model):
    """What a game reported to the plugin."""

    hostname: Text = ""
    map: Text = ""
    current_players: int
    max_players: int | None = None


class PlayerCounter:
    """Queries by the panel: it makes two a minute for a server, for all users and both calls together."""

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def query(self, uuid: str) -> CountedPlayers:
        """Have the game queried. NotFound without the plugin, NotQueryable, PanelFault for a silent game."""
        request = Request(
            "GET",
            "/servers/{server}/query",
            server_ids(uuid),
            parse=CountedPlayers.model_validate_json,
            own_limiter=True,
        )
        return await self._channel.send(request)

    async def players(self, uuid: str) -> list[str]:
        """Return who is on. The same errors; NotQueryable also when nobody is on or no names are known."""
        request = Request(
            "GET", "/servers/{server}/query/players", server_ids(uuid), parse=_names, own_limiter=True
        )
        return await self._channel.send(request)
