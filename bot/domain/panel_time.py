"""The panel's time zone, as its settings or its schedules show it: the panel says nowhere which one it has.

It works out `next_run_at` in its own zone and gives it in UTC (docs/reference/schedules.md#fields): the cron
fields of a schedule and that moment fit together in one zone only, as long as the schedule names an hour.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from cronsim import CronSim

from bot.core.i18n import _
from bot.domain import cron
from bot.domain.panel_runs import runs_in
from bot.panel.models import Cron, Schedule

_QUARTER = timedelta(minutes=15)
# One day of offsets: New Zealand's summer (+13) rather than Samoa (-11), which have the same time of day.
_OFFSETS = tuple(n * _QUARTER for n in range(-10 * 4, 14 * 4))
_UTC = timedelta()


@dataclass(frozen=True, slots=True)
class PanelZone:
    """An offset from UTC; `is_known` is False where it is only assumed to be UTC.

    `named` is the zone that was set for the panel, with its summer time; None where none was, or where the
    panel's own runs show another one. Then `contradicted` is the one that was set.
    """

    offset: timedelta = _UTC
    is_known: bool = False
    named: ZoneInfo | None = None
    contradicted: ZoneInfo | None = None

    @property
    def name(self) -> str:
        """`Europe/Berlin`, `UTC`, `UTC+2`, `UTC+5:30`."""
        if self.named is not None:
            return self.named.key
        minutes = round(abs(self.offset).total_seconds() / 60)
        sign = "-" if self.offset < _UTC else "+"
        return (
            _(
                "UTC{sign}{minutes}{rest}",
                sign=sign,
                minutes=minutes // 60,
                rest=f":{minutes % 60:02}" if minutes % 60 else "",
            )
            if minutes
            else "UTC"
        )

    def localise(self, moment: datetime) -> datetime:
        """Return a moment as the panel's clock shows it."""
        return moment.astimezone(timezone(self.offset))


def zone_of(schedules: Sequence[Schedule], named: ZoneInfo | None = None) -> PanelZone:
    """Return the zone that was set, unless the panel runs its schedules by another one; else work it out."""
    shown = _shown_by(schedules)
    if named is None:
        return shown
    if shown.is_known and not any(_fits(schedule, named) for schedule in schedules):
        return replace(shown, contradicted=named)
    return PanelZone(is_known=True, named=named)


def _shown_by(schedules: Iterable[Schedule]) -> PanelZone:
    """Work out the offset from schedules and when the panel runs them next; the nearest run decides."""
    active_first = sorted(
        (schedule for schedule in schedules if schedule.next_run_at is not None),
        key=lambda schedule: (not schedule.is_active, schedule.next_run_at),
    )
    fitting: Sequence[timedelta] = _OFFSETS
    for schedule in active_first:
        # Others may run after a change to or from summer time.
        fitting = [*_fitting(schedule, fitting)] or fitting
        if len(fitting) == 1:
            return PanelZone(fitting[0], is_known=True)
    return PanelZone()


def next_runs(fields: Cron, after: datetime, zone: PanelZone, count: int) -> list[datetime]:
    """Return the next times after a moment, in UTC. Raises BadCron for what Quetzal can't read."""
    if zone.named is not None:
        return runs_in(fields, after, zone.named, count)
    times = cron.parse(str(fields), zone.localise(after))
    return [time.astimezone(UTC) for time, _ in zip(times, range(count), strict=False)]


def _fitting(schedule: Schedule, offsets: Iterable[timedelta]) -> Iterator[timedelta]:
    run = schedule.next_run_at
    if run is None:
        return
    try:
        times = cron.parse(str(schedule.cron), run)
    except cron.BadCron:
        return
    for offset in offsets:
        if _is_time_of(times, run.astimezone(timezone(offset))):
            yield offset


def _fits(schedule: Schedule, zone: ZoneInfo) -> bool:
    """Whether the panel runs a schedule next when its clock shows such a time in this zone."""
    run = schedule.next_run_at
    if run is None:
        return False
    try:
        return runs_in(schedule.cron, run - timedelta(minutes=1), zone, 1) == [run]
    except cron.BadCron:
        return False


def _is_time_of(times: CronSim, local: datetime) -> bool:
    return (
        local.minute in times.minutes
        and local.hour in times.hours
        and local.month in times.months
        and times.match_day(local.date())
    )
