"""What the store knows of a server beside what the panel says of it now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.access import Permit
from bot.domain.alerts import RuleKind
from bot.domain.observation import (
    Absence,
    Missing,
    ServerKey,
    Sight,
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
from bot.store import alerts, sights

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """`asked`: its being offline is wanted, as far as anybody knows. Crashes are None without a watch."""

    asked: bool = True
    crashes_in_a_day: int | None = None


async def known(conn: AsyncConnection, permit: Permit, now: datetime) -> Known:
    """Read what the watch left; a stop that it has not looked at yet, or never, counts as wanted."""
    key = key_of(permit)
    memory = await sights.get(conn, key)
    if memory is None:
        return Known()
    lately = await alerts.history(conn, [key.panel_id], since=now - _DAY, server=key)
    crashes = sum(max(1, round(one.peak or 0)) for one in lately if one.rule is RuleKind.CRASH)
    unseen = memory.last is not None and memory.last.state is not PowerState.OFFLINE
    return Known(memory.asked or unseen, crashes)


def key_of(permit: Permit) -> ServerKey:
    """Name the permit's server as the store does."""
    return ServerKey(permit.panel_id, permit.uuid)


def sight_of(permit: Permit, server: Server, answer: Resources | PanelError, at: datetime) -> Sight:
    """Read an answer, or what came instead of one; raises what says nothing of server, node or panel."""
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
            return Missing(key_of(permit), at, _absence(answer))


def _absence(answer: PanelError) -> Absence:
    """Say why nothing is known of a server although the panel is there; raises what says nothing of that."""
    match answer:
        case ServerStateConflict() | ServerUnknownToNode():
            return Absence.STATE_MISSING
        case NodeError():
            return Absence.NODE_SILENT
        case PanelUnreachable() | BrokenAnswer() | PanelFault() | FirewallRefused():
            return Absence.NOT_TOLD
    raise answer
