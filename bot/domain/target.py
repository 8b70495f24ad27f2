"""Which server something is done to, with what its panel's list says of it."""

from dataclasses import dataclass

from bot.panel.models import Server


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and the panel it lives on."""

    panel_id: str
    server: Server
