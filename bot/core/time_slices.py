"""Work on thousands of things in the event loop, without holding up others."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def in_slices(items: Sequence[T], work: Callable[[T], R], *, size: int) -> list[R]:
    """Apply quick work to each, giving others a turn after every `size` of them."""
    results: list[R] = []
    for first in range(0, len(items), size):
        results += map(work, items[first : first + size])
        await asyncio.sleep(0)
    return results
