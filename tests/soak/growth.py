"""Whether a process grows: what it holds when all is calm, before and after, and its memory in between."""

from collections.abc import Mapping, Sequence
from statistics import linear_regression

from tests.support.discord_payloads import Json

MOST_KIB_A_MINUTE = 64.0
"""How much memory may grow on average; what a tenth of a lost connection each would be, is more."""
PARTS = ("files", "sockets")
MOST_OF_STORE = 13
"""Files that the store may have open: two for the writer and each of four readers, which it opens when
several read at once, and three that they share."""
OF_CONNECTIONS = frozenset(("live connection to", "pause of a live connection"))
"""Tasks of which each server has one at most: how many rest after a refusal depends on what happened."""


def calm_size(sizes: Sequence[Json]) -> Json:
    """Take the least of some sizes that were measured one after the other, so that nothing passing counts.

    Live connections are counted apart: how many servers have one depends on what happened. So are those that
    are kept for the next request: each is closed 15 s after its last.
    """
    parts = {part: min(size[part] - size["live"] - size["kept"] for size in sizes) for part in PARTS}
    return {
        **sizes[-1],
        **parts,
        "kept": [size["kept"] for size in sizes],
        "tasks": _least([size["tasks"] for size in sizes]),
        "entries": _least([size["entries"] for size in sizes]),
    }


def _least(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = set[str]().union(*counts)
    return {name: min(count.get(name, 0) for count in counts) for name in sorted(names)}


def growth(before: Json, after: Json, between: Sequence[Json], *, servers: int) -> list[str]:
    """Say what grew; `between` are the sizes in the time in which memory is judged.

    Of a container that has some entries for each server, one may come for each.
    """
    faults = [f"{part}: {before[part]} -> {after[part]}" for part in PARTS if after[part] > before[part]]
    if after["of_store"] > MOST_OF_STORE:
        faults.append(f"files of the store: {after['of_store']}")
    for name, count in after["tasks"].items():
        known = before["tasks"].get(name, 0)
        if count > (max(known, servers) if name in OF_CONNECTIONS else known):
            faults.append(f"tasks of {name}: {known} -> {count}")
    faults += [
        f"entries of {name}: {before['entries'].get(name, 0)} -> {count}"
        for name, count in after["entries"].items()
        if count > before["entries"].get(name, 0) + servers
    ]
    slope = memory_slope(between)
    if slope > MOST_KIB_A_MINUTE:
        faults.append(f"memory: {slope:.0f} KiB a minute")
    return faults


def memory_slope(sizes: Sequence[Json]) -> float:
    """Give by how many KiB a minute the memory grew on average."""
    if len(sizes) < 2:
        return 0.0
    minutes = [(size["at"] - sizes[0]["at"]) / 60 for size in sizes]
    return linear_regression(minutes, [size["resident_kib"] for size in sizes]).slope
