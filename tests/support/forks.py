"""Processes that start in milliseconds: forked from one that has already imported the bot and matplotlib.

What a process does is real: its memory, its signals, its end. Only `exec` and the imports are saved; tests of
the start itself do without this.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver, get_context
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from typing_extensions import override

from bot.workers import process as worker_process
from bot.workers import worker

_FORKSERVER = get_context("forkserver")
PRELOADED = ("tests.support.preloaded",)
_FORKSERVER.set_forkserver_preload([*PRELOADED])


class Fork:
    """What the tests and the worker pool use of `asyncio.subprocess.Process`."""

    def __init__(self, target: Callable[..., None], fd: int, *arguments: object) -> None:
        self._process = _FORKSERVER.Process(target=target, args=(_Inherited(fd), *arguments), daemon=True)
        self._process.start()
        self.pid: int = self._process.pid or 0
        self.returncode: int | None = None
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[int] = self._loop.create_future()
        """Its exit code, negative for a signal."""
        self._loop.add_reader(self._process.sentinel, self._end)
        self.stdin: asyncio.StreamWriter | None = None
        self.stdout: asyncio.StreamReader | None = None

    def send_signal(self, number: int) -> None:
        """Send it a signal, while it runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for its end, and give the exit code."""
        return await asyncio.shield(self.ended)

    def _end(self) -> None:
        self._loop.remove_reader(self._process.sentinel)
        self.returncode = self._process.exitcode or 0  # not `join`, which a copy of this process must not
        self._process.close()
        self.ended.set_result(self.returncode)


async def fork_command(arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Fork:
    """Run `python -m bot <arguments>`; standard output and errors come from `stdout`."""
    ours, theirs = socket.socketpair()
    with theirs:
        fork = Fork(_run_command, theirs.fileno(), arguments, cwd, dict(env))
    fork.stdout, fork.stdin = await asyncio.open_connection(sock=ours)
    return fork


async def fork_worker() -> Fork:
    """Start a worker process."""
    ours, theirs = socket.socketpair()
    with theirs:
        fork = Fork(_run_worker, theirs.fileno(), worker.environment())
    fork.stdout, writer = await asyncio.open_connection(sock=ours, limit=worker.BUFFER_BYTES)
    fork.stdin = writer
    fork.ended.add_done_callback(lambda _: writer.close())  # nobody waits for one that ends while it is idle
    return fork


@contextmanager
def forked_workers() -> Iterator[None]:
    """Let pools of workers fork theirs. What they do with them is tested without this, in tests/workers."""
    spawn = worker.spawn
    worker.spawn = fork_worker  # type: ignore[assignment]  # a fork does all that is asked of a process
    try:
        yield
    finally:
        worker.spawn = spawn


def start_forkserver() -> None:
    """Start the fork server, if it does not run yet."""
    server: Any = forkserver._forkserver
    server.ensure_running()


def adopt_forkserver() -> None:
    """Use the fork server of the process from which this one was forked, which also ends it."""
    server: Any = forkserver._forkserver
    server.ensure_running = server._stop = lambda: None


def end_forkserver() -> None:
    """Stop the fork server: a measurement of this process would count it and its children, too."""
    server: Any = forkserver._forkserver
    server._stop()


class _Inherited:
    """A file descriptor that goes along to the new process."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @override
    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[object]]:
        return _detached, (DupFd(self._fd),)


def _detached(fd: Any) -> int:  # noqa: ANN401 - has no public type
    inherited: int = fd.detach()
    return inherited


# --- in the new process -------------------------------------------------------------------------------


def _run_command(output: int, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
    from bot.__main__ import main  # noqa: PLC0415 - preloaded there

    _become(output, (1, 2), env)
    os.chdir(cwd)
    sys.argv[:] = ["quetzal", *arguments]
    sys.exit(main(arguments))


def _run_worker(pipe: int, env: Mapping[str, str]) -> None:
    _become(pipe, (0, 1), env)
    os.setpgid(0, 0)
    worker_process.main()


def _become(fd: int, standard: Sequence[int], env: Mapping[str, str]) -> None:
    for number in standard:
        os.dup2(fd, number)
    os.close(fd)
    os.environ.clear()
    os.environ.update(env)
