"""The panel's own schedules: list, run, pause, create, change and delete them and their tasks."""

from bot.services.schedules.errors import NoSuchSchedule, OnlyWhenOnline, OwnBackupSchedule
from bot.services.schedules.manage import ScheduleList, ScheduleService

__all__ = [
    "NoSuchSchedule",
    "OnlyWhenOnline",
    "OwnBackupSchedule",
    "ScheduleList",
    "ScheduleService",
]
