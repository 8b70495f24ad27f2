"""Cron expressions as the panel reads them: one parser for the description and the times.

The panel's parser is dragonmantank/cron-expression. It differs from other crons in a few forms; those are
refused, with what to write instead.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from cronsim import CronSim, CronSimError

from bot.core.errors import BadInput

_FIELDS = (("minute", 60), ("hour", 24), ("day of month", 31), ("month", 12), ("day of week", 7))
_LARGEST = (59, 23, 31, 12, 7)
_STEP = re.compile(r"(?P<range>[^/]+)/(?P<step>\d+)")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_GROUPS = {"weekdays": {1, 2, 3, 4, 5}, "weekends": {0, 6}}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", CronSim.LAST: "last"}
_HOURS, _MINUTES, _DAYS, _TIMES_SHOWN = 24, 60, 31, 8


class BadCron(BadInput):
    """Not a cron expression of five fields, or a form that the panel interprets unexpectedly."""

    next_step = (
        "Write it in words, like `every day at 4:00`, `weekdays at 18:30` or `every 6 hours`, or as five "
        "fields: minute, hour, day of month, month, day of week. `0 4 * * *` is every day at 4 o'clock in "
        "the panel's time zone."
    )


def parse(text: str, now: datetime) -> CronSim:
    """Parse a cron expression; its iterator yields the times after `now`. Raises BadCron."""
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise BadCron(f"A schedule has five fields; yours has {len(parts)}.")
    for part, (name, size), largest in zip(parts, _FIELDS, _LARGEST, strict=True):
        for term in part.split(","):
            _check_step(term, name, size, largest)
    for days in (2, 4):
        parts[days] = "*" if parts[days] == "?" else parts[days]
    if "LW" in parts[2].upper():
        raise BadCron("The panel knows `L`, the last day of the month, but not `LW`, its last weekday.")
    try:
        times = CronSim(" ".join(parts), now)
    except CronSimError as error:
        raise BadCron(
            "The panel can't read that schedule, or it would never run.", detail=str(error)
        ) from error
    # With both days given, the panel runs on either; Debian's cron, after which CronSim is made, asks for
    # both where one begins with a star.
    times.day_and = parts[2] == "*" or parts[4] == "*"
    return times


def describe(times: CronSim) -> str:
    """Describe in words when it runs."""
    clock, days = _clock(sorted(times.minutes), sorted(times.hours)), _days(times)
    parts = [clock] if days == "every day" and "every" in clock else [clock, days]
    if len(times.months) < len(_MONTHS):
        parts.append(f"in {_joined(_MONTHS[month - 1] for month in sorted(times.months))}")
    return " ".join(parts)


def _check_step(term: str, name: str, size: int, largest: int) -> None:
    match = _STEP.fullmatch(term)
    if match is None:
        return
    step, among = int(match["step"]), match["range"]
    if step > largest:
        raise BadCron(
            f"A step of {step} is larger than its field: there are only {size} values of “{name}”, and each "
            "day, hour or month begins anew."
        )
    if among.isalnum():
        raise BadCron(f"“{term}” would run only at {among}: the panel wants a range before a step.")


def _clock(minutes: Sequence[int], hours: Sequence[int]) -> str:
    if len(minutes) * len(hours) <= _TIMES_SHOWN:
        return f"at {_joined(f'{hour:02}:{minute:02}' for hour in hours for minute in minutes)}"
    within = _every(minutes, _MINUTES, "minute")
    if len(hours) == _HOURS and list(minutes) == [0]:
        return "every hour"
    if len(hours) == _HOURS:
        return within if within.startswith("every") else f"{within} of every hour"
    if minutes == [0] and (stepped := _every(hours, _HOURS, "hour")).startswith("every"):
        return stepped
    return f"{within} of hour {_joined(map(str, hours))}"


def _every(values: Sequence[int], size: int, unit: str) -> str:
    step = values[1] - values[0] if len(values) > 1 else size
    if size % step == 0 and list(values) == list(range(0, size, step)):
        return f"every {unit}" if step == 1 else f"every {step} {unit}s"
    return f"at {unit} {_joined(map(str, values))}"


def _days(times: CronSim) -> str:
    weekdays = {day if isinstance(day, tuple) else day % 7 for day in times.weekdays}
    every_date, every_weekday = len(times.days) == _DAYS, len(weekdays) == len(_WEEKDAYS)
    dates = f"on {_dates(sorted(times.days))} of the month"
    group = next((name for name, days in _GROUPS.items() if days == weekdays), None)
    names = f"on {group or _joined(_weekday(day) for day in sorted(weekdays, key=str))}"
    if times.day_and:
        named = [words for words, every in ((dates, every_date), (names, every_weekday)) if not every]
        return " and ".join(named) or "every day"
    return "every day" if every_date or every_weekday else f"{dates} or {names}"


def _dates(days: Sequence[int]) -> str:
    named = {CronSim.LAST: "the last day"}
    numbers = [str(day) for day in days if day not in named]
    dates = [f"{'day' if len(numbers) == 1 else 'days'} {_joined(numbers)}"] if numbers else []
    return _joined([*dates, *(named[day] for day in days if day in named)])


def _weekday(day: int | tuple[int, int]) -> str:
    if isinstance(day, tuple):
        return f"the {_NTH[day[1]]} {_WEEKDAYS[day[0] % 7]} of the month"
    return _WEEKDAYS[day]


def _joined(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
