"""Says how a process ended, and why. Console lines are untrusted, so a worker process reads them."""

import logging
from collections import deque

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.domain.annotations import Annotations, annotations, of_diagnosis
from bot.domain.diagnosis import condensed, diagnose, families_of
from bot.domain.incidents import Evidence
from bot.domain.process_console import ProcessConsole
from bot.domain.process_end import ProcessEnd
from bot.panel.models import PowerState, Server
from bot.services.servers.live_feed import FeedEvent
from bot.workers import WorkerPool

log = logging.getLogger(__name__)

_LINES = 12
"""How many of the last lines are kept for people."""
_MOST_LINES = 200


class EndDiagnosis:
    """Diagnoses ends of processes."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def evidence(self, server: Server, end: ProcessEnd | None) -> Evidence:
        """Return annotations about the end as its node reported it, and its cause where one is proven."""
        if end is None:
            return {}
        families = families_of(server)
        read = condensed(end, families)
        said = annotations(
            Annotations(
                exit_code=end.exit_code,
                out_of_memory=end.oom_killed,
                gave_up=None if end.restarted_by_wings is None else not end.restarted_by_wings,
                lines=end.lines[-_LINES:],
            )
        )
        try:
            diagnosis = await self._workers.run_linear(sum(map(len, read.lines)), diagnose, read, families)
        except QuetzalError as error:
            log.warning("cannot diagnose why %s ended: %s", server.uuid, error)
            return said
        return {**said, **of_diagnosis(diagnosis)}


class EndWatch:
    """Follows a server's live feed, for its last lines and how its last process ended."""

    def __init__(self, clock: Clock, state: PowerState) -> None:
        self._clock = clock
        self._console = ProcessConsole()
        self._console.changed(state, clock.now())
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._end: ProcessEnd | None = None
        self._was_live = False

    def note(self, event: FeedEvent, *, live: bool) -> None:
        """Process an event; `live`: the feed's connection stands."""
        if self._was_live and not live:
            self._console.lost()
        self._was_live = live
        if event.line is not None:
            self._lines.append(event.line)
            if not event.is_from_node:
                self._console.said(event.line)
        if event.state is not None:
            self._console.changed(event.state, self._clock.now())
        if self._console.has_end:
            self._end = self._take()

    @property
    def lines(self) -> tuple[str, ...]:
        """The last console lines, those of the node as well."""
        return tuple(self._lines)

    def end(self) -> ProcessEnd:
        """Return how the last process ended; without facts where its node reported none."""
        if self._console.is_ending:
            self._end = self._take()
        return self._end or ProcessEnd(self._clock.now())

    def _take(self) -> ProcessEnd | None:
        return self._console.take_end(lambda line: line)  # the feed has masked it
