"""How long a chart takes, what it does to the event loop, and what its process weighs and gives back."""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import psutil

from benchmarks.calibration import slowness
from benchmarks.figures import Figure, show
from bot.core.clock import Clock
from bot.domain.usage_history import Band, Point
from bot.ui.servers.chart import draw_performance
from bot.ui.servers.chart_values import PerformanceChart
from bot.workers import charts as module
from bot.workers.charts import Charts

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
GIB = 1024**3
DRAWN, TICK_S, IDLE_S = 20, 0.002, 2.0


def month() -> PerformanceChart:
    """Thirty days, an hour a point, with a gap: what `/server performance period:30d` draws."""
    since = NOW - timedelta(days=30)
    points = [
        Point(
            int(since.timestamp()) + 3600 * hour,
            Band(GIB, (2 + hour % 24 / 20) * GIB, 3.5 * GIB),
            Band(10, 60 + hour % 24 * 4, 190),
            Band(9 * GIB, (9 + hour / 100) * GIB, 17 * GIB),
            3000.0 + hour % 24 * 100,
            9000.0 + hour % 24 * 300,
            60,
            60,
            0,
            int(hour % 100 == 0),
        )
        for hour in range(720)
        if not 200 < hour < 212
    ]
    return PerformanceChart(points, 3600, since, NOW, 4 * GIB, 200, 20 * GIB)


def rss_mb(pid: int | None = None) -> float:
    """Say what a process holds now."""
    held: int = psutil.Process(pid).memory_info().rss
    return held / 1e6


def cpu_s(pid: int) -> float:
    """Say how much CPU time a process has had."""
    had = psutil.Process(pid).cpu_times()
    return float(had.user + had.system)


async def lags(draw: Callable[[], Awaitable[object]]) -> tuple[list[float], list[float]]:
    """Draw again and again beside a ticking event loop; seconds taken, and the ticks' delays in ms."""
    taken: list[float] = []
    late: list[float] = []
    done = asyncio.Event()

    async def tick() -> None:
        while not done.is_set():
            due = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            late.append((time.perf_counter() - due) * 1000)

    ticking = asyncio.create_task(tick(), name="tick")
    for _ in range(DRAWN):
        began = time.perf_counter()
        await draw()
        taken.append(time.perf_counter() - began)
    done.set()
    await ticking
    return taken, late


def p99(values: list[float]) -> float:
    """Give the value that one in a hundred is above."""
    return statistics.quantiles(values, n=100)[98]


async def measure() -> list[Figure]:
    """Draw in a process and in a thread, then let the process be idle."""
    module.IDLE_S = IDLE_S
    chart, charts = month(), Charts(Clock())
    before = rss_mb()
    began = time.perf_counter()
    await charts.draw(draw_performance, chart)
    cold = time.perf_counter() - began
    (pid,) = charts.pids
    spent = cpu_s(pid)
    taken, quiet = await lags(lambda: charts.draw(draw_performance, chart))
    spent = (cpu_s(pid) - spent) / DRAWN * 1000
    worker = rss_mb(pid)
    after = rss_mb()
    await asyncio.sleep(IDLE_S + 1)
    is_gone = not psutil.pid_exists(pid)
    await asyncio.to_thread(draw_performance, chart)
    in_thread, jolted = await lags(lambda: asyncio.to_thread(draw_performance, chart))
    threaded = rss_mb()
    await charts.close()
    slow = slowness()
    median, worst = statistics.median(taken) * 1000, max(taken) * 1000
    return [
        Figure(
            "30 days, warm: fastest of 20",
            f"{min(taken) * 1000:.0f} ms",
            f"< {400 * slow:.0f} ms",
            min(taken) < 0.4 * slow,
        ),
        Figure("30 days, warm: median / worst of 20", f"{median:.0f} / {worst:.0f} ms"),
        Figure("30 days, warm: CPU time", f"{spent:.0f} ms", f"< {400 * slow:.0f} ms", spent < 400 * slow),
        Figure(
            "the first one, with the start of the process",
            f"{cold:.1f} s",
            f"< {5 * slow:.1f} s",
            cold < 5 * slow,
        ),
        Figure(
            "event loop late while a process draws: p99",
            f"{p99(quiet):.1f} ms",
            f"< {20 * slow:.0f} ms",
            p99(quiet) < 20 * slow,
        ),
        Figure(
            "event loop late while a thread draws: p99 / worst",
            f"{p99(jolted):.1f} / {max(jolted):.0f} ms",
        ),
        Figure("the same chart in a thread: median", f"{statistics.median(in_thread) * 1000:.0f} ms"),
        Figure("the process holds", f"{worker:.0f} MB", "< 130 MB", worker < 130),
        Figure("the process is gone when idle", "yes" if is_gone else "no", "yes", is_gone),
        Figure("the bot grew by", f"{after - before:.1f} MB", "< 10 MB", after - before < 10),
        Figure("it would grow by, drawing in a thread", f"{threaded - after:.0f} MB"),
    ]


async def run() -> int:
    """Print the figures; the exit code says whether the targets were met."""
    return show("Charts", await measure())


if __name__ == "__main__":
    sys.exit(asyncio.run(run()))
