"""The program of a worker process. Started as a script, so that it imports only what its work needs.

It reads frames from standard input and answers on standard output until that ends: an 8-byte length and a
pickle. The first frame holds the import path and the limits, each other one a call. An answer is the kind,
whether the process has grown and should be replaced, the length, and the pickle.
"""

import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO

LENGTH = struct.Struct(">Q")
HEADER = struct.Struct(">B?Q")
DONE, RAISED, FAILED, TOO_LARGE, TOO_DEEP = range(5)


def main() -> None:
    """Answer calls until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which ends this process
    calls = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # printed text must not mix with the answers
    setup = _read(calls)
    if setup is None:
        return
    path, cpu_s, memory_bytes, recursion, keep_up_to_bytes = pickle.loads(setup)  # noqa: S301 - from the bot
    sys.path[:] = path
    sys.setrecursionlimit(recursion)
    _limit_memory(memory_bytes)
    began_bytes = _held_bytes()[1]
    while (call := _read(calls)) is not None:
        # The kernel ends this process when its CPU time is used up: no timer is needed.
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        kind, answer = _answer(call)
        signal.setitimer(signal.ITIMER_PROF, 0)
        del call
        grown = _held_bytes()[1] - began_bytes > keep_up_to_bytes
        answers.write(HEADER.pack(kind, grown or kind == TOO_LARGE, len(answer)))
        answers.write(answer)
        answers.flush()


def _held_bytes() -> tuple[int, int]:
    """Return the address space and memory of this process; 0 where the system hides it."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:  # no Linux
        return 0, 0
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()


def _read(calls: IO[bytes]) -> bytes | None:
    head = calls.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    return calls.read(length)


def _answer(call: bytes) -> tuple[int, bytes]:
    try:
        work, args, kwargs = pickle.loads(call)  # noqa: S301 - from the bot
        return DONE, pickle.dumps(work(*args, **kwargs), pickle.HIGHEST_PROTOCOL)
    except RecursionError:
        return TOO_DEEP, b""
    except MemoryError:
        return TOO_LARGE, b""
    except Exception as error:  # noqa: BLE001 - the bot raises it again
        if type(error).__module__.startswith("bot."):
            return RAISED, pickle.dumps(error.with_traceback(None))
        return FAILED, pickle.dumps(_where(error))


def _where(error: BaseException) -> str:
    """Describe what failed and where, without the error's message: it may quote the content."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def _limit_memory(memory_bytes: int | None) -> None:
    space, _ = _held_bytes()
    if memory_bytes is None or not space:  # elsewhere address space is counted in other ways
        return
    with suppress(ValueError, OSError):  # the machine may have a lower limit of its own
        resource.setrlimit(resource.RLIMIT_AS, (space + memory_bytes, space + memory_bytes))


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)
