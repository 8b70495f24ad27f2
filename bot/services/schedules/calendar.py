"""The schedules of a server as they are now, with when each runs next."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.i18n import _
from bot.domain.cron import BadCron
from bot.domain.name_ranking import NameIndex
from bot.domain.panel_runs import unusual_day
from bot.domain.panel_time import PanelZone, next_runs, zone_of
from bot.domain.schedule_drafts import checked_schedule_name, checked_times
from bot.domain.schedules import by_next_run
from bot.panel.models import Cron, Entries, Schedule, ScheduleDraft, Task
from bot.services.schedules.errors import NoSuchSchedule, NoSuchTask

_RUNS_SHOWN = 3
_LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ScheduleList:
    """The schedules of a server, what runs next first, and the zone in which the panel has their times."""

    schedules: Entries[Schedule]
    zone: PanelZone
    at: datetime

    def next_runs(self, schedule: Schedule) -> list[datetime]:
        """Return its next three runs: the first as the panel says, others worked out; none when paused."""
        first = schedule.next_run_at
        if not schedule.is_active or first is None:
            return []
        try:
            return [first, *next_runs(schedule.cron, first, self.zone, _RUNS_SHOWN - 1)]
        except BadCron:
            return [first]

    def unusual_day(self, schedule: Schedule) -> tuple[date, bool] | None:
        """Return a day soon on which the clocks change and it runs more (True) or less often than usual.

        Known only where the panel's zone was set.
        """
        runs = self.next_runs(schedule)
        if self.zone.named is None or not runs:
            return None
        try:
            return unusual_day(schedule.cron, self.at, runs[-1], self.zone.named)
        except BadCron:
            return None

    def is_overdue(self, schedule: Schedule) -> bool:
        """Whether the panel should have run it by now: its own scheduler stands still.

        The panel begins a run within a minute, and sets the next one then (docs/reference/schedules.md#runs).
        """
        due = schedule.next_run_at
        is_waiting = schedule.is_active and not schedule.is_processing
        return is_waiting and due is not None and self.at - due > _LATE

    def preview(self, cron: Cron) -> list[datetime]:
        """Work out when a schedule with these fields would run first. Raises BadCron."""
        return next_runs(cron, self.at, self.zone, _RUNS_SHOWN)

    def with_changed(self, schedule: Schedule) -> "ScheduleList":
        """Return the list with a schedule as it is now, in its place of the calendar."""
        others = (other for other in self.schedules if other.id != schedule.id)
        schedules = by_next_run([*others, schedule])
        zone = zone_of(schedules, self.zone.named or self.zone.contradicted)
        zone = zone if zone.is_known else self.zone
        return replace(self, schedules=self.schedules.like(schedules), zone=zone)

    def draft(self, name: str, when: str, *, only_when_online: bool) -> ScheduleDraft:
        """Make a new schedule from what people type. Raises BadInput, BadCron."""
        cron = Cron.from_fields(checked_times(when, self.at))
        return ScheduleDraft(name=checked_schedule_name(name), cron=cron, only_when_online=only_when_online)

    def find(self, typed: str) -> Schedule:
        """Find a schedule by its id or its name. Raises NoSuchSchedule."""
        wanted = typed.strip().casefold()
        by_id = [schedule for schedule in self.schedules if str(schedule.id) == wanted]
        named = [schedule for schedule in self.schedules if schedule.name.strip().casefold() == wanted]
        matching = by_id or named
        if len(matching) == 1:
            return matching[0]
        if matching:
            raise NoSuchSchedule(_("Several schedules of this server have that name."), likely=matching)
        by_name = NameIndex.of(self.schedules, _name, _no_codes)
        raise NoSuchSchedule(likely=by_name.ranked(typed))


def _name(schedule: Schedule) -> str:
    return schedule.name


def _no_codes(_schedule: Schedule) -> tuple[str, ...]:
    return ()


def find_task(schedule: Schedule, typed: str) -> Task:
    """Find a task by its number. Raises NoSuchTask."""
    number = typed.strip()
    task = next((task for task in schedule.tasks if str(task.sequence_id) == number), None)
    if task is None:
        wanted = int(number[:9]) if number.isdecimal() else 0
        raise NoSuchTask(sorted(schedule.tasks, key=lambda task: abs(task.sequence_id - wanted)))
    return task
