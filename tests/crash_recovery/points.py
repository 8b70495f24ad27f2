"""Named points at which the bot kills itself, once it has passed one of them so many times.

Only the process of a kill test has them: product code knows nothing of this.
"""

import asyncio
import functools
import os
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.dispatcher import Dispatcher
from bot.alerting.receiver import Notification, Receiver
from bot.core.supervisor import Pulse
from bot.domain.notifications import Message
from bot.storage import writer
from bot.storage.repositories import outbox

AsyncFunction = Callable[..., Awaitable[Any]]


class Point(StrEnum):
    """Where it dies."""

    BEFORE_COMMIT = "before commit"
    """What follows from an observation is written, state and message, and not committed."""
    AFTER_COMMIT = "after commit"
    """It is committed, and nobody knows yet."""
    AFTER_ATTEMPT = "after attempt"
    """The first attempt is committed, and nothing is sent."""
    WHILE_SENDING = "while sending"
    """The request is under way: nobody knows whether it arrives."""
    AFTER_SEND = "after send"
    """Discord has it and has said so; the store does not know."""
    BEFORE_STORE = "before store"
    """The id is written into the store, and not committed."""
    AFTER_STORE = "after store"
    """The id is committed."""
    AFTER_EDIT = "after edit"
    """Discord has changed the message; the store does not know."""
    AFTER_SEARCH = "after search"
    """The channel's history was read for a message that may have been sent."""


_MADE = tuple(function.__name__ for function in (outbox.post, outbox.join, outbox.touch))
_ATTEMPTED = (outbox.record_attempt.__name__,)
_STORED = tuple(
    function.__name__ for function in (outbox.mark_posted, outbox.mark_edited, outbox.mark_deleted)
)


class Fuse:
    """Kills this process at a point, once it has passed it so often; not in its first `spared_s` seconds."""

    def __init__(self, point: Point, passages: int, *, delay_s: float, spared_s: float) -> None:
        self._point = point
        self._left = passages
        self._delay_s = delay_s
        self._armed_at = time.monotonic() + spared_s

    def passed(self, point: Point) -> None:
        """Note that a point was passed, and die if it was the one."""
        if point is not self._point or time.monotonic() < self._armed_at:
            return
        self._left -= 1
        if self._left > 0:
            return
        if point is Point.WHILE_SENDING:
            asyncio.get_running_loop().call_later(self._delay_s, die)
        else:
            die()


def die() -> None:
    """End as the machine would end it: nothing is closed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)


def lay(fuse: Fuse) -> None:
    """Put the points around the store's transactions and the receiver's calls."""
    called: list[str] = []
    for name in (*_MADE, *_ATTEMPTED, *_STORED):
        setattr(outbox, name, _noting(getattr(outbox, name), name, called))
    _around_transactions(fuse, called)
    original = Dispatcher.run

    async def run(self: Dispatcher, receiver: Receiver, pulse: Pulse) -> None:
        await original(self, Fused(receiver, fuse), pulse)

    Dispatcher.run = run  # type: ignore[method-assign]  # the process ends at a point of it


class Fused:
    """A receiver that passes points."""

    def __init__(self, receiver: Receiver, fuse: Fuse) -> None:
        self._receiver = receiver
        self._fuse = fuse
        self.ready = receiver.ready
        self.check_role = receiver.check_role
        self.warn_of_role = receiver.warn_of_role
        self.warn = receiver.warn

    async def post(self, notification: Notification) -> int:
        self._fuse.passed(Point.WHILE_SENDING)
        reference = await self._receiver.post(notification)
        self._fuse.passed(Point.AFTER_SEND)
        return reference

    async def edit(self, notification: Notification) -> None:
        self._fuse.passed(Point.WHILE_SENDING)
        await self._receiver.edit(notification)
        self._fuse.passed(Point.AFTER_EDIT)

    async def find(self, message: Message, *, since: datetime) -> int | None:
        reference = await self._receiver.find(message, since=since)
        self._fuse.passed(Point.AFTER_SEARCH)
        return reference


def _noting(function: AsyncFunction, name: str, called: list[str]) -> AsyncFunction:
    @functools.wraps(function)
    async def noted(*args: object, **options: object) -> object:
        result = await function(*args, **options)
        called.append(name)
        return result

    return noted


def _around_transactions(fuse: Fuse, called: list[str]) -> None:
    original = writer.Writer._do

    async def fused(self: writer.Writer, job: writer._Job) -> None:
        async def change(conn: AsyncConnection) -> object:
            called.clear()
            result = await job.change(conn)
            _pass(fuse, called, {_MADE: Point.BEFORE_COMMIT, _STORED: Point.BEFORE_STORE})
            return result

        called.clear()
        await original(self, writer._Job(change, job.done))
        committed = {
            _MADE: Point.AFTER_COMMIT,
            _ATTEMPTED: Point.AFTER_ATTEMPT,
            _STORED: Point.AFTER_STORE,
        }
        _pass(fuse, called, committed)

    writer.Writer._do = fused  # type: ignore[method-assign]  # the process ends at a point of it


def _pass(fuse: Fuse, called: list[str], points: dict[tuple[str, ...], Point]) -> None:
    """Pass the points of what was called in this transaction, each of them once."""
    for names, point in points.items():
        if any(name in called for name in names):
            fuse.passed(point)
