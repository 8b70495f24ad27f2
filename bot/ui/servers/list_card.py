"""The list of servers: a row each, what needs attention first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.i18n import _
from bot.domain.alerts import RuleKind
from bot.domain.alerts.advice import is_back
from bot.domain.alerts.urgency import urgency, worst_level
from bot.domain.alerts.wording import headline
from bot.domain.formatting import about, counted, discord_time, duration, size, whole_percent
from bot.domain.incidents import Incident
from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayersNow
from bot.domain.target import Target
from bot.domain.usage_scale import UsageLevel, share, usage_level
from bot.panel.errors import NodeError, ServerStateConflict
from bot.panel.models import PowerState, Resources
from bot.services.servers import ServerStatus
from bot.ui.alerts import lines as alert_lines
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import neutralise
from bot.ui.players.words import players_short
from bot.ui.servers.cards import barred, mark

_NAME_ROOM = 60
_GONE = (RuleKind.CRASH, RuleKind.STATE)
_FIGURE = {
    RuleKind.MEMORY: "memory",
    RuleKind.CPU: "CPU",
    RuleKind.DISK: "disk",
    RuleKind.DISK_FORECAST: "disk",
}
_FIGURES = 2
_RANK = {
    PowerState.STARTING: 0,
    PowerState.STOPPING: 0,
    PowerState.UNKNOWN: 1,
    PowerState.MISSING: 1,
    PowerState.RUNNING: 2,
    PowerState.OFFLINE: 3,
}


@dataclass(frozen=True, slots=True)
class ListedServer:
    """A server on a page: its status, its active alerts, most urgent first, and who is on."""

    now: ServerStatus
    alerts: tuple[Incident, ...] = ()
    players: PlayersNow | None = None
    idle_since: datetime | None = None
    """When it was stopped because it was empty; None unless that is why it is off."""

    @property
    def state(self) -> PowerState | None:
        """Its state, None when it is unknown."""
        return self.now.resources.state if self.now.resources is not None else None

    @property
    def is_gone(self) -> bool:
        """Whether it is offline though it should run."""
        lasting = (alert for alert in self.alerts if _lasts(alert))
        return self.state is PowerState.OFFLINE and any(alert.rule in _GONE for alert in lasting)

    @property
    def problem(self) -> Incident | None:
        """Its most urgent alert, where usage figures don't show what that is about."""
        lasting = next((alert for alert in self.alerts if _lasts(alert)), None)
        return None if lasting is None or lasting.rule in _FIGURE else lasting


def need(
    target: Target, state: PowerState | None, alerts: Sequence[Incident]
) -> tuple[bool, tuple[object, ...], int, str]:
    """Give what servers are ordered by: alerts, the most urgent first, then the state, then the name."""
    worst = min((urgency(alert) for alert in alerts), default=())
    rank = _RANK[PowerState.UNKNOWN if state is None else state]
    return not alerts, worst, rank, target.server.name.casefold()


def server_list(
    *,
    title: str,
    states: Mapping[ServerKey, PowerState | None],
    alerts: Sequence[Incident],
    players: int | None,
    troubles: Mapping[str, str],
) -> Card:
    """Draw the head.

    `states` of all servers, None where unknown; `players` on all of them, None where no game answers;
    `troubles`: why a panel's list is old, a sentence each.
    """
    lines = [
        _("⚠️ Panel {panel_id}: {sentence}", panel_id=neutralise(panel_id, 32), sentence=sentence)
        for panel_id, sentence in troubles.items()
    ]
    worst = worst_level(alerts)
    colour = theme.CAREFUL if troubles and worst is None else alert_lines.colour(alerts)
    return Card(title, "\n".join([*lines, *_counts(states, alerts, players)]), colour)


def row_text(listed: ListedServer, *, panel_mentioned: bool) -> str:
    """Write a row: name and, in small print, what matters."""
    now = listed.now
    sign = alert_lines.worst_mark(listed.alerts) or mark(now)
    head = f"{sign} **{neutralise(now.server.name, _NAME_ROOM)}**"
    if now.resources is None:
        return f"{head}\n-# {_unknown(now, panel_mentioned=panel_mentioned)}"
    return f"{head}\n-# {_figures(listed, now.resources)}"


