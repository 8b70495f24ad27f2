"""When a cron expression comes true next: five fields, names, lists, ranges, steps; in UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LOOK_AHEAD_DAYS = 366 * 8  # 29 February may be eight years off


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 = Sunday
    any_day: bool
    any_weekday: bool

    @classmethod
    def parse(cls, minute: str, hour: str, day_of_month: str, month: str, day_of_week: str) -> "Cron":
        """Parse the fields. Raises ValueError."""
        weekdays = {day % 7 for day in _field(day_of_week, 0, 7, DAYS, first=0)}
        return cls(
            minutes=_field(minute, 0, 59),
            hours=_field(hour, 0, 23),
            days=_field(day_of_month, 1, 31),
            months=_field(month, 1, 12, MONTHS, first=1),
            weekdays=frozenset(weekdays),
            any_day=day_of_month == "*",
            any_weekday=day_of_week == "*",
        )

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first minute after a moment that matches; None if there is none."""
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        for ahead in range(LOOK_AHEAD_DAYS):
            day = moment.replace(hour=0, minute=0) + timedelta(days=ahead)
            if not self._fits_day(day):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = day.replace(hour=hour, minute=minute)
                    if found >= moment:
                        return found
        return None

    def _fits_day(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        by_day = day.day in self.days
        by_weekday = day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday  # cron's own oddity


def _field(text: str, low: int, high: int, names: tuple[str, ...] = (), *, first: int = 0) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        span, slash, step = part.partition("/")
        if span in {"*", "?"}:
            start, end = low, high
        else:
            left, dash, right = span.partition("-")
            start = _number(left, names, first)
            end = _number(right, names, first) if dash else (high if slash else start)
        width = int(step) if slash else 1
        if width < 1 or not low <= start <= end <= high:
            raise ValueError(text)
        found.update(range(start, end + 1, width))
    return frozenset(found)


def _number(text: str, names: tuple[str, ...], first: int) -> int:
    return names.index(text) + first if text in names else int(text)
