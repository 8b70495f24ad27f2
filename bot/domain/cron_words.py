"""Times in words: `every day at 4:00`, `weekdays at 18:30` or `every 6 hours` as the five fields of cron."""

import re
from collections.abc import Sequence

from bot.core.i18n import N_, _
from bot.domain.cron import BadCron
from bot.domain.cron_form import WEEKDAYS
from bot.domain.formatting import joined
from bot.domain.quoting import quoted

_INTERVAL = re.compile(r"every (?:(?P<count>\d{1,4}) ?)?(?P<unit>minutes?|mins?|m|hours?|hrs?|h)", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})|h)? ?(?:(?P<half>[ap])\.?m\.?|o'?clock)?", re.ASCII
)
_DAY_NUMBER = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_WITHOUT_AT = re.compile(r"(?P<days>\D.*?) (?P<times>\d{1,2}(?:[:.]\d{2}| ?[ap]\.?m).*)", re.ASCII)
_NTH_WEEKDAY = re.compile(r"(\w+) (\w+)")
_BETWEEN = re.compile(r"(?:,| and | & )+")
_SPAN = re.compile(r"(?:from )?(\w+)(?: ?[-–] ?| to | through | until )(\w+)")  # noqa: RUF001 - a dash
_BEFORE_DAYS = re.compile(r"^(?:(?:weekly|monthly|every month|each|every|on|the) )+")
_AFTER_DAYS = re.compile(r" (?:of|in) (?:the|every|each) month$")
_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""Those of other crons, which the panel refuses."""
_UNITS = {"minute": 60, "hour": 24}
_UNEVEN = {
    "minute": N_(
        "A schedule can't run every {count} minutes: it starts over each hour. It can run every {steps} "
        "minutes."
    ),
    "hour": N_(
        "A schedule can't run every {count} hours: it starts over each day. It can run every {steps} hours."
    ),
}
_NAMED_TIMES = {"midnight": (0, 0), "noon": (12, 0)}
_NTH = {
    **{word: f"#{number}" for number, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)},
    **{word: f"#{number}" for number, word in enumerate(("1st", "2nd", "3rd", "4th", "5th"), 1)},
    "last": "L",
}
_WEEKDAYS = tuple(name.casefold() for name in WEEKDAYS)
_GROUPS = {
    "": ("*", "*"),
    "day": ("*", "*"),
    "daily": ("*", "*"),
    "weekday": ("*", "1-5"),
    "weekdays": ("*", "1-5"),
    "weekend": ("*", "6,0"),
    "weekends": ("*", "6,0"),
    "last day": ("L", "*"),
}
_LEAST_LETTERS, _HALF_DAY, _LAST_HOUR, _LAST_MINUTE, _LAST_DAY = 3, 12, 23, 59, 31
_ROOM = 60


def as_fields(typed: str) -> str:
    """Return the five fields that are meant by words; what isn't in words as it was typed, for `cron.parse`.

    Raises BadCron for words that no five fields can say.
    """
    text = " ".join(typed.split())
    words = text.casefold()
    if words in _MACROS:
        return _MACROS[words]
    if words == "hourly":
        return _interval(1, "hour")
    if interval := _INTERVAL.fullmatch(words):
        return _interval(int(interval["count"] or 1), "minute" if interval["unit"][0] == "m" else "hour")
    is_time = words in _NAMED_TIMES or (_TIME.fullmatch(words) and not words.isdigit())
    named, at, times = ("", "at", words) if is_time else f" {words}".rpartition(" at ")
    if not at and (split := _WITHOUT_AT.fullmatch(words)):
        named, at, times = split["days"], "at", split["times"]
    days = _days((named if at else words).strip())
    if days is None and text[:1].isalpha():
        raise BadCron(_("Quetzal can't read {shown} as a time.", shown=_shown(text)))
    if days is None:
        return text
    if not at:
        raise BadCron(_("{shown} doesn't say at what time.", shown=_shown(text)))
    day, weekday = days
    return f"{_clock(times)} {day} * {weekday}"


def _interval(count: int, unit: str) -> str:
    size = _UNITS[unit]
    if not 0 < count < size or size % count:
        steps = joined(str(step) for step in range(2, size) if size % step == 0)
        raise BadCron(_(_UNEVEN[unit], count=count, steps=steps))
    step = "*" if count == 1 else f"*/{count}"
    return f"{step} * * * *" if unit == "minute" else f"0 {step} * * *"


def _clock(text: str) -> str:
    """Return minute and hours; the five fields have one set of minutes for all hours."""
    times = [_time(part) for part in _parts(text)]
    minutes = sorted({minute for _, minute in times})
    if len(minutes) > 1:
        raise BadCron(
            _("One schedule can't run at different minutes of different hours. Make one for each time.")
        )
    return f"{minutes[0]} {','.join(str(hour) for hour in sorted({hour for hour, _ in times}))}"


def _time(text: str) -> tuple[int, int]:
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text]
    match = _TIME.fullmatch(text)
    hour, minute = (int(match["hour"]), int(match["minute"] or 0)) if match else (-1, 0)
    if match is not None and match["half"]:
        hour = hour % _HALF_DAY + (_HALF_DAY if match["half"] == "p" else 0) if 0 < hour <= _HALF_DAY else -1
    if not (0 <= hour <= _LAST_HOUR and minute <= _LAST_MINUTE):
        raise BadCron(_("{shown} is no time of day. Write it like `4:00` or `6:30 pm`.", shown=_shown(text)))
    return hour, minute


def _days(text: str) -> tuple[str, str] | None:
    """Return the fields for the day of the month and the day of the week."""
    named = _AFTER_DAYS.sub("", _BEFORE_DAYS.sub("", f"{text} ").strip())
    if named in _GROUPS:
        return _GROUPS[named]
    if span := _weekday_span(named):
        return "*", span
    nth = _NTH_WEEKDAY.fullmatch(named)
    if nth and nth[1] in _NTH and (day := _weekday(nth[2])) is not None:
        return "*", f"{day}{_NTH[nth[1]]}"
    parts = _parts(named)
    for names in (parts, named.split()):
        weekdays = [_weekday(name) for name in names]
        if None not in weekdays:
            return "*", ",".join(str(day) for day in weekdays)
    numbers = [_DAY_NUMBER.fullmatch(part) for part in parts]
    days = [int(match["day"]) for match in numbers if match is not None]
    if len(days) == len(parts) and all(0 < day <= _LAST_DAY for day in days):
        return ",".join(str(day) for day in days), "*"
    return None


def _weekday_span(text: str) -> str:
    """Return the days from one to another, such as `monday to friday`; empty for anything else."""
    match = _SPAN.fullmatch(text)
    first, last = (_weekday(match[1]), _weekday(match[2])) if match else (None, None)
    if first is None or last is None or first == last:
        return ""
    return ",".join(str((first + day) % len(_WEEKDAYS)) for day in range((last - first) % len(_WEEKDAYS) + 1))


def _weekday(text: str) -> int | None:
    name = text.removesuffix("s") if len(text) > _LEAST_LETTERS + 1 else text
    if len(name) < _LEAST_LETTERS:
        return None
    return next((number for number, weekday in enumerate(_WEEKDAYS) if weekday.startswith(name)), None)


def _shown(text: str) -> str:
    return quoted(text[:_ROOM])


def _parts(text: str) -> Sequence[str]:
    return [part.strip() for part in _BETWEEN.split(text.strip())]
