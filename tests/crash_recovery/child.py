"""The real bot in a process of its own, at the pace of the hour, with a point at which it kills itself.

Importing this imports the whole bot, so that a process that is forked from one which has done so starts in
a fraction of the time. Nothing else is shared: each start opens the store and connects to Discord again.
"""

import asyncio
import base64
import multiprocessing
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from bot import client
from bot.app import run
from bot.settings import load_settings
from bot.workers.charts import Charts
from tests.crash_recovery import points
from tests.crash_recovery.pace import Pace, PacedClock

for _name in client.EXTENSIONS:  # as discord.py will load them
    __import__(_name)

# A chart takes a process and some seconds; here it takes neither, and is sent all the same.
_CHART = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class Life:
    """One start of the bot. Without a point it lives until it is killed from outside, or asked to stop."""

    pace: str
    directory: Path
    env: dict[str, str]
    point: points.Point | None = None
    passages: int = 1
    delay_s: float = 0.0
    spared_s: float = 0.0


def live(life: Life) -> None:
    """Be the bot; ends the process."""
    threading.Thread(target=_die_with_parent, name="die with the test", daemon=True).start()
    os.chdir(life.directory)
    for name in [name for name in os.environ if name.startswith("QUETZAL_")]:
        del os.environ[name]
    os.environ.update(life.env)
    log = os.open(life.directory / "bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    Charts.draw = _draw_nothing  # type: ignore[method-assign]  # a chart takes seconds, and proves nothing here
    if life.point is not None:
        points.lay(points.Fuse(life.point, life.passages, delay_s=life.delay_s, spared_s=life.spared_s))
    asyncio.run(run(load_settings(), clock=PacedClock(Pace.loads(life.pace))))


def _die_with_parent() -> None:
    test = multiprocessing.parent_process()
    if test is not None:
        test.join()
        points.die()


async def _draw_nothing(*_: object, **__: object) -> bytes:
    return _CHART
