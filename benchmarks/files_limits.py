"""A search under the panel's rate limit, through three of its minutes, while a person goes on working.

The panel is a process of its own with the limiter of its version 1.12: 256 requests a minute.
"""

import asyncio
import statistics
import sys
import time

import aiohttp

from benchmarks.calibration import allowed
from benchmarks.figures import Figure, show
from benchmarks.files_panel import FilesPanel, Plan, files_panel
from bot.core.clock import Clock
from bot.domain.trash import TrashPolicy
from bot.services.access.authorizer import Permit
from bot.services.files.search import Search, SearchQuery, SearchService
from bot.workers import WorkerPool

FOLDERS = 380
PER_MINUTE = 256
LATENCY_S = 0.020
WORKS_EVERY_S = 2.0
QUIET = 20
MAY_TAKE_S = 0.25
"""A wait for the limiter would be a second at least."""


async def commands(permit: Permit, took: list[float], until: asyncio.Event | None = None) -> None:
    """Look at a folder as a person's command does, every two seconds, and note how long each took."""
    while until is None or not until.is_set():
        began = time.perf_counter()
        await permit.panel.files.list(permit.uuid, "/", fresh=True)
        took.append(time.perf_counter() - began)
        if until is None:
            return
        await asyncio.sleep(WORKS_EVERY_S)


async def measure(panel: FilesPanel) -> tuple[Search, list[float], list[float], int]:
    """Search; give the search, how long a person's commands took before and during it, and the refusals."""
    quiet: list[float] = []
    busy: list[float] = []
    search, over = Search(SearchQuery(pattern="config")), asyncio.Event()
    async with panel.permit() as permit:
        for _ in range(QUIET):
            await commands(permit, quiet)
        person = asyncio.create_task(commands(permit, busy, over), name="a person")
        try:
            await SearchService(TrashPolicy(), Clock(), WorkerPool(Clock())).run(
                permit, search, _ignore_progress
            )
        finally:
            over.set()
            await person
    async with aiohttp.ClientSession() as session, session.get(f"{panel.outside}refused") as answer:
        return search, quiet, busy, int(await answer.text())


def main() -> int:
    """Search with the limiter on."""
    with files_panel(Plan(FOLDERS, latency_s=LATENCY_S, requests_per_minute=PER_MINUTE)) as panel:
        search, quiet, busy, refused = asyncio.run(measure(panel))
    bound = allowed(MAY_TAKE_S)
    return show(
        f"A search of {search.folders} folders at {PER_MINUTE} requests a minute",
        [
            Figure("search", f"{search.took_s:.0f} s"),
            Figure("refused by the limiter (429)", f"{refused}", "none", met=refused == 0),
            Figure("a person's command: before it, median", f"{1000 * statistics.median(quiet):.0f} ms"),
            Figure(f"  during it, median of {len(busy)}", f"{1000 * statistics.median(busy):.0f} ms"),
            Figure(
                "  during it, the slowest",
                f"{1000 * max(busy):.0f} ms",
                f"< {1000 * bound:.0f} ms",
                met=max(busy) < bound,
            ),
        ],
    )


async def _ignore_progress(search: Search) -> None:
    """Do nothing: no message shows the progress."""


if __name__ == "__main__":
    sys.exit(main())
