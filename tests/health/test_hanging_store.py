"""The self-check never hangs itself while the store does."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.alerting.dispatcher import Dispatcher
from bot.core.supervisor import Pulse
from bot.health import HealthCheck, HealthReport, Verdict
from bot.storage import STORE, Store
from demo.harness import Outside
from demo.manual_clock import Patience, SteppedClock
from sandbox import ManualClock
from tests.health.connection import Connected
from tests.support.stores import place_store


@dataclass
class StalledDisk:
    """Holds up every statement of the reading connections in their threads, as a disk that hangs does."""

    statements: int = 0
    _free: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _: str) -> None:
        if not self._free.is_set():
            self.statements += 1
            self._free.wait()

    def stall(self) -> None:
        self._free.clear()

    def free(self) -> None:
        self._free.set()


@dataclass
class Checked:
    """A self-check of nothing but a store, whose reads take as long as the disk lets them."""

    clock: SteppedClock
    manual: ManualClock
    disk: StalledDisk
    reports: list[HealthReport]

    async def next_report(self, seconds: float) -> HealthReport:
        """Let time pass, and wait for what the check says then."""
        count = len(self.reports)
        self.manual.advance(seconds)
        self.clock.wake_due()
        await _true(lambda: len(self.reports) > count)
        return self.reports[-1]

    async def is_reading(self, seconds: float) -> None:
        """Let time pass, and wait until the check waits for the store."""
        self.manual.advance(seconds)
        self.clock.wake_due()
        await _true(lambda: self.clock.next_due() == self.clock.monotonic() + 20)


async def _true(met: Callable[[], bool]) -> None:
    patience = Patience()
    while not met():
        assert not patience.is_over(), "it does not come true"
        await asyncio.sleep(0.002)


@asynccontextmanager
async def stalling_store(path: Path) -> AsyncIterator[Checked]:
    manual, disk = ManualClock(), StalledDisk()
    clock = SteppedClock(manual, Outside())
    await place_store(path)
    store = await Store.open(path / STORE, now=clock.now())
    async with store.read() as conn:
        driver = (await conn.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.set_trace_callback(disk)
    disk.free()
    reports: list[HealthReport] = []
    check = HealthCheck((), Dispatcher(store, clock), Connected(), clock, reports.append)
    task = asyncio.create_task(check.run(Pulse("self-check", clock.monotonic)))
    try:
        await _true(lambda: bool(reports))
        yield Checked(clock, manual, disk, reports)
    finally:
        disk.free()
        task.cancel()
        await asyncio.wait({task})
        await store.close()


async def test_a_read_that_hangs_in_the_disk_does_not_hang_the_check(tmp_path: Path) -> None:
    async with stalling_store(tmp_path) as checked:
        assert checked.reports[-1].verdict is Verdict.OK
        checked.disk.stall()
        for _ in range(2):
            await checked.is_reading(10)
            assert (await checked.next_report(20)).problems == []
        await checked.is_reading(10)
        report = await checked.next_report(20)
        assert report.problems == ["The store could not be read for 1 min 30 s: it takes too long."]
        assert report.progress[0].age_s == 0.0
        assert checked.disk.statements == 1  # the read that hangs is waited for, and no other one begun

        checked.disk.free()
        assert (await checked.next_report(5)).problems == []
