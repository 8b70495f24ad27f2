"""Sends power signals and follows them until the target state, or reports how far it came."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from bot.core.clock import Clock
from bot.core.i18n import N_
from bot.domain.annotations import Annotations, read_annotations
from bot.domain.audit import Outcome
from bot.domain.power_progress import (
    CACHED_S,
    PATIENCE_S,
    Ending,
    Follow,
)
from bot.panel.errors import BrokenAnswer, NodeFault, OutcomeUnknown, PanelError, PanelFault
from bot.panel.models import PowerSignal, PowerState, Resources
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.servers.end_diagnosis import EndDiagnosis, EndWatch
from bot.services.servers.latest_states import LatestStates
from bot.services.servers.live_feed import LiveFeed, open_live_feed
from bot.workers import WorkerPool

_GRACE_LIVE_S = 12.0
_GRACE_POLLED_S = CACHED_S + 12.0
_UNSURE_PATIENCE_S = 45.0
_OVER_DISK_LIVE_S = 5.0
_QUESTION_S = 3.0
_AT_GOAL = (Ending.REACHED, Ending.ALREADY)
_STATE_UNREADABLE = (BrokenAnswer, NodeFault, PanelFault)
"""Errors that don't prevent a signal; all others (no permission, no response, a conflict) do."""


@dataclass(frozen=True, slots=True)
class OverDisk:
    """A server over its disk limit: Wings refuses its start without an error."""

    used_bytes: int
    limit_bytes: int


@dataclass(frozen=True, slots=True)
class PowerOutcome:
    """The result of a signal. `lines` are the last console lines, raw; empty when none could be read.

    Of a start that failed they are those of its process, without its node's where it has printed any.
    """

    signal: PowerSignal
    ending: Ending
    before: PowerState
    state: PowerState | None
    took_s: float
    lines: tuple[str, ...]
    over_disk: OverDisk | None = None
    """Why the node doesn't start it, by the figures from before the signal; None when it is at its goal."""
    unreadable: PanelError | None = None
    """Why the state could not be read before the signal."""
    known: Annotations = field(default_factory=Annotations)
    """How the process of a start that failed ended, and why."""

    @property
    def is_at_goal(self) -> bool:
        """Whether the server is in the state that the signal is for."""
        return self.ending in _AT_GOAL

    @property
    def has_failed(self) -> bool:
        """Whether it should run, but its process ended."""
        return self.ending is Ending.FELL_BACK and self.over_disk is None

    @property
    def was_up(self) -> bool:
        """Whether a process was there before the signal, so that a node ignores a start."""
        return self.before in (PowerState.STARTING, PowerState.RUNNING, PowerState.STOPPING)


@dataclass(frozen=True, slots=True)
class PowerView:
    """A server's state at one moment; the uptime is None where it is not known."""

    state: PowerState
    uptime_ms: int | None = None


Progress = Callable[[PowerState, float], Awaitable[None]]
"""Called with each new state, and the seconds since the signal."""


