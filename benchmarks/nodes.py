"""10,000 servers on 200 nodes by node source: CPU time, memory a server, how late a change is seen.

The nodes are a process of their own. What changed is counted as it reaches the stream; what is then read and
stored is measured by `watch`.
"""

import asyncio
import json
import multiprocessing
import random
import resource
import statistics
import sys
import time
from multiprocessing.connection import Connection

from aiohttp import web
from pydantic import SecretStr
from typing_extensions import override

from benchmarks.figures import Figure, show
from bot.core.clock import Clock
from bot.core.supervisor import Pulse
from bot.domain.observation import Observation
from bot.domain.process_end import ProcessEnd
from bot.monitoring.node_source import NodeSource
from bot.monitoring.reachability import ReachabilityTracker
from bot.monitoring.sources import SourceRouter
from bot.monitoring.stream import ObservationStream
from bot.panel import NodeConfig, PanelClient, PanelConfig
from bot.panel.models import PowerState, Server
from bot.panel.models.servers import Limits

NODES, EACH, CRASHES = 200, 50, 200
WARM_S, MEASURED_S = 12.0, 20.0
PAD = {f"VARIABLE_{number}": "x" * 30 for number in range(12)}


def uuid(node: int, place: int) -> str:
    """Name a server."""
    return f"{node:08d}-{place:04d}-4000-8000-000000000000"


def nodes(pipe: Connection) -> None:
    """Serve all nodes; a server of `crashed` is offline from its moment on."""
    crashed: dict[str, float] = {}

    async def servers(request: web.Request) -> web.Response:
        node, now_s = int(request.match_info["node"]), time.monotonic()
        while pipe.poll():
            crashed.update(pipe.recv())
        entries = []
        for place in range(EACH):
            server_uuid = uuid(node, place)
            down = crashed.get(server_uuid, now_s) < now_s
            used = {
                "memory_bytes": random.randrange(1 << 30),
                "cpu_absolute": 12.5,
                "network": {"rx_bytes": 1, "tx_bytes": 1},
                "uptime": 0 if down else int(now_s * 1000),
                "disk_bytes": 1 << 30,
            }
            state = "offline" if down else "running"
            configuration = {"uuid": server_uuid, "meta": {"name": server_uuid}, "environment": PAD}
            entries.append({"state": state, "utilization": used, "configuration": configuration})
        return web.Response(body=json.dumps(entries).encode(), content_type="application/json")

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{node}/api/servers", servers)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


class Noted(ObservationStream):
    """Notes when a server is first seen offline."""

    def __init__(self, router: SourceRouter, reachability: ReachabilityTracker, clock: Clock) -> None:
        super().__init__(router, reachability, clock)
        self.down: dict[str, float] = {}
        self.count = 0

    @override
    def observed(self, server: Server, observation: Observation, end: ProcessEnd | None = None) -> None:
        """Take an observation."""
        self.count += 1
        if observation.state is PowerState.OFFLINE:
            self.down.setdefault(server.uuid, time.monotonic())
        super().observed(server, observation, end)


async def measure(url: str, pipe: Connection) -> list[Figure]:
    """Read for a while, let servers go down at random moments, and count."""
    clock = Clock()
    config = PanelConfig(url=url, key=SecretStr("ptlc_" + "x" * 43))
    async with PanelClient(config, clock.monotonic, sleep=clock.sleep) as panel:
        limits = Limits(memory_mib=1000, swap_mib=0, disk_mib=1000, cpu_percent=100)
        listed = [
            Server(uuid=uuid(node, place), identifier="x", internal_id=1, name="x", node="n", limits=limits)
            for node in range(NODES)
            for place in range(EACH)
        ]
        settings = [
            NodeConfig(str(node), f"{url}/{node}", SecretStr("token-of-a-node")) for node in range(NODES)
        ]
        before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        source = NodeSource(panel, settings, clock)
        router = SourceRouter("main", [source], lambda _: False)
        router.set_servers({server.uuid: server for server in listed})
        stream = Noted(router, ReachabilityTracker(), clock)
        reading = asyncio.create_task(source.run(stream, Pulse("nodes", clock.monotonic)))
        await asyncio.sleep(WARM_S)
        began_s, cpu_s, seen = time.monotonic(), time.process_time(), stream.count
        dice = random.Random(1)
        chosen = dice.sample(listed, CRASHES)
        moments = {server.uuid: began_s + dice.uniform(1, MEASURED_S - 8) for server in chosen}
        pipe.send(moments)
        await asyncio.sleep(MEASURED_S)
        passed_s, used_s = time.monotonic() - began_s, time.process_time() - cpu_s
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
        reading.cancel()
        await asyncio.wait({reading})
    late = sorted(stream.down[server] - moment for server, moment in moments.items() if server in stream.down)
    p95 = statistics.quantiles(late, n=20)[-1]
    each_ms, each_kib = used_s / (stream.count - seen) * 1000, kib / len(listed)
    return [
        Figure("servers seen to go down", f"{len(late)} of {CRASHES}", "all", len(late) == CRASHES),
        Figure("a change reaches the stream, p95", f"{p95:.1f} s", "< 6 s", p95 < 6),
        Figure("CPU time an observation", f"{each_ms:.3f} ms"),
        Figure("of one core", f"{used_s / passed_s:.0%}", "< 25 %", used_s / passed_s < 0.25),
        Figure("memory a server", f"{each_kib:.1f} KiB", "< 6 KiB", each_kib < 6),
    ]


def figures() -> list[Figure]:
    """Run the nodes, and measure."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=nodes, args=(theirs,), daemon=True)
    process.start()
    try:
        return asyncio.run(measure(f"http://127.0.0.1:{ours.recv()}", ours))
    finally:
        process.terminate()


def main() -> int:
    """Run it."""
    return show(f"{NODES * EACH:,} servers on {NODES} nodes, by node source", figures())


if __name__ == "__main__":
    sys.exit(main())
