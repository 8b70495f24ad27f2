"""`quetzal demo` as a process: one link, no noise, a clean end."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

LINK = re.compile(r"http://127\.0\.0\.1:\d+/#\S+")
LONGEST_START_S = 300.0


@asynccontextmanager
async def demo_process(port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(port),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def link_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(LONGEST_START_S):
        while not (match := LINK.search(said)):
            line = await process.stdout.readline()
            assert line, f"it ended: {said}"
            said += line.decode()
    return match[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_prints_a_link_that_works_and_ends_cleanly(number: signal.Signals) -> None:
    async with demo_process(0) as process:
        link = await link_of(process)
        async with aiohttp.ClientSession() as http, http.get(link) as answer:
            assert answer.status == 200
            assert "<html" in await answer.text()

        process.send_signal(number)
        rest, noise = await asyncio.wait_for(process.communicate(), LONGEST_START_S)

        assert process.returncode == 0
        assert rest.decode().strip().endswith("The demo is closed.")
        assert noise.decode() == ""


async def test_a_taken_port_is_a_sentence_and_not_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with demo_process(port) as process:
            said, noise = await asyncio.wait_for(process.communicate(), LONGEST_START_S)

    assert process.returncode == 1
    assert said.decode() == ""
    assert f"Port {port} cannot be used: Address already in use." in noise.decode()
    assert "Traceback" not in noise.decode()
