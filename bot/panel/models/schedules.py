"""Schedules and their tasks (docs/reference/schedules.md)."""

from typing import Annotated, Self

from pydantic import AfterValidator, AliasPath, Field
from typing_extensions import override

from bot.panel.models.base import Amount, Flag, Model, OpenEnum, Text, Timestamp
from bot.panel.models.php import WrappedItems


class TaskAction(OpenEnum):
    """What a task does; DELETE_FILES is Pelican's."""

    COMMAND = "command"
    POWER = "power"
    BACKUP = "backup"
    DELETE_FILES = "delete_files"
    UNKNOWN = "unknown"


class Cron(Model):
    """The five fields, all strings, in the panel's time zone."""

    minute: str
    hour: str
    day_of_month: str
    month: str
    day_of_week: str

    @classmethod
    def from_fields(cls, text: str) -> Self:
        """Make it from five fields with blanks between them."""
        minute, hour, day_of_month, month, day_of_week = text.split()
        return cls(minute=minute, hour=hour, day_of_month=day_of_month, month=month, day_of_week=day_of_week)

    @override
    def __str__(self) -> str:
        return f"{self.minute} {self.hour} {self.day_of_month} {self.month} {self.day_of_week}"


class Task(Model):
    """One step of a schedule; `delay_s` counts from the step before it."""

    id: int
    sequence_id: int
    action: TaskAction
    payload: str | None = ""
    delay_s: Amount = Field(default=0, validation_alias="time_offset")
    is_queued: Flag = False
    continue_on_failure: Flag = False


def _in_order(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Sort tasks as they run: the panel lists them by their ids (docs/reference/schedules.md#tasks)."""
    return tuple(sorted(tasks, key=lambda task: (task.sequence_id, task.id)))


class Schedule(Model):
    """A schedule with its tasks, in the order in which they run.

    `last_run_at` is when a run ended, whether it worked or not; `next_run_at` is set for inactive ones, too.
    """

    id: int
    name: Text
    cron: Cron
    is_active: Flag = False
    is_processing: Flag = False
    only_when_online: Flag = False
    last_run_at: Timestamp | None = None
    next_run_at: Timestamp | None = None
    tasks: Annotated[WrappedItems[Task], AfterValidator(_in_order)] = Field(
        default=(), validation_alias=AliasPath("relationships", "tasks", "data")
    )


class ScheduleDraft(Model):
    """The content of a schedule. An update replaces everything, so every field is always sent."""

    name: str
    cron: Cron
    is_active: bool = True
    only_when_online: bool = False


class TaskDraft(Model):
    """The content of a task; `delay_s` 0 to 900."""

    action: TaskAction
    payload: str = ""
    delay_s: int = 0
    sequence_id: int | None = None
    continue_on_failure: bool = False
