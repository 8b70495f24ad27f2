"""Starts the real command line in a process of its own, in any directory, with exactly these settings."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

PATIENCE_S = 60.0


class Process:
    """One running `python -m bot <arguments>`."""

    def __init__(self, *arguments: str, cwd: Path, env: Mapping[str, str]) -> None:
        self._arguments = arguments
        self._cwd = cwd
        self._env = env
        self._process: asyncio.subprocess.Process | None = None

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
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()

    async def stop(self) -> tuple[int, str]:
        """Send SIGTERM; give the exit code and everything it wrote."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> tuple[int, str]:
        """Wait for the end; give the exit code and everything it wrote."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE_S):
            written, _ = await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode, written.decode()


async def quetzal(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run one command to its end."""
    async with Process(*arguments, cwd=cwd, env=env or {}) as process:
        return await process.ended()
