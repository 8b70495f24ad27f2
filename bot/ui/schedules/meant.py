"""Which schedule is meant by what people type."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

from bot.domain.schedules import describe_task, describe_times
from bot.panel.models import Schedule
from bot.services.schedules import NoSuchSchedule, NoSuchTask
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.suggestions import Suggestion, suggest

OnSchedule = Callable[[ServerContext, str], Awaitable[None]]
OnTask = Callable[[ServerContext, str, str], Awaitable[None]]
"""What is done with a schedule and the number of one of its tasks."""


async def on_schedule(context: ServerContext, typed: str, work: OnSchedule) -> None:
    """Do something with the schedule that is meant; else offer those that may be meant.

    Only for work that looks for the schedule before anything else.
    """
    try:
        await work(context, typed)
    except NoSuchSchedule as error:
        likely = [*_suggestions(context, error.likely)]
        again = partial(on_schedule, work=work)
        await suggest(context, error, likely, again, page=HubPage.SCHEDULES)


async def on_task(context: ServerContext, typed: str, number: str, work: OnTask) -> None:
    """Do something with the task of a schedule that is meant; else offer those that may be meant.

    Only for work that looks for the task before it changes anything.
    """
    await on_schedule(context, typed, partial(_on_task, number=number, work=work))


async def _on_task(context: ServerContext, typed: str, number: str, work: OnTask) -> None:
    try:
        await work(context, typed, number)
    except NoSuchTask as error:
        names = {str(task.sequence_id): describe_task(task, hides_secrets=False) for task in error.tasks}
        likely = [Suggestion(number, f"{number}. {name}") for number, name in names.items()]

        async def again(context: ServerContext, number: str) -> None:
            await on_task(context, typed, number, work)

        await suggest(context, error, likely, again, page=HubPage.SCHEDULES)


def _suggestions(context: ServerContext, schedules: Sequence[Schedule]) -> Iterator[Suggestion]:
    """Name schedules; several of one name by when they run, too."""
    names, now = [schedule.name for schedule in schedules], context.services.clock.now()
    for schedule in schedules:
        is_single = names.count(schedule.name) == 1
        times = "" if is_single else f" · {describe_times(schedule.cron, now)}"
        yield Suggestion(str(schedule.id), f"{schedule.name}{times}")
