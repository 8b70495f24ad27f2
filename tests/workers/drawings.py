"""What the chart worker runs in tests; apart from them, as in `work.py`."""

import os
import signal
import time


def pid() -> bytes:
    return str(os.getpid()).encode()


def slow_pid() -> bytes:
    time.sleep(0.5)
    return pid()


def kill_myself() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def fail() -> bytes:
    raise ValueError("no such colour")


def hang() -> bytes:
    time.sleep(60)
    return b"never"
