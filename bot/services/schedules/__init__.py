"""The panel's own schedules: list, run, pause, create, change and delete them and their tasks."""

from bot.services.schedules.calendar import ScheduleList, find_task
from bot.services.schedules.errors import NoSuchSchedule, NoSuchTask, OnlyWhenOnline, OwnBackupSchedule
from bot.services.schedules.manage import ScheduleService, draft_of
from bot.services.schedules.tasks import TaskService

__all__ = [
    "NoSuchSchedule",
    "NoSuchTask",
    "OnlyWhenOnline",
    "OwnBackupSchedule",
    "ScheduleList",
    "ScheduleService",
    "TaskService",
    "draft_of",
    "find_task",
]
