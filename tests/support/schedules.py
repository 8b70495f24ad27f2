"""Schedules in the sandbox's panel, and the commands about them."""

from simcord import InteractionResult

from sandbox.resources import Schedule, Task
from sandbox.schedules import plan
from tests.support.messages import text
from tests.support.world import World, shown

AnyTask = tuple[str, str, int]
"""Action, payload and delay in seconds."""


def scheduled(
    world: World,
    name: str,
    *tasks: AnyTask,
    cron: str = "0 4 * * *",
    is_active: bool = True,
    only_when_online: bool = False,
) -> Schedule:
    """Put a schedule of these tasks into the panel; daily at 4:00 if nothing else is said."""
    panel, now = world.sandbox.world, world.sandbox.world.now()
    minute, hour, day_of_month, month, day_of_week = cron.split()
    made = Schedule(
        id=panel.next_id("schedule"),
        name=name,
        minute=minute,
        hour=hour,
        day_of_month=day_of_month,
        month=month,
        day_of_week=day_of_week,
        is_active=is_active,
        only_when_online=only_when_online,
        created_at=now,
        updated_at=now,
    )
    for action, payload, delay in tasks:
        add_task(world, made, action, payload, delay)
    world.survival.schedules.append(made)
    plan(panel, world.survival, made)
    return made


def add_task(world: World, schedule: Schedule, action: str, payload: str = "", delay: int = 0) -> Task:
    """Put a task at the end of a schedule."""
    now = world.sandbox.world.now()
    task = Task(
        id=world.sandbox.world.next_id("task"),
        sequence_id=len(schedule.tasks) + 1,
        action=action,
        payload=payload,
        time_offset=delay,
        continue_on_failure=False,
        created_at=now,
        updated_at=now,
    )
    schedule.tasks.append(task)
    return task


async def run(world: World, command: str, /, **given: object) -> InteractionResult:
    """Run a command of `/schedule` on the server Survival."""
    return await world.admin.slash(world.channel, f"schedule {command}", server="Survival", **given)


async def said(world: World, command: str, /, **given: object) -> str:
    """Return what such a command shows."""
    return text(shown(await run(world, command, **given)))


def only(world: World) -> Schedule:
    """Return the only schedule of the server."""
    (schedule,) = world.survival.schedules
    return schedule


def does(schedule: Schedule) -> list[AnyTask]:
    """List its tasks as they run."""
    tasks = sorted(schedule.tasks, key=lambda task: task.sequence_id)
    return [(task.action, task.payload, task.time_offset) for task in tasks]
