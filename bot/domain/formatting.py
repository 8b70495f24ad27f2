"""Numbers, times and lists as words, as the current language writes them.

Pure: `now` is always an argument. The forms of other languages than English are Babel's (CLDR).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import humanize

from bot.core.i18n import N_, _, comma, current_tag, number, plural

_BAR_FULL = "█"
_BAR_EMPTY = "░"
_COLUMNS = "▁▂▃▄▅▆▇█"
_UNKNOWN = "·"
_DAY_S = 86_400
_HOUR_S = 3_600
_MINUTE_S = 60
_MINUTES_OF_AN_HOUR = 60
_SIZES = {
    "B": N_("{amount} B"),
    "KiB": N_("{amount} KiB"),
    "MiB": N_("{amount} MiB"),
    "GiB": N_("{amount} GiB"),
    "TiB": N_("{amount} TiB"),
    "PiB": N_("{amount} PiB"),
    "EiB": N_("{amount} EiB"),
}
_UNITS = {
    "d": "duration-day",
    "h": "duration-hour",
    "min": "duration-minute",
    "s": "duration-second",
    "ms": "duration-millisecond",
}
"""Units of durations, by what English says, as CLDR calls them."""


def size(count: float) -> str:
    """Bytes in binary units, as the panel shows them: `1.4 GiB`, `512 B`."""
    text = humanize.naturalsize(count, binary=True, format="%.1f")
    amount, unit = text.replace(".0 ", " ").replace("Bytes", "B").replace("Byte", "B").split(" ")
    if unit not in _SIZES:
        return f"{amount} {unit}"
    return size_in(unit, float(amount), ".1f" if "." in amount else "g")


def size_in(unit: str, amount: float, spec: str = ".0f") -> str:
    """Write so many of a unit of sizes: `312 KiB`. `spec`: as for `format`."""
    return _(_SIZES[unit], amount=number(amount, spec))


def percent(value: float) -> str:
    """`3.4%` while small, `57%` from ten on."""
    return whole_percent(value) if value <= 0 or value >= 10 else exact_percent(value)  # noqa: PLR2004 - two digits say enough


def whole_percent(value: float) -> str:
    """`57%`."""
    return _percent(value, ".0f")


def exact_percent(value: float) -> str:
    """`57.0%`."""
    return _percent(value, ".1f")


def unrounded_percent(value: float) -> str:
    """Write a percentage with the decimals that it has: `85%`, `97.25%`."""
    return _percent(value, "g")


def cores(limit_percent: float) -> str:
    """Write a CPU limit in cores, of 100% each: `1 core`, `1.5 cores`."""
    count = limit_percent / 100
    return plural("{cores:g} core", "{cores:g} cores", 1 if count == 1 else 2, cores=count)


WORTH_SAYING_S = 1.0
"""What took less is said without its duration."""


def duration(seconds: float) -> str:
    """At most two units, the big ones: `3 d 4 h`, `5 min`, `12 s`."""
    left = max(0, round(seconds))
    days, left = divmod(left, _DAY_S)
    hours, left = divmod(left, _HOUR_S)
    minutes, left = divmod(left, _MINUTE_S)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    first = next((i for i, (count, _unit) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(_amount(count, unit) for count, unit in parts[first : first + 2] if count or first == 3)  # noqa: PLR2004 - seconds


def seconds(count: float) -> str:
    """`0.4 s`: how fast something answered."""
    return _amount(count, "s", 1)


def milliseconds(count: float) -> str:
    """`38 ms`."""
    return _amount(count, "ms")


def about(seconds: float) -> str:
    """One rounded unit, for what is not known better: `21 hours`, `3 days`, `5 minutes`."""
    if seconds >= 2 * _DAY_S:
        return counted(round(seconds / _DAY_S), "day", "days")
    minutes = max(1, round(seconds / _MINUTE_S))
    if seconds >= 1.5 * _HOUR_S or minutes == _MINUTES_OF_AN_HOUR:
        return counted(round(seconds / _HOUR_S), "hour", "hours")
    return counted(minutes, "minute", "minutes")


def ago(then: datetime, now: datetime) -> str:
    """`5 min ago`, `just now`; a moment in the future (clocks differ) is just now."""
    passed = now - then
    return (
        _("just now")
        if passed < timedelta(seconds=5)
        else _("{passed} ago", passed=duration(passed.total_seconds()))
    )


def discord_time(moment: datetime, style: str = "R") -> str:
    """Format a time so that Discord shows it in each reader's time zone and language."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def day_and_month(at: datetime) -> str:
    """`3 Oct`, of a time in its own zone."""
    return f"{at.day} {at:%b}" if (tag := current_tag()) is None else _skeleton(at, "MMMd", tag)


def month_and_year(at: datetime) -> str:
    """`Oct 2026`, of a time in its own zone."""
    return f"{at:%b %Y}" if (tag := current_tag()) is None else _skeleton(at, "yMMM", tag)


def joined(words: Iterable[str]) -> str:
    """Join words: `a, b, c`."""
    return comma().join(words)


def joined_with_and(words: Iterable[str]) -> str:
    """Join words: `a, b and c`."""
    *earlier, last = words
    if not earlier:
        return last
    if (tag := current_tag()) is None:
        return _("{earlier} and {last}", earlier=joined(earlier), last=last)
    from babel.lists import format_list  # noqa: PLC0415 - only other languages need it

    return format_list([*earlier, last], locale=tag)


def bar(value: float, width: int = 10) -> str:
    """Draw a percentage as a bar that fits on a phone."""
    filled = round(min(max(value, 0.0), 100.0) / 100.0 * width)
    return _BAR_FULL * filled + _BAR_EMPTY * (width - filled)


def sparkline(values: Sequence[float | None], top: float) -> str:
    """Draw values from 0 to `top` as small columns; a dot where a value is unknown."""
    last = len(_COLUMNS) - 1
    return "".join(
        _UNKNOWN if value is None else _COLUMNS[round(min(max(value / top, 0.0), 1.0) * last)]
        for value in values
    )


def counted(count: int, one: str, many: str) -> str:
    """`1 server`, `2 servers`, `1,204 files`."""
    return f"{number(count)} {plural(one, many, count)}"


def players_of_limit(online: int, limit: int | None) -> str:
    """`12 of 40 players`; `12 players` without a limit."""
    if limit is None:
        return counted(online, "player", "players")
    return _("{online:,} of {players}", online=online, players=counted(limit, "player", "players"))


def _percent(value: float, spec: str) -> str:
    if (tag := current_tag()) is None:
        return f"{value:{spec}}%"
    from babel import Locale  # noqa: PLC0415 - only other languages need it

    pattern = Locale.parse(tag).percent_formats[None].pattern
    return re.sub(r"[#,0]+", number(value, spec), pattern)


def _amount(count: float, unit: str, decimals: int = 0) -> str:
    if (tag := current_tag()) is None:
        return f"{count:.{decimals}f} {unit}"
    from babel.units import format_unit  # noqa: PLC0415 - only other languages need it

    return format_unit(count, _UNITS[unit], length="short", format=f"#,##0.{'0' * decimals}", locale=tag)


def _skeleton(at: datetime, skeleton: str, tag: str) -> str:
    from babel.dates import format_skeleton  # noqa: PLC0415 - only other languages need it

    return format_skeleton(skeleton, at, locale=tag)
