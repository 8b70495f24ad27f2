"""Decides when a power action has reached its target, from observations of the server. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.panel.models import PowerSignal, PowerState

CACHED_S = 21.0
"""The panel caches `resources` for 20 s: an unchanged response within that time proves nothing."""
_SILENCE_S = 5.0
_SKEW_S = 1.0


class Ending(StrEnum):
    """The result of following a power action."""

    REACHED = "reached"
    ALREADY = "already"
    FELL_BACK = "fell back"
    NOT_YET = "not yet"
    UNKNOWN = "unknown"


GOALS = {
    PowerSignal.START: PowerState.RUNNING,
    PowerSignal.RESTART: PowerState.RUNNING,
    PowerSignal.STOP: PowerState.OFFLINE,
    PowerSignal.KILL: PowerState.OFFLINE,
}
PATIENCE_S = {
    PowerSignal.START: 180.0,
    PowerSignal.RESTART: 240.0,
    PowerSignal.STOP: 150.0,
    PowerSignal.KILL: 45.0,
}
"""How long each is followed. A stop may take ten minutes, a start any time."""


@dataclass(slots=True)
class Follow:
    """Follows a power action: pass states in order of time; it returns an ending once it is certain.

    `before` and `before_uptime_ms` are the state before the signal (UNKNOWN and 0 if it could not be read:
    then a restart uses the first state). `trusted_after_s` is how long an unchanged state proves nothing (0
    for a live socket); `grace_s` how long offline may last on the way up.
    """

    signal: PowerSignal
    before: PowerState
    before_uptime_ms: int
    trusted_after_s: float
    grace_s: float
    state: PowerState | None = None
    moved: bool = False
    _climbed: bool = False
    _offline_since_s: float | None = None

    def see(self, state: PowerState, uptime_ms: int | None, elapsed_s: float) -> Ending | None:
        """Process a state, `elapsed_s` after the signal; `uptime_ms` is None when unknown."""
        if state in (PowerState.UNKNOWN, PowerState.MISSING):
            return None
        self.state = state
        self.moved = self.moved or self._moves(state, uptime_ms, elapsed_s)
        goal = GOALS[self.signal]
        if state is goal:
            return self._at_goal(elapsed_s)
        if goal is PowerState.RUNNING:
            return self._on_the_way_up(state, elapsed_s)
        return None

    def wait(self, elapsed_s: float) -> Ending | None:
        """Note that no new state came until now."""
        if self.before is GOALS[self.signal] and not self.moved and elapsed_s >= _SILENCE_S:
            return self._at_goal(elapsed_s)
        return self._fallen(elapsed_s)

    def _moves(self, state: PowerState, uptime_ms: int | None, elapsed_s: float) -> bool:
        if self.before is PowerState.UNKNOWN and self.signal is PowerSignal.RESTART:
            self.before, self.before_uptime_ms = state, uptime_ms or 0
            return False
        if uptime_ms is not None and 0 < uptime_ms < self.before_uptime_ms:
            # A new process, even if no other state was observed; not one of an earlier restart, which the
            # panel's cache had not shown when the signal was sent.
            return uptime_ms <= (elapsed_s + _SKEW_S) * 1000
        came_up = self.before is PowerState.STARTING and state is PowerState.RUNNING
        return state is not self.before and not (self.signal is PowerSignal.RESTART and came_up)

    def _at_goal(self, elapsed_s: float) -> Ending | None:
        if self.moved:
            return Ending.REACHED
        if self.signal is PowerSignal.RESTART or elapsed_s < self.trusted_after_s:
            return None  # still the state from before: not begun, or a cached answer
        return Ending.ALREADY

    def _on_the_way_up(self, state: PowerState, elapsed_s: float) -> Ending | None:
        if state is PowerState.STARTING:
            self._climbed = True
        if state is not PowerState.OFFLINE:
            self._offline_since_s = None
        elif self._offline_since_s is None and (self._climbed or self.before is not PowerState.OFFLINE):
            self._offline_since_s = elapsed_s
        return self._fallen(elapsed_s)

    def _fallen(self, elapsed_s: float) -> Ending | None:
        """Return whether it crashed while starting; Wings may restart it, so offline has to last."""
        if self._offline_since_s is None or elapsed_s - self._offline_since_s < self.grace_s:
            return None
        return Ending.FELL_BACK
