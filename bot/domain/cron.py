"""Cron expressions as the panel reads them: one parser for the description and the times.

The panel's parser is dragonmantank/cron-expression. It differs from other crons in a few forms; those are
refused, with what to write instead.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from cronsim import CronSim, CronSimError

from bot.core.errors import BadInput
from bot.core.i18n import N_, Message, _, plural
from bot.domain.cron_form import WEEKDAYS, as_panel_form, is_walked_in_order
from bot.domain.formatting import joined_with_and
from bot.domain.quoting import quoted

_FIELDS = (
    (N_("minute"), 59),
    (N_("hour"), 23),
    (N_("day of month"), 31),
    (N_("month"), 12),
    (N_("day of week"), 7),
)
_NEAREST_WEEKDAY = re.compile(r"(?:^|,)(\d{1,2}W)(?:,|$)", re.ASCII)
_SHORT_WEEKDAYS = tuple(name[:3] for name in WEEKDAYS)
_NAMED_WEEKDAY = re.compile(rf"(?P<name>{'|'.join(_SHORT_WEEKDAYS)})(?=L|#)", re.IGNORECASE)
_SUNDAY_LAST = re.compile(r"(?<=[1-6])-0(?=$|[,/])")
_STEP = re.compile(r"(?P<range>[^/]+)/(?P<step>\d+)")
_MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)
_WEEKDAYS = (
    N_("Sunday"),
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
)
_GROUPS = ((N_("weekdays"), {1, 2, 3, 4, 5}), (N_("weekends"), {0, 6}))
_NTH = {
    1: N_("first"),
    2: N_("second"),
    3: N_("third"),
    4: N_("fourth"),
    5: N_("fifth"),
    CronSim.LAST: N_("last"),
}
_HOURS, _MINUTES, _DAYS, _TIMES_SHOWN = 24, 60, 31, 8


class BadCron(BadInput):
    """Not a cron expression of five fields, or a form that the panel interprets unexpectedly."""

    next_step = N_(
        "Write it in words, like `every day at 4:00`, `weekdays at 18:30` or `every 6 hours`, or as five "
        "fields: minute, hour, day of month, month, day of week. `0 4 * * *` is every day at 4 o'clock in "
        "the panel's time zone."
    )


class TimesLeftOut(BadCron):
    """A schedule in the panel whose list of hours or minutes isn't in order."""

    def __init__(self, text: str) -> None:
        super().__init__(
            _("The panel may leave out some of its times, because their list isn't in order."),
            next_step=_("Change its times to {ordered}.", ordered=quoted(as_panel_form(text))),
        )


def parse(text: str, now: datetime) -> CronSim:
    """Parse a cron expression; its iterator yields the times after `now`. Raises BadCron, TimesLeftOut."""
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise BadCron(_("A schedule has five fields; yours has {count}.", count=len(parts)))
    for part, (name, largest) in zip(parts, _FIELDS, strict=True):
        for term in part.split(","):
            _check_step(term, name, largest)
    for days in (2, 4):
        parts[days] = "*" if parts[days] == "?" else parts[days]
    if "," in parts[2] and "L" in parts[2].upper():
        raise BadCron(
            _("The panel takes `L`, the last day of the month, only by itself. Make a schedule for each.")
        )
    if not is_walked_in_order(text):
        raise TimesLeftOut(text)
    if "LW" in parts[2].upper():
        raise BadCron(_("The panel knows `L`, the last day of the month, but not `LW`, its last weekday."))
    if match := _NEAREST_WEEKDAY.search(parts[2].upper()):
        raise BadCron(
            _(
                "The panel knows {term}, the weekday nearest to a day of the month, but Quetzal can't work "
                "out when that is.",
                term=quoted(match[1]),
            )
        )
    # CronSim knows those by their numbers only, and Sunday as the end of a range only as 7.
    parts[4] = _SUNDAY_LAST.sub("-7", _NAMED_WEEKDAY.sub(_weekday_number, parts[4]))
    try:
        times = CronSim(" ".join(parts), now)
    except CronSimError as error:
        raise BadCron(_why(parts, now), detail=str(error)) from error
    # With both days given, the panel runs on either; Debian's cron, after which CronSim is made, asks for
    # both where one begins with a star.
    times.day_and = parts[2] == "*" or parts[4] == "*"
    return times


def describe(times: CronSim) -> str:
    """Describe in words when it runs."""
    (clock, repeats), days = _clock(sorted(times.minutes), sorted(times.hours)), _days(times)
    parts = [clock] if repeats and days == _("every day") else [clock, days]
    if len(times.months) < len(_MONTHS):
        parts.append(
            _("in {months}", months=joined_with_and(_(_MONTHS[month - 1]) for month in sorted(times.months)))
        )
    return " ".join(parts)