def _counts(
    states: Mapping[ServerKey, PowerState | None], alerts: Sequence[Incident], players: int | None
) -> Iterator[str]:
    """Count what runs, what is off, and what is wrong; nothing unless the state of every server is known."""
    if None in states.values():
        return
    off = {key for key, state in states.items() if state is PowerState.OFFLINE}
    crashed = off & {alert.subject.server_key for alert in alerts if alert.rule in _GONE and _lasts(alert)}
    others = {alert.subject.server_key for alert in alerts if alert.firing and not is_back(alert)} - crashed
    count = Counter(states.values())
    parts = [
        (count[PowerState.STARTING], _("starting")),
        (count[PowerState.STOPPING], _("stopping")),
        (len(off - crashed), _("off")),
        (len(crashed), _("crashed")),
        (count[PowerState.UNKNOWN] + count[PowerState.MISSING], _("unavailable")),
    ]
    words = [] if players is None else [counted(players, "player", "players")]
    words += [f"{number} {word}" for number, word in parts if number]
    if others:
        words.append(_("🟠 {count} with alerts", count=len(others)))
    yield " · ".join([_("**{count} online**", count=count[PowerState.RUNNING]), *words])


def _unknown(now: ServerStatus, *, panel_mentioned: bool) -> str:
    if isinstance(now.trouble, ServerStateConflict):
        return barred(now) or _("unavailable")
    is_node = isinstance(now.trouble, NodeError) and not panel_mentioned
    return _("node doesn't answer") if is_node else _("state unknown")


def _figures(listed: ListedServer, use: Resources) -> str:
    if listed.is_gone:
        gone = next(alert for alert in listed.alerts if alert.rule in _GONE and _lasts(alert))
        since = discord_time(gone.fired_at)
        return (
            _("crashed {since}", since=since)
            if gone.rule is RuleKind.CRASH
            else _("went offline {since}", since=since)
        )
    if use.state is PowerState.OFFLINE:
        if listed.idle_since is not None:
            return _("stopped because empty · {time}", time=discord_time(listed.idle_since))
        return _off_for(listed.now)
    if use.state is not PowerState.RUNNING:
        took = f" · {duration(use.uptime_ms / 1000)}" if use.uptime_ms else ""
        return f"{use.state.text}{took}"
    players = [] if listed.players is None else [players_short(listed.players)]
    problem = [] if listed.problem is None else [headline(listed.problem)]
    return " · ".join([*problem, *players, *_usage(listed, use)][:_FIGURES])


def _off_for(now: ServerStatus) -> str:
    if now.offline_since is None or now.at is None:
        return _("off")
    return _("off for {at}", at=about((now.at - now.offline_since).total_seconds()))


def _usage(listed: ListedServer, use: Resources) -> list[str]:
    """Write CPU, memory and disk; first what an alert is about, then what is highest on the scale.

    What the node didn't measure is left out.
    """
    limits, cpu = listed.now.server.limits, use.cpu_absolute_percent
    shares = {
        "CPU": None if cpu is None else share(cpu, limits.cpu_limit_percent),
        "memory": share(use.memory_bytes, limits.memory_bytes),
        "disk": share(use.disk_bytes, limits.disk_bytes),
    }
    alerted = {_FIGURE[alert.rule] for alert in listed.alerts if alert.rule in _FIGURE}
    plain = {
        "CPU": "" if cpu is None else _("CPU {share}", share=whole_percent(cpu)),
        "memory": _("memory {memory}", memory=size(use.memory_bytes)) if use.memory_bytes else "",
        "disk": _("disk {disk}", disk=size(use.disk_bytes)),
    }

    def attention(name: str) -> tuple[bool, bool]:
        part = shares[name]
        is_high = part is not None and usage_level(part) in (UsageLevel.WARNING, UsageLevel.CRITICAL)
        return name not in alerted, not is_high

    written = []
    for name in sorted(filter(plain.get, plain), key=attention):
        part = shares[name]
        text = plain[name] if part is None else f"{_(name)} {whole_percent(part)}"
        written.append(f"**{text}**" if not all(attention(name)) else text)
    return written


def _lasts(alert: Incident) -> bool:
    """Whether it neither recovers nor is about a crashed server that runs again."""
    return alert.better_since is None and not is_back(alert)


def list_title(total: int, search: str) -> str:
    """Say how many servers there are, and what was searched for."""
    matching = _(" matching “{search}”", search=neutralise(search, 40)) if search else ""
    return f"{counted(total, 'server', 'servers')}{matching}"