class PowerService:
    """Starts, stops, restarts and kills servers, and follows each signal to its end."""

    def __init__(self, audit: Audit, workers: WorkerPool, clock: Clock, latest: LatestStates) -> None:
        self._audit = audit
        self._latest = latest
        self._workers = workers
        self._clock = clock
        self._diagnosis = EndDiagnosis(workers)

    async def run(
        self, permit: Permit, signal: PowerSignal, progress: Progress | None = None
    ) -> PowerOutcome:
        """Send the signal and follow it. Raises the panel's error when it refuses the signal.

        1. Read the state, and whether the server is over its disk limit. An unreadable state doesn't prevent
           the signal: it is a server in trouble that has to be stopped.
        2. Connect to the console, so that no event after the signal is missed.
        3. Send the signal, once.
        4. Follow the server until the target state, a crash, or the end of the wait. If it is unknown whether
           the signal arrived, only a change of state counts.
        """
        panel, uuid = permit.panel, permit.uuid
        before: Resources | None = None
        unreadable: PanelError | None = None
        try:
            before = await panel.servers.resources(uuid)
        except _STATE_UNREADABLE as error:
            unreadable = error
        over_disk = None
        if before is not None and signal in (PowerSignal.START, PowerSignal.RESTART):
            over_disk = await self._over_disk(permit, before)
        async with self._open_feed(permit, poll=True) as feed:
            state = await self._state_before(feed, before.state if before else PowerState.UNKNOWN)
            sure = await self._send(permit, signal)
            sent_at = self._clock.monotonic()
            follow = Follow(
                signal,
                state,
                before.uptime_ms if before else 0,
                trusted_after_s=0.0 if feed.live else CACHED_S,
                grace_s=_GRACE_LIVE_S if feed.live else _GRACE_POLLED_S,
            )
            patience_s = PATIENCE_S[signal]
            if not sure or (unreadable is not None and not feed.live):
                patience_s = min(_UNSURE_PATIENCE_S, patience_s)
            watch = EndWatch(self._clock, state)
            first_s = patience_s
            if over_disk is not None and state is PowerState.OFFLINE:
                # The node measures again at a start: a moment shows whether there is room by now.
                first_s = _OVER_DISK_LIVE_S if feed.live else _GRACE_POLLED_S
            ending = await self._follow(feed, follow, watch, sent_at + first_s, progress)
            if first_s < patience_s and ending is Ending.NOT_YET and follow.moved:
                over_disk = None
                ending = await self._follow(feed, follow, watch, sent_at + patience_s, progress)
            if not sure and ending in (Ending.NOT_YET, Ending.ALREADY) and not follow.moved:
                ending = Ending.UNKNOWN
            if ending in _AT_GOAL:
                over_disk = None
            outcome = PowerOutcome(
                signal,
                ending,
                state,
                follow.state,
                self._clock.monotonic() - sent_at,
                watch.lines,
                over_disk,
                unreadable,
            )
        return await self._explained(permit, outcome, watch) if ending is Ending.FELL_BACK else outcome

    async def is_offline(self, permit: Permit) -> bool:
        """Whether the node itself says that the server is offline; False also when it does not say."""
        try:
            now = await self._clock.timeout(_QUESTION_S, permit.panel.servers.resources(permit.uuid))
            if now.state is not PowerState.OFFLINE:
                return False
            async with self._open_feed(permit, poll=False) as feed:
                return feed.live and await self._state_before(feed, now.state) is PowerState.OFFLINE
        except (PanelError, TimeoutError):
            return False

    async def view(self, permit: Permit, *, since: datetime) -> PowerView:
        """Return the server's state, from its node if possible.

        What the panel says may be as old as its cache, so it counts only when all of that is after `since`.
        Raises NodeFault while the state is unknown, and the panel's errors.
        """
        async with self._open_feed(permit, poll=False) as feed:
            seen: PowerView | None = None
            while feed.live and (event := await feed.next(_QUESTION_S)):
                if event.state is not None:
                    seen = PowerView(event.state, event.uptime_ms)
                    if event.state is PowerState.OFFLINE or event.uptime_ms is not None:
                        break
            if seen is not None:
                return seen
        polled = await permit.panel.servers.resources(permit.uuid)
        is_fresh = self._clock.now() - since >= timedelta(seconds=CACHED_S)
        if not is_fresh or polled.state in (PowerState.UNKNOWN, PowerState.MISSING):
            raise NodeFault(N_("The state of the server is unknown."))
        return PowerView(polled.state, polled.uptime_ms)

    async def over_disk(self, permit: Permit) -> OverDisk | None:
        """Return how far the server is over its disk limit; None if it isn't, or within seconds unknown."""
        try:
            now = await self._clock.timeout(_QUESTION_S, permit.panel.servers.resources(permit.uuid))
            return await self._clock.timeout(_QUESTION_S, self._over_disk(permit, now))
        except (PanelError, TimeoutError):
            return None

    def _open_feed(self, permit: Permit, *, poll: bool) -> AbstractAsyncContextManager[LiveFeed]:
        return open_live_feed(
            permit.panel,
            permit.uuid,
            self._clock,
            self._workers,
            poll=poll,
            on_state=partial(self._latest.note, permit.key),
        )

    async def _over_disk(self, permit: Permit, before: Resources) -> OverDisk | None:
        """Compare with the present limit, which may have just been raised."""
        try:
            server = await permit.panel.servers.view(permit.uuid, fresh=True)
        except PanelError:
            return None
        limit = server.limits.disk_bytes
        return OverDisk(before.disk_bytes, limit) if limit and before.disk_bytes > limit else None

    async def _state_before(self, feed: LiveFeed, polled: PowerState) -> PowerState:
        """Return the first state from the websocket: the polled one may be 20 s old."""
        while feed.live and (event := await feed.next(0.1)):
            if event.state is not None:
                return event.state
        return polled

    async def _follow(
        self,
        feed: LiveFeed,
        follow: Follow,
        watch: EndWatch,
        deadline: float,
        progress: Progress | None,
    ) -> Ending:
        sent_at = self._clock.monotonic()
        while (now := self._clock.monotonic()) < deadline:
            event = await feed.next(min(1.0, deadline - now))
            elapsed_s = self._clock.monotonic() - sent_at
            if event is not None:
                watch.note(event, live=feed.live)
            known = follow.state
            if event is None or event.state is None:
                ending = follow.wait(elapsed_s)
            else:
                ending = follow.see(event.state, event.uptime_ms, elapsed_s)
            if ending is not None:
                return ending
            if progress is not None and follow.state is not None and follow.state is not known:
                await progress(follow.state, elapsed_s)
        return Ending.NOT_YET

    async def _explained(self, permit: Permit, outcome: PowerOutcome, watch: EndWatch) -> PowerOutcome:
        """Add why the process of a start that failed ended."""
        end = watch.end()
        known = read_annotations(await self._diagnosis.evidence(permit.server, end))
        return replace(outcome, lines=end.lines or outcome.lines, known=known)

    async def _send(self, permit: Permit, signal: PowerSignal) -> bool:
        """Send it; False when it is unknown whether it arrived, so that only the state can show it."""
        facts = {"signal": signal.value}
        async with self._audit.act(permit, "server.power", facts) as act:
            try:
                await permit.panel.servers.power(permit.uuid, signal)
            except OutcomeUnknown:
                act.outcome = Outcome.UNKNOWN
                return False
        return True
