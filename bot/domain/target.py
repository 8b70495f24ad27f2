"""A server as the target of an action, with its data from the panel's list."""

from dataclasses import dataclass

from bot.domain.observation import ServerKey
from bot.panel.models import Server


@dataclass(frozen=True, slots=True)
class Target:
    """A server and its panel."""

    panel_id: str
    server: Server

    @property
    def key(self) -> ServerKey:
        """The server's key in the store."""
        return ServerKey(self.panel_id, self.server.uuid)
