"""Refusals before a request about schedules."""

from collections.abc import Sequence

from bot.core.errors import Missing, Refused
from bot.core.i18n import N_
from bot.panel.models import Schedule, Task


class NoSuchSchedule(Missing):
    """No schedule, or more than one, has that name; `likely` are those that may be meant."""

    happened = N_("This server has no schedule of that name.")
    next_step = N_(
        "Choose from the list that appears while you type, or see all of them with `/schedule list`."
    )

    def __init__(self, happened: str | None = None, *, likely: Sequence[Schedule] = ()) -> None:
        super().__init__(happened)
        self.likely = likely


class NoSuchTask(Missing):
    """The schedule has no task of that number; `tasks` are those it has, the nearest first."""

    happened = N_("This schedule has no task of that number.")
    next_step = N_("Choose from the list that appears while you type, or see them with `/schedule show`.")

    def __init__(self, tasks: Sequence[Task]) -> None:
        super().__init__()
        self.tasks = tasks


class OwnBackupSchedule(Refused):
    """What Quetzal keeps for `/backup schedule` is changed there, where it is known who set it up."""

    happened = N_("That is Quetzal's own backup schedule.")
    next_step = N_("Change it or turn it off with `/backup schedule`.")


class OnlyWhenOnline(Refused):
    """The panel would say yes and do nothing."""

    happened = N_("This schedule only runs while the server is online, and the server is offline.")
    state = N_("Nothing was run.")
    next_step = N_("Start the server first, or change the schedule with `/schedule edit`.")
