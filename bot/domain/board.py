"""The content of a status board: a line per server, those that need attention first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.i18n import keyword
from bot.domain.alerts.urgency import urgency
from bot.domain.health_score import Health, Status
from bot.domain.incidents import Incident
from bot.domain.player_query import PlayersNow
from bot.panel.models import PowerState

FRESH = timedelta(minutes=5)
"""An older observation doesn't show the present state."""
_RANK = {
    Status.CRITICAL: 0,
    Status.UNKNOWN: 1,
    Status.WARNING: 2,
    Status.GOOD: 3,
    Status.EXCELLENT: 3,
    Status.OFFLINE: 4,
}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One server. `state` is None when it is not known; `seen_at` is when it last was.

    `stop_requested_by` says who or what wanted it to be offline, where that is known. `unavailable` is a word
    for why the panel refuses access. `players` is who is on, where the game answers.
    """

    uuid: str
    name: str
    node: str
    state: PowerState | None
    seen_at: datetime | None = None
    health: Health | None = None
    stop_requested_by: str | None = None
    unavailable: str | None = None
    alerts: tuple[Incident, ...] = ()
    maintenance_until: datetime | None = None
    players: PlayersNow | None = None
    idle_since: datetime | None = None
    """When it was stopped because it was empty; None unless that is why it is off."""


@dataclass(frozen=True, slots=True)
class BoardContent:
    """The content of a board. `wide` are alerts of the panel and of nodes."""

    panel_id: str
    rows: tuple[BoardRow, ...]
    panel_alerts: tuple[Incident, ...] = ()
    maintenance_until: datetime | None = None


def worst_first(rows: Iterable[BoardRow]) -> tuple[BoardRow, ...]:
    """Sort servers that need attention first, the rest by name."""
    return tuple(sorted(rows, key=_need))


def needs_attention(row: BoardRow) -> bool:
    """Whether something is wrong with a server that people should look into."""
    status = row.health.status if row.health is not None else Status.UNKNOWN
    is_strained = status in (Status.WARNING, Status.CRITICAL)
    return bool(row.alerts or row.unavailable or row.state is None or is_strained)


def counts(rows: Sequence[BoardRow]) -> dict[str, int]:
    """Count how many servers run, are off, are unknown."""
    counts = {"running": 0, keyword("off"): 0, keyword("on the way"): 0, keyword("not known"): 0}
    for row in rows:
        match row.state:
            case PowerState.RUNNING:
                counts["running"] += 1
            case PowerState.OFFLINE:
                counts["off"] += 1
            case PowerState.STARTING | PowerState.STOPPING:
                counts["on the way"] += 1
            case _:
                counts["not known"] += 1
    return {word: number for word, number in counts.items() if number}


def _need(row: BoardRow) -> tuple[bool, tuple[object, ...], int, str]:
    worst = min((urgency(alert) for alert in row.alerts), default=())
    status = row.health.status if row.health is not None else Status.UNKNOWN
    return not row.alerts, worst, _RANK[status], row.name.casefold()