def _check_step(term: str, name: Message, largest: int) -> None:
    match = _STEP.fullmatch(term)
    if match is None:
        return
    step, among = int(match["step"]), match["range"]
    if step > largest:
        raise BadCron(
            _(
                "A step of {step} is larger than its field: the last {name} is {largest}, and steps start "
                "over each day, hour or month.",
                step=step,
                largest=largest,
                name=name,
            )
        )
    if among.isalnum():
        raise BadCron(
            _(
                "“{term}” would run only at {among}: the panel wants a range before a step.",
                term=term,
                among=among,
            )
        )


def _why(parts: Sequence[str], now: datetime) -> str:
    """Say which field CronSim doesn't take; there is none in a date that never comes."""
    for place, (part, (name, _largest)) in enumerate(zip(parts, _FIELDS, strict=True)):
        alone = ["*"] * len(parts)
        alone[place] = part
        try:
            CronSim(" ".join(alone), now)
        except CronSimError:
            return _("The panel can't read {part} as the {field}.", part=quoted(part), field=name)
    return _("That schedule would never run.")


def _weekday_number(match: re.Match[str]) -> str:
    return str(_SHORT_WEEKDAYS.index(match["name"].upper()))


def _clock(minutes: Sequence[int], hours: Sequence[int]) -> tuple[str, bool]:
    """Describe the times of a day, and say whether they come regularly."""
    if len(minutes) * len(hours) <= _TIMES_SHOWN:
        times = joined_with_and(f"{hour:02}:{minute:02}" for hour in hours for minute in minutes)
        return _("at {times}", times=times), False
    within, repeats = _every(minutes, _MINUTES, *_OF_MINUTES)
    if len(hours) == _HOURS and list(minutes) == [0]:
        return _("every hour"), True
    if len(hours) == _HOURS:
        return within if repeats else _("{minutes} of every hour", minutes=within), True
    stepped, is_stepped = _every(hours, _HOURS, *_OF_HOURS)
    if minutes == [0] and is_stepped:
        return stepped, True
    if span := _span(minutes, hours, within if repeats else ""):
        return span, True
    return _("{minutes} of hour {hours}", minutes=within, hours=joined_with_and(map(str, hours))), repeats


def _span(minutes: Sequence[int], hours: Sequence[int], within: str) -> str:
    """Describe hours at even distances, as in `every hour from 08:00 to 22:00`; empty for others."""
    gaps = {later - earlier for earlier, later in pairwise(hours)}
    if len(gaps) > 1 or (len(minutes) > 1 and not (within and gaps == {1})):
        return ""
    step = gaps.pop()
    each = _("every {step} hours", step=step) if step > 1 else _("every hour")
    return _(
        "{each} from {first} to {last}",
        each=within if len(minutes) > 1 else each,
        first=f"{hours[0]:02}:{minutes[0]:02}",
        last=f"{hours[-1]:02}:{minutes[-1]:02}",
    )


_OF_MINUTES = (N_("every minute"), N_("every {step} minutes"), N_("at minute {values}"))
_OF_HOURS = (N_("every hour"), N_("every {step} hours"), N_("at hour {values}"))


def _every(
    values: Sequence[int], size: int, each: Message, stepped: Message, listed: Message
) -> tuple[str, bool]:
    step = values[1] - values[0] if len(values) > 1 else size
    if step < size and size % step == 0 and list(values) == list(range(0, size, step)):
        return _(each) if step == 1 else _(stepped, step=step), True
    return _(listed, values=joined_with_and(map(str, values))), False


def _days(times: CronSim) -> str:
    weekdays = {day if isinstance(day, tuple) else day % 7 for day in times.weekdays}
    every_date, every_weekday = len(times.days) == _DAYS, len(weekdays) == len(_WEEKDAYS)
    dates = _("on {dates} of the month", dates=_dates(sorted(times.days)))
    group = next((_(name) for name, days in _GROUPS if days == weekdays), None)
    names = _(
        "on {group}", group=group or joined_with_and(_weekday(day) for day in sorted(weekdays, key=str))
    )
    if times.day_and:
        named = [words for words, every in ((dates, every_date), (names, every_weekday)) if not every]
        return joined_with_and(named) if named else _("every day")
    return (
        _("every day") if every_date or every_weekday else _("{dates} or {names}", dates=dates, names=names)
    )


def _dates(days: Sequence[int]) -> str:
    numbers = [str(day) for day in days if day != CronSim.LAST]
    dates = (
        [plural("day {days}", "days {days}", len(numbers), days=joined_with_and(numbers))] if numbers else []
    )
    return joined_with_and([*dates, *(_("the last day") for day in days if day == CronSim.LAST)])


def _weekday(day: int | tuple[int, int]) -> str:
    if isinstance(day, tuple):
        return _("the {nth} {weekday} of the month", nth=_NTH[day[1]], weekday=_WEEKDAYS[day[0] % 7])
    return _(_WEEKDAYS[day])
