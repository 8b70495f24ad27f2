"""Let it run, and print what happened: `python -m tests.soak`, `--help` says with what."""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.soak.scene import Scene, Size, set_scene
from tests.support.output import print_line

SERVERS = 40
LATEST_S = 90.0
"""The longest that the end of a process may take to be noticed: a failing connection, a cache, a poll."""
MOST_GROWTH_MIB, MOST_GROWTH_OBJECTS = 40.0, 20_000
WARM_UP = 0.3
"""The part of the time after which nothing may grow any more."""


async def trouble(scene: Scene) -> None:
    """Make trouble of every kind, for ever."""
    acts: list[tuple[Callable[[], None], float]] = [
        (scene.crash_one, 6),
        (scene.restart_one, 3),
        (scene.cut_some, 3),
        (scene.silence_one, 1),
        (scene.refuse_tokens, 0.3),
    ]
    next_restart_s = time.monotonic() + scene.chance.uniform(20, 60)
    while True:
        await asyncio.sleep(scene.chance.uniform(0.3, 1.5))
        if time.monotonic() >= next_restart_s:
            scene.stop_node()
            await asyncio.sleep(scene.chance.uniform(2, 8))
            scene.start_node()
            next_restart_s = time.monotonic() + scene.chance.uniform(60, 180)
        scene.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]()


async def play(minutes: float, servers: int, seed: int, directory: Path) -> int:
    """Play it, and return how many things were not as they should be."""
    async with set_scene(directory, servers=servers, seed=seed) as scene:
        await asyncio.sleep(10)
        making = asyncio.create_task(trouble(scene))
        await asyncio.sleep(WARM_UP * 60 * minutes)
        before = Size.now(len(asyncio.all_tasks()))
        await asyncio.sleep((1 - WARM_UP) * 60 * minutes)
        making.cancel()
        scene.sandbox.faults.clear()
        await asyncio.sleep(LATEST_S)  # what was cut comes back, and what happened is told
        after = Size.now(len(asyncio.all_tasks()))
        return report(scene, before, after)


def report(scene: Scene, before: Size, after: Size) -> int:
    """Print the table, and count what is not as it should be."""
    missed = [end for end in scene.ends if end.told_s is None]
    times = sorted(end.told_s for end in scene.ends if end.told_s is not None)
    sources = Counter(end.by.value for end in scene.ends if end.by is not None)
    differ = scene.states_differ()
    grown_mib, grown = after.resident_mib - before.resident_mib, after.objects - before.objects
    print_line(f"processes that ended {len(scene.ends)}, not told {len(missed)}")
    if times:
        print_line(
            f"told after {statistics.median(times):.2f} s (median), "
            f"{times[int(0.95 * (len(times) - 1))]:.2f} s (95 of 100), {times[-1]:.2f} s (slowest)"
        )
    print_line(f"told by {', '.join(f'{source} {count}' for source, count in sources.most_common())}")
    print_line(f"states that differ at the end: {', '.join(differ) or 'none'}")
    print_line(f"memory {before.resident_mib:.0f} -> {after.resident_mib:.0f} MiB")
    print_line(f"objects {before.objects} -> {after.objects}, tasks {before.tasks} -> {after.tasks}")
    grows = grown_mib > MOST_GROWTH_MIB or grown > MOST_GROWTH_OBJECTS
    return len(missed) + len(differ) + grows


def main() -> int:
    """Read the options, and run."""
    options = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=30.0)
    options.add_argument("--servers", type=int, default=SERVERS)
    options.add_argument("--seed", type=int, default=1, help="an odd one reads the node as well")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="quetzal-soak-") as directory:
        return asyncio.run(play(chosen.minutes, chosen.servers, chosen.seed, Path(directory)))


if __name__ == "__main__":
    sys.exit(min(main(), 1))
