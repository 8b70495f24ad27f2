"""The event loop that the bot runs on."""

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def run_bot(main: Coroutine[Any, Any, None]) -> None:
    """Run the bot to its end, on uvloop where it is installed: TLS connections take a fifth of the memory."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's factory; None (asyncio's own) where it isn't installed, as on Windows."""
    if find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory
