"""How long a process waited only because the machine ran something else."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

STEP_S = 0.1
LATE_S = 0.02
"""A shorter wait in a step of the event loop is not reported."""
CHILDREN_EVERY = 10
"""In every so many steps it is looked which children there are: that takes milliseconds."""


async def report_pauses(report: Callable[[float, float], None]) -> None:
    """Report for how many seconds the event loop, another thread or a child waited for a core, forever.

    What waits in several of these at once counts once.
    """
    process, step = psutil.Process(), 0
    pids = [process.pid]
    before = waits_s(pids)
    while True:
        began_s = time.monotonic()
        await asyncio.sleep(STEP_S)
        if (step := step + 1) % CHILDREN_EVERY == 0:
            pids = [process.pid, *(child.pid for child in process.children(recursive=True))]
        after = waits_s(pids)
        waited_s = sum(max(0.0, wait_s - before.get(thread, wait_s)) for thread, wait_s in after.items())
        before = after
        paused_s = min(waited_s, time.monotonic() - began_s)
        if paused_s > LATE_S:
            report(time.time(), paused_s)


def waits_s(pids: Iterable[int]) -> dict[str, float]:
    """Return for how many seconds each thread of some processes was ready and did not run.

    Only Linux says so. Source: "schedstat" in the kernel's Documentation/scheduler/sched-stats.rst.
    """
    waits: dict[str, float] = {}
    for pid in pids:
        for stat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                waits[stat.parent.name] = int(stat.read_text().split()[1]) / 1e9
            except (OSError, IndexError):  # it has ended
                continue
    return waits
