"""Schedules that run: by the clock or by hand, task after task (docs/reference/schedules.md#runs)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from sandbox.answers import (
    Json,
    NodeUnreachable,
    Refusal,
    WingsError,
    refused,
)
from sandbox.backups import Wish, begin
from sandbox.model import GameServer
from sandbox.node_link import on_node
from sandbox.power import (
    SIGNALS,
    PowerBusy,
    PowerRefused,
    ServerOffline,
    send_command,
    signal,
)
from sandbox.resources import Schedule, Task
from sandbox.world import World

NO_SIGNAL = 'The power action provided was not valid, should be one of "stop", "start", "restart", "kill"'
OFFLINE = "Cannot send commands to a stopped server instance."


def check(data: Json, moment: datetime) -> None:
    """Check the cron fields of a request. Raises Refusal (400)."""
    names = ("minute", "hour", "day_of_month", "month", "day_of_week")
    try:
        next_run([str(data[name]) for name in names], moment)
    except ValueError as error:
        raise refused("The cron data provided does not evaluate to a valid expression.") from error


def next_run(fields: Sequence[str], moment: datetime) -> datetime:
    """Return when five cron fields come true after a moment, in its time zone. Raises ValueError."""
    parts = " ".join(fields).replace("?", "*").split()
    is_last_in_list = "L" in fields[2] and "," in fields[2]
    if len(parts) != len(fields) or "l" in fields[2] or is_last_in_list or fields[2] == fields[4] == "?":
        raise ValueError(fields)
    try:
        times = CronSim(" ".join(parts), moment)
    except CronSimError as error:
        raise ValueError(fields) from error
    times.day_and = "*" in (parts[2], parts[4])  # else the panel runs it on either day
    return next(times)


def plan(world: World, server: GameServer, schedule: Schedule) -> None:
    """Set when a schedule runs next, and let it run then if it is active."""
    fields = (schedule.minute, schedule.hour, schedule.day_of_month, schedule.month, schedule.day_of_week)
    here = world.now().astimezone(ZoneInfo(world.settings.timezone))
    schedule.next_run_at = moment = next_run(fields, here).astimezone(UTC)
    if not schedule.is_active:
        return

    def due() -> None:
        if schedule in server.schedules and schedule.is_active and schedule.next_run_at == moment:
            _run_by_clock(world, server, schedule)
            plan(world, server, schedule)

    world.later((moment - world.now()).total_seconds(), due)


def run_now(world: World, server: GameServer, schedule: Schedule) -> None:
    """Run a schedule by hand; the first task's errors come back."""
    if not schedule.tasks:
        raise refused("Cannot process schedule for task execution: no tasks are registered.")
    if schedule.only_when_online and server.state == "offline":
        _end(world, schedule)
        return
    _begin(world, schedule)
    _step(world, server, schedule, 0, is_first_task=True)


def _run_by_clock(world: World, server: GameServer, schedule: Schedule) -> None:
    if not schedule.tasks or server.status is not None:
        return
    if schedule.only_when_online and server.state == "offline":
        return
    _begin(world, schedule)
    first = schedule.tasks[0]
    world.later(first.time_offset, lambda: _step(world, server, schedule, 0))


def _begin(world: World, schedule: Schedule) -> None:
    schedule.is_processing = True
    schedule.tasks[0].is_queued = True


def _step(
    world: World, server: GameServer, schedule: Schedule, number: int, *, is_first_task: bool = False
) -> None:
    if schedule not in server.schedules or number >= len(schedule.tasks):
        _end(world, schedule)
        return
    task = schedule.tasks[number]
    task.is_queued = False
    try:
        _perform(world, server, task)
    except (NodeUnreachable, Refusal, WingsError):
        if not task.continue_on_failure:
            _end(world, schedule)
            if is_first_task:
                raise
            return
    if number + 1 == len(schedule.tasks):
        _end(world, schedule)
        return
    following = schedule.tasks[number + 1]
    following.is_queued = True
    world.later(following.time_offset, lambda: _step(world, server, schedule, number + 1))


def _end(world: World, schedule: Schedule) -> None:
    schedule.is_processing = False
    schedule.last_run_at = world.now()
    for task in schedule.tasks:
        task.is_queued = False


def _perform(world: World, server: GameServer, task: Task) -> None:
    if task.action == "backup":
        begin(world, server, Wish(ignored=task.payload or None, scheduled=True))
    elif task.action == "command":
        on_node(server, lambda: _command(world, server, task.payload))
    elif task.action == "power":
        on_node(server, lambda: _power(world, server, task.payload))


def _command(world: World, server: GameServer, text: str) -> None:
    try:
        send_command(world, server, text)
    except ServerOffline as error:
        raise WingsError(502, OFFLINE) from error


def _power(world: World, server: GameServer, name: str) -> None:
    if name not in SIGNALS:
        raise WingsError(422, NO_SIGNAL)
    try:
        signal(world, server, name)
    except (PowerBusy, PowerRefused):
        return  # dropped silently, as on the API
