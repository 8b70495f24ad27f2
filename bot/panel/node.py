"""Connections to nodes: one-time links for downloads and uploads, and websockets."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from typing_extensions import override

from bot.core.i18n import _
from bot.panel import errors
from bot.panel.address_guard import AddressGuard, ForbiddenPeer
from bot.panel.config import PanelConfig
from bot.panel.node_errors import node_page_error, signed_url_error

SILENCE_S = 30.0
"""How long a transfer may make no progress."""
CONNECT_S = 10.0
CHUNK_BYTES = 128 * 1024
ERROR_BODY_BYTES = 4096
LARGEST_FRAME_BYTES = 1024 * 1024

NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,
)


class Download:
    """A download under way. Iterate over it once; memory stays at one chunk."""

    def __init__(self, response: aiohttp.ClientResponse, limit_bytes: int | None) -> None:
        self._response = response
        self._limit = limit_bytes
        self.length = response.content_length
        """Bytes announced by the node; None if it did not say."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        try:
            async for chunk in self._response.content.iter_chunked(CHUNK_BYTES):
                read += len(chunk)
                if self._limit is not None and read > self._limit:
                    raise errors.FileTooLarge(detail=f"over {self._limit} bytes")
                yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise errors.TransferBroken(detail=f"after {read} bytes: {type(error).__name__}") from error


class NodeSocket(aiohttp.ClientWebSocketResponse):
    """A websocket that can be closed in the middle of a flood."""

    def drop(self) -> None:
        """Close the connection now. `close` would wait for the node to close too, which may never happen."""
        if not self._closed:
            self._set_closed()
        self._response.close()


