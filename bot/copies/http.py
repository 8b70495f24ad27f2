"""Requests to a copy target: time limits, retries with a pause, and one named error for each way to fail.

Redirects are never followed: keys and passwords go to the operator's address alone.
"""

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from yarl import URL

from bot.copies import errors
from bot.core.back_off import back_off_s

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

MOST_ANSWER_BYTES = 4 * 1024 * 1024
"""A page of 1,000 parts is about 300 KiB."""
SLOWEST_BYTES_A_S = 64 * 1024
"""What is sent more slowly is given up."""
_CONNECT_S = 10.0
_LONGEST_LOCATION = 200
_PAUSES_S = (1.0, 2.0, 4.0)
_PASSING = (errors.TargetUnreachable, errors.TargetBusy, errors.DamagedOnTheWay)


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `url` is encoded; `is_long`: takes as long as bytes flow.

    `within_s`: how long the answer may take, where the target has more to do than to store what was sent.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    data: bytes | AsyncIterator[bytes] = b""
    within_s: float | None = None
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TargetHttp:
    """The connections to one target. `patience_s`: how long it may be silent."""

    def __init__(self, target: str, *, sleep: Sleep, patience_s: float = 60.0) -> None:
        self.target = target
        self._sleep = sleep
        self._patience_s = patience_s
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def retried(self, send: Callable[[], Awaitable[T]]) -> T:
        """Do what may be done again, until it works or pausing doesn't help."""

        async def once() -> T:  # tenacity awaits nothing but a real coroutine function
            return await send()

        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(len(_PAUSES_S) + 1),
            wait=_wait_s,
            retry=retry_if_exception_type(_PASSING),
            reraise=True,
        )
        return await retrying(once)

    async def send(self, request: Request) -> Answer:
        """Send a request once and read the whole answer, whatever its status."""
        async with self._answered(request) as response:
            body = bytearray()
            while chunk := await self._next_chunk(response):
                body += chunk
                if len(body) > MOST_ANSWER_BYTES:
                    raise errors.AnswerNotUnderstood(self.target, detail=f"over {MOST_ANSWER_BYTES} bytes")
            return Answer(response.status, response.headers, bytes(body))

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[tuple[Answer, AsyncIterator[bytes]]]:
        """Send a request, and read the body in chunks; the `Answer` has the beginning of an error."""
        async with self._answered(request) as response:
            start = b"" if response.status == 200 else await self._next_chunk(response)
            yield Answer(response.status, response.headers, start), self._chunks(response)

    async def _chunks(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        while chunk := await self._next_chunk(response):
            yield chunk

    async def _next_chunk(self, response: aiohttp.ClientResponse) -> bytes:
        """Return b"" at the end. aiohttp raises where less came than was announced."""
        with self._named_errors():
            return await response.content.readany()

    @asynccontextmanager
    async def _answered(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        with self._named_errors():
            response = await self._open().request(
                request.method,
                URL(request.url, encoded=True),
                headers={"Accept-Encoding": "identity", "User-Agent": "Quetzal", **request.headers},
                # In pieces: aiohttp would write all of the bytes at once.
                data=_payload(request.data),
                timeout=self._limits(request),
                allow_redirects=False,
            )
        try:
            yield response
        finally:
            response.release()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
            raise errors.CertificateInvalid(self.target, detail=type(error).__name__) from error
        except TimeoutError as error:
            raise errors.TargetTimedOut(self.target, detail=type(error).__name__) from error
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
            raise errors.TargetUnreachable(
                self.target, detail=f"{type(error).__name__}: {error!s:.200}"
            ) from error
        except aiohttp.ClientError as error:
            # Its repr() has our headers in it, and so the signature or the password.
            raise errors.AnswerNotUnderstood(
                self.target, detail=f"not HTTP: {type(error).__name__}"
            ) from None

    def _limits(self, request: Request) -> aiohttp.ClientTimeout:
        if request.is_long:
            silent_s = request.within_s or self._patience_s
            return aiohttp.ClientTimeout(sock_connect=_CONNECT_S, sock_read=silent_s)
        length = len(request.data) if isinstance(request.data, bytes) else 0
        total_s = request.within_s or self._patience_s + length / SLOWEST_BYTES_A_S
        return aiohttp.ClientTimeout(total=total_s, sock_connect=_CONNECT_S)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=4),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
            # aiohttp repeats a PUT by itself when the connection drops, even one whose streamed body is used
            # up, and has no public switch for it. `retried` does what may be repeated.
            self._session._retry_connection = False  # noqa: SLF001 - see above
        return self._session


def redirection(answer: Answer) -> str:
    """Say for the log and `quetzal doctor` where an answer redirects to; empty for others."""
    location = answer.headers.get("Location", "")
    if not 300 <= answer.status < 400 or not location:
        return ""
    try:
        url = URL(location[:_LONGEST_LOCATION]).with_user(None).with_query(None)
    except ValueError:
        return ""
    return f" to {str(url)!r}"


def _payload(data: bytes | AsyncIterator[bytes]) -> io.BytesIO | AsyncIterator[bytes] | None:
    if isinstance(data, bytes):
        return io.BytesIO(data) if data else None
    return data


def _wait_s(state: RetryCallState) -> float:
    return back_off_s(_PAUSES_S, state.attempt_number)
