"""Checks the progress of observation, evaluation and delivery by their last success."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from bot.alerting.dispatcher import Dispatcher, Overdue
from bot.core.clock import Clock
from bot.core.defect_log import DefectLog
from bot.core.heartbeat import HEARTBEAT_EVERY_S
from bot.core.supervisor import Pulse
from bot.health.report import HealthReport, Progress, Verdict
from bot.monitoring.monitor import Monitor
from bot.storage.errors import StoreError

log = logging.getLogger(__name__)

OBSERVED_WITHIN_S = 300.0
_INTERVALS = 3
DELIVERED_WITHIN_S = 300.0
CONNECTED_WITHIN_S = 120.0
STORE_READ_WITHIN_S = 60.0
_SOON_S = 5.0
"""How soon to check again while something is wrong."""
_STORE_S = 20.0
"""How long the store may take to return what waits."""


class Connection(Protocol):
    """The connection to Discord; `bot.client.QuetzalBot`."""

    @property
    def is_connected(self) -> bool:
        """Whether it is connected."""


class HealthCheck:
    """Checks Quetzal itself every few seconds; `report` is the newest result. Start `run` supervised.

    A panel that doesn't respond is no failure: monitoring goes on and reports it.
    """

    def __init__(
        self,
        monitors: Sequence[Monitor],
        dispatcher: Dispatcher,
        discord: Connection,
        clock: Clock,
        on_report: Callable[[HealthReport], None],
    ) -> None:
        """`on_report` is called with each result; its OSError is logged."""
        self._monitors = monitors
        self._dispatcher = dispatcher
        self._discord = discord
        self._clock = clock
        self._on_report = on_report
        self._began_s = clock.monotonic()
        self._connected_s: float | None = None
        self._read_s: float | None = None
        self._defects = DefectLog(log, "what waits to be delivered could not be read")
        self._reading: asyncio.Task[Overdue] | None = None
        self._checked_s = self._began_s
        self._checked: HealthReport | None = None

    @property
    def report(self) -> HealthReport:
        """The newest result, with its age."""
        now_s = self._clock.monotonic()
        age_s = None if self._checked is None else now_s - self._checked_s
        limit_s = _STORE_S + 2 * HEARTBEAT_EVERY_S
        itself = Progress("self-check", age_s, limit_s, "Quetzal has not checked itself")
        known = () if self._checked is None else self._checked.progress
        return HealthReport((itself, *known), now_s - self._began_s)

    async def run(self, pulse: Pulse) -> None:
        """Check forever."""
        try:
            await self._check_forever(pulse)
        finally:
            if self._reading is not None:
                self._reading.cancel()
                await asyncio.wait({self._reading})
                self._reading = None

    async def _check_forever(self, pulse: Pulse) -> None:
        while True:
            progress = [*self._watching(), self._connection(), *await self._delivery()]
            self._checked_s = self._clock.monotonic()
            self._checked = HealthReport(tuple(progress), self._checked_s - self._began_s)
            try:
                self._on_report(self.report)
            except OSError as error:  # such as a full disk, which the other reports must still mention
                log.debug("the result of the self-check could not be written: %s", error.strerror)
            pulse.beat()
            is_ok = self.report.verdict is Verdict.OK
            await self._clock.sleep(HEARTBEAT_EVERY_S if is_ok else _SOON_S)

    def _watching(self) -> Iterator[Progress]:
        now_s = self._clock.monotonic()
        for monitor in self._monitors:
            status = monitor.status
            stored = None if status.last_stored_s is None else now_s - status.last_stored_s
            stalled = f"No observation of panel {status.panel_id} has come in"
            if status.not_stored is not None:
                stalled = f"What was observed on panel {status.panel_id} has not been evaluated and stored"
            wanted_s = 0.0 if status.source is None else status.source.wanted_s
            yield Progress(
                f"observations of {status.panel_id}",
                stored,
                max(OBSERVED_WITHIN_S, _INTERVALS * wanted_s),
                stalled,
                status.not_stored,
            )

    def _connection(self) -> Progress:
        now_s = self._clock.monotonic()
        if self._discord.is_connected:
            self._connected_s = now_s
        age_s = None if self._connected_s is None else now_s - self._connected_s
        return Progress("connection to Discord", age_s, CONNECTED_WITHIN_S, "Not connected to Discord")

    async def _delivery(self) -> list[Progress]:
        reason, late = None, Overdue(0.0)
        try:
            late = await self._overdue()
        except TimeoutError:
            reason = "it takes too long"
        except StoreError as error:
            reason = error.happened
        except Exception as error:  # noqa: BLE001 - reported as what keeps deliveries from being checked
            reason = self._defects.note(error)
        else:
            self._defects.clear()
        now_s = self._clock.monotonic()
        self._read_s = now_s if reason is None else self._read_s
        age_s = None if self._read_s is None else now_s - self._read_s
        return [
            Progress("store", age_s, STORE_READ_WITHIN_S, "The store could not be read", reason),
            Progress("delivery", late.for_s, DELIVERED_WITHIN_S, "An alert message has waited", late.why),
        ]

    async def _overdue(self) -> Overdue:
        """Read what waits from the store; TimeoutError when it takes too long.

        A read that hangs in the disk can't be cancelled, so it is awaited again the next time.
        """
        if self._reading is None:
            self._reading = self._clock.spawn_detached(self._dispatcher.overdue(), name="read of what waits")
        reading = self._reading
        limit = self._clock.spawn_detached(
            self._clock.sleep(_STORE_S), name="limit of the read of what waits"
        )
        try:
            await self._clock.wait_external(
                asyncio.wait({reading, limit}, return_when=asyncio.FIRST_COMPLETED)
            )
        finally:
            limit.cancel()
            await asyncio.wait({limit})
        if not reading.done():
            raise TimeoutError
        self._reading = None
        return reading.result()
