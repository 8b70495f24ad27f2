"""Compares an observation of a server with the previous one, and makes the input for the rules."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.clock import Clock
from bot.domain import stop_reasons
from bot.domain.alerts import Crash, RuleInput, max_sample_gap
from bot.domain.annotations import of_answers
from bot.domain.incidents import Evidence
from bot.domain.observation import Missing, Observation, ServerKey, sample
from bot.domain.player_query import PlayerAnswers
from bot.domain.process_end import ProcessEnd
from bot.domain.stop_reasons import Transition
from bot.monitoring.batch import ServerCheck
from bot.monitoring.end_diagnosis import EndDiagnosis
from bot.monitoring.slow_facts import SlowFacts
from bot.monitoring.state_memory import (
    gave_up_late,
    last_of_process,
    reports_crash_late,
    state_after,
    stays_away,
    unnamed_stop,
)
from bot.monitoring.stop_attribution import (
    Attribution,
    StopAttributor,
    circumstances,
    last_process,
    process_end,
)
from bot.panel.availability import has_failed_installation, unavailable_reason
from bot.panel.errors import ConflictReason
from bot.panel.models import PowerState, Server
from bot.storage.repositories.server_states import ServerState

_FORGOTTEN = ServerState()
_STRANGE = (PowerState.UNKNOWN, PowerState.MISSING)
_TRIES = 3
_MOMENT = timedelta(microseconds=1)
_NEVER_BACK = "It did not come up again after the {}."


class SlowFactsSource(Protocol):
    """Returns the slow facts of a server."""

    def get_for(self, uuid: str, now: datetime) -> SlowFacts:
        """Return what is known now."""


class PlayerSource(Protocol):
    """Returns what a server's game answered last."""

    def of(self, key: ServerKey) -> PlayerAnswers:
        """Return what is known now."""


@dataclass(slots=True)
class _Record:
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


