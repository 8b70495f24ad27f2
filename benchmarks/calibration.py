"""How fast this machine is at this moment, so that bounds hold on any: each is a ratio to one piece of work.

The work is plain Python of the kind that the bot does: strings, sorting, dictionaries, JSON.
"""

import asyncio
import json
import time
from typing import Any

ROUNDS = 9
PIECE_S, PIECES_APART_S = 0.003, 0.3
REFERENCE_S = 0.0086
"""What the work takes on the machine on which the bounds were set (two cores of 2.6 GHz, Python 3.11)."""


def slowness() -> float:
    """Measure how many times as long as there the work takes here and now: the best of several rounds."""
    return min(_timed() for _ in range(ROUNDS)) / REFERENCE_S


def allowed(seconds: float) -> float:
    """Turn a bound of that machine into one of this, here and now."""
    return seconds * slowness()


async def crowding(spans_s: list[float]) -> None:
    """Note forever how long a piece of work takes that takes a second on a machine with nothing else to do.

    Others who use the CPU make wall time longer; their mean is by how much.
    """
    while True:
        began_s, used_s = time.perf_counter(), time.thread_time()
        while time.thread_time() - used_s < PIECE_S:
            pass
        spans_s.append((time.perf_counter() - began_s) / PIECE_S)
        await asyncio.sleep(PIECES_APART_S)


def _timed() -> float:
    began = time.perf_counter()
    rows: list[dict[str, Any]] = [
        {"name": f"server {number * 7919 % 2003}", "at": number, "used": number / 7} for number in range(4000)
    ]
    rows.sort(key=lambda row: row["name"])
    decoded = json.loads(json.dumps(rows))
    by_name: dict[str, list[float]] = {}
    for row in decoded:
        by_name.setdefault(row["name"].upper(), []).append(row["used"] * 2)
    "\n".join(f"{name}: {sum(used):.2f}" for name, used in by_name.items())
    return time.perf_counter() - began
