"""Everything that goes wrong with the panel's schedules."""

from functools import partial

from tests.fault_messages.page import Fault
from tests.fault_messages.plays import (
    DOWN,
    asked,
    both,
    breaks,
    confirmed,
    may,
    nothing,
    offline,
    panel_down,
    unanswered,
    unanswered_after,
)
from tests.support.schedules import add_task, scheduled
from tests.support.world import World

_PATH, _TASKS = "*/schedules*", "*/tasks*"
_READ = ("schedule.read", "websocket.connect")
_MOST_TASKS = 10


def nightly(world: World) -> None:
    """Make a schedule that restarts the server."""
    scheduled(world, "Nightly", ("command", "say bye", 0), ("power", "restart", 60))


def of_backups(world: World) -> None:
    """Make a schedule that makes backups, on a server that can't have any."""
    scheduled(world, "Backup", ("backup", "", 0))
    world.survival.feature_limits.backups = 0


def twins(world: World) -> None:
    """Make two schedules of one name."""
    nightly(world)
    nightly(world)


def full(world: World) -> None:
    """Make a schedule with as many tasks as there can be."""
    made = scheduled(world, "Nightly")
    for _ in range(_MOST_TASKS):
        add_task(world, made, "backup")


def picky(world: World) -> None:
    """Make a schedule that runs only while the server is online, which it isn't."""
    scheduled(world, "Nightly", ("command", "say bye", 0), only_when_online=True)
    offline(world)


def gone(world: World) -> None:
    """Let somebody delete it meanwhile."""
    world.survival.schedules.clear()


_create = partial(confirmed, "schedule create", "Create", name="Tidy up", when="every day at 4:00")

FAULTS = (
    Fault("nobody knows that schedule", "schedule show", asked("schedule show", nightly, schedule="Nihtly")),
    Fault("two have that name", "schedule show", asked("schedule show", twins, schedule="Nightly")),
    Fault("the panel is down", "schedule list", asked("schedule list", panel_down)),
    Fault("the account may not see schedules", "schedule list", asked("schedule list", may("file.read"))),
    Fault(
        "the times can't be read",
        "schedule create",
        asked("schedule create", nothing, name="Tidy", when="every blue moon"),
    ),
    Fault(
        "a step larger than its field",
        "schedule create",
        asked("schedule create", nothing, name="Tidy", when="0 */168 * * *"),
    ),
    Fault(
        "no name", "schedule create", asked("schedule create", nothing, name=" ", when="every day at 4:00")
    ),
    Fault(
        "a backup, on a server that can't have any",
        "schedule create",
        asked(
            "schedule create",
            lambda world: setattr(world.survival.feature_limits, "backups", 0),
            name="Backup",
            when="every day at 4:00",
            does="backup",
        ),
    ),
    Fault("the account may not create", "schedule create", _create(may(*_READ))),
    Fault("no answer, and it was not made", "schedule create", _create(unanswered(_PATH, "POST"))),
    Fault("no answer, and nobody can look", "schedule create", _create(unanswered_after(1, _PATH, "POST"))),
    Fault(
        "its task is refused",
        "schedule create",
        confirmed(
            "schedule create",
            "Create",
            breaks(DOWN, _TASKS, "POST", None),
            name="Restart",
            when="every day at 4:00",
            does="restart with warnings",
        ),
    ),
    Fault(
        "nothing to change",
        "schedule edit",
        asked("schedule edit", nightly, schedule="Nightly"),
    ),
    Fault(
        "no answer, and nothing was changed",
        "schedule edit",
        asked("schedule edit", both(nightly, unanswered(_PATH, "POST")), schedule="Nightly", name="Weekly"),
    ),
    Fault(
        "no answer, and nobody can look",
        "schedule pause",
        asked(
            "schedule pause",
            both(nightly, unanswered_after(1, _PATH, "POST")),
            schedule="Nightly",
        ),
    ),
    Fault(
        "it is paused already",
        "schedule pause",
        asked(
            "schedule pause",
            lambda world: scheduled(world, "Nightly", ("backup", "", 0), is_active=False),
            schedule="Nightly",
        ),
    ),
    Fault(
        "only while online, and it is off", "schedule run", asked("schedule run", picky, schedule="Nightly")
    ),
    Fault(
        "its first task fails",
        "schedule run",
        confirmed("schedule run", "Run Backup", given=of_backups, schedule="Backup"),
    ),
    Fault(
        "no answer",
        "schedule run",
        confirmed(
            "schedule run", "Run Nightly", unanswered(_PATH, "POST"), given=nightly, schedule="Nightly"
        ),
    ),
    Fault(
        "the account may not delete",
        "schedule delete",
        confirmed("schedule delete", "Delete Nightly", may(*_READ), given=nightly, schedule="Nightly"),
    ),
    Fault(
        "it was deleted meanwhile",
        "schedule delete",
        confirmed("schedule delete", "Delete Nightly", gone, given=nightly, schedule="Nightly"),
    ),
    Fault(
        "no answer, and it is still there",
        "schedule delete",
        confirmed(
            "schedule delete",
            "Delete Nightly",
            unanswered(_PATH, "DELETE"),
            given=nightly,
            schedule="Nightly",
        ),
    ),
    Fault(
        "it has as many tasks as there can be",
        "schedule task add",
        asked("schedule task add", full, schedule="Nightly", does="backup"),
    ),
    Fault(
        "a command without its text",
        "schedule task add",
        asked("schedule task add", nightly, schedule="Nightly", does="command"),
    ),
    Fault(
        "a delay that is too long",
        "schedule task add",
        asked("schedule task add", nightly, schedule="Nightly", does="restart", after="2 hours"),
    ),
    Fault(
        "it has no such task",
        "schedule task edit",
        asked("schedule task edit", nightly, schedule="Nightly", task="7", after="5 s"),
    ),
    Fault(
        "no answer, and nothing was changed",
        "schedule task edit",
        asked(
            "schedule task edit",
            both(nightly, unanswered(_TASKS, "POST")),
            schedule="Nightly",
            task="1",
            after="5 s",
        ),
    ),
    Fault(
        "no answer, and it is still there",
        "schedule task remove",
        confirmed(
            "schedule task remove",
            "Remove task 2",
            unanswered(_TASKS, "DELETE"),
            given=nightly,
            schedule="Nightly",
            task="2",
        ),
    ),
)
