"""Starts the real command line in a process of its own, in any directory, with exactly these settings."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

from tests.support.forks import fork_command

PATIENCE_S = 300.0
T = TypeVar("T")


class Process:
    """One running `python -m bot <arguments>`. `fresh`: with all its imports, as a person starts it."""

    def __init__(self, *arguments: str, cwd: Path, env: Mapping[str, str], fresh: bool = False) -> None:
        self._arguments = arguments
        self._fresh = fresh
        self._cwd = cwd
        self._env = env
        self._written = ""
        self._grew = asyncio.Condition()

    async def __aenter__(self) -> Self:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("QUETZAL_")}
        start = _execute if self._fresh else fork_command
        self._process = await start(self._arguments, self._cwd, inherited | dict(self._env))
        self._reading = asyncio.create_task(self._read(), name="read what it writes")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._reading
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def meanwhile(self, awaitable: Awaitable[T]) -> T:
        """Await something that the process has to do; fails with what it wrote when it ends before."""
        waiting = asyncio.ensure_future(awaitable)
        await asyncio.wait({waiting, self._reading}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise AssertionError(f"it ended:\n{self._written}")
        return await waiting

    async def says(self, text: str) -> None:
        """Wait until it has written this."""

        async def said() -> None:
            async with self._grew:
                await self._grew.wait_for(lambda: text in self._written)

        async with asyncio.timeout(PATIENCE_S):
            await self.meanwhile(said())

    @property
    def written(self) -> str:
        """Everything it has written so far, to standard output and errors."""
        return self._written

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send it a signal; give the exit code and everything it wrote."""
        self._process.send_signal(number)
        return await self.ended()

    async def ended(self) -> tuple[int, str]:
        """Wait for the end; give the exit code and everything it wrote."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.shield(self._reading)
        return await self._process.wait(), self._written

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._grew:
                self._written += line.decode()
                self._grew.notify_all()


async def _execute(arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=cwd,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def quetzal(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, fresh: bool = False
) -> tuple[int, str]:
    """Run one command to its end."""
    async with Process(*arguments, cwd=cwd, env=env or {}, fresh=fresh) as process:
        return await process.ended()
