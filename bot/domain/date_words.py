"""Periods as people type them: `yesterday`, `last month`, `october`, `2026-10`, `3 days ago`. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NIGHT_ENDS, _MORNING = 4, 8
_LEAST_LETTERS = 3
"""`oct` is October; fewer letters could be anything."""
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?", re.ASCII)
_MONTH = re.compile(
    r"(?:(?P<day>\d{1,2})\.? )?(?P<name>[a-z]{3,9})(?: (?P<after>\d{1,2}))?(?: (?P<year>\d{4}))?"
)
_AGO = re.compile(r"(?P<count>\d{1,4}) (?P<unit>hour|day|week|month)s? ago", re.ASCII)
_SPAN = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Period:
    """From `begin` up to `end`, without it."""

    begin: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        """Whether a moment is in it."""
        return self.begin <= moment < self.end


def period(typed: str, now: datetime) -> Period | None:
    """Return the period that is meant, in the time zone of `now`; None for anything else.

    A month or weekday without a year or date is the last one that has begun.
    """
    words = " ".join(typed.casefold().replace(",", " ").split())
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return _named(words, today) or _ago(words, now, today) or _date(words, today) or _month(words, today)
    except (ValueError, OverflowError):  # a day that the month does not have, or before the first year
        return None


def tomorrow_morning(now: datetime) -> datetime:
    """Return the next morning's eight o'clock, in the time zone of `now`; a night ends at four."""
    day = now if now.hour < _NIGHT_ENDS else now + timedelta(days=1)
    return day.replace(hour=_MORNING, minute=0, second=0, microsecond=0)


def _named(words: str, today: datetime) -> Period | None:
    this_week = today - timedelta(days=today.weekday())
    this_month = today.replace(day=1)
    named = {
        "today": _days(today, 1),
        "yesterday": _days(today - timedelta(days=1), 1),
        "this week": _days(this_week, 7),
        "last week": _days(this_week - timedelta(days=7), 7),
        "this month": _whole_month(this_month),
        "last month": _whole_month(_month_before(this_month)),
    }
    if words in named:
        return named[words]
    words = words.removeprefix("last ")
    if len(words) >= _LEAST_LETTERS:
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(words):
                return _days(today - timedelta(days=(today.weekday() - number) % 7 or 7), 1)
    return None


def _ago(words: str, now: datetime, today: datetime) -> Period | None:
    match = _AGO.fullmatch(words)
    if match is None:
        return None
    count, unit = int(match["count"]), match["unit"]
    if unit == "month":
        month = today.replace(day=1)
        for _ in range(count):
            month = _month_before(month)
        return _whole_month(month)
    if unit == "hour":
        return Period(now - _SPAN[unit] * (count + 1), now - _SPAN[unit] * (count - 1))
    return _days(today - _SPAN[unit] * count, _SPAN[unit].days)


def _date(words: str, today: datetime) -> Period | None:
    match = _DATE.fullmatch(words)
    if match is None:
        return None
    day = today.replace(year=int(match["year"]), month=int(match["month"]), day=int(match["day"] or 1))
    return _days(day, 1) if match["day"] else _whole_month(day)


def _month(words: str, today: datetime) -> Period | None:
    match = _MONTH.fullmatch(words)
    numbers = [
        number
        for number, name in enumerate(_MONTHS, 1)
        if match is not None and name.startswith(match["name"])
    ]
    if match is None or not numbers:
        return None
    (month, *_), day = numbers, match["day"] or match["after"]
    year = int(match["year"] or today.year - (month > today.month))
    first = today.replace(year=year, month=month, day=int(day or 1))
    return _days(first, 1) if day else _whole_month(first)


def _days(begin: datetime, count: int) -> Period:
    return Period(begin, begin + timedelta(days=count))


def _whole_month(first: datetime) -> Period:
    return Period(first, (first + timedelta(days=31)).replace(day=1))


def _month_before(first: datetime) -> datetime:
    return (first - timedelta(days=1)).replace(day=1)
