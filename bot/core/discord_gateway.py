"""Keeps the gateway connection where discord.py 2.7.1 would end, wait too long or log too much."""

import asyncio
import logging
from collections.abc import Callable, MutableMapping
from typing import Any

import aiohttp
import discord
import discord.client
import discord.shard
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket
from discord.shard import EventItem, EventType, Shard
from typing_extensions import override

from bot.core.errors import QuetzalError

log = logging.getLogger(__name__)

_BAD_FRAME = 4000
"""Close code that keeps the session, as https://docs.discord.com/developers/topics/gateway has it."""
LONGEST_GLOBAL_PAUSE_S = 30.0
_EXPECTED = (
    OSError,
    TimeoutError,
    aiohttp.ClientError,
    discord.ConnectionClosed,
    discord.HTTPException,
    discord.RateLimited,
    QuetzalError,
)
_SHORTENED_LOGGERS = ("discord.client", "discord.shard", "discord.app_commands.tree")


def make_gateway_resilient() -> None:
    """Make discord.py reconnect within 16 s, also after unreadable frames, and log a cut in one line."""
    for module in (discord.client, discord.shard):
        module.ExponentialBackoff = BoundedBackoff  # type: ignore[attr-defined] # no public way
    discord.shard.Shard = ResilientShard  # type: ignore[misc] # no public way
    for name in _SHORTENED_LOGGERS:
        logger = logging.getLogger(name)
        if shorten_expected not in logger.filters:
            logger.addFilter(shorten_expected)


class GlobalPause(asyncio.Event):
    """An event that is set unless Discord's global rate limit is exhausted, and sets itself again.

    discord.py sets it when the request that met the limit has slept. If that request was cancelled meanwhile,
    nothing would be sent until the next start. A limit that lasts longer is met again.
    """

    def __init__(self, longest_s: float = LONGEST_GLOBAL_PAUSE_S) -> None:
        super().__init__()
        self._longest_s = longest_s
        self.set()

    @override
    def clear(self) -> None:
        """Begin a pause that ends by itself."""
        super().clear()
        asyncio.get_running_loop().call_later(self._longest_s, self.set)


def guard_parsers(parsers: MutableMapping[str, Callable[[Any], Any]]) -> None:
    """Replace discord.py's event parsers by ones that log and skip an event they cannot read.

    Otherwise one such event ends the process. A new session would bring it again, so none is begun.
    """
    for event, parse in parsers.items():
        parsers[event] = _guarded(event, parse)


def _guarded(event: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parse_or_skip(data: Any) -> None:  # noqa: ANN401 - whatever Discord sent
        try:
            parse(data)
        except Exception:
            log.exception("skipped an event %s from Discord that could not be read", event)

    return parse_or_skip


class BoundedBackoff(ExponentialBackoff[Any]):
    """discord.py's back-off, for at most 16 s instead of 1,024, which it reaches after a few cuts."""

    def __init__(self) -> None:
        super().__init__()
        self._max = 4  # the exponent of 2, in seconds


class ResilientShard(Shard):
    """Reconnects after a frame that cannot be read, where discord.py would end the process."""

    def __init__(
        self,
        ws: DiscordWebSocket,
        client: discord.AutoShardedClient,
        queue_put: Callable[[EventItem], None],
    ) -> None:
        super().__init__(ws, client, queue_put)
        self._put = queue_put
        self._queue_put = self._put_or_recover
        self._recovery: asyncio.Task[None] | None = None

    def _put_or_recover(self, item: EventItem) -> None:
        if (
            item.error is None
            or item.type != EventType.terminate
            or isinstance(item.error, discord.DiscordException)
        ):
            self._put(item)
            return
        log.error("could not read what Discord sent: %r", item.error)
        name = f"reconnect shard {self.id}"
        self._recovery = asyncio.create_task(self._recover(item.error), name=name)

    async def _recover(self, error: Exception) -> None:
        await self.ws.close(code=_BAD_FRAME)
        await self._handle_disconnect(error)


def shorten_expected(record: logging.LogRecord) -> bool:
    """Log filter: name a connection's fault in the same line instead of a traceback of fifty."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, _EXPECTED):
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", None
        record.exc_info = record.exc_text = None
    return True
