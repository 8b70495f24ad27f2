"""The Pterodactyl panel's client API. Knows nothing of Discord."""

from bot.panel import errors, events, models
from bot.panel.breaker import Health
from bot.panel.budget import BudgetView
from bot.panel.client import PanelClient
from bot.panel.config import Lane, NodeConfig, PanelConfig
from bot.panel.node_api import NodeApi

__all__ = [
    "BudgetView",
    "Health",
    "Lane",
    "NodeApi",
    "NodeConfig",
    "PanelClient",
    "PanelConfig",
    "errors",
    "events",
    "models",
]
