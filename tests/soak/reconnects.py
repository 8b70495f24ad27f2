"""10,000 reconnects leave nothing behind: `python -m tests.soak.reconnects`, `--help` says with what."""

import argparse
import asyncio
import logging
import random
import sys
from collections import Counter

from sandbox import RealClock, Sandbox
from tests.soak.growth import PARTS, calm_size, growth
from tests.support.discord_payloads import Json
from tests.support.output import print_line
from tests.support.programs import lines_of

SERVERS = 50
FIRST, LAST = 6_000, 16_000
"""Where it is measured: before, memory grows ever more slowly, until every size of object has its pools."""
CALM = 4
"""So many sizes in a row are taken while every server is connected."""
CUT_EVERY_S = 0.05
MOST_KIB_MORE = 1024
"""How much memory 10,000 reconnects may leave: a tenth of a KiB each."""
MOST_OBJECTS_MORE = 1_000
"""How many objects they may leave: one for every ten."""


async def play(first: int, last: int) -> int:
    """Play it, and return how many findings there are."""
    sizes: list[Json] = []
    done: Counter[str] = Counter()
    async with Sandbox(clock=RealClock(), limiter=False) as sandbox:
        world = sandbox.world
        uuids = [world.add_server(f"Server {number}", state="running").uuid for number in range(SERVERS)]
        arguments = (sandbox.panel_url, world.key_of("owner"), *uuids)
        async with lines_of("tests.soak.reconnecting", *arguments, take=sizes.append):
            measured = [await _measured(sandbox, sizes, number, done) for number in (first, last)]
        renewals = sandbox.sent["renewals"]
    report(measured, done, renewals)
    before, after = measured
    wrong = growth(before, after, [], servers=0)
    if after["resident_kib"] - before["resident_kib"] > MOST_KIB_MORE:
        wrong.append("memory")
    if after["objects"] - before["objects"] > MOST_OBJECTS_MORE:
        wrong.append("objects")
    for text in wrong:
        print_line(f"!! grew: {text}")
    print_line(f"{len(wrong)} findings" if wrong else "passed")
    return len(wrong)


async def _measured(sandbox: Sandbox, sizes: list[Json], number: int, done: Counter[str]) -> Json:
    """Cut connections until so many were made; give the size when all are connected again."""
    chance = random.Random(number)
    while not sizes or sizes[-1]["reconnects"] < number:
        _make_trouble(sandbox, chance, done)
        await asyncio.sleep(CUT_EVERY_S)
    while True:
        calm = sizes[-CALM:]
        if len(calm) == CALM and all(size["live"] == SERVERS for size in calm) and _is_still(calm):
            return {**calm[-1], **calm_size(calm)}
        await asyncio.sleep(1.0)


def _is_still(sizes: list[Json]) -> bool:
    return bool(sizes[0]["reconnects"] == sizes[-1]["reconnects"])


def _make_trouble(sandbox: Sandbox, chance: random.Random, done: Counter[str]) -> None:
    """End some of the connections that are accepted, in every way there is."""
    hearing = [socket for socket in sandbox.open_sockets if socket.hears]
    for socket in chance.sample(hearing, len(hearing) // 8):
        if chance.random() < 0.1:
            socket.expire()
            done["expired"] += 1
        else:
            socket.cut()
            done["cut"] += 1
    if chance.random() < 0.01:
        sandbox.node_down()
        sandbox.node_down(down=False)
        done["node restarts"] += 1


def report(measured: list[Json], done: Counter[str], renewals: int) -> None:
    """Print how much the process held after each number of connections."""
    print_line(f"{'reconnects':<22}" + "".join(f"{size['reconnects']:>10}" for size in measured))
    rows = {part: [size[part] for size in measured] for part in ("resident_kib", "objects")}
    rows["connections kept"] = [max(size["kept"]) for size in measured]
    rows |= {f"{part} besides these": [size[part] for size in measured] for part in PARTS}
    for name, counts in rows.items():
        print_line(f"{name:<22}" + "".join(f"{count:>10}" for count in counts))
    for part in ("tasks", "entries"):
        for name in sorted({name for size in measured for name in size[part]}):
            counts = [size[part].get(name, 0) for size in measured]
            print_line(f"{name:<40}" + "".join(f"{count:>6}" for count in counts))
    print_line(", ".join(f"{name} {count}" for name, count in done.items()) + f", renewals {renewals}")


def main() -> int:
    """Read the options, and run."""
    options = argparse.ArgumentParser(prog="python -m tests.soak.reconnects", description=__doc__)
    options.add_argument("--first", type=int, default=FIRST, help="where it is measured first")
    options.add_argument("--last", type=int, default=LAST, help="where it is measured again")
    chosen = options.parse_args()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # connections are cut in the middle
    return asyncio.run(play(chosen.first, chosen.last))


if __name__ == "__main__":
    sys.exit(min(main(), 1))
