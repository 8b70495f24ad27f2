"""The live report of one server."""

from collections.abc import Callable, Iterator, Sequence

import discord

from bot.domain.availability import unavailable_text
from bot.domain.formatting import bar, duration, percent, size, sparkline
from bot.domain.health import Health, Status
from bot.domain.trends import Point, columns
from bot.domain.usage_scale import UsageLevel, share, usage_level
from bot.panel.models import PowerState
from bot.services.servers import STATUS_HISTORY, ServerStatus
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import code_block, neutralise
from bot.ui.servers.embeds import mark, where, why_unknown

_NAME_ROOM = 80
_COLUMNS = 12  # of five minutes; the row fits a telephone without a break
_HEALTH_MARK = {
    Status.EXCELLENT: "💚",
    Status.GOOD: "💚",
    Status.WARNING: "🟠",
    Status.CRITICAL: "🔴",
    Status.OFFLINE: "⚫",
    Status.UNKNOWN: theme.UNKNOWN_MARK,
}

_COLOUR: dict[Status | None, discord.Colour] = {
    Status.WARNING: theme.CAREFUL,
    Status.CRITICAL: theme.BAD,
}


def status(now: ServerStatus, alerts: Sequence[str] = ()) -> Card:
    """Draw it. `alerts`: what lasts now, a line each with what to do, the worst first."""
    server, name = now.server, neutralise(now.server.name, _NAME_ROOM)
    warned = [("Alerts", "\n".join(alerts), False)] if alerts else []
    if now.resources is None:
        return theme.card(
            f"{mark(now)} {name}",
            f"{why_unknown(now)}\n\n{where(server)}",
            colour=theme.CAREFUL,
            fields=[*warned, *_last_hour(now)],
        )
    use, limits = now.resources, server.limits
    uptime = f" for {duration(use.uptime_ms / 1000)}" if use.uptime_ms else ""
    lines = [f"**{use.state.value.capitalize()}**{uptime}"]
    if word := unavailable_text(server):
        lines.append(f"⚠️ It is {word}.")
    lines.append(where(server))
    if now.health is not None:
        lines += ["", *_health(now.health)]
    fields = [
        *warned,
        ("Memory", _meter(use.memory_bytes, limits.memory_bytes), True),
        ("CPU", _cpu_meter(use.cpu_absolute_percent, limits.cpu_limit_percent), True),
        ("Disk", _meter(use.disk_bytes, limits.disk_bytes), True),
    ]
    if use.state in (PowerState.RUNNING, PowerState.STARTING):
        network = f"⬇️ {size(use.network_rx_bytes)}  ⬆️ {size(use.network_tx_bytes)}\nsince start"
        fields.append(("Network", network, True))
    fields += _last_hour(now)
    return theme.card(
        f"{_verdict_mark(now.health) or theme.STATE_MARK[use.state]} {name}",
        "\n".join(lines),
        colour=_COLOUR.get(now.health.status if now.health else None, theme.STATE_COLOUR[use.state]),
        fields=fields,
        footer="Updated up to 20 s ago",
    )


def _verdict_mark(health: Health | None) -> str | None:
    """Give the mark that takes the place of the state's, so that nothing bad stands under a green one."""
    return _HEALTH_MARK[health.status] if health is not None and health.status in _COLOUR else None


def describe_score(health: Health) -> str:
    """Put the score, if there is one, and its verdict into words."""
    return health.status.value if health.score is None else f"{health.score} of 100, {health.status.value}"


def _health(health: Health) -> Iterator[str]:
    yield f"{_HEALTH_MARK[health.status]} **Health: {describe_score(health)}**"
    yield from (f"-# {reason}" for reason in health.reasons)


def _last_hour(now: ServerStatus) -> list[tuple[str, str, bool]]:
    """Draw the hour as small columns, as wide on a telephone as on a desk."""
    if now.at is None or not now.hour:
        return []
    limits = now.server.limits
    rows = [
        _row(now, "CPU", lambda point: point.cpu.mean, limits.cpu_limit_percent, percent),
        _row(now, "Mem", lambda point: point.memory.mean, limits.memory_bytes, size),
    ]
    return [("Last hour", code_block("\n".join(rows)), False)]


def _row(
    now: ServerStatus,
    name: str,
    value: Callable[[Point], float],
    limit: float | None,
    unit: Callable[[float], str],
) -> str:
    assert now.at is not None  # noqa: S101 - the caller looked
    until_s = now.at.timestamp()
    levels = columns(now.hour, until_s - STATUS_HISTORY.total_seconds(), until_s, _COLUMNS, value)
    known = [level for level in levels if level is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    drawn = sparkline(levels, limit or high or 1.0)
    if limit:
        return f"{name} {drawn} {100 * low / limit:.0f}-{100 * high / limit:.0f}%"
    return f"{name} {drawn} to {unit(high)}"


def _meter(used: float, limit: int | None) -> str:
    part = share(used, limit)
    if part is None or limit is None:
        return f"{size(used)}\nno limit"
    return _gauge(part, f"{size(used)} of {size(limit)}")


def _cpu_meter(used_percent: float, limit_percent: int | None) -> str:
    part = share(used_percent, limit_percent)
    if part is None:
        return f"{percent(used_percent)} of one core\nno limit"
    return _gauge(part, f"{percent(used_percent)} of {limit_percent}%")


def _gauge(part: float, amount: str) -> str:
    step = usage_level(part)
    word = "" if step is UsageLevel.NORMAL else f"{step.value}, "  # never by colour alone
    return f"`{bar(part)}` {percent(part)}\n{theme.SCALE_MARK[step]} {word}{amount}"
