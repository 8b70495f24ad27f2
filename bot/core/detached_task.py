"""Tasks that do not belong to the command that happens to start them."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def start_detached(coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start a task in an empty context; whoever starts it cancels it.

    Its errors belong to no command, and a simulated Discord does not take it for work on a response.
    """
    context = contextvars.Context()
    return context.run(lambda: asyncio.create_task(coroutine, name=name))
