"""Schedules that stand in the sandbox's panel."""

from sandbox.resources import Schedule, Task
from sandbox.schedules import plan
from tests.support.world import World

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
