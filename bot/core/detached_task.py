"""Tasks that are independent of the command that starts them."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def start_detached(coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start a task in an empty context; the caller must cancel it.

    Its errors belong to no command, and the simulator doesn't take it for work on a response.
    """
    context = contextvars.Context()
    return context.run(lambda: asyncio.create_task(coroutine, name=name))
