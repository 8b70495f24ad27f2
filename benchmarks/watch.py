"""Monitoring of 1,000 servers 20 ms away: its CPU time, the event loop beside it, its memory.

The panel is a process of its own with its limiter lifted; store, evaluator and directory are the real ones.
"""

import asyncio
import gc
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
from pydantic import SecretStr
from typing_extensions import override

from benchmarks.calibration import allowed
from benchmarks.charts import month
from benchmarks.figures import Figure, show
from benchmarks.panel_process import PanelProcess, panel_process
from bot.alerting.evaluator import AlertEvaluator
from bot.core.clock import Clock
from bot.core.supervisor import Supervisor
from bot.domain.audit import AuditFilter
from bot.domain.observation import ServerKey
from bot.monitoring.batch import CheckBatch
from bot.monitoring.monitor import Monitor
from bot.panel import PanelClient, PanelConfig
from bot.services.players import LatestPlayers
from bot.services.servers.directory import ServerDirectory
from bot.storage import STORE, Store
from bot.storage.repositories import audit, metrics
from bot.ui.servers.chart import draw_performance
from bot.workers import WorkerPool
from bot.workers.charts import Charts

SERVERS, MANY = 1_000, 10_000
LATENCY_S = 0.020
EVERY_S = 20
ROUNDS = 2
CPU_MS, LAG_MS, BYTES = 1.0, 50.0, 6 * 1024


class CountingEvaluator(AlertEvaluator):
    """The alert evaluator, which counts what it processed."""

    checks = 0
    spent_s = 0.0

    @override
    async def process(self, batch: CheckBatch) -> None:
        """Keep a batch."""
        began = time.perf_counter()
        await super().process(batch)
        self.spent_s += time.perf_counter() - began
        self.checks += len(batch.servers)


@dataclass(frozen=True, slots=True)
class Bot:
    """The part of the bot that watches."""

    panel: PanelClient
    store: Store
    evaluator: CountingEvaluator
    monitor: Monitor
    supervisor: Supervisor
    directory: ServerDirectory
    clock: Clock


@asynccontextmanager
async def monitoring(panel: PanelProcess, directory: Path, every_s: float) -> AsyncIterator[Bot]:
    """Build what watches; it is started by `begin`."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        store = await Store.open(directory / STORE, now=clock.now())
        stack.push_async_callback(store.close)
        client = await stack.enter_async_context(
            PanelClient(PanelConfig(url=panel.url, key=SecretStr(panel.key)))
        )
        servers = ServerDirectory({"main": client}, clock)
        stack.push_async_callback(servers.close)
        supervisor = await stack.enter_async_context(Supervisor())
        evaluator = CountingEvaluator(store, {"main": {1: "all"}}, lambda: None)
        workers = WorkerPool(clock)
        stack.push_async_callback(workers.close)
        watch = Monitor(
            client, servers, store, evaluator, clock, workers, every_s=every_s, players=LatestPlayers(clock)
        )
        yield Bot(client, store, evaluator, watch, supervisor, servers, clock)


def begin(bot: Bot) -> None:
    """Start it as the bot does."""
    bot.supervisor.start("server directory", bot.directory.keep_fresh)
    bot.supervisor.start("watch of main", bot.monitor.run)
    bot.supervisor.start("slow facts of main", bot.monitor.facts.keep_fresh)


async def note_delays(delays_ms: list[float]) -> None:
    """Note by how many milliseconds a pause of 5 ms is late, forever."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        delays_ms.append(1000 * (time.perf_counter() - began - 0.005))


async def reads(bot: Bot, servers: tuple[str, ...]) -> None:
    """Read as people do: history, the audit, a server's use, four times a second, forever."""
    chance = random.Random(1)
    while True:
        now = bot.clock.now()
        key = ServerKey("main", chance.choice(servers))
        async with bot.store.read() as conn:
            await metrics.read(conn, key, now - timedelta(days=1), now)
            await audit.page(conn, AuditFilter(1))
        await bot.panel.servers.resources(key.uuid)
        await asyncio.sleep(0.25)


