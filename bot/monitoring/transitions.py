"""Decides what a change of a server's state means: a requested stop, a crash, or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import stop_reasons
from bot.domain.alerts import Crash
from bot.domain.incidents import Evidence
from bot.domain.observation import Observation
from bot.domain.process_end import ProcessEnd
from bot.domain.stop_reasons import Transition
from bot.monitoring.state_memory import (
    gave_up_late,
    reports_crash_late,
    state_after,
    stays_away,
    unnamed_stop,
)
from bot.monitoring.stop_attribution import Attribution, StopAttributor, last_process
from bot.panel.models import PowerState, Server
from bot.services.servers import EndDiagnosis
from bot.storage.repositories.server_states import ServerState

_FORGOTTEN = ServerState()
_TRIES = 3
_MOMENT = timedelta(microseconds=1)
_NEVER_BACK = "It did not come up again after the {}."


@dataclass(slots=True)
class ServerRecord:
    """What is kept in memory about a server; `seen_s` is the monotonic time of its last observation.

    `began` is when its last process did. `evidence` is about an unexpected stop, while it lasts: the alert
    begins some samples later.
    """

    state: ServerState = _FORGOTTEN
    samples: int = 0
    seen_s: float | None = None
    began: datetime | None = None
    tries: int = 0
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class SeenServer:
    """What was observed of a server, now and before, and what its node said of the process that ended.

    `is_new`: it is another process, although its uptime did not go back.
    """

    server: Server
    now: Observation
    end: ProcessEnd | None
    before: Observation | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class StateTransition:
    """What an observation says: the state to remember, crashes, and evidence about an end."""

    state: ServerState
    crashes: tuple[Crash, ...] = ()
    evidence: Evidence | None = None


class TransitionReader:
    """Compares what was observed with what is known of a server, and looks up who requested a stop."""

    def __init__(self, attributor: StopAttributor, diagnosis: EndDiagnosis) -> None:
        self._attributor = attributor
        self._diagnosis = diagnosis

    async def read(
        self, record: ServerRecord, seen: SeenServer, passed: timedelta | None
    ) -> StateTransition | None:
        """Decide what an observation says; None: it is unknown yet who requested it.

        `passed` is the time since the last observation by a monotonic clock.
        """
        state, before, now = record.state, seen.before, seen.now
        offline = now.state is PowerState.OFFLINE
        match stop_reasons.transition(before, now, is_new=seen.is_new):
            case Transition.STARTED:
                return await self._came_up(seen.server, record, now)
            case Transition.STOPPED | Transition.RESTARTED if before is not None and not state.stop_requested:
                return await self._stopped(record, seen, before, passed)
            case Transition.STILL_OFFLINE if before is not None and reports_crash_late(state, seen.end):
                return await self._stopped(record, seen, before, passed)
            case Transition.STILL_OFFLINE:
                return await self._still_offline(record, seen)
            case _:
                # What was offline when first seen counts as requested, and so does what stopped while it was
                # suspended, restored or installed.
                return StateTransition(state_after(state, now, stop_requested=offline))

    async def _stopped(
        self, record: ServerRecord, seen: SeenServer, before: Observation, passed: timedelta | None
    ) -> StateTransition | None:
        """Decide whether a process that is gone was stopped on request, or crashed."""
        state, now, end = record.state, seen.now, seen.end
        offline = now.state is PowerState.OFFLINE
        when = stop_reasons.window(before, now.at, passed, state.stop_requested_at)
        attribution = await self._attributor.attribute(seen.server.uuid, when, quickly=end is not None)
        request = attribution.requested_by
        if request is not None and now.state is PowerState.STOPPING:  # the next process, by this request
            earlier = replace(when, until=request.at - _MOMENT)
            attribution = await self._attributor.attribute(seen.server.uuid, earlier)
        is_said = end is not None and end.exit_code is not None
        is_known = is_said or attribution.requested_by is not None
        if not is_known and not self._attribute_stop(record, attribution):
            return None
        stop_request = attribution.requested_by or unnamed_stop(before, now)
        if stop_request is not None:
            return StateTransition(state_after(state, now, stop_requested=offline, by=stop_request))
        evidence = {**last_process(before, now), **attribution.evidence}
        evidence |= await self._diagnosis.evidence(seen.server, end)
        if not is_said and offline:
            return StateTransition(state_after(state, now, stop_requested=False), evidence=evidence)
        gave_up = end is not None and end.restarted_by_wings is False
        crash = Crash(end.at if end is not None else stop_reasons.began(now), gave_up)
        return StateTransition(
            state_after(state, now, stop_requested=False, crashed=is_said), (crash,), evidence
        )

    async def _still_offline(self, record: ServerRecord, seen: SeenServer) -> StateTransition | None:
        """Note that nothing happened, unless the node gave up on it or a restart left it offline."""
        state, now = record.state, seen.now
        if seen.end is not None and gave_up_late(state, seen.end):
            crash = Crash(seen.end.at, gave_up=True, is_known=True)
            evidence = {**(record.evidence or {}), "gave_up": True}
            return StateTransition(state_after(state, now, stop_requested=False), (crash,), evidence)
        if stays_away(state, now):
            return await self._never_came_back(record, seen)
        return StateTransition(
            state_after(state, now, stop_requested=state.stop_requested), evidence=record.evidence
        )

    async def _never_came_back(self, record: ServerRecord, seen: SeenServer) -> StateTransition | None:
        """Count a server that a restart left offline as offline unexpectedly, unless it was stopped since."""
        state, now = record.state, seen.now
        since = state.stop_requested_at or now.at
        when = stop_reasons.Window(since, now.at + stop_reasons.CLOCKS_DIFFER, state.stop_requested_at)
        attribution = await self._attributor.attribute(seen.server.uuid, when)
        request = attribution.requested_by
        if request is not None and not request.is_restart:
            return StateTransition(state_after(state, now, stop_requested=True, by=request))
        if request is None and not self._attribute_stop(record, attribution):
            return None
        evidence = {**attribution.evidence, "cause": _NEVER_BACK.format(state.stop_requested_by)}
        return StateTransition(state_after(state, now, stop_requested=False), evidence=evidence)

    async def _came_up(
        self, server: Server, record: ServerRecord, now: Observation
    ) -> StateTransition | None:
        """Count an unrequested stop as a crash if the node restarted the server itself."""
        state = record.state
        since = state.offline_since
        plain = StateTransition(state_after(state, now, stop_requested=False))
        if state.stop_requested or state.crashed or since is None:
            return plain
        if stop_reasons.began(now) - since > stop_reasons.BY_ITSELF:
            return plain
        # What was requested before the last process began has started that one.
        earliest = since - stop_reasons.CLOCKS_DIFFER
        if record.began is not None:
            earliest = max(earliest, min(record.began, since))
        when = stop_reasons.Window(earliest, now.at + stop_reasons.CLOCKS_DIFFER)
        attribution = await self._attribute_start(server.uuid, when, now)
        if attribution.requested_by is not None:
            return plain
        if not self._attribute_stop(record, attribution):
            return None
        evidence = {**(record.evidence or {}), **attribution.evidence}
        # A wall clock that was set back must not put the crash into the future.
        return replace(plain, crashes=(Crash(min(since, stop_reasons.began(now))),), evidence=evidence)

    async def _attribute_start(self, uuid: str, when: stop_reasons.Window, now: Observation) -> Attribution:
        """Find who started a server. A restart for which a process stops has not started that process."""
        attribution = await self._attributor.attribute(uuid, when, up=True)
        request = attribution.requested_by
        if request is None or not request.is_restart or now.state is not PowerState.STOPPING:
            return attribution
        stop = await self._attributor.attribute(uuid, when)
        if stop.requested_by is None:  # it cannot be read just now
            return stop
        if stop.requested_by != request:
            return attribution
        return await self._attributor.attribute(uuid, replace(when, until=request.at - _MOMENT), up=True)

    def _attribute_stop(self, record: ServerRecord, attribution: Attribution) -> bool:
        """Whether to use this attribution; an uncertain one is read again, a few times."""
        record.tries += 1
        return attribution.is_certain or record.tries >= _TRIES
