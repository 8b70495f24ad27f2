"""The bot of `benchmarks.load`, with a probe in its event loop: what it used, and which tasks are left.

With the argument `lags` the probe also measures how late the loop is, which takes some of a core itself.
Uses nothing of the bot but `run` and `load_settings`, so that it measures any checkout that is on PYTHONPATH.
"""

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from importlib import import_module
from importlib.util import find_spec

from bot.app import run
from bot.settings import load_settings

_EVERY_S = 0.01


async def main() -> None:
    """Run the bot; each SIGUSR1 writes one line of figures since the last one to stdout."""
    lags: list[float] = []
    probe = asyncio.create_task(_probe(lags), name="probe") if "lags" in sys.argv else None
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _report, lags)
    try:
        await run(load_settings())
    finally:
        if probe is not None:
            probe.cancel()


async def _probe(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_EVERY_S)
        lags.append(time.perf_counter() - began - _EVERY_S)


def _report(lags: list[float]) -> None:
    names = Counter(_name(task) for task in asyncio.all_tasks())
    cpu_s = time.process_time()
    sys.stdout.write(json.dumps({"lags": lags, "tasks": dict(names), "cpu_s": cpu_s}) + "\n")
    sys.stdout.flush()
    lags.clear()


def _name(task: asyncio.Task[object]) -> str:
    name = task.get_name().rstrip("-0123456789")
    return getattr(task.get_coro(), "__qualname__", name) if name == "Task" else name


if __name__ == "__main__":
    # As `quetzal run` does: on uvloop where it is installed.
    factory = import_module("uvloop").new_event_loop if find_spec("uvloop") is not None else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main())
