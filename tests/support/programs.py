"""Programs of tests in processes of their own: they write lines of JSON and end with their standard input.

A test starts one by `first_line_of` or `lines_of`; the program uses `say`, `together` and `until_stdin_ends`.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from tests.support.discord_payloads import Json
from tests.support.output import print_line

LONGEST_LINE = 1024 * 1024


@asynccontextmanager
async def first_line_of(module: str, *arguments: str) -> AsyncIterator[Awaitable[Json]]:
    """Run a module until it is no longer needed; the line that it begins with can be awaited."""
    process, output = await _start(module, arguments)
    try:
        yield _first_line(module, output)
    finally:
        await _end(process)


@asynccontextmanager
async def lines_of(module: str, *arguments: str, take: Callable[[Json], None]) -> AsyncIterator[None]:
    """Run a module, and take each line that it writes; raises RuntimeError when it ends by itself."""
    process, output = await _start(module, arguments)
    reading = asyncio.create_task(_read(output, take), name=f"lines of {module}")
    try:
        yield
        if reading.done():
            raise RuntimeError(f"{module} ended by itself")
    finally:
        await _end(process)
        await reading


async def _start(module: str, arguments: Sequence[str]) -> tuple[Process, asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
    )
    assert process.stdout is not None
    return process, process.stdout


async def _end(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


async def _first_line(module: str, output: asyncio.StreamReader) -> Json:
    line = await output.readline()
    if not line:
        raise RuntimeError(f"{module} did not start")
    said: Json = json.loads(line)
    return said


async def _read(output: asyncio.StreamReader, take: Callable[[Json], None]) -> None:
    async for line in output:
        take(json.loads(line))


def say(what: object) -> None:
    """Write a line of JSON at once."""
    print_line(json.dumps(what))


async def until_stdin_ends() -> None:
    """Wait until the process that started this one closes its standard input or ends."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: None if sys.stdin.read(1) else ended.set())
    await ended.wait()
    loop.remove_reader(sys.stdin)


async def together(*works: Awaitable[None]) -> None:
    """Run until the first of them ends, and end the others."""
    tasks = [asyncio.ensure_future(work) for work in works]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in done:
        task.result()
