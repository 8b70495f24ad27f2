"""What people do with alerts: take them, tune them, choose where they go."""

from bot.actions.alerts.boards import BoardsAction
from bot.actions.alerts.channel import AlertChannelAction, Chosen
from bot.actions.alerts.ruling import AlertRulesAction, Rulebook, Ruled
from bot.actions.alerts.taking import AlertsAction, Handled

__all__ = [
    "AlertChannelAction",
    "AlertRulesAction",
    "AlertsAction",
    "BoardsAction",
    "Chosen",
    "Handled",
    "Rulebook",
    "Ruled",
]
