"""How late a process was only because the machine ran something else."""

import asyncio
import time
from collections.abc import Callable

STEP_S = 0.1
LATE_S = 0.1
"""A step of the event loop that begins later than this is reported."""


async def report_pauses(report: Callable[[float, float], None]) -> None:
    """Report when the event loop was late without work of its own, and for how many seconds, forever."""
    while True:
        began_s, worked_s = time.monotonic(), time.process_time()
        await asyncio.sleep(STEP_S)
        late_s = time.monotonic() - began_s - STEP_S - (time.process_time() - worked_s)
        if late_s > LATE_S:
            report(time.time(), late_s)
