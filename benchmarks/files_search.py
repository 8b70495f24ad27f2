"""A search of 2,000 folders, 20 ms a request: against the least it could take, and a walk one by one.

The panel is a process of its own with its limiter lifted.
"""

import asyncio
import sys
import time

from benchmarks.figures import Figure, show
from benchmarks.files_panel import FilesPanel, Plan, files_panel
from bot.actions.access import Permit
from bot.actions.clock import Clock
from bot.actions.files.search import WORKERS, Query, Search, SearchAction
from bot.domain.files import join
from bot.domain.saved import TrashRules
from bot.workers import WorkerPool

FOLDERS = 2_000
LATENCY_S = 0.020
ROUNDS = 3
WITHIN = 1.5
FASTER = 8


async def searched(permit: Permit) -> tuple[float, int]:
    """Search as the command does; seconds and requests, the best of several rounds."""
    best, requests = float("inf"), 0
    for _ in range(ROUNDS):
        search = Search(Query(pattern="config-19*.yml"))
        began = time.perf_counter()
        await SearchAction(TrashRules(), Clock(), WorkerPool(Clock())).run(permit, search, _told)
        best, requests = min(best, time.perf_counter() - began), search.folders
    return best, requests


async def walked(permit: Permit) -> tuple[float, int]:
    """Walk one by one through the same tree; seconds and requests."""
    waiting, requests = ["/"], 0
    began = time.perf_counter()
    while waiting:
        path = waiting.pop()
        requests += 1
        entries = await permit.panel.files.list(permit.uuid, path, once=True)
        waiting += [join(path, entry.name) for entry in entries if entry.is_directory]
    return time.perf_counter() - began, requests


async def measure(panel: FilesPanel) -> tuple[float, float, int]:
    """Measure both with one client; both have to see the same folders."""
    async with panel.permit() as permit:
        ours, requests = await searched(permit)
        one_by_one, others = await walked(permit)
    if requests != others or requests < FOLDERS:
        raise RuntimeError(f"{requests} folders searched, {others} walked")
    return ours, one_by_one, requests


def main() -> int:
    """Measure search and walk in one run."""
    with files_panel(Plan(folders=FOLDERS, latency_s=LATENCY_S)) as panel:
        ours, one_by_one, requests = asyncio.run(measure(panel))
    least = requests * LATENCY_S / WORKERS
    return show(
        f"A search of {requests:,} folders, {LATENCY_S * 1000:.0f} ms a request, {WORKERS} at once",
        [
            Figure("the least it could take", f"{least:.2f} s"),
            Figure("search", f"{ours:.2f} s", f"{WITHIN:.1f} times the least", met=ours <= WITHIN * least),
            Figure("  times the least", f"{ours / least:.2f}"),
            Figure("one by one", f"{one_by_one:.2f} s"),
            Figure(
                "  search is faster",
                f"{one_by_one / ours:.1f} times",
                f"{FASTER} times",
                met=one_by_one >= FASTER * ours,
            ),
        ],
    )


async def _told(search: Search) -> None:
    """Take the news; there is nobody to tell."""


if __name__ == "__main__":
    sys.exit(main())
