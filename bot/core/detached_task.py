"""Tasks that are independent of the command that starts them, and their end."""

import asyncio
import contextvars
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def start_detached(coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start a task in an empty context; the caller must cancel it.

    Its errors belong to no command, and the simulator doesn't take it for work on a response.
    """
    context = contextvars.Context()
    return context.run(lambda: asyncio.create_task(coroutine, name=name))


async def cancel_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they have ended; their errors are not raised."""
    ending = {*tasks}
    for task in ending:
        task.cancel()
    if ending:
        await asyncio.wait(ending)
