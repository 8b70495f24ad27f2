"""A server as the target of an action, with its data from the panel's list."""

from dataclasses import dataclass

from bot.panel.models import Server


@dataclass(frozen=True, slots=True)
class Target:
    """A server and its panel."""

    panel_id: str
    server: Server
