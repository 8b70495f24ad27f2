"""Memory of the client over 100,000 requests: it must not grow."""

import asyncio
import gc
import sys

import psutil
from pydantic import SecretStr

from benchmarks.figures import Figure, show
from benchmarks.panel_process import PanelProcess, panel_process
from bot.panel import PanelClient, PanelConfig

SERVERS = 500
REQUESTS = 100_000
BATCH = 2_000
WARM_UP = 10_000
MAY_GROW_MIB = 4.0


async def measure(panel: PanelProcess) -> list[float]:
    """Resident memory in MiB after the warm-up and after each tenth of the requests."""
    process, seen = psutil.Process(), []
    async with PanelClient(PanelConfig(url=panel.url, key=SecretStr(panel.key))) as client:
        for done in range(0, WARM_UP + REQUESTS, BATCH):
            uuids = (panel.servers[number % SERVERS] for number in range(BATCH))
            await asyncio.gather(*(client.servers.resources(uuid) for uuid in uuids))
            if done >= WARM_UP and (done - WARM_UP) % (REQUESTS // 10) == 0:
                gc.collect()
                seen.append(process.memory_info().rss / 2**20)
    return seen


def main() -> int:
    """Ask 100,000 times and look at the memory on the way."""
    with panel_process(SERVERS, 0.0) as panel:
        seen = asyncio.run(measure(panel))
    grew = seen[-1] - seen[0]
    return show(
        f"Memory over {REQUESTS:,} requests",
        [
            Figure("after the warm-up", f"{seen[0]:.1f} MiB"),
            Figure("highest on the way", f"{max(seen):.1f} MiB"),
            Figure(
                "grown at the end", f"{grew:+.1f} MiB", f"{MAY_GROW_MIB:.0f} MiB", met=grew < MAY_GROW_MIB
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
