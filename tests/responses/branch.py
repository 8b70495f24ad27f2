"""Branches of a world: something is played in a copy of this process, and here it has not happened.

A copy of the process has the bot, the panel, Discord and their time as they stand. Files are shared with it,
so it puts them back in the end.
"""

import asyncio
import gc
import os
import pickle
import selectors
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from tests.support.forks import adopt_forkserver, start_forkserver

T = TypeVar("T")
_HANGS_AFTER_S = 300.0
"""Real time: a busy machine may need minutes for what takes a second."""


class BranchFailed(Exception):
    """Something was raised in a branch: its traceback as text."""


async def in_branch(play: Callable[[], Awaitable[T]], *directories: Path) -> T:
    """Play something in a branch and return its result, which has to be picklable.

    `directories` are those whose files it may change. Connections within this process go along, so everything
    has to be at rest here, and in the branch when it ends.
    """
    start_forkserver()  # a branch can use it, not end it
    loop: Any = asyncio.get_running_loop()
    if loop._default_executor is not None:  # its threads do not go along
        loop._default_executor.shutdown()
        loop._default_executor = None
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        await _play_and_leave(play, loop, writable, directories)
    os.close(writable)
    result: T = _result(pid, readable)
    return result


def _result(pid: int, readable: int) -> Any:  # noqa: ANN401 - whatever was played
    """Wait for the end of a branch. Meanwhile nothing goes on here."""
    with os.fdopen(readable, "rb") as pipe:
        content = pipe.read()
    if status := os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise BranchFailed(f"the branch ended with {status}")
    is_good, outcome = pickle.loads(content)  # noqa: S301 - from a process of ours
    if not is_good:
        raise BranchFailed(outcome)
    return outcome


# --- in the new process -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Before:
    """A file or directory as it was; a directory has no content."""

    content: bytes | None
    changed_ns: int


async def _play_and_leave(
    play: Callable[[], Awaitable[object]],
    loop: Any,  # noqa: ANN401 - has no public way
    writable: int,
    directories: Sequence[Path],
) -> NoReturn:
    """Play, put the files back, pass the outcome on, and leave the rest to the other process."""
    status = 1
    try:
        _go_on_here(loop)
        before = _read(directories)
        try:
            async with asyncio.timeout(_HANGS_AFTER_S):
                outcome: tuple[bool, object] = True, await play()
        except BaseException:  # noqa: BLE001 - the process that waits raises it
            outcome = False, traceback.format_exc()
        _put_back(before, directories)
        with os.fdopen(writable, "wb") as pipe:
            pickle.dump(outcome, pipe, pickle.HIGHEST_PROTOCOL)
        status = 0
    except BaseException:  # noqa: BLE001 - the status says so
        traceback.print_exc()
    finally:
        os._exit(status)


def _go_on_here(loop: Any) -> None:  # noqa: ANN401 - has no public way
    """Let the event loop run in this process, on a selector of its own."""
    asyncio._set_running_loop(loop)
    selector = selectors.DefaultSelector()
    for key in loop._selector.get_map().values():
        selector.register(key.fileobj, key.events, key.data)
    loop._selector = selector
    adopt_forkserver()
    gc.freeze()  # a collection is for what is made here


def _below(directories: Sequence[Path]) -> Iterator[Path]:
    """List files and directories, each before the directory that it is in."""
    for directory in directories:
        for folder, names, files in os.walk(directory, topdown=False):
            yield from (Path(folder, name) for name in (*files, *names))


def _read(directories: Sequence[Path]) -> dict[Path, _Before]:
    return {
        path: _Before(None if path.is_dir() else path.read_bytes(), path.stat().st_mtime_ns)
        for path in _below(directories)
    }


def _put_back(before: dict[Path, _Before], directories: Sequence[Path]) -> None:
    """Write the former content into the same files: the other process has the store open."""
    for path in [path for path in _below(directories) if path not in before]:
        path.rmdir() if path.is_dir() else path.unlink()
    for path, was in reversed(before.items()):
        if was.content is None:
            path.mkdir(exist_ok=True)
        else:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.pwrite(fd, was.content, 0)
            os.truncate(fd, len(was.content))
            os.close(fd)
    for path, was in before.items():
        os.utime(path, ns=(was.changed_ns, was.changed_ns))
