"""Streams attachments from Discord's file servers without holding them in memory."""

from collections.abc import AsyncIterator
from typing import Self

import aiohttp

from bot.core.errors import QuetzalError

CHUNK_BYTES = 128 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=900.0, sock_connect=10.0, sock_read=30.0)
_FOUND = 200


class AttachmentLost(QuetzalError):
    """Discord did not deliver the file."""

    happened = "Discord did not hand over the attached file."
    next_step = "Attach it again."


class Attachments:
    """Streams attachments. discord.py's own `read` and `save` hold the whole file in memory."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, timeout=_TIMEOUT
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def chunks(self, url: str) -> AsyncIterator[bytes]:
        """Read an attachment piece by piece. Raises AttachmentLost."""
        if self._session is None:
            raise RuntimeError("attachments are not open")
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                if response.status != _FOUND:
                    raise AttachmentLost(detail=f"status {response.status}")
                async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AttachmentLost(detail=type(error).__name__) from None
