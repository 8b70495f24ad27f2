"""The live report of one server."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import discord

from bot.core.i18n import Message, _, number
from bot.domain.alerts import RuleKind, Severity
from bot.domain.alerts.advice import IN_DETAILS, advise
from bot.domain.alerts.urgency import worst_level
from bot.domain.alerts.wording import headline
from bot.domain.availability import unavailable_text
from bot.domain.formatting import (
    about,
    bar,
    cores,
    counted,
    discord_time,
    percent,
    size,
    sparkline,
    whole_percent,
)
from bot.domain.health_score import Health, Status
from bot.domain.incidents import Incident
from bot.domain.player_query import PlayersNow
from bot.domain.usage_history import Point, columns
from bot.domain.usage_scale import UsageLevel, share, usage_level
from bot.panel.models import Limits, PowerState, Resources
from bot.services.servers import STATUS_HISTORY, ServerStatus
from bot.ui.alerts import lines as alert_lines
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import code_block, first_up, inline_code, neutralise
from bot.ui.players.words import players_online
from bot.ui.servers.cards import address, mark, why_unknown

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

_CELLS = 13
"""A bar as wide as the text of a row on a phone."""


def status(
    now: ServerStatus,
    alerts: Sequence[Incident] = (),
    players: PlayersNow | None = None,
    *,
    detailed: bool = False,
    lines_at: Message = IN_DETAILS,
) -> Card:
    """Draw it, with the most urgent of its active alerts; `detailed`: with everything else that is known.

    `lines_at` is where the console lines of the alert are shown.
    """
    server = now.server
    state_mark = mark(now) if now.resources is None else theme.STATE_MARK[now.resources.state]
    worst = _worst(now, alerts)
    card = Card(
        f"{state_mark if worst is None else alert_lines.SIGN[worst]} {neutralise(server.name, _NAME_ROOM)}",
        "\n".join([*_state(now), *_players(now, players), *_warning(alerts, lines_at)]),
        _state_colour(now) if worst is None else alert_lines.COLOUR[worst],
        divided=True,
    )
    if now.resources is not None:
        card = replace(card, rows=tuple(Row(line) for line in _meters(now.resources, server.limits)))
    if now.health is not None and now.health.status is not Status.OFFLINE:
        card = card.with_field(
            _("{mark} Health", mark=_HEALTH_MARK[now.health.status]), describe_score(now.health), inline=True
        )
    if now.backups_known and not _names_backups(alerts):
        card = card.with_field(_("💾 Last backup"), _backup(now), inline=True)
    if detailed:
        for name, value in _details(now):
            card = card.with_field(name, value)
    updated = _("Updated {at}", at=discord_time(now.at)) if now.at is not None else ""
    return replace(card, footer="\n".join(filter(None, (address(server), updated))))


def _worst(now: ServerStatus, alerts: Sequence[Incident]) -> Severity | None:
    """Return the worst level of its alerts; what went offline unexpectedly is critical before its alert."""
    is_gone = now.resources is not None and now.resources.state is PowerState.OFFLINE
    if is_gone and now.health is not None and now.health.status is Status.CRITICAL:
        return Severity.CRITICAL
    return worst_level(alerts)


def _state(now: ServerStatus) -> Iterator[str]:
    use = now.resources
    if use is None:
        yield f"**{why_unknown(now)}**"
        return
    state = f"**{use.state.text.capitalize()}**"
    if use.state is PowerState.OFFLINE:
        # What was offline when it was first seen has been so for longer: a time would be wrong.
        off_for = now.at - now.offline_since if now.at is not None and now.offline_since is not None else None
        yield (
            _("{state} for {off_for}", state=state, off_for=about(off_for.total_seconds()))
            if off_for is not None
            else state
        )
    elif use.uptime_ms and now.at is not None:
        yield _(
            "{state} · started {at}",
            state=state,
            at=discord_time(now.at - timedelta(milliseconds=use.uptime_ms)),
        )
    else:
        yield state
    if word := unavailable_text(now.server):
        yield _("⚠️ It is {word}.", word=word)


def _players(now: ServerStatus, players: PlayersNow | None) -> Iterator[str]:
    """Say who is on, of a game that runs."""
    if players is not None and now.resources is not None and now.resources.state is PowerState.RUNNING:
        yield f"👥 {players_online(players)}"


def _warning(alerts: Sequence[Incident], lines_at: Message) -> Iterator[str]:
    """Say the most urgent alert, the first thing to do about it, and how many more there are."""
    if not alerts:
        return
    first = alerts[0]
    words = headline(first)
    yield f"{alert_lines.mark(first)} {first_up(words)} · {discord_time(first.fired_at)}"
    yield f"-# ➡️ {advise(first, lines_at=lines_at)[0]}"
    if more := len(alerts) - 1:
        yield f"-# {counted(more, 'more alert', 'more alerts')}"


def _names_backups(alerts: Sequence[Incident]) -> bool:
    return bool(alerts) and alerts[0].rule is RuleKind.BACKUP_AGE


def _state_colour(now: ServerStatus) -> discord.Colour:
    return theme.CAREFUL if now.resources is None else theme.STATE_COLOUR[now.resources.state]


def describe_score(health: Health) -> str:
    """Put the score, if there is one, and its verdict into words."""
    return (
        health.status.text
        if health.score is None
        else _("{score} of 100, {status}", score=health.score, status=health.status.text)
    )


def _backup(now: ServerStatus) -> str:
    return discord_time(now.backed_up_at) if now.backed_up_at is not None else _("none yet")


def _meters(use: Resources, limits: Limits) -> Iterator[str]:
    """Draw memory, CPU and disk: what is used in words, and a bar below them; of what is off, the disk."""
    if use.state is not PowerState.OFFLINE:
        if use.memory_bytes:
            memory = share(use.memory_bytes, limits.memory_bytes)
            yield from _meter(_("Memory"), memory, _amount(use.memory_bytes, limits.memory_bytes))
        else:
            yield from _meter(_("Memory"), None, _("not measured"))
        yield from _meter("CPU", *_cpu(use.cpu_absolute_percent, limits.cpu_limit_percent))
    disk = share(use.disk_bytes, limits.disk_bytes)
    yield from _meter(_("Disk"), disk, _amount(use.disk_bytes, limits.disk_bytes))


def _cpu(used: float | None, limit: int | None) -> tuple[float | None, str]:
    """Return the share of the limit, where there is one, and the usage in words."""
    if used is None:
        return None, _("not measured")
    if limit:
        return share(used, limit), _(" of {cores}", cores=cores(limit))
    return None, _("{cpu} of a core, no limit", cpu=percent(used))


def _meter(name: str, part: float | None, amount: str) -> Iterator[str]:
    if part is None:
        yield f"**{name}** {amount}"
        return
    level = usage_level(part)
    strained, share = level in (UsageLevel.WARNING, UsageLevel.CRITICAL), whole_percent(part)
    text = f"{theme.SCALE_MARK[level]} **{name} {share}**" if strained else f"**{name}** {share}"
    yield f"{text}{amount}"
    yield f"`{bar(part, _CELLS)}`"


def _amount(used: float, limit: int | None) -> str:
    return f" · {size(used)} / {size(limit)}" if limit else _("{used}, no limit", used=size(used))


def _details(now: ServerStatus) -> Iterator[tuple[str, str]]:
    if now.health is not None and now.health.reasons:
        yield _("About its health"), "\n".join(f"-# {reason}" for reason in now.health.reasons)
    yield from _last_hour(now)
    server, limits, use = now.server, now.server.limits, now.resources
    lines = [
        _(
            "{identifier} on {node}",
            identifier=inline_code(server.identifier),
            node=neutralise(server.node, 60),
        ),
        _(
            "Limits: memory {limit}, disk {limit_2}",
            limit=_limit(limits.memory_bytes),
            limit_2=_limit(limits.disk_bytes),
        ),
    ]
    if use is not None and use.state in (PowerState.RUNNING, PowerState.STARTING):
        network = _(
            "{network_rx} in, {network_tx} out",
            network_rx=size(use.network_rx_bytes),
            network_tx=size(use.network_tx_bytes),
        )
        lines.append(_("Network since start: {network}", network=network))
    yield _("Details"), "\n".join(f"-# {line}" for line in lines)


def _limit(limit: int | None) -> str:
    return size(limit) if limit else _("unlimited")


def _last_hour(now: ServerStatus) -> list[tuple[str, str]]:
    """Draw the hour as small columns, as wide on a telephone as on a desk."""
    if now.at is None or not now.hour:
        return []
    limits, until_s = now.server.limits, now.at.timestamp()

    def levels(value: Callable[[Point], float]) -> list[float | None]:
        return columns(now.hour, until_s - STATUS_HISTORY.total_seconds(), until_s, _COLUMNS, value)

    rows = [
        _row("CPU", levels(lambda point: point.cpu.mean), limits.cpu_limit_percent, percent),
        _row(_("Mem"), levels(lambda point: point.memory.mean), limits.memory_bytes, size),
    ]
    return [(_("Last hour"), code_block("\n".join(rows)))]


def _row(name: str, levels: Sequence[float | None], limit: float | None, unit: Callable[[float], str]) -> str:
    known = [level for level in levels if level is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    drawn = sparkline(levels, limit or high or 1.0)
    if limit:
        return f"{name} {drawn} {number(100 * low / limit, '.0f')}-{whole_percent(100 * high / limit)}"
    return _("{name} {drawn} to {unit}", name=name, drawn=drawn, unit=unit(high))
