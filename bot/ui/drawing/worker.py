"""How the chart worker begins, and why it does not stay behind."""

import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


def begin() -> None:
    """Leave Ctrl-C to the bot, and end when the bot is gone: a killed one cannot say goodbye."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bot = multiprocessing.parent_process()
    if bot is not None:
        threading.Thread(target=_end_with, args=(bot,), name="end with the bot", daemon=True).start()


def _end_with(bot: "BaseProcess") -> None:
    bot.join()
    os._exit(0)
