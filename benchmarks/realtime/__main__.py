"""`python -m benchmarks.realtime [--quick] [PART ...]`: the parts are crashes, memory, hour and nodes.

Each row stands beside what polling gives. `target` is what was set out to reach; a run fails only where a
bound is exceeded that moves with the speed of the machine and with how busy others keep it.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.calibration import slowness
from benchmarks.realtime import parts
from benchmarks.realtime.table import Row, show

PARTS: Mapping[str, Callable[[bool], list[Row]]] = {
    "crashes": parts.crashes,
    "memory": parts.memory,
    "hour": parts.hour,
    "nodes": parts.nodes,
}


def main() -> int:
    """Measure the parts one after the other, each in a process of its own, and print the rows of each."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.realtime")
    options.add_argument("part", nargs="*", choices=[*PARTS, []])
    options.add_argument("--quick", action="store_true", help="small numbers, to see that it works")
    chosen = options.parse_args()
    failed = 0
    for name in chosen.part or PARTS:
        began_s = time.monotonic()
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            rows = process.submit(PARTS[name], chosen.quick).result()
        title = (
            f"Real time, {name}: {(time.monotonic() - began_s) / 60:.1f} min, {os.cpu_count()} cores, load "
            f"average {', '.join(f'{load:.1f}' for load in os.getloadavg())}, this machine takes "
            f"{slowness():.1f} times as long as the one the bounds were set on"
        )
        failed |= show(title, rows)
    return failed


if __name__ == "__main__":
    sys.exit(main())
