"""Let it run, and print what happened: `python -m tests.soak`, `--help` says with what."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.growth import PARTS, calm_size, growth, memory_slope
from tests.soak.judge import LATEST_S, compare
from tests.soak.lateness import report_pauses
from tests.soak.scene import READ_NODE, Scene, set_scene
from tests.soak.verdict import StoredObservation, Verdict
from tests.support.discord_payloads import Json
from tests.support.output import print_line
from tests.support.programs import lines_of

SERVERS = 40
WARM_UP = 0.35
"""The part of the time after which nothing may grow."""
CALM_S = 80.0
"""How long it takes until all is as it was: a silent connection, the panel's cache, a refused token."""
HAND_OVERS = (
    *(("socket", "poll"), ("poll", "socket"), ("node", "socket"), ("socket", "node")),
    *(("node", "poll"), ("poll", "node")),
)


async def trouble(scene: Scene) -> None:
    """Make trouble of every kind, forever."""
    next_restart_s = time.monotonic() + scene.chance.uniform(10, 20)
    while True:
        await asyncio.sleep(scene.chance.uniform(0.5, 2.5))
        if time.monotonic() >= next_restart_s:
            node = scene.stop_node()
            try:
                await asyncio.sleep(scene.chance.uniform(2, 8))
            finally:
                scene.start_node(node)
            next_restart_s = time.monotonic() + scene.chance.uniform(60, 180)
        scene.act()


@dataclass(slots=True)
class Heard:
    """What the watcher said."""

    observations: list[StoredObservation] = field(default_factory=list)
    sizes: list[Json] = field(default_factory=list)
    hand_overs: Counter[tuple[str, str]] = field(default_factory=Counter)
    pauses: list[tuple[float, float]] = field(default_factory=list)

    def take(self, said: Json) -> None:
        """Take one line."""
        match said:
            case {"stored": facts}:
                self.observations.append(StoredObservation(**facts))
            case {"size": size}:
                self.sizes.append(size)
            case {"pause": pause}:
                self.pauses.append(tuple(pause))
            case {"source": change}:
                self.hand_overs[change["was"], change["now"]] += 1


async def play(minutes: float, servers: int, seed: int, directory: Path) -> int:
    """Play it, and return how many findings there are."""
    heard = Heard()
    async with set_scene(servers=servers, seed=seed) as scene:
        facts = {
            "url": scene.sandbox.panel_url,
            "key": scene.sandbox.world.key_of("owner"),
            "node": READ_NODE,
            "node_url": scene.sandbox.node_url,
            "node_token": scene.sandbox.world.node.secret,
        }
        arguments = (json.dumps(facts), str(directory))
        own_pauses: list[tuple[float, float]] = []
        timing = asyncio.create_task(report_pauses(lambda *pause: own_pauses.append(pause)), name="pauses")
        async with lines_of("tests.soak.watcher", *arguments, take=heard.take):
            await asyncio.sleep(15)
            await _troubled(scene, WARM_UP * 60 * minutes)
            before = calm_size(heard.sizes[-4:])
            await _troubled(scene, (1 - WARM_UP) * 60 * minutes)
            after = calm_size(heard.sizes[-4:])
        timing.cancel()
        scene.log.truth.pauses = [*heard.pauses, *own_pauses]
        verdict = compare(scene.log.truth, heard.observations)
        happened = scene.done + Counter(
            {name: scene.sandbox.sent[name] for name in ("jwt error", "renewals")}
        )
    between = [size for size in heard.sizes if before["at"] <= size["at"] <= after["at"]]
    grown = growth(before, after, between, servers=servers)
    report(verdict, happened, heard.hand_overs)
    for name, pauses in (("watcher", heard.pauses), ("sandbox", own_pauses)):
        waited = [seconds for _, seconds in pauses]
        longest_s, total_s = max(waited, default=0.0), sum(waited)
        times = f"{len(waited)} times, {longest_s:.1f} s at most, {total_s:.0f} s in all"
        print_line(f"the machine let the {name} wait {times}")
    report_growth(before, after, between)
    missing = [name for name, count in happened.items() if not count]
    missing += [f"{was} to {now}" for was, now in HAND_OVERS if not heard.hand_overs[was, now]]
    wrong = [*verdict.wrong, *(f"grew: {text}" for text in grown), *(f"never happened: {m}" for m in missing)]
    for text in wrong:
        print_line(f"!! {text}")
    print_line(f"{len(wrong)} findings" if wrong else "passed")
    return len(wrong)


async def _troubled(scene: Scene, seconds: float) -> None:
    """Make trouble for a while, and let it calm down."""
    making = asyncio.create_task(trouble(scene), name="trouble")
    ends_s = time.monotonic() + seconds
    while time.monotonic() < ends_s:
        await asyncio.sleep(1.0)
        scene.read_requests()
        if making.done():
            making.result()
    making.cancel()
    await asyncio.wait({making})
    scene.sandbox.faults.clear()
    for _ in range(int(CALM_S)):
        await asyncio.sleep(1.0)
        scene.read_requests()


def report(verdict: Verdict, happened: Counter[str], hand_overs: Counter[tuple[str, str]]) -> None:
    """Print what happened, and what was seen of it."""
    heads = ("changes", "stored", "excused", "median", "95%", "latest", "limit")
    print_line("said by   " + "".join(f"{head:>10}" for head in heads))
    for source, row in verdict.rows.items():
        delays = "".join(f"{delay:>8.2f} s" for delay in (row.median, row.delay(0.95), row.delay(1.0)))
        counts = f"{row.changes:>10}{len(row.delays):>10}{row.excused:>10}"
        print_line(f"{source:<10}{counts}{delays}{LATEST_S[source]:>8.0f} s")
    print_line("excused: over before it was said, or not to be distinguished from what was stored before")
    ends = ", ".join(f"{reason} {count}" for reason, count in verdict.ends.items())
    print_line(
        f"processes that ended: {ends}; seen as one with the next: {verdict.merged}, "
        f"too young to be distinguished: {verdict.young}"
    )
    print_line(", ".join(f"{name} {count}" for name, count in happened.items()))
    print_line(", ".join(f"{was} to {now} {count}" for (was, now), count in hand_overs.most_common()))


def report_growth(before: Json, after: Json, between: Sequence[Json]) -> None:
    """Print how much the process held, calm."""
    tasks = sorted({*before["tasks"], *after["tasks"]})
    counts = (f"{name} {before['tasks'].get(name, 0)} -> {after['tasks'].get(name, 0)}" for name in tasks)
    print_line(f"tasks: {', '.join(counts)}")
    counts = (f"{part} {before[part]} -> {after[part]}" for part in PARTS)
    kept = ", then ".join(str(count) for count in (*before["kept"], *after["kept"]))
    print_line(f"besides live and kept connections: {', '.join(counts)}; kept for the next request: {kept}")
    sums = [sum(size["entries"].values()) for size in (before, after)]
    print_line(f"entries of {len(after['entries'])} containers {sums[0]} -> {sums[1]}")
    print_line(
        f"memory {before['resident_kib'] / 1024:.1f} -> {after['resident_kib'] / 1024:.1f} MiB, "
        f"{memory_slope(between):+.0f} KiB a minute"
    )


def main() -> int:
    """Read the options, and run."""
    options = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=30.0)
    options.add_argument("--servers", type=int, default=SERVERS)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="quetzal-soak-") as directory:
        return asyncio.run(play(chosen.minutes, chosen.servers, chosen.seed, Path(directory)))


if __name__ == "__main__":
    sys.exit(min(main(), 1))
