"""The panel's schedules in words: what a task does, when each runs, what people should know before a run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.i18n import N_, Message, _
from bot.core.secret_masking import mask_line
from bot.domain import cron
from bot.domain.formatting import counted, duration
from bot.domain.quoting import quoted
from bot.panel.models import Cron, PowerSignal, Schedule, Task, TaskAction, TaskDraft

AnyTask = Task | TaskDraft
OWN_BACKUPS = "Quetzal backup"
"""The name of the schedule that `/backup schedule` keeps."""
_ROOM = 60
_MINUTE_S = 60
_STOPS = (PowerSignal.STOP, PowerSignal.RESTART, PowerSignal.KILL)
_SIGNALS: dict[str, Message] = {
    PowerSignal.START: N_("start the server"),
    PowerSignal.STOP: N_("stop the server"),
    PowerSignal.RESTART: N_("restart the server"),
    PowerSignal.KILL: N_("kill the server"),
}


@dataclass(frozen=True, slots=True)
class TimedTask:
    """A task, and so many seconds after the beginning of a run it is done."""

    task: Task
    after_s: int


def timeline(tasks: Iterable[Task]) -> Iterator[TimedTask]:
    """Add up the delays: the panel counts each from the task before it."""
    after_s = 0
    for task in tasks:
        after_s += task.delay_s
        yield TimedTask(task, after_s)


def with_task(schedule: Schedule, changed: Task) -> Schedule:
    """Return the schedule with a task that was added or changed, at the place that it has now."""
    tasks = [task for task in schedule.tasks if task.id != changed.id]
    tasks.insert(changed.sequence_id - 1, changed)
    return _renumbered(schedule, tasks)


def without_task(schedule: Schedule, removed: Task) -> Schedule:
    """Return the schedule without a task; those behind it have moved up."""
    return _renumbered(schedule, [task for task in schedule.tasks if task.id != removed.id])


def describe_task(task: AnyTask, *, hides_secrets: bool) -> str:
    """Say what a task does, as a verb and its object."""
    payload = (task.payload or "").strip()
    if task.action is TaskAction.COMMAND:
        return _("send {code}", code=_code(mask_line(payload) if hides_secrets else payload))
    if task.action is TaskAction.POWER:
        if payload in _SIGNALS:
            return _(_SIGNALS[payload])
        return _("send the power signal {code}, which doesn't exist", code=_code(payload))
    if task.action is TaskAction.BACKUP:
        return _("make a backup")
    if task.action is TaskAction.DELETE_FILES:
        return _("delete the files {code}", code=_code(payload))
    return _("do something that only the panel knows")


def delay_text(seconds: int) -> str:
    """Say a delay exactly: `5 minutes`, `50 seconds`, `4 min 30 s`."""
    minutes, rest = divmod(seconds, _MINUTE_S)
    if minutes and rest:
        return duration(seconds)
    return counted(minutes, "minute", "minutes") if minutes else counted(rest, "second", "seconds")


def describe_times(fields: Cron, now: datetime) -> str:
    """Say when it runs, as in `at 04:00 every day`; the fields themselves where Quetzal can't read them."""
    try:
        return cron.describe(cron.parse(str(fields), now))
    except cron.BadCron:
        return quoted(str(fields))


def left_out_times(fields: Cron, now: datetime) -> cron.TimesLeftOut | None:
    """Return why the panel may leave out some of its times; None when it doesn't."""
    try:
        cron.parse(str(fields), now)
    except cron.TimesLeftOut as error:
        return error
    except cron.BadCron:
        return None
    return None


def stops_server(tasks: Iterable[AnyTask]) -> bool:
    """Whether a task stops, restarts or kills the server."""
    return any(task.action is TaskAction.POWER and task.payload in _STOPS for task in tasks)


def backs_up(tasks: Iterable[AnyTask]) -> bool:
    """Whether a task makes a backup."""
    return any(task.action is TaskAction.BACKUP for task in tasks)


def is_own_backups(schedule: Schedule) -> bool:
    """Whether it is the one that `/backup schedule` keeps, which is changed there only."""
    return schedule.name == OWN_BACKUPS


def by_next_run(schedules: Sequence[Schedule]) -> list[Schedule]:
    """Sort as a calendar: what runs next comes first, what is paused last."""
    return sorted(
        schedules,
        key=lambda schedule: (
            not schedule.is_active,
            schedule.next_run_at is None,
            schedule.next_run_at.timestamp() if schedule.next_run_at else 0.0,
            schedule.id,
        ),
    )


def _renumbered(schedule: Schedule, tasks: Iterable[Task]) -> Schedule:
    numbered = tuple(task.model_copy(update={"sequence_id": number}) for number, task in enumerate(tasks, 1))
    return schedule.model_copy(update={"tasks": numbered})


def _code(text: str) -> str:
    return quoted(text if len(text) <= _ROOM else f"{text[: _ROOM - 1]}…")
