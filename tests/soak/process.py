"""A module of the soak in a process of its own, which writes lines of JSON while it is needed."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.support.discord_payloads import Json

LONGEST_LINE = 1024 * 1024


@asynccontextmanager
async def running(module: str, *arguments: str, take: Callable[[Json], None]) -> AsyncIterator[None]:
    """Run a module, and take each line that it writes; raises RuntimeError when it ends by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    reading = asyncio.create_task(_read(process.stdout, take), name=f"lines of {module}")
    try:
        yield
        if reading.done():
            raise RuntimeError(f"{module} ended by itself")
    finally:
        process.stdin.close()
        await process.wait()
        await reading


async def _read(output: asyncio.StreamReader, take: Callable[[Json], None]) -> None:
    async for line in output:
        take(json.loads(line))