class NodeLink:
    """The connections to all nodes of one panel."""

    def __init__(self, config: PanelConfig, guard: AddressGuard) -> None:
        self._config = config
        self._guard = guard
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Create the session without sending anything."""
        if self._session is None:
            # Every connection is checked, and its one-time link is used once, so connections aren't reused.
            connector = aiohttp.TCPConnector(
                limit=0, force_close=True, socket_factory=self._guard.node_socket
            )
            # Only for websockets, which have no such option: a redirect would receive the token.
            stay = aiohttp.TraceConfig()
            stay.on_request_redirect.append(_refuse_redirect)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                trace_configs=[stay],
                ws_response_class=NodeSocket,
            )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def download(
        self, url: str, *, limit_bytes: int | None = None, hurries: bool = True
    ) -> AsyncIterator[Download]:
        """Open a one-time link. FileTooLarge at once when the announced length is over the limit.

        Without `hurries` it may take as long as it likes, as long as bytes arrive when they are read.
        """
        target = self._guard.check_url(url)
        try:
            response = await self._live.get(
                target,
                headers={"Accept-Encoding": "identity"},  # so that the announced length is the file's
                allow_redirects=False,
                timeout=self._timeout(hurries=hurries),
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreachable(error) from None
        try:
            if response.status != 200:
                raise await _refusal(response, upload=False)
            download = Download(response, limit_bytes)
            if limit_bytes is not None and (download.length or 0) > limit_bytes:
                raise errors.FileTooLarge(detail=f"{download.length} bytes, limit {limit_bytes}")
            yield download
        finally:
            response.close()

    async def upload(
        self, url: str, directory: str, name: str, data: AsyncIterable[bytes], length: int
    ) -> None:
        """Send one file to a one-time link; the node overwrites what is there. OutcomeUnknown if cut."""
        target = self._guard.check_url(url).update_query(directory=directory)
        source = _Source(data, length)
        with aiohttp.MultipartWriter("form-data") as form:
            part = form.append_payload(source)
            part.set_content_disposition("form-data", quote_fields=False, name="files", filename=name)
        try:
            async with self._live.post(
                target, data=form, allow_redirects=False, timeout=self._timeout()
            ) as response:
                if response.status != 200:
                    raise await _refusal(response, upload=True)
                if await response.content.read(1):
                    raise errors.UnreadableOutcome(detail="an upload answered with a body")
        except (aiohttp.ClientError, TimeoutError) as error:
            if source.failure is not None:
                raise source.failure from error
            reason = _unreachable(error)
            if isinstance(error, NEVER_SENT):
                raise reason from None
            raise errors.OutcomeUnknown(cause=reason) from None

    async def websocket(self, url: str) -> NodeSocket:
        """Connect to a node's websocket with the panel's own address as the origin."""
        target = self._guard.check_url(url)
        try:
            async with asyncio.timeout(CONNECT_S):
                socket = await self._live.ws_connect(
                    target,
                    origin=self._config.origin,
                    heartbeat=30,
                    autoping=False,
                    max_msg_size=LARGEST_FRAME_BYTES,
                )
        except aiohttp.WSServerHandshakeError as error:
            raise _handshake_refusal(error) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreachable(error) from None
        assert isinstance(socket, NodeSocket)  # noqa: S101 - the session makes no other
        return socket

    @property
    def _live(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the panel client is not open")
        return self._session

    def _timeout(self, *, hurries: bool = True) -> aiohttp.ClientTimeout:
        total_s = self._config.transfer_timeout_s if hurries else None
        return aiohttp.ClientTimeout(total=total_s, sock_connect=CONNECT_S, sock_read=SILENCE_S)


class _Source(aiohttp.AsyncIterablePayload):
    """The bytes of an upload with a known length, which is sent to the node."""

    def __init__(self, data: AsyncIterable[bytes], length: int) -> None:
        super().__init__(data, content_type="application/octet-stream")
        self._size = length
        self._length = length
        self.failure: Exception | None = None

    @override
    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        source, sent = aiter(self._value), 0
        while (chunk := await self._next(source)) is not None:
            sent += len(chunk)
            if sent > self._length:
                break
            await writer.write(chunk)
        if sent != self._length:
            self.failure = errors.TransferBroken(
                _("The file to upload has not the size that was announced."),
                detail=f"{sent} of {self._length} bytes",
            )
            raise self.failure

    async def _next(self, source: AsyncIterator[bytes]) -> bytes | None:
        try:
            return await anext(source, None)
        except Exception as error:  # the caller's own: aiohttp would hide it behind a connection error
            self.failure = error
            raise


class _Redirected(aiohttp.ClientError):
    """A node redirects a websocket."""


async def _refuse_redirect(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, redirect: aiohttp.TraceRequestRedirectParams
) -> None:
    redirect.response.close()
    raise _Redirected(f"redirect {redirect.response.status}")


def _sent_elsewhere(detail: str) -> errors.AddressForbidden:
    return errors.AddressForbidden(
        _("The server's node tried to send Quetzal to another address."), detail=detail
    )


async def _refusal(response: aiohttp.ClientResponse, *, upload: bool) -> errors.PanelError:
    if 300 <= response.status < 400:
        return _sent_elsewhere(f"redirect {response.status}")
    try:
        body = await response.content.read(ERROR_BODY_BYTES)
    except (aiohttp.ClientError, TimeoutError):
        body = b""
    return signed_url_error(response.status, body, upload=upload)


def _handshake_refusal(error: aiohttp.WSServerHandshakeError) -> errors.PanelError:
    kinds: dict[int, type[errors.NodeError]] = {
        400: errors.TooManySockets,
        403: errors.OriginRefused,
        404: errors.ServerUnknownToNode,
    }
    detail = f"websocket upgrade answered {error.status}"
    # Wings refuses in text or JSON.
    is_page = error.headers is not None and "html" in error.headers.get("Content-Type", "")
    if error.status not in kinds or is_page:
        return node_page_error(error.status, upload=False)
    kind = kinds[error.status]
    if issubclass(kind, errors.NodeRefused):
        return kind(error.status, detail)
    return kind(detail=detail)


def _unreachable(error: BaseException) -> errors.PanelError:
    """Translate a failure without the text of aiohttp's errors, which quotes the one-time link."""
    if isinstance(error, _Redirected):
        return _sent_elsewhere(str(error))
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ForbiddenPeer):
            return errors.AddressForbidden(detail=str(cause))
        cause = getattr(cause, "os_error", None) or cause.__cause__
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return errors.NodeCertificateRefused(detail=str(error.certificate_error))
    words = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    return errors.NodeDown(detail=f"{type(error).__name__}: {words:.200}")
