"""How long a page of the audit takes, and what a change costs that is on the disk when it returns."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.calibration import allowed
from benchmarks.figures import Figure, show
from bot.domain.audit import AuditCursor, AuditEntry, AuditFilter, Outcome
from bot.storage import Store
from bot.storage.repositories import audit

ROWS = 10_000
TARGET_MS = 50.0
NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
ACT = AuditEntry(at=NOW, guild_id=1, user_id=0, panel_id="main", server_uuid=None, action="file.edit")
DEEP = AuditCursor(NOW - timedelta(seconds=ROWS - 30), 0)
# 500 people, 100 servers, 20 actions, one failure in 1,000.
PAGES: dict[str, tuple[AuditFilter, AuditCursor | None]] = {
    "first page": (AuditFilter(1), None),
    "page 400": (AuditFilter(1), DEEP),
    "one person (20 acts)": (AuditFilter(1, user_id=7), None),
    "one server (100 acts)": (AuditFilter(1, server_uuid="server-7"), None),
    "one action (500 acts)": (AuditFilter(1, action="action-7"), None),
    "failures (10 acts)": (AuditFilter(1, outcome=Outcome.FAILED), None),
    "since an hour ago": (AuditFilter(1, since=NOW - timedelta(hours=1)), None),
    "one person on one server, done": (
        AuditFilter(1, user_id=7, server_uuid="server-7", outcome=Outcome.DONE),
        None,
    ),
    "nothing matches": (AuditFilter(1, user_id=7, outcome=Outcome.UNKNOWN), None),
}


async def fill(store: Store) -> None:
    """Write the guild's acts, and as many of another guild between them."""
    for start in range(0, ROWS, 1000):

        async def some(conn: AsyncConnection, start: int = start) -> None:
            for number in range(start, start + 1000):
                act = replace(
                    ACT,
                    at=NOW - timedelta(seconds=number),
                    user_id=number % 500,
                    server_uuid=f"server-{number % 100}",
                    action=f"action-{number % 20}",
                    outcome=Outcome.FAILED if number % 1000 == 0 else Outcome.DONE,
                    facts={
                        "path": f"/plugins/{number}.yml",
                        "before": "sha256:" + "0" * 64,
                        "size_bytes": number,
                    },
                )
                await audit.begin(conn, act)
                await audit.begin(conn, replace(act, guild_id=2))

        await store.write(some)


async def timed(times: int, act: Callable[[], Awaitable[object]]) -> list[float]:
    """Run `act` again and again; milliseconds of each."""
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await act()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def measure(store: Store) -> list[Figure]:
    """Time every kind of page, a walk over all of them, and changes."""
    figures: list[Figure] = []
    bound = allowed(TARGET_MS)
    for name, (wanted, cursor) in PAGES.items():

        async def page(wanted: AuditFilter = wanted, cursor: AuditCursor | None = cursor) -> None:
            async with store.read() as conn:
                await audit.page(conn, wanted, older_than=cursor, size=25)

        taken = await timed(50, page)
        text = f"{statistics.median(taken):.2f} / {max(taken):.1f} ms"
        met = max(taken) < bound
        figures.append(Figure(f"{name}: median / worst of 50", text, f"< {bound:.0f} ms", met))

    async def walk() -> None:
        older: AuditCursor | None = None
        while True:
            async with store.read() as conn:
                page = await audit.page(conn, AuditFilter(1), older_than=older, size=25)
            if (older := page.older) is None:
                return

    figures.append(Figure(f"all {ROWS:,} rows in pages of 25", f"{(await timed(1, walk))[0]:.0f} ms"))
    single = await timed(100, lambda: store.write(lambda conn: audit.begin(conn, ACT)))
    figures.append(Figure("one change, on the disk: median of 100", f"{statistics.median(single):.2f} ms"))

    async def at_once() -> None:
        await asyncio.gather(*(store.write(lambda conn: audit.begin(conn, ACT)) for _ in range(200)))

    figures.append(Figure("200 changes at once", f"{(await timed(1, at_once))[0]:.0f} ms"))
    return figures


async def run() -> int:
    """Fill a store, measure, and print the figures; the exit code says whether the target was met."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "quetzal.db"
        began = time.perf_counter()
        store = await Store.open(path, now=NOW)
        first = Figure("first start, with all migrations", f"{(time.perf_counter() - began) * 1000:.0f} ms")
        try:
            await fill(store)
            figures = [first, *await measure(store)]
        finally:
            await store.close()
    return show(f"Audit of {ROWS:,} rows a guild, two guilds", figures)


if __name__ == "__main__":
    sys.exit(asyncio.run(run()))
