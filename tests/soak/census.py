"""How much a process holds: memory, tasks, files, sockets, and the entries of every container by its name."""

import asyncio
import gc
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Set

import aiohttp
import psutil

from tests.support.discord_payloads import Json

_OURS = "bot."
_CONTAINERS = (Mapping, Set, list, tuple, deque)
_UUID = re.compile(r" ?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def measure(*roots: object) -> Json:
    """Measure this process; the containers are those that can be reached from `roots` through our objects."""
    gc.collect()
    process = psutil.Process()
    of_store = sum(".db" in file.path for file in process.open_files())
    return {
        "resident_kib": process.memory_info().rss // 1024,
        "objects": len(gc.get_objects()),
        "tasks": dict(Counter(map(kind_of, asyncio.all_tasks()))),
        "files": process.num_fds() - of_store,
        "of_store": of_store,
        "sockets": len(process.net_connections()),
        "kept": _kept_connections(),
        "entries": dict(count_entries(roots)),
    }


def kind_of(task: asyncio.Task[object]) -> str:
    """Name what a task does, without the server for which it does so."""
    name = task.get_name()
    if not name.startswith("Task-"):
        return _UUID.sub("", name)
    return getattr(task.get_coro(), "__qualname__", name)


def _kept_connections() -> int:
    """Count the connections that are kept for the next request, in the pools of all HTTP clients."""
    pools = [held for held in gc.get_objects() if isinstance(held, aiohttp.BaseConnector)]
    return sum(
        protocol.is_connected() for pool in pools for kept in pool._conns.values() for protocol, _ in kept
    )


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
