"""What the chart worker runs: plain data in, a PNG out. Imports no Discord, and nothing heavy at the top."""

from bot.ui.drawing.alert import AlertChart, describe_alert, draw_alert
from bot.ui.drawing.backups import BackupPoint, draw_backups
from bot.ui.drawing.performance import PerformanceChart, draw_performance

__all__ = [
    "AlertChart",
    "BackupPoint",
    "PerformanceChart",
    "describe_alert",
    "draw_alert",
    "draw_backups",
    "draw_performance",
]