async def pictures(charts: Charts) -> None:
    """Have a chart of a month drawn each second, forever."""
    while True:
        await charts.draw(draw_performance, month())
        await asyncio.sleep(1.0)


async def rounds(bot: Bot, number: int, servers: int) -> None:
    """Wait until every server was looked at so often."""
    async with asyncio.timeout(30 * 60):
        while bot.evaluator.checks < number * servers:  # noqa: ASYNC110 - beside what is measured
            await asyncio.sleep(0.1)


async def processor(panel: PanelProcess) -> list[Figure]:
    """Measure the CPU time of ticks alone, then the event loop beside reads and charts."""
    with tempfile.TemporaryDirectory() as directory:
        async with monitoring(panel, Path(directory), EVERY_S) as bot:
            begin(bot)
            await rounds(bot, 1, SERVERS)
            checks, cpu, spent = bot.evaluator.checks, time.process_time(), bot.evaluator.spent_s
            await rounds(bot, 1 + ROUNDS, SERVERS)
            checks, cpu = bot.evaluator.checks - checks, time.process_time() - cpu
            spent = bot.evaluator.spent_s - spent
            source = bot.monitor.status.source
            late_s = source.late_s if source is not None else float("inf")
            delays_ms: list[float] = []
            charts = Charts(bot.clock)
            work = (note_delays(delays_ms), reads(bot, panel.servers), pictures(charts))
            beside = [asyncio.create_task(job) for job in work]
            await rounds(bot, 2 + ROUNDS, SERVERS)
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            await charts.close()
    delays_ms.sort()
    p99 = delays_ms[int(0.99 * len(delays_ms))]
    each_ms = 1000 * cpu / checks
    cpu_ms, lag_ms, may_be_late_s = allowed(CPU_MS), allowed(LAG_MS), allowed(2.0)
    return [
        Figure(
            "CPU time an observation, in all",
            f"{each_ms:.2f} ms",
            f"< {cpu_ms:.1f} ms",
            each_ms < cpu_ms,
        ),
        Figure("  of it waiting for the evaluator and the disk", f"{1000 * spent / checks:.2f} ms"),
        Figure(
            "the next look is late by", f"{late_s:.1f} s", f"< {may_be_late_s:.1f} s", late_s < may_be_late_s
        ),
        Figure("event loop late: median", f"{delays_ms[len(delays_ms) // 2]:.1f} ms"),
        Figure("event loop late: 99 of 100", f"{p99:.1f} ms", f"< {lag_ms:.0f} ms", p99 < lag_ms),
        Figure("event loop late: worst", f"{delays_ms[-1]:.1f} ms"),
    ]


async def memory(panel: PanelProcess) -> list[Figure]:
    """Measure by how much the process grows with the servers it watches."""
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as directory:
        async with monitoring(panel, Path(directory), 60) as bot:
            gc.collect()
            before = process.memory_info().rss
            begin(bot)
            await rounds(bot, 1, MANY)
            gc.collect()
            grown = (process.memory_info().rss - before) / MANY
    return [
        Figure(
            f"memory a server of {MANY:,}", f"{grown / 1024:.1f} KiB", f"< {BYTES // 1024} KiB", grown < BYTES
        )
    ]


def main() -> int:
    """Watch many servers, then very many."""
    parts = sys.argv[1:] or ["processor", "memory"]
    figures = []
    if "processor" in parts:
        with panel_process(SERVERS, LATENCY_S) as panel:
            figures += asyncio.run(processor(panel))
    if "memory" in parts:
        with panel_process(MANY, 0.0) as panel:
            figures += asyncio.run(memory(panel))
    return show(f"The watch over {SERVERS:,} servers", figures)


if __name__ == "__main__":
    sys.exit(main())
