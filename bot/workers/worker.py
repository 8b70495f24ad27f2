"""One worker process, seen from the bot."""

import asyncio
import os
import pickle
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

from bot.workers import process
from bot.workers.limits import Limits

# The bot's environment holds secrets, which a process that reads untrusted content must not see.
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "MPLCONFIGDIR", "XDG_CACHE_HOME")
_ENDS_WITHIN_S = 1.0
BUFFER_BYTES = 1024 * 1024


async def spawn() -> Process:
    """Start the program of a worker; OSError when no process can be started."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",  # its import path comes with the first frame, whatever the environment says
        str(Path(process.__file__)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=environment(),
        process_group=0,  # Ctrl-C in a terminal goes to the bot alone
        limit=BUFFER_BYTES,
    )


def environment() -> dict[str, str]:
    """Return the part of the bot's environment that a worker may see."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


class WorkerGone(Exception):
    """The process ended. `by_cpu_limit`: the kernel ended it, because it had used up its CPU time."""

    def __init__(self, returncode: int) -> None:
        super().__init__(f"exit code {returncode}")
        self.by_cpu_limit = returncode == -signal.SIGPROF


class AnswerTooLong(Exception):
    """The result is over the limit; the rest of it is unread."""


class Worker:
    """A process that takes one call at a time. Made by `start`; `kill` it and `wait` for its end."""

    def __init__(self, child: Process, limits: Limits) -> None:
        self._child = child
        self._limits = limits

    @classmethod
    async def start(cls, limits: Limits) -> "Worker":
        """Start a process; OSError when none can be started."""
        worker = cls(await spawn(), limits)
        setup = (sys.path, limits.cpu_s, limits.memory_bytes, limits.recursion, limits.keep_up_to_bytes)
        worker._send(pickle.dumps(setup))
        return worker

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._child.pid

    @property
    def is_running(self) -> bool:
        """Whether it is running, as far as is known."""
        return self._child.returncode is None

    async def call(self, call: bytes) -> tuple[int, bool, bytes]:
        """Run a call: kind, whether to replace the process, pickle. Raises WorkerGone, AnswerTooLong."""
        assert self._child.stdin is not None and self._child.stdout is not None  # noqa: S101 - pipes
        try:
            self._send(call)
            await self._child.stdin.drain()
            head = await self._child.stdout.readexactly(process.HEADER.size)
            kind, is_spent, length = process.HEADER.unpack(head)
            if length > self._limits.result_bytes:
                raise AnswerTooLong
            return kind, is_spent, await self._child.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerGone(await self._exit_code()) from None

    async def _exit_code(self) -> int:
        """Wait for the end of a process that closed its pipes.

        It is killed only when it does not end by itself: a signal to a process that has just ended takes its
        exit code away from whoever waits for it.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN_S):
                return await self._child.wait()
        self.kill()
        return await self._child.wait()

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self._child.kill()

    async def wait(self) -> None:
        """Wait until it has ended."""
        await self._child.wait()

    def _send(self, frame: bytes) -> None:
        assert self._child.stdin is not None  # noqa: S101 - a pipe
        self._child.stdin.writelines([process.LENGTH.pack(len(frame)), frame])
