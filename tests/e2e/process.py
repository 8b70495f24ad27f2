"""Starts the real command line in a process of its own, in any directory, with exactly these settings."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Self, TypeVar

PATIENCE_S = 60.0
T = TypeVar("T")


class Process:
    """One running `python -m bot <arguments>`."""

    def __init__(self, *arguments: str, cwd: Path, env: Mapping[str, str]) -> None:
        self._arguments = arguments
        self._cwd = cwd
        self._env = env

    async def __aenter__(self) -> Self:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("QUETZAL_")}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *self._arguments,
            cwd=self._cwd,
            env=inherited | dict(self._env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._written = asyncio.create_task(self._process.communicate(), name="read what it writes")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._written

    async def meanwhile(self, awaitable: Awaitable[T]) -> T:
        """Await something that the process has to do; fails with what it wrote when it ends before."""
        waiting = asyncio.ensure_future(awaitable)
        await asyncio.wait({waiting, self._written}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise AssertionError(f"it ended:\n{self._written.result()[0].decode()}")
        return await waiting

    async def stop(self) -> tuple[int, str]:
        """Send SIGTERM; give the exit code and everything it wrote."""
        self._process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> tuple[int, str]:
        """Wait for the end; give the exit code and everything it wrote."""
        async with asyncio.timeout(PATIENCE_S):
            written, _ = await asyncio.shield(self._written)
        assert self._process.returncode is not None
        return self._process.returncode, written.decode()


async def quetzal(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run one command to its end."""
    async with Process(*arguments, cwd=cwd, env=env or {}) as process:
        return await process.ended()
