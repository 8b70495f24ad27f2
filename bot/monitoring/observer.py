"""Compares an observation of a server with the previous one, and makes the input for the rules."""

from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.clock import Clock
from bot.domain import stop_reasons
from bot.domain.alerts import Crash, RuleInput, max_sample_gap
from bot.domain.annotations import of_answers
from bot.domain.observation import Missing, Observation, ServerKey, sample
from bot.domain.player_query import PlayerAnswers
from bot.domain.process_end import ProcessEnd
from bot.monitoring.batch import ServerCheck
from bot.monitoring.slow_facts import SlowFacts
from bot.monitoring.state_memory import last_of_process
from bot.monitoring.stop_attribution import StopAttributor, circumstances
from bot.monitoring.transitions import SeenServer, ServerRecord, TransitionReader
from bot.panel.availability import has_failed_installation, unavailable_reason
from bot.panel.errors import ConflictReason
from bot.panel.models import PowerState, Server
from bot.services.servers import EndDiagnosis
from bot.storage.repositories.server_states import ServerState

_STRANGE = (PowerState.UNKNOWN, PowerState.MISSING)


class SlowFactsSource(Protocol):
    """Returns the slow facts of a server."""

    def get_for(self, uuid: str, now: datetime) -> SlowFacts:
        """Return what is known now."""


class PlayerSource(Protocol):
    """Returns what a server's game answered last."""

    def of(self, key: ServerKey) -> PlayerAnswers:
        """Return what is known now."""


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
        self._records = {uuid: ServerRecord(state) for uuid, state in known.items()}
        self._transitions = TransitionReader(attributor, diagnosis)
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

    def last(self, uuid: str) -> Observation | None:
        """Return the last observation of a server that was stored."""
        record = self._records.get(uuid)
        return None if record is None else record.state.last

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
        record = self._records.get(server.uuid) or ServerRecord()
        state, samples = record.state, record.samples + 1
        if now.state in _STRANGE:
            return ServerCheck(
                server,
                self._rule_input(server, check=now, samples=samples, stop_requested=state.stop_requested),
                state,
            )
        answers, now = self._with_players(now)
        passed = None if record.seen_s is None else timedelta(seconds=self._clock.monotonic() - record.seen_s)
        seen = SeenServer(server, now, end, last_of_process(state.last, before), is_new)
        transition = await self._transitions.read(record, seen, passed)
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
        record = self._records.get(server.uuid) or ServerRecord()
        return ServerCheck(
            server, self._rule_input(server, check=check, samples=record.samples), record.state
        )

    def unavailable(self, server: Server, reason: ConflictReason) -> ServerCheck:
        """Make the check of a server that the panel refuses access to: what happens meanwhile is expected."""
        record = self._records.get(server.uuid) or ServerRecord()
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
            record = self._records.setdefault(check.server.uuid, ServerRecord())
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
