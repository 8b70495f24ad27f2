"""What is remembered of a server after an observation, and what a later report adds to it. Pure."""

from datetime import timedelta

from bot.domain import stop_reasons
from bot.domain.observation import Observation
from bot.domain.power_progress import CACHED_S
from bot.domain.process_end import ProcessEnd
from bot.domain.stop_reasons import StopRequest
from bot.panel.models import PowerState
from bot.storage.repositories.server_states import ServerState

_CLOCK_DRIFT = timedelta(seconds=3)
_CACHED = timedelta(seconds=CACHED_S)
"""How far the beginning of one process may seem to move: live sources report its age as it is."""


def reports_crash_late(state: ServerState, end: ProcessEnd | None) -> bool:
    """Whether a node reports a crash after another source observed the server offline."""
    return end is not None and end.exit_code is not None and not state.stop_requested and not state.crashed


def gave_up_late(state: ServerState, end: ProcessEnd) -> bool:
    """Whether a node says later that it will not start a server again whose crash was reported."""
    return state.crashed and not state.stop_requested and end.restarted_by_wings is False


def stays_away(state: ServerState, now: Observation) -> bool:
    """Whether a restart has left the server offline for too long."""
    if not (state.stop_requested and state.restart_requested) or state.offline_since is None:
        return False
    return now.at - state.offline_since > stop_reasons.BACK_WITHIN


def state_after(
    state: ServerState,
    now: Observation,
    *,
    stop_requested: bool,
    by: StopRequest | None = None,
    crashed: bool = False,
) -> ServerState:
    """Give the state to remember after `now`; `crashed`: its node reported this end as a crash."""
    offline = now.state is PowerState.OFFLINE
    since = (state.offline_since or now.at) if offline else None
    crashed = offline and (crashed or state.crashed)
    if by is not None:
        restarts = offline and by.is_restart
        return ServerState(now, stop_requested, by.by, by.at, since, crashed, restarts)
    restarts = offline and stop_requested and state.restart_requested
    return ServerState(
        now, stop_requested, state.stop_requested_by, state.stop_requested_at, since, crashed, restarts
    )


def unnamed_stop(before: Observation, now: Observation) -> StopRequest | None:
    """Count a process that was observed stopping as requested, unless the node stopped it for the disk."""
    if (
        before.state is not PowerState.STOPPING
        or stop_reasons.over_disk_limit(now)
        or stop_reasons.over_disk_limit(before)
    ):
        return None
    return StopRequest("an unrecorded stop", now.at)


def last_of_process(stored: Observation | None, observed: Observation | None) -> Observation | None:
    """Take what was observed last, if it is of the process that was stored last."""
    if stored is None or observed is None or observed.state is not stored.state or observed.at <= stored.at:
        return stored
    is_live = observed.source.is_live and stored.source.is_live
    differs = abs(stop_reasons.began(observed) - stop_reasons.began(stored))
    return observed if differs <= (_CLOCK_DRIFT if is_live else _CACHED) else stored
