"""The sandbox by itself: `quetzal sandbox`."""

import asyncio
import signal
import sys

from sandbox.app import Sandbox
from sandbox.clock import RealClock
from sandbox.demo_world import demo_world
from sandbox.panel_version import Mode


async def serve(  # noqa: PLR0913 - the command's options
    *,
    port: int = 0,
    node_port: int = 0,
    key: str | None = None,
    mode: Mode = Mode.V1_11,
    latency_s: float = 0.0,
    limiter: bool = True,
) -> None:
    """Serve the lively world until SIGINT or SIGTERM; says where it is and how to get in. 0 = a free port."""
    sandbox = Sandbox(RealClock(), mode, latency_s=latency_s, limiter=limiter)
    servers = demo_world(sandbox)
    owner = sandbox.world.user("owner")
    token = sandbox.world.add_key(owner, token=key).token if key else sandbox.world.key_of("owner")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        await sandbox.start(port, node_port)
        sys.stdout.write(
            f"Panel:  {sandbox.panel_url}\nNode:   {sandbox.node_url}\nKey:    {token}\n"
            f"Server: {servers[0].uuid} ({servers[0].name})\nStop it with Ctrl+C.\n"
        )
        sys.stdout.flush()
        await stopped.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        await sandbox.close()
