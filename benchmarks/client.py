"""Our client against py-dactyl's and bare aiohttp: the resources of 500 servers, 20 ms away.

The panel is a process of its own with its limiter lifted. py-dactyl is used as its README shows; the
bare aiohttp line is what no client can go below.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp
from pydactyl import PterodactylClient
from pydantic import SecretStr

from benchmarks.figures import Figure, show
from benchmarks.panel_process import PanelProcess, panel_process
from bot.panel import PanelClient, PanelConfig

SERVERS = 500
LATENCY_S = 0.020
ROUNDS = 3
CPU_REQUESTS = 2000


class Timed:
    """Wall and CPU time a request, in milliseconds; the best of several rounds."""

    def __init__(self, wall_ms: float, cpu_ms: float) -> None:
        self.wall_ms = wall_ms
        self.cpu_ms = cpu_ms

    @property
    def per_second(self) -> float:
        """How many requests fit into a second."""
        return 1000 / self.wall_ms


def timed(requests: int, work: Callable[[], None], rounds: int = ROUNDS) -> Timed:
    """Measure some work that makes so many requests."""
    best = Timed(float("inf"), float("inf"))
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        best = Timed(min(best.wall_ms, 1000 * wall / requests), min(best.cpu_ms, 1000 * cpu / requests))
    return best


async def ours(panel: PanelProcess, requests: int) -> Timed:
    """Ask with Quetzal's client, as the watch does: all at once, the client bounds itself."""
    async with PanelClient(PanelConfig(url=panel.url, key=SecretStr(panel.key))) as client:
        return await _many(panel, requests, client.servers.resources)


async def bare(panel: PanelProcess, requests: int) -> Timed:
    """Ask with aiohttp alone, through as many connections."""
    headers = {"Authorization": f"Bearer {panel.key}", "Accept": "application/json"}
    connector = aiohttp.TCPConnector(limit=PanelConfig(url=panel.url, key=SecretStr("")).concurrency)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:

        async def ask(uuid: str) -> object:
            async with session.get(f"{panel.url}/api/client/servers/{uuid}/resources") as response:
                return await response.json()

        return await _many(panel, requests, ask)


async def _many(panel: PanelProcess, requests: int, ask: Callable[[str], Awaitable[object]]) -> Timed:
    await ask(panel.servers[0])
    best = Timed(float("inf"), float("inf"))
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(ask(panel.servers[number % SERVERS]) for number in range(requests)))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        best = Timed(min(best.wall_ms, 1000 * wall / requests), min(best.cpu_ms, 1000 * cpu / requests))
    return best


def dactyl(panel: PanelProcess) -> Timed:
    """Ask with py-dactyl as its README shows."""
    api = PterodactylClient(panel.url, panel.key)

    def work() -> None:
        for uuid in panel.servers:
            api.client.servers.get_server_utilization(uuid)

    return timed(SERVERS, work, rounds=1)


def main() -> int:
    """Measure all three in one run."""
    with panel_process(SERVERS, LATENCY_S) as panel:
        theirs = dactyl(panel)
        mine = asyncio.run(ours(panel, SERVERS))
    with panel_process(SERVERS, 0.0) as panel:
        floor = asyncio.run(bare(panel, CPU_REQUESTS))
        mine_cpu = asyncio.run(ours(panel, CPU_REQUESTS))
        theirs_cpu = dactyl(panel)
    faster = theirs.wall_ms / mine.wall_ms
    cheaper = mine_cpu.cpu_ms / theirs_cpu.cpu_ms
    return show(
        f"Resources of {SERVERS} servers, {LATENCY_S * 1000:.0f} ms away",
        [
            Figure("py-dactyl, as its README shows", f"{theirs.per_second:.0f} /s"),
            Figure("Quetzal's client", f"{mine.per_second:.0f} /s", "10 times", met=faster >= 10),
            Figure("  times as fast", f"{faster:.1f}"),
            Figure("CPU time a request: py-dactyl", f"{theirs_cpu.cpu_ms:.2f} ms"),
            Figure("CPU time a request: bare aiohttp", f"{floor.cpu_ms:.2f} ms"),
            Figure("CPU time a request: Quetzal", f"{mine_cpu.cpu_ms:.2f} ms", "half", met=cheaper <= 0.5),
            Figure("  share of py-dactyl's", f"{100 * cheaper:.0f} %"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
