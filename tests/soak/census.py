"""How much a process holds: memory, tasks, files, sockets, and the entries of every container by its name."""

import asyncio
import gc
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Set

import psutil

from tests.support.discord_payloads import Json

_OURS = "bot."
_CONTAINERS = (Mapping, Set, list, tuple, deque)


def measure(*roots: object) -> Json:
    """Measure this process; the containers are those that can be reached from `roots` through our objects."""
    gc.collect()
    process = psutil.Process()
    return {
        "resident_kib": process.memory_info().rss // 1024,
        "objects": len(gc.get_objects()),
        "tasks": len(asyncio.all_tasks()),
        "files": process.num_fds(),
        "sockets": len(process.net_connections()),
        "entries": dict(count_entries(roots)),
    }


def count_entries(roots: Iterable[object]) -> Counter[str]:
    """Count the entries of the containers in objects of the bot, as "Class.attribute"."""
    counts: Counter[str] = Counter()
    seen: set[int] = set()
    waiting: list[tuple[str, object]] = [("root", root) for root in roots]
    while waiting:
        name, value = waiting.pop()
        if id(value) in seen:
            continue
        if isinstance(value, deque) and value.maxlen is not None:
            continue  # it cannot grow
        if isinstance(value, asyncio.Queue):
            counts[name] += value.qsize()
        elif isinstance(value, _CONTAINERS):
            seen.add(id(value))
            counts[name] += len(value)
            entries = value.values() if isinstance(value, Mapping) else value
            waiting += [(f"{name}[]", entry) for entry in entries]
        elif type(value).__module__.startswith(_OURS):
            seen.add(id(value))
            waiting += [
                (f"{type(value).__name__}.{attribute}", held) for attribute, held in _attributes(value)
            ]
    return counts


def _attributes(value: object) -> Iterator[tuple[str, object]]:
    yield from getattr(value, "__dict__", {}).items()
    for kind in type(value).__mro__:
        for attribute in getattr(kind, "__slots__", ()):
            if not attribute.startswith("__") and hasattr(value, attribute):
                yield attribute, getattr(value, attribute)
