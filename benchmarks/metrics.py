"""How much history weighs on the disk, how long a tick takes to keep, and how long a month takes to read."""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.calibration import allowed
from benchmarks.figures import Figure, show
from bot.domain.observation import Observation, Sample, ServerKey
from bot.panel.models import PowerState
from bot.storage import Store
from bot.storage.repositories import metrics

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
SERVERS, FILLED = 1000, 20
KEYS = [ServerKey("main", f"{number:036d}") for number in range(SERVERS)]
ROWS = {"metric_samples": (60, 2), "metric_minutes": (300, 30), "metric_hours": (3600, 396)}


def fill(path: Path) -> dict[str, float]:
    """Write the full history of some servers as the steps would have left it; bytes a row by table."""
    weights: dict[str, float] = {}
    with sqlite3.connect(path) as connection:
        for table, (step_s, days) in ROWS.items():
            extremes = 4 if table == "metric_samples" else 0
            bands = 3 if table == "metric_samples" else 9
            end = int(NOW.timestamp())
            columns = ", ".join("?" * (8 + bands + extremes))
            connection.executemany(
                f"INSERT OR IGNORE INTO {table} VALUES ({columns})",  # noqa: S608 - names of ours
                (
                    (
                        *(server, at, *[5_000_000 + at % 999] * bands, 90_000, 60_000, step_s // 60, 5, 0, 0),
                        *[4_000_000 + at % 999] * extremes,
                    )
                    for server in range(1, FILLED + 1)
                    for at in range(end - days * 86_400, end, step_s)
                ),
            )
        connection.commit()
        for table in ROWS:
            count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names of ours
            pages = "SELECT sum(pgsize) FROM dbstat WHERE name = ?"
            weights[table] = connection.execute(pages, (table,)).fetchone()[0] / count
    return weights


def tick(at: datetime) -> list[Sample]:
    """One look at every server."""
    return [
        Sample(Observation(key, at, PowerState.RUNNING, 5 << 30, 123.4, 9 << 30, 0, 0, 1000), 90_000, 60_000)
        for key in KEYS
    ]


async def measure(path: Path) -> list[Figure]:
    """Fill, weigh, read a month, and keep ticks of all servers."""
    store = await Store.open(path, now=NOW)
    await store.write(lambda conn: metrics.write(conn, tick(NOW), NOW))
    weights = await asyncio.to_thread(fill, path)
    rows = sum(days * 86_400 // step_s * weights[table] for table, (step_s, days) in ROWS.items())
    figures = [Figure(f"{table}: bytes a row", f"{weight:.0f}") for table, weight in weights.items()]
    size = rows * SERVERS / 1e9
    figures.append(Figure(f"a year of {SERVERS:,} servers", f"{size:.2f} GB", "< 2 GB", size < 2))
    taken = []
    for _ in range(30):
        began = time.perf_counter()
        async with store.read() as conn:
            await metrics.read(conn, KEYS[0], NOW - timedelta(days=30), NOW)
        taken.append((time.perf_counter() - began) * 1000)
    text = f"{statistics.median(taken):.1f} / {max(taken):.1f} ms"
    middle, bound = statistics.median(taken), 1000 * allowed(0.030)
    figures.append(
        Figure("30 days of one server: median / worst of 30", text, f"< {bound:.0f} ms", middle < bound)
    )
    spent = []
    for minute in range(1, 12):
        at = NOW + timedelta(minutes=minute)
        samples, began = tick(at), time.perf_counter()
        await store.write(partial(metrics.write, samples=samples, now=at))
        spent.append((time.perf_counter() - began) * 1000)
    text = f"{statistics.median(spent):.0f} / {max(spent):.0f} ms"
    figures.append(Figure(f"a tick of {SERVERS:,}, on the disk: median / with roll-up", text))
    await store.close()
    return figures


async def run() -> int:
    """Print the figures; the exit code says whether the targets were met."""
    with tempfile.TemporaryDirectory() as directory:
        return show("History", await measure(Path(directory) / "quetzal.db"))


if __name__ == "__main__":
    sys.exit(asyncio.run(run()))
