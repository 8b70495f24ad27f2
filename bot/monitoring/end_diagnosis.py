"""Diagnoses why a process ended. A server's console lines are untrusted, so a worker process reads them."""

import logging

from bot.core.errors import QuetzalError
from bot.domain.annotations import of_diagnosis
from bot.domain.diagnosis import condensed, diagnose, families_of
from bot.domain.incidents import Evidence
from bot.domain.process_end import ProcessEnd
from bot.panel.models import Server
from bot.workers import WorkerPool

log = logging.getLogger(__name__)


class EndDiagnosis:
    """Diagnoses ends of processes."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def evidence(self, server: Server, end: ProcessEnd | None) -> Evidence:
        """Return annotations about the cause; empty when none is proven."""
        if end is None:
            return {}
        families = families_of(server)
        read = condensed(end, families)
        try:
            diagnosis = await self._workers.run_linear(sum(map(len, read.lines)), diagnose, read, families)
        except QuetzalError as error:
            log.warning("cannot diagnose why %s ended: %s", server.uuid, error)
            return {}
        return of_diagnosis(diagnosis)
