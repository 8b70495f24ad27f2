"""The processes of the bot, how busy the machine is, and what a store says."""

import asyncio
import multiprocessing
import multiprocessing.context
import multiprocessing.process
import os
import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any

from tests.crash_recovery.child import Life, live

_SAMPLES, _SAMPLE_S = 9, 0.1


def busyness() -> float:
    """Measure how long this machine takes now for what takes it one second alone."""
    spans = []
    for _ in range(_SAMPLES):
        wall, used = time.monotonic(), time.thread_time()
        while time.thread_time() - used < _SAMPLE_S:
            sum(range(1000))
        spans.append((time.monotonic() - wall) / _SAMPLE_S)
        time.sleep(_SAMPLE_S)
    return max(1.0, statistics.median(spans))


def warm_up() -> None:
    """Let the process that all bots are forked from import what they need."""
    process = _context().Process(target=os.getpid)
    process.start()
    process.join()


def _context() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash_recovery.child"])
    return context


def start(life: Life) -> multiprocessing.process.BaseProcess:
    """Start the bot."""
    bot = _context().Process(target=live, args=(life,), name="bot", daemon=True)
    bot.start()
    return bot


async def ended(bot: multiprocessing.process.BaseProcess, within_s: float | None) -> bool:
    """Wait until the bot has ended, so many seconds on the wall at most; return whether it has."""
    await asyncio.to_thread(bot.join, within_s)
    return bot.exitcode is not None


def rows(path: Path, query: str) -> list[dict[str, Any]]:
    """Read rows of a store that the bot may be writing to."""
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        conn.row_factory = sqlite3.Row
        return [dict(row) for row in conn.execute(query)]
    finally:
        conn.close()
