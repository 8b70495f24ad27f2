"""The longest step of the event loop while commands meet hostile and huge content, and the worker's kill.

Every step (one callback of the loop) is timed by the CPU time of the loop's thread, which a busy machine does
not lengthen, and by the wall clock, which is shown beside it.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable

from benchmarks.stall_commands import Play, furnished_world, plays
from benchmarks.stall_inputs import KIB
from benchmarks.watchdog import watched
from bot.app import spare_collector
from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.workers import Limits, WorkerPool
from tests.support.world import World

MAY_TAKE_MS = 50.0


async def measure() -> int:
    """Play every command; how many were over the limit."""
    missed = 0
    print(f"\n  {'':<52} {'CPU':>8} {'wall':>8}   what people read")
    async with furnished_world() as world:
        for label, play in plays():
            if all(word in label for word in sys.argv[1:]):
                missed += not await _play(world, label, play)
    return missed


async def _play(world: World, label: str, play: Play) -> bool:
    """Play one; whether it was short enough."""
    spare_collector()  # what the one before left in caches is none of its business
    with watched() as dog:
        came = await play(world)
    errors = world.errors()
    is_met = dog.cpu_ms < MAY_TAKE_MS and not errors
    verdict = "" if is_met else f"   MISSED\n      {[*errors] or dog.slowest}"
    print(f"  {label:<52} {dog.cpu_ms:5.1f} ms {dog.wall_ms:5.0f} ms   {came}{verdict}", flush=True)
    return is_met


async def show_kills() -> None:
    """Show what a person reads when a worker is killed."""
    workers = WorkerPool(Clock(), limits=Limits(cpu_s=1.0, memory_bytes=64 * KIB * KIB))
    for label, work in (
        ("over 1 s of CPU time", workers.run(sum, range(10**12))),
        ("over 64 MiB of memory", workers.run(bytes, 10**9)),
    ):
        began = time.perf_counter()
        came = await _outcome(work)
        print(f"  {label:<44} {time.perf_counter() - began:6.1f} s          {came}")
    began = time.perf_counter()
    await workers.run(len, "")
    cold_ms = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    for _ in range(100):
        await workers.run(len, "")
    warm_ms = (time.perf_counter() - began) * 10
    print(f"  {'replaced: the first answer, and each later one':<44} {cold_ms:5.0f} ms {warm_ms:5.2f} ms")
    began = time.perf_counter()
    await workers.close()
    print(f"  {'closed':<44} {(time.perf_counter() - began) * 1000:5.0f} ms")


async def _outcome(work: Awaitable[object]) -> str:
    try:
        return str(await work)
    except QuetzalError as error:
        return f"“{error.happened}”"


def main() -> int:
    """Measure everything; exit code 1 when a step was too long."""
    print(f"The longest step of the event loop: CPU time under {MAY_TAKE_MS:.0f} ms")
    began = time.perf_counter()
    missed = asyncio.run(measure())
    print("\n  The worker's kill")
    asyncio.run(show_kills())
    verdict = "Every step was short enough." if not missed else f"{missed} were over the limit."
    print(f"\n{verdict} {time.perf_counter() - began:.0f} s in all.")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
