"""The sandbox panel in a process of its own, so that a benchmark pays for nothing but the client."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox import RealClock, Sandbox


@dataclass(frozen=True, slots=True)
class PanelProcess:
    """Where the panel is, whose key opens it, and the servers on it."""

    url: str
    key: str
    servers: tuple[str, ...]


@contextmanager
def panel_process(servers: int, latency_s: float, *, limiter: bool = False) -> Iterator[PanelProcess]:
    """Run a panel with so many running servers; its limiter is lifted unless asked for."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.panel_process",
        str(servers),
        str(latency_s),
        str(int(limiter)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        facts = json.loads(process.stdout.readline())
        yield PanelProcess(facts["url"], facts["key"], tuple(facts["servers"]))
        process.terminate()


async def _serve(count: int, latency_s: float, *, limiter: bool) -> None:
    async with Sandbox(RealClock(), latency_s=latency_s, limiter=limiter) as sandbox:
        world = sandbox.world
        world.add_user("owner")
        world.add_key("owner")
        servers = [
            world.add_server(f"Server {number}", owner="owner", state="running").uuid
            for number in range(count)
        ]
        facts = {"url": sandbox.panel_url, "key": world.key_of("owner"), "servers": servers}
        print(json.dumps(facts), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]), limiter=sys.argv[3] == "1"))
