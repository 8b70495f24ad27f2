"""What the store knows about a server, beside the panel's present data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import RuleKind
from bot.domain.alerts.rules import STUCK
from bot.domain.incidents import Incident
from bot.domain.observation import (
    Absence,
    CheckResult,
    Missing,
    Unreachable,
    Unreached,
    observe,
)
from bot.panel.errors import (
    BrokenAnswer,
    CertificateRefused,
    FirewallRefused,
    KeyRefused,
    NodeError,
    PanelDown,
    PanelError,
    PanelFault,
    PanelMaintenance,
    PanelNotReached,
    PanelUnreachable,
    ServerStateConflict,
    ServerUnknownToNode,
)
from bot.panel.models import PowerState, Resources, Server
from bot.services.access import Permit
from bot.storage.repositories import alerts, server_states

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredState:
    """`stop_requested`: somebody wanted it offline, as far as is known. Crashes are None if unmonitored.

    `changing_since` is when it was first seen starting (or stopping) by state, while it lasts.
    """

    stop_requested: bool = True
    crashes_in_a_day: int | None = None
    changing_since: Mapping[PowerState, datetime] = field(default_factory=dict)
    offline_since: datetime | None = None
    alerts: tuple[Incident, ...] = ()


async def stored_state(conn: AsyncConnection, permit: Permit, now: datetime) -> StoredState:
    """Read what monitoring stored; a stop that it has not observed yet counts as requested."""
    key = permit.key
    state = await server_states.get(conn, key)
    firing = await alerts.active(conn, [key.panel_id], key)
    if state is None:
        return StoredState(alerts=firing)
    states = await alerts.states(conn, key.panel_id, {key.uuid})
    lately = await alerts.history(conn, [key.panel_id], since=now - _DAY, server=key)
    crashes = sum(max(1, round(incident.peak or 0)) for incident in lately if incident.rule is RuleKind.CRASH)
    unseen = state.last is not None and state.last.state is not PowerState.OFFLINE
    since = changing(states, key.uuid)
    return StoredState(state.stop_requested or unseen, crashes, since, state.offline_since, firing)


def changing(states: alerts.States, uuid: str) -> dict[PowerState, datetime]:
    """Return since when a server has been starting or stopping, from the states of its rules."""
    kept = {state: states.get((uuid, kind)) for state, kind in STUCK.items()}
    return {
        state: stored.state.changing_since
        for state, stored in kept.items()
        if stored is not None and stored.state.changing_since is not None
    }


def check_of(permit: Permit, server: Server, answer: Resources | PanelError, at: datetime) -> CheckResult:
    """Turn a response or error into a check result; raises errors that prove nothing about either."""
    match answer:
        case Resources():
            return observe(permit.panel_id, server, answer, at)
        case KeyRefused():
            return Unreachable(Unreached.KEY, at)
        case PanelDown():
            return Unreachable(Unreached.PANEL, at - timedelta(seconds=answer.for_s))
        case PanelNotReached() | PanelMaintenance() | CertificateRefused():
            return Unreachable(Unreached.PANEL, at)
        case _:
            return Missing(permit.key, at, _absence(answer))


def _absence(answer: PanelError) -> Absence:
    """Return why a server can't be observed though the panel responds; raises other errors."""
    match answer:
        case ServerStateConflict() | ServerUnknownToNode():
            return Absence.STATE_MISSING
        case NodeError():
            return Absence.NODE_SILENT
        case PanelUnreachable() | BrokenAnswer() | PanelFault() | FirewallRefused():
            return Absence.NOT_REPORTED
    raise answer
