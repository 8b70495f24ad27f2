"""One PUT whose body is handed over in parts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from bot.copies import errors
from bot.copies.http import SLOWEST_BYTES_A_S, Answer, Request, TargetHttp

_CHUNK_BYTES = 256 * 1024
_STORED_WITHIN_S = 300.0
"""From the end of the body to the answer."""


class StreamedPut:
    """Sends parts as they are added. Holds one part besides the one that is being sent."""

    def __init__(self, http: TargetHttp, request: Request, patience_s: float) -> None:
        self._parts: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
        self._http = http
        self._patience_s = patience_s
        self.sent = 0
        self._largest = 0
        self._sending = asyncio.create_task(
            http.send(replace(request, data=self._body(), is_long=True, within_s=_STORED_WITHIN_S)),
            name=f"upload to {http.target}",
        )

    async def add(self, data: bytes) -> Answer | None:
        """Hand a part over, once the one before it is on its way.

        Return the answer where the server did not wait for the end. Raises what the PUT failed with.
        """
        self._largest = max(self._largest, len(data))
        answer = await self._hand_over(data)
        self.sent += 1
        return answer

    async def finish(self) -> Answer:
        """End the body, and return the answer."""
        return await self._hand_over(None) or await self._sending

    async def cancel(self) -> None:
        """Cut the connection, so that the server does not take the file for whole."""
        self._sending.cancel()
        await asyncio.wait({self._sending})
        if not self._sending.cancelled():
            self._sending.exception()  # known, or of no interest any more

    async def _hand_over(self, data: bytes | None) -> Answer | None:
        """Wait as long as the part that is on its way may take, which may be larger than this one."""
        within_s = self._patience_s + self._largest / SLOWEST_BYTES_A_S
        putting = asyncio.create_task(self._parts.put(data), name=f"next part to {self._http.target}")
        try:
            await asyncio.wait(
                {putting, self._sending}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED
            )
            if self._sending.done():
                return self._sending.result()
            if not putting.done():
                raise errors.TargetTimedOut(self._http.target, detail="it stopped reading")
            return None
        finally:
            putting.cancel()

    async def _body(self) -> AsyncIterator[bytes]:
        while (part := await self._parts.get()) is not None:
            for start in range(0, len(part), _CHUNK_BYTES):
                yield part[start : start + _CHUNK_BYTES]
