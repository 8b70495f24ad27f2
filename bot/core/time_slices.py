"""Processes thousands of items in the event loop without blocking other tasks."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def in_slices(items: Sequence[T], work: Callable[[T], R], *, size: int) -> list[R]:
    """Apply a quick function to each item, and yield to other tasks after every `size` items."""
    results: list[R] = []
    for first in range(0, len(items), size):
        results += map(work, items[first : first + size])
        await asyncio.sleep(0)
    return results
