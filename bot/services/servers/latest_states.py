"""The newest state of each server, from whatever of Quetzal has seen it: monitoring, an action, the panel."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.domain.observation import Missing, Observation, ServerKey, Source, newer, observe
from bot.domain.target import Target
from bot.panel.models import PowerState, Resources

Watched = Callable[[ServerKey], Observation | None]
"""Returns the last observation of monitoring, from any source."""

_STRANGE = (PowerState.UNKNOWN, PowerState.MISSING)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A state that a node reported; `began_at` is when its process did, where that is known."""

    at: datetime
    state: PowerState
    began_at: datetime | None = None


class LatestStates:
    """Compares what is about to be shown with the newest observation of the same server.

    The panel's answer may be 20 seconds old, so after an action it still has the state from before.
    """

    def __init__(self, clock: Clock, watched: Watched) -> None:
        self._clock = clock
        self._watched = watched
        self._seen: dict[ServerKey, _Seen] = {}

    def note(self, key: ServerKey, state: PowerState, uptime_ms: int | None) -> None:
        """Note a state that the node itself reported just now."""
        if state in _STRANGE:
            return
        now, before = self._clock.now(), self._seen.get(key)
        began_at = None if before is None or state is PowerState.OFFLINE else before.began_at
        if uptime_ms:
            began_at = now - timedelta(milliseconds=uptime_ms)
        elif state is PowerState.STARTING and (before is None or before.state is not state):
            began_at = now
        self._seen[key] = _Seen(now, state, began_at)

    def watched(self, key: ServerKey) -> Observation | None:
        """Return the newest of what is known without a request; None where nothing observes the server."""
        known = self._watched(key)
        return None if known is None else self._with_seen(known)

    def newest(self, known: Observation) -> Observation:
        """Return `known`, unless something newer contradicts it."""
        known = self._with_seen(known)
        watched = self._watched(known.server)
        return known if watched is None else newer(known, watched)

    def resources(self, target: Target, answer: Resources, at: datetime) -> Resources:
        """Return the panel's answer from `at`, with what is newer; for one server."""
        known = observe(target.panel_id, target.server, answer, at)
        if isinstance(known, Missing):
            return answer
        newest = self.newest(known)
        if newest is known:
            return answer
        return answer.model_copy(
            update={
                "state": newest.state,
                "memory_bytes": newest.memory_bytes,
                "cpu_absolute_percent": newest.cpu_absolute,
                "disk_bytes": newest.disk_bytes,
                "network_rx_bytes": newest.rx_bytes,
                "network_tx_bytes": newest.tx_bytes,
                "uptime_ms": newest.uptime_ms,
            }
        )

    def _with_seen(self, known: Observation) -> Observation:
        seen = self._seen.get(known.server)
        if seen is None:
            return known
        as_seen = replace(known, at=seen.at, state=seen.state, source=Source.SOCKET, extremes=None)
        if seen.state is PowerState.OFFLINE:
            return newer(known, replace(as_seen, memory_bytes=0, cpu_absolute=0.0, uptime_ms=0))
        if seen.began_at is not None:
            uptime_ms = (seen.at - seen.began_at) // timedelta(milliseconds=1)
            as_seen = replace(as_seen, uptime_ms=max(1, uptime_ms))
        return newer(known, as_seen)
