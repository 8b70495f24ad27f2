"""Which schedule is meant by what people type."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

from bot.domain.schedules import describe_times
from bot.panel.models import Schedule
from bot.services.schedules import NoSuchSchedule
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.suggestions import Suggestion, suggest

OnSchedule = Callable[[ServerContext, str], Awaitable[None]]


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


def _suggestions(context: ServerContext, schedules: Sequence[Schedule]) -> Iterator[Suggestion]:
    """Name schedules; several of one name by when they run, too."""
    names, now = [schedule.name for schedule in schedules], context.services.clock.now()
    for schedule in schedules:
        is_single = names.count(schedule.name) == 1
        times = "" if is_single else f" · {describe_times(schedule.cron, now)}"
        yield Suggestion(str(schedule.id), f"{schedule.name}{times}")