class ServerObserver:
    """Compares each check of a server with the previous one and gives the input for the rules.

    Call `stored` after a batch was committed: only then it becomes the previous one. A batch that could not
    be stored is compared again.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all it depends on
        self,
        known: dict[str, ServerState],
        attributor: StopAttributor,
        diagnosis: EndDiagnosis,
        facts: SlowFactsSource,
        players: PlayerSource,
        clock: Clock,
    ) -> None:
        self._records = {uuid: _Record(state) for uuid, state in known.items()}
        self._attributor = attributor
        self._diagnosis = diagnosis
        self._facts = facts
        self._players = players
        self._clock = clock
        self._max_sample_gap = max_sample_gap(0.0)

    def set_interval(self, interval_s: float) -> None:
        """Set how often each server is observed."""
        self._max_sample_gap = max_sample_gap(interval_s)

    @property
    def known(self) -> Set[str]:
        """The uuids of servers that have a record."""
        return self._records.keys()

    async def observed(
        self,
        server: Server,
        now: Observation,
        end: ProcessEnd | None = None,
        *,
        before: Observation | None = None,
        is_new: bool = False,
    ) -> ServerCheck:
        """Compare an observation; looks up who requested it when the server stopped or restarted.

        `end` is what the node said of the process that ended. `before` is what was observed last, if that
        is newer than what was stored last: by then the process may have become much older. `is_new`: it is
        another process, although its uptime did not go back.
        """
        record = self._records.get(server.uuid) or _Record()
        state, samples = record.state, record.samples + 1
        if now.state in _STRANGE:
            return ServerCheck(
                server,
                self._rule_input(server, check=now, samples=samples, stop_requested=state.stop_requested),
                state,
            )
        answers, now = self._with_players(now)
        passed = None if record.seen_s is None else timedelta(seconds=self._clock.monotonic() - record.seen_s)
        transition = await self._transition(
            record, _Seen(server, now, end, last_of_process(state.last, before), is_new), passed
        )
        entry = sample(state.last, now, is_new=is_new)
        if transition is None:  # who requested it cannot be read yet: it is tried again
            return ServerCheck(server, self._rule_input(server, samples=samples), state, entry)
        rule_input = self._rule_input(
            server,
            check=now,
            samples=samples,
            stop_requested=transition.state.stop_requested,
            crashes=transition.crashes,
            silent_for=answers.silent_for(self._clock.now()),
        )
        evidence = {**circumstances(server), **of_answers(answers), **(transition.evidence or {})}
        return ServerCheck(server, rule_input, transition.state, entry, evidence)

    def _with_players(self, now: Observation) -> tuple[PlayerAnswers, Observation]:
        """Return what the game answered, and the observation with it; nothing of a game that doesn't run."""
        if now.state is not PowerState.RUNNING:
            return PlayerAnswers(), now
        answers = self._players.of(now.server)
        answer = answers.fresh(self._clock.now())
        return answers, now if answer is None else replace(now, players=answer.total)

    def missing(self, server: Server, check: Missing | None) -> ServerCheck:
        """Make the check of a server of which nothing was observed."""
        record = self._records.get(server.uuid) or _Record()
        return ServerCheck(
            server, self._rule_input(server, check=check, samples=record.samples), record.state
        )

    def unavailable(self, server: Server, reason: ConflictReason) -> ServerCheck:
        """Make the check of a server that the panel refuses access to: what happens meanwhile is expected."""
        record = self._records.get(server.uuid) or _Record()
        by = f"the panel: {reason.value}"
        state = replace(record.state, stop_requested=True, stop_requested_by=by, restart_requested=False)
        if state.last is None:
            state = record.state
        rule_input = self._rule_input(server, samples=record.samples, stop_requested=True, reason=reason)
        return ServerCheck(server, rule_input, state)

    def stored(self, seen: Iterable[ServerCheck]) -> None:
        """Record checks that were stored."""
        now_s = self._clock.monotonic()
        for check in seen:
            record = self._records.setdefault(check.server.uuid, _Record())
            record.state = check.state
            if check.sample is not None:
                record.samples = check.rule_input.samples
            last = check.state.last
            if check.rule_input.check is last and last is not None:
                record.seen_s, record.tries = now_s, 0
                record.began = stop_reasons.began(last) if last.uptime_ms else record.began
                alone = last.state is PowerState.OFFLINE and not check.state.stop_requested
                record.evidence = check.evidence if alone else None

    def forget(self, uuids: Iterable[str]) -> None:
        """Forget servers that do not exist any more."""
        for uuid in uuids:
            self._records.pop(uuid, None)

    async def _transition(
        self, record: _Record, seen: "_Seen", passed: timedelta | None
    ) -> "_Transition | None":
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
                return _Transition(state_after(state, now, stop_requested=offline))

    async def _stopped(
        self, record: _Record, seen: "_Seen", before: Observation, passed: timedelta | None
    ) -> "_Transition | None":
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
            return _Transition(state_after(state, now, stop_requested=offline, by=stop_request))
        evidence = {**last_process(before, now), **attribution.evidence, **process_end(end)}
        evidence |= await self._diagnosis.evidence(seen.server, end)
        if not is_said and offline:
            return _Transition(state_after(state, now, stop_requested=False), evidence=evidence)
        gave_up = end is not None and end.restarted_by_wings is False
        crash = Crash(end.at if end is not None else stop_reasons.began(now), gave_up)
        return _Transition(state_after(state, now, stop_requested=False, crashed=is_said), (crash,), evidence)

    async def _still_offline(self, record: _Record, seen: "_Seen") -> "_Transition | None":
        """Note that nothing happened, unless the node gave up on it or a restart left it offline."""
        state, now = record.state, seen.now
        if seen.end is not None and gave_up_late(state, seen.end):
            crash = Crash(seen.end.at, gave_up=True, is_known=True)
            evidence = {**(record.evidence or {}), "gave_up": True}
            return _Transition(state_after(state, now, stop_requested=False), (crash,), evidence)
        if stays_away(state, now):
            return await self._never_came_back(record, seen)
        return _Transition(
            state_after(state, now, stop_requested=state.stop_requested), evidence=record.evidence
        )

    async def _never_came_back(self, record: _Record, seen: "_Seen") -> "_Transition | None":
        """Count a server that a restart left offline as offline unexpectedly, unless it was stopped since."""
        state, now = record.state, seen.now
        since = state.stop_requested_at or now.at
        when = stop_reasons.Window(since, now.at + stop_reasons.CLOCKS_DIFFER, state.stop_requested_at)
        attribution = await self._attributor.attribute(seen.server.uuid, when)
        request = attribution.requested_by
        if request is not None and not request.is_restart:
            return _Transition(state_after(state, now, stop_requested=True, by=request))
        if request is None and not self._attribute_stop(record, attribution):
            return None
        evidence = {**attribution.evidence, "cause": _NEVER_BACK.format(state.stop_requested_by)}
        return _Transition(state_after(state, now, stop_requested=False), evidence=evidence)

    async def _came_up(self, server: Server, record: _Record, now: Observation) -> "_Transition | None":
        """Count an unrequested stop as a crash if the node restarted the server itself."""
        state = record.state
        since = state.offline_since
        plain = _Transition(state_after(state, now, stop_requested=False))
        if state.stop_requested or state.crashed or since is None:
            return plain
        if stop_reasons.began(now) - since > stop_reasons.BY_ITSELF:
            return plain
        # What was requested before the last process began has started that one.
        earliest = since - stop_reasons.CLOCKS_DIFFER
        if record.began is not None:
            earliest = max(earliest, min(record.began, since))
        attribution = await self._attributor.attribute(
            server.uuid, stop_reasons.Window(earliest, now.at + stop_reasons.CLOCKS_DIFFER), up=True
        )
        if attribution.requested_by is not None:
            return plain
        if not self._attribute_stop(record, attribution):
            return None
        evidence = {**(record.evidence or {}), **attribution.evidence}
        # A wall clock that was set back must not put the crash into the future.
        return replace(plain, crashes=(Crash(min(since, stop_reasons.began(now))),), evidence=evidence)

    def _attribute_stop(self, record: _Record, attribution: Attribution) -> bool:
        """Whether to use this attribution; an uncertain one is read again, a few times."""
        record.tries += 1
        return attribution.is_certain or record.tries >= _TRIES

    def _rule_input(  # noqa: PLR0913 - the fields of a RuleInput
        self,
        server: Server,
        *,
        check: Observation | Missing | None = None,
        samples: int,
        stop_requested: bool = False,
        crashes: tuple[Crash, ...] = (),
        reason: ConflictReason | None = None,
        silent_for: timedelta | None = None,
    ) -> RuleInput:
        known = self._facts.get_for(server.uuid, self._clock.now())
        return RuleInput(
            check,
            samples,
            stop_requested,
            crashes,
            known.hours_to_full,
            known.backup_age_days,
            known.backup_trouble,
            has_failed_installation(server),
            ConflictReason.SUSPENDED in (reason, unavailable_reason(server)),
            max_sample_gap=self._max_sample_gap,
            silent_for=silent_for,
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    server: Server
    now: Observation
    end: ProcessEnd | None
    before: Observation | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Transition:
    state: ServerState
    crashes: tuple[Crash, ...] = ()
    evidence: Evidence | None = None
