"""A search of 2,000 folders, 20 ms a request: against bare aiohttp with as many at once, and one by one.

The panel is a process of its own with its limiter lifted.
"""

import asyncio
import contextlib
import json
import sys
import time

import aiohttp

from benchmarks.figures import Figure, show
from benchmarks.files_panel import FilesPanel, Plan, files_panel
from bot.core.clock import Clock
from bot.domain.paths import join
from bot.domain.trash import TrashPolicy
from bot.services.access.authorizer import Permit
from bot.services.files.search import (
    WORKERS,
    Search,
    SearchQuery,
    SearchService,
)
from bot.workers import WorkerPool

FOLDERS = 2_000
LATENCY_S = 0.020
ROUNDS = 3
WITHIN = 1.3
FASTER = 8


async def searched(permit: Permit) -> tuple[float, int]:
    """Search as the command does; seconds and requests, the best of several rounds."""
    best, requests = float("inf"), 0
    for _ in range(ROUNDS):
        search = Search(SearchQuery(pattern="config-19*.yml"))
        began = time.perf_counter()
        await SearchService(TrashPolicy(), Clock(), WorkerPool(Clock())).run(permit, search, _ignore_progress)
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


async def bare(panel: FilesPanel) -> tuple[float, int]:
    """Walk through the same tree with aiohttp and json alone, as many at once; the best of several rounds."""
    best, requests = float("inf"), 0
    headers = {"Authorization": f"Bearer {panel.key}", "Accept": "application/json"}
    async with aiohttp.ClientSession(panel.url, headers=headers) as session:
        for _ in range(ROUNDS):
            waiting: asyncio.Queue[str] = asyncio.Queue()
            waiting.put_nowait("/")
            began = time.perf_counter()
            workers = [asyncio.create_task(_listing(session, panel.server, waiting)) for _ in range(WORKERS)]
            await waiting.join()
            best = min(best, time.perf_counter() - began)
            for worker in workers:
                worker.cancel()
            requests = sum(await asyncio.gather(*workers))
    return best, requests


async def _listing(session: aiohttp.ClientSession, server: str, waiting: asyncio.Queue[str]) -> int:
    requests = 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            path = await waiting.get()
            url = f"/api/client/servers/{server}/files/list"
            async with session.get(url, params={"directory": path}) as answer:
                entries = json.loads(await answer.read())["data"]
            requests += 1
            for entry in entries:
                if not entry["attributes"]["is_file"]:
                    waiting.put_nowait(join(path, entry["attributes"]["name"]))
            waiting.task_done()
    return requests


async def measure(panel: FilesPanel) -> tuple[float, float, float, int]:
    """Measure all three; all have to see the same folders."""
    floor, minimum = await bare(panel)
    async with panel.permit() as permit:
        ours, requests = await searched(permit)
        one_by_one, others = await walked(permit)
    if not requests == others == minimum >= FOLDERS:
        raise RuntimeError(f"{requests} folders searched, {others} and {minimum} walked")
    return floor, ours, one_by_one, requests


def main() -> int:
    """Measure search and walk in one run."""
    with files_panel(Plan(folders=FOLDERS, latency_s=LATENCY_S)) as panel:
        floor, ours, one_by_one, requests = asyncio.run(measure(panel))
    minimum = requests * LATENCY_S / WORKERS
    return show(
        f"A search of {requests:,} folders, {LATENCY_S * 1000:.0f} ms a request, {WORKERS} at once",
        [
            Figure("the least it could take, latency alone", f"{minimum:.2f} s"),
            Figure("bare aiohttp, as many at once", f"{floor:.2f} s"),
            Figure("search", f"{ours:.2f} s", f"{WITHIN:.1f} times bare", met=ours <= WITHIN * floor),
            Figure("  times bare aiohttp", f"{ours / floor:.2f}"),
            Figure("one by one", f"{one_by_one:.2f} s"),
            Figure(
                "  search is faster",
                f"{one_by_one / ours:.1f} times",
                f"{FASTER} times",
                met=one_by_one >= FASTER * ours,
            ),
        ],
    )


async def _ignore_progress(search: Search) -> None:
    """Do nothing: no message shows the progress."""


if __name__ == "__main__":
    sys.exit(main())
