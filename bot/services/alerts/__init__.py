"""What people do with alerts: take them, tune them, choose where they go."""

from bot.services.alerts.acknowledgement import AlertService, HandlingResult
from bot.services.alerts.board import BoardService
from bot.services.alerts.channel import AlertChannelService, ChannelChoice
from bot.services.alerts.rules import AlertRulesService, EffectiveRule, EffectiveRules

__all__ = [
    "AlertChannelService",
    "AlertRulesService",
    "AlertService",
    "BoardService",
    "ChannelChoice",
    "EffectiveRule",
    "EffectiveRules",
    "HandlingResult",
]
