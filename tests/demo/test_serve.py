"""`quetzal demo` as a process: one link, no noise, a clean end."""

import re
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from tests.support.process import Process, quetzal

pytestmark = pytest.mark.long

LINK = re.compile(r"http://127\.0\.0\.1:\d+/#\S+")


@pytest.mark.parametrize(
    ("number", "fresh"),
    [pytest.param(signal.SIGTERM, True, marks=pytest.mark.sweep), (signal.SIGINT, False)],
)
async def test_it_prints_a_link_that_works_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals, fresh: bool
) -> None:
    async with Process("demo", "--port", "0", cwd=tmp_path, env={}, fresh=fresh) as process:
        await process.says("Ctrl-C ends it.")
        link = LINK.search(process.written)
        assert link
        async with aiohttp.ClientSession() as http, http.get(link[0]) as answer:
            assert answer.status == 200
            assert "<html" in await answer.text()

        code, written = await process.stop(number)

    assert code == 0
    assert written == (
        f"Quetzal's demo is open at\n\n    {link[0]}\n\nCtrl-C ends it.\nThe demo is closed.\n"
    )


@pytest.mark.sweep
async def test_where_the_port_is_in_use_another_one_is_chosen(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with Process("demo", "--port", str(port), cwd=tmp_path, env={}) as process:
            await process.says("Ctrl-C ends it.")
            written = process.written
            await process.stop(signal.SIGTERM)

    assert written.startswith(f"Port {port} is in use, so another one was chosen.\n")
    link = LINK.search(written)
    assert link
    assert f":{port}/" not in link[0]


@pytest.mark.sweep
async def test_a_port_of_no_use_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    code, written = await quetzal("demo", "--port", "99999", cwd=tmp_path)

    assert code == 1
    assert "Port 99999 cannot be used: ports go from 0 to 65535." in written
    assert "Quetzal's demo is open" not in written
    assert "Traceback" not in written
