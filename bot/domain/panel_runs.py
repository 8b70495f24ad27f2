"""When the panel runs a schedule, also on the days on which clocks change. Pure.

The panel works its times out with dragonmantank/cron-expression (3.3.2 in Pterodactyl 1.11, 3.4.0 in 1.12).
On such days that does this; tests/domain/panel_runs.json was made with it:

* A time that doesn't exist comes an hour later: 2:30 at 3:30.
* A time that there is twice runs twice, and so do those of the hour after it: 3:00 at the second 2:00, too.
* What it has to jump over the missing hour for is left out: 4:00 once a day doesn't run on that day.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from bot.domain import cron
from bot.panel.models import Cron

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_HOURS = 24
_AROUND = timedelta(hours=3)
"""Further than a change of the clocks moves a run."""


def runs_in(fields: Cron, after: datetime, zone: ZoneInfo, count: int) -> list[datetime]:
    """Return the next runs after a moment, in UTC. Raises BadCron for what Quetzal can't read."""
    begin = after.astimezone(zone).replace(tzinfo=None) - _AROUND
    times, runs = cron.parse(str(fields), begin), set[datetime]()
    for local in times:
        later = sorted(run for run in runs if run > after)
        if len(later) >= count and local - _local(later[count - 1], zone) > _AROUND:
            break
        if not _is_jumped_over(local, times, after, zone):
            runs.update(_moments(local, zone))
    return sorted(run for run in runs if run > after)[:count]


def unusual_day(fields: Cron, after: datetime, last: datetime, zone: ZoneInfo) -> tuple[date, bool] | None:
    """Return the day until `last` on which clocks change, and whether there are more runs than usual.

    None where there is no such day, it runs as often as usual, or it runs each hour.
    """
    times = cron.parse(str(fields), _local(after, zone))
    if len(times.hours) == _HOURS:
        return None
    usual, day = len(times.hours) * len(times.minutes), _local(after, zone).date()
    while day <= _local(last, zone).date():
        if _length(day, zone) != _DAY and times.match_day(day) and day.month in times.months:
            begin = datetime.combine(day, time(), zone).astimezone(UTC)
            runs = runs_in(fields, begin - _MINUTE, zone, 2 * usual + 1)
            number = sum(_local(run, zone).date() == day for run in runs)
            if number != usual:
                return day, number > usual
        day += _DAY
    return None


def _moments(local: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Return when the panel's clock, which shows `local` at some time, makes it run."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:  # the time doesn't exist
        if first - second >= _HOUR:
            yield first
        return
    yield first
    if second > first:
        yield second
    earlier = (first - _HOUR).astimezone(zone)
    if earlier.fold and _local(earlier, zone).hour == (local - _HOUR).hour:
        yield first - _HOUR


def _is_jumped_over(local: datetime, times: CronSim, after: datetime, zone: ZoneInfo) -> bool:
    """Whether the panel comes past this time when it jumps over the missing hour."""
    change = _missing(local.date(), zone)
    if change is None or local.hour <= change.hour or len(times.hours) == _HOURS:
        return False
    before = [hour for hour in times.hours if hour < local.hour]
    comes_from = max(before) + 1 if before else 0
    return comes_from < change.hour and after < change.replace(tzinfo=zone).astimezone(UTC)


def _missing(day: date, zone: ZoneInfo) -> datetime | None:
    """Return the first full hour that a day doesn't have; None when it has all."""
    if _length(day, zone) >= _DAY:
        return None
    hours = (datetime.combine(day, time(hour)) for hour in range(_HOURS))
    return next((hour for hour in hours if _local(hour.replace(tzinfo=zone), zone) != hour), None)


def _length(day: date, zone: ZoneInfo) -> timedelta:
    """Return how long a day is."""
    begin, end = (datetime.combine(midnight, time(), zone) for midnight in (day, day + _DAY))
    return end.astimezone(UTC) - begin.astimezone(UTC)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what a clock in the zone shows."""
    return moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
