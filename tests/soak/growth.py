"""Whether a process grows: what it holds when all is calm, before and after, and its memory in between."""

from collections.abc import Sequence
from statistics import linear_regression

from tests.support.discord_payloads import Json

MOST_KIB_A_MINUTE = 64.0
"""How much memory may grow on average; what a tenth of a lost connection each would be, is more."""
PARTS = ("tasks", "files", "sockets")
MORE_FILES = 8
"""Connections to the panel are kept for a while: one for each token that is fetched at the same time."""


def calm_size(sizes: Sequence[Json]) -> Json:
    """Take the least of some sizes that were measured one after the other, so that nothing passing counts.

    Live connections are counted apart: how many servers have one depends on what happened.
    """
    names = set[str]().union(*(size["entries"] for size in sizes))
    entries = {name: min(size["entries"].get(name, 0) for size in sizes) for name in names}
    parts = {
        "tasks": min(size["tasks"] - size["live"] for size in sizes),
        "files": min(size["files"] - size["live"] for size in sizes),
        "sockets": min(size["sockets"] - size["live"] for size in sizes),
    }
    return {**sizes[-1], **parts, "entries": entries}


def growth(before: Json, after: Json, between: Sequence[Json], *, servers: int) -> list[str]:
    """Say what grew; `between` are the sizes in the time in which memory is judged.

    Of a container that has some entries for each server, one may come for each.
    """
    found = [
        f"{part}: {before[part]} -> {after[part]}"
        for part in PARTS
        if after[part] > before[part] + (0 if part == "tasks" else MORE_FILES)
    ]
    found += [
        f"entries of {name}: {before['entries'].get(name, 0)} -> {count}"
        for name, count in after["entries"].items()
        if count > before["entries"].get(name, 0) + servers
    ]
    slope = memory_slope(between)
    if slope > MOST_KIB_A_MINUTE:
        found.append(f"memory: {slope:.0f} KiB a minute")
    return found


def memory_slope(sizes: Sequence[Json]) -> float:
    """Give by how many KiB a minute the memory grew on average."""
    if len(sizes) < 2:
        return 0.0
    minutes = [(size["at"] - sizes[0]["at"]) / 60 for size in sizes]
    return linear_regression(minutes, [size["resident_kib"] for size in sizes]).slope
