"""What people do with alerts: acknowledge, silence, change rules, choose channels."""

from bot.services.alerts.acknowledgement import AlertService, HandlingResult
from bot.services.alerts.board import BoardService, work_of
from bot.services.alerts.channel import AlertChannelService, ChannelChoice
from bot.services.alerts.context import AlertContext, NotificationContext
from bot.services.alerts.public_board import PublicBoardService
from bot.services.alerts.public_page import PublicPage
from bot.services.alerts.rules import AlertRulesService, EffectiveRule, EffectiveRules
from bot.services.alerts.visibility import place_of

__all__ = [
    "AlertChannelService",
    "AlertContext",
    "AlertRulesService",
    "AlertService",
    "BoardService",
    "ChannelChoice",
    "EffectiveRule",
    "EffectiveRules",
    "HandlingResult",
    "NotificationContext",
    "PublicBoardService",
    "PublicPage",
    "place_of",
    "work_of",
]
