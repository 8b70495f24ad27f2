"""Empty stores that do not run the migrations each time, and stores without threads."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosqlite import core

from bot.storage import STORE, Store

_EMPTY_STORE: list[bytes] = []


async def place_store(data_dir: Path) -> None:
    """Put an empty store into a directory; the migrations run once a process. tests/storage tests them."""
    data_dir.mkdir(parents=True, mode=0o700, exist_ok=True)
    path = data_dir / STORE
    if path.exists():
        return
    if not _EMPTY_STORE:
        with tempfile.TemporaryDirectory() as directory:
            made = Path(directory) / STORE
            await (await Store.open(made, now=datetime.now(UTC))).close()
            _EMPTY_STORE.append(made.read_bytes())
    path.touch(mode=0o600)
    path.write_bytes(_EMPTY_STORE[0])


class _Inline:
    """Instead of the queue to a thread: runs what is put on it at once, for the next turn of the loop."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = item
        try:
            result: Any = function()
            settle: Callable[[asyncio.Future[Any], Any], None] = core.set_result
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for it
            result, settle = error, core.set_exception
        if future is not None:
            future.get_loop().call_soon(settle, future, result)


class _NoThread:
    """Instead of a connection's thread."""

    daemon = True

    def __init__(self, **_: object) -> None: ...

    def start(self) -> None: ...


@contextmanager
def stores_without_threads() -> Iterator[None]:
    """Let stores that are opened meanwhile run their statements in the event loop.

    A statement takes one turn of the loop then, on a busy machine as on an idle one, and no switch of
    threads. That a store does not block the loop is for tests/storage and tests/e2e, which keep the threads.
    """
    module: Any = core
    threaded = module.SimpleQueue, module.Thread
    module.SimpleQueue, module.Thread = _Inline, _NoThread
    try:
        yield
    finally:
        module.SimpleQueue, module.Thread = threaded
