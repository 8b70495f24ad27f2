"""Where a file's bytes become text: plain UTF-8 in place, what has to be recognised in a worker."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.text_encoding import needs_recognition
from bot.workers import WorkerPool

P = ParamSpec("P")
T = TypeVar("T")


async def run_on_text(
    workers: WorkerPool,
    work: Callable[Concatenate[bytes, P], T],
    content: bytes,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run work that decodes a file's content and takes time in proportion to it."""
    if needs_recognition(content):
        return await workers.run(work, content, *args, **kwargs)
    return await workers.run_linear(len(content), work, content, *args, **kwargs)
