"""A moment ahead as people type it: `in 30 minutes`, `2 h`, `at 4:00`, `tomorrow 4 pm`. Pure."""

import re
from datetime import datetime, timedelta, tzinfo

from bot.domain.durations import read_duration

_LONGEST_S = 100 * 365 * 86_400.0
_CLOCK = re.compile(
    r"(?:(?P<day>today|tomorrow) ?)?(?:at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?"
    r"(?:(?P<half>[ap])\.?m\.?)?",
    re.ASCII,
)
_NOON = 12


def moment(typed: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the moment that is meant, after `now`; a time of day is one in the zone. None: anything else."""
    words = " ".join(typed.casefold().split())
    return _after(words, now) or _at(words, now, zone)


def span(typed: str) -> timedelta | None:
    """Return a length of time such as `30 minutes`, `1 h 30 min`; None for anything else."""
    words = " ".join(typed.casefold().split()).removeprefix("in ")
    if not any(map(str.isalpha, words)):  # a number without a unit may be a time
        return None
    seconds = read_duration(words)
    return None if seconds is None or seconds > _LONGEST_S else timedelta(seconds=seconds)


def _after(words: str, now: datetime) -> datetime | None:
    length = span(words)
    return None if length is None else now + length


def _at(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    match = _CLOCK.fullmatch(words)
    if match is None or (match["minute"] is None and match["half"] is None):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] is not None:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if match["half"] == "p" else 0)
    here = now.astimezone(zone)
    try:
        at = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return None
    days = 1 if match["day"] == "tomorrow" or (match["day"] is None and at <= here) else 0
    at = (at.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone).astimezone(now.tzinfo)
    return at if at > now else None
