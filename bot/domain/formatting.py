"""Numbers as words. Pure: `now` is always an argument."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import humanize

from bot.core.i18n import _, number, plural

_BAR_FULL = "█"
_BAR_EMPTY = "░"
_COLUMNS = "▁▂▃▄▅▆▇█"
_UNKNOWN = "·"
_DAY_S = 86_400
_HOUR_S = 3_600
_MINUTE_S = 60


def size(count: float) -> str:
    """Bytes in binary units, as the panel shows them: `1.4 GiB`, `512 B`."""
    text = humanize.naturalsize(count, binary=True, format="%.1f")
    return text.replace(".0 ", " ").replace("Bytes", "B").replace("Byte", "B")


def percent(value: float) -> str:
    """`3.4%` while small, `57%` from ten on."""
    return f"{value:.1f}%" if 0 < value < 10 else f"{value:.0f}%"  # noqa: PLR2004 - two digits say enough


def cores(limit_percent: float) -> str:
    """Write a CPU limit in cores, of 100% each: `1 core`, `1.5 cores`."""
    count = limit_percent / 100
    return plural("{cores:g} core", "{cores:g} cores", 1 if count == 1 else 2, cores=count)


def duration(seconds: float) -> str:
    """At most two units, the big ones: `3 d 4 h`, `5 min`, `12 s`."""
    left = max(0, round(seconds))
    days, left = divmod(left, _DAY_S)
    hours, left = divmod(left, _HOUR_S)
    minutes, left = divmod(left, _MINUTE_S)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    first = next((i for i, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"


def about(seconds: float) -> str:
    """One rounded unit, for what is not known better: `21 hours`, `3 days`, `5 minutes`."""
    if seconds >= 2 * _DAY_S:
        return counted(round(seconds / _DAY_S), "day", "days")
    if seconds >= 1.5 * _HOUR_S:
        return counted(round(seconds / _HOUR_S), "hour", "hours")
    return counted(max(1, round(seconds / _MINUTE_S)), "minute", "minutes")


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
