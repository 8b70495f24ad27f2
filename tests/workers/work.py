"""What workers run in tests; apart from them, since a worker imports the module of its work: not pytest."""

import os
import sys
import time
from pathlib import Path

from bot.core.errors import BadInput

MIB = 1024 * 1024
_KEPT: list[bytes] = []


def pid() -> int:
    return os.getpid()


def touch_and_wait(path: str) -> None:
    Path(path).touch()
    time.sleep(600)


def compute_forever() -> None:
    while True:
        pass


def note_and_compute_forever(path: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("begun\n")
    compute_forever()


def take_memory(mib: int) -> int:
    return len(b"x" * (mib * MIB))


def keep_memory(mib: int) -> None:
    _KEPT.append(b"x" * (mib * MIB))


def nest(depth: int) -> int:
    return nest(depth + 1)


def exit_now() -> None:
    os._exit(3)


def refuse() -> None:
    raise BadInput("No such key.", next_step="Name another.", detail="for the log")


def fail(secret: str) -> None:
    raise KeyError(secret)


def print_noise() -> str:
    sys.stdout.write("not an answer\n")
    sys.stdout.flush()
    return "answer"


def environment() -> list[str]:
    return sorted(os.environ)
