"""What a new or changed schedule is to be: its name and tasks as people type them, and ready-made ones."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from bot.core.errors import BadInput, Refused
from bot.core.i18n import N_, Worded, _
from bot.domain import cron
from bot.domain.console_line import is_one_line
from bot.domain.cron_form import as_panel_form
from bot.domain.cron_words import as_fields
from bot.domain.durations import read_duration
from bot.domain.schedules import OWN_BACKUPS
from bot.panel.models import PowerSignal, Schedule, Task, TaskAction, TaskDraft

LONGEST_NAME = 191
"""In characters; the panel cuts blanks from both ends."""
MOST_TASKS = 10
LONGEST_DELAY_S = 900
"""Between two tasks (docs/reference/schedules.md#tasks)."""

_WARNINGS = (
    (N_("The server restarts in 5 minutes"), 0),
    (N_("The server restarts in 1 minute"), 240),
    (N_("The server restarts in 10 seconds"), 50),
)
"""Texts with the seconds after the one before."""

Announce = Callable[[str], str]
"""Makes the console line that shows a text to all players."""


class Preset(Worded, StrEnum):
    """What a new schedule does at first."""

    RESTART = "restart with warnings"
    BACKUP = "backup"
    NOTHING = "nothing yet"


class Deed(Worded, StrEnum):
    """What a task does, as people choose it."""

    COMMAND = "command"
    RESTART = "restart"
    START = "start"
    STOP = "stop"
    KILL = "kill"
    BACKUP = "backup"


def preset_tasks(preset: Preset, announce: Announce | None) -> tuple[TaskDraft, ...]:
    """Return the tasks of a ready-made schedule; without `announce`, players get no warning."""
    if preset is Preset.BACKUP:
        return (TaskDraft(action=TaskAction.BACKUP),)
    if preset is Preset.NOTHING:
        return ()
    restart = TaskDraft(action=TaskAction.POWER, payload=PowerSignal.RESTART.value)
    if announce is None:
        return (restart,)
    lines = [
        TaskDraft(action=TaskAction.COMMAND, payload=announce(_(text)), delay_s=delay)
        for text, delay in _WARNINGS
    ]
    return (*lines, restart.model_copy(update={"delay_s": 10}))


def checked_schedule_name(typed: str) -> str:
    """Return the name without blanks around it. Raises BadInput when the panel would refuse it."""
    name = " ".join(typed.split())
    if not name:
        raise BadInput(_("The schedule needs a name."))
    if len(name) > LONGEST_NAME:
        raise BadInput(
            _(
                "The name has {count} characters; the panel accepts at most {longest_name}.",
                count=len(name),
                longest_name=LONGEST_NAME,
            ),
            next_step=_("Shorten it and run the command again."),
        )
    if name == OWN_BACKUPS:
        raise BadInput(
            _("That name belongs to Quetzal's own backup schedule."),
            next_step=_("Choose another name, or set it up with `/backup schedule`."),
        )
    return name


def checked_times(typed: str, now: datetime) -> str:
    """Return the five fields for words or fields. Raises BadCron for what would not run as meant."""
    fields = as_panel_form(" ".join(as_fields(typed).split()))
    cron.parse(fields, now)
    return fields


def checked_delay(typed: str) -> int:
    """Return the seconds. Raises BadInput for what is no time, or more than the panel allows."""
    if not typed.strip():
        return 0
    seconds = read_duration(typed)
    if seconds is None or seconds > LONGEST_DELAY_S:
        raise BadInput(
            _("The delay is at most 15 minutes after the task before it, such as 30 s or 5 min."),
            next_step=_("Correct it. For a longer pause, add several tasks."),
        )
    return round(seconds)


def task_draft(deed: Deed, command: str, delay: str, *, goes_on: bool) -> TaskDraft:
    """Make a task from what people chose and typed. Raises BadInput.

    The panel checks no payload: a wrong one would fail when it runs (docs/reference/schedules.md#tasks).
    """
    if deed is Deed.COMMAND:
        action, payload = TaskAction.COMMAND, _one_line(command)
    elif command.strip():
        raise BadInput(
            _("Only a task that sends a command takes a command."),
            next_step=_("Leave the command out, or choose `command` as what the task does."),
        )
    elif deed is Deed.BACKUP:
        action, payload = TaskAction.BACKUP, ""
    else:
        action, payload = TaskAction.POWER, deed.value
    delay_s = checked_delay(delay)
    return TaskDraft(action=action, payload=payload, delay_s=delay_s, continue_on_failure=goes_on)


def draft_of_task(task: Task) -> TaskDraft:
    """Return everything that an update of a task has to send, as it is now."""
    return TaskDraft(
        action=task.action,
        payload=task.payload or "",
        delay_s=task.delay_s,
        continue_on_failure=task.continue_on_failure,
    )


def deed_of(task: Task) -> Deed | None:
    """Return what a task does, None for what people can't choose here."""
    word = task.payload if task.action is TaskAction.POWER else task.action.value
    return Deed(word) if word in set(Deed) else None


def check_room_for_task(schedule: Schedule) -> None:
    """Refuse an eleventh task."""
    if len(schedule.tasks) >= MOST_TASKS:
        raise Refused(
            _("A schedule has at most {most_tasks} tasks, and this one has them.", most_tasks=MOST_TASKS),
            next_step=_("Remove a task first, or make a second schedule."),
        )


def check_backups_allowed(tasks: Sequence[TaskDraft], limit: int | None) -> None:
    """Refuse a backup task where the panel allows the server no backups."""
    if not limit and any(task.action is TaskAction.BACKUP for task in tasks):
        raise Refused(
            _("This server can't have backups: its limit in the panel is 0."),
            next_step=_("Whoever runs the panel can raise the limit."),
        )


def _one_line(typed: str) -> str:
    line = typed.strip()
    if not line:
        raise BadInput(
            _("There is no command to send."), next_step=_("Write the command that the task sends.")
        )
    if not is_one_line(line):
        raise BadInput(
            _("A console command is one line without control characters."),
            next_step=_("Add a task for each line."),
        )
    return line
