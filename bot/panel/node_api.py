"""A node's own API, read with the node's token: its servers, the last console lines, its version.

The token can do everything on its node, so the session only sends GET requests. Source:
docs/reference/wings.md#the-nodes-own-api.
"""

from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from bot.core.i18n import _
from bot.panel import errors
from bot.panel.config import NodeConfig
from bot.panel.models.nodes import NODE_SERVERS, NodeLogs, NodeServer, NodeSystem
from bot.panel.node_errors import node_page_error, node_refusal
from bot.panel.response import BodyTooLong, read_bounded, where
from bot.panel.transport import OnDate, ignore_date

T = TypeVar("T")

CONNECT_S = 5.0
_PANEL_KEYS = ("ptlc_", "ptla_", "pacc_", "papp_")
_SYSTEM, _LOGS = TypeAdapter(NodeSystem), TypeAdapter(NodeLogs)
_REFUSED = (401, 403)
_FAULTS = 500
_UNREACHED: tuple[tuple[type[Exception], type[errors.PanelError]], ...] = (
    (aiohttp.ClientConnectorCertificateError, errors.NodeApiCertificateRefused),
    (aiohttp.ClientConnectorSSLError, errors.NodeSpeaksNoTls),
    (aiohttp.ClientConnectorDNSError, errors.NodeNameUnknown),
    (aiohttp.ClientConnectorError, errors.NodeNotReached),
    (aiohttp.ClientResponseError, errors.NodeAnswerBroken),
)


class NodeApi:
    """Reads one node. Open it with `async with`, or with `open` and `close`."""

    def __init__(self, config: NodeConfig, *, on_date: OnDate = ignore_date) -> None:
        self.config = config
        self._on_date = on_date
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Create the session without sending anything."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=2),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=self.config.timeout_s, sock_connect=CONNECT_S),
                middlewares=(self._authorize,),
            )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def servers(self) -> list[NodeServer]:
        """Fetch the states of all servers of the node; those that can't be parsed are left out."""
        return await self._get("/api/servers", NODE_SERVERS)

    async def logs(self, uuid: str) -> tuple[str, ...]:
        """Fetch the last lines, at most 100, of a server's present run; a restart hides those of a crash.

        ServerUnknownToNode; NodeFault where there is no container.
        """
        return (await self._get(f"/api/servers/{uuid}/logs", _LOGS)).data or ()

    async def system(self) -> NodeSystem:
        """Fetch the version of Wings and its system."""
        return await self._get("/api/system", _SYSTEM)

    async def _authorize(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if request.method != "GET":
            raise TypeError(f"the node's token is for GET only, not for {request.method}")
        request.headers["Authorization"] = f"Bearer {self._token}"
        return await handler(request)

    @property
    def _token(self) -> str:
        token = self.config.token.get_secret_value()
        if not (token.isascii() and token.isprintable()):
            raise errors.NodeTokenRefused(detail="characters that no token has")
        return token

    async def _get(self, path: str, form: TypeAdapter[T]) -> T:
        if self._session is None:
            raise errors.ClientClosed
        try:
            async with self._session.get(
                f"{self.config.url}{path}", headers={"Accept": "application/json"}, allow_redirects=False
            ) as response:
                body = await read_bounded(response, self.config.max_body_bytes)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Not its cause: a response error's repr() has our headers in it, and so the token.
            raise _unreached(error, self.config.timeout_s) from None
        except BodyTooLong as error:
            raise errors.NodeAnswerTooLarge(detail=f"{path}: {error}") from None
        self._on_date(response.headers.get("Date"))
        if response.status != 200:
            raise self._refusal(response.status, body)
        try:
            return form.validate_json(body)
        except ValidationError as error:
            kind = response.headers.get("Content-Type", "no type")
            raise errors.NodeAnswerBroken(detail=f"{path}: {where(error)} ({kind})") from None

    def _refusal(self, status: int, body: bytes) -> errors.PanelError:
        text = _error_text(body)
        if text is None:
            return _strange_answer(status, body)
        detail = f"{status} {text:.200}"
        if status in _REFUSED:
            return self._token_refusal(detail)
        return errors.NodeFault(detail=detail) if status >= _FAULTS else node_refusal(status, text)

    def _token_refusal(self, detail: str) -> errors.NodeTokenRefused:
        token = self.config.token.get_secret_value()
        if token.startswith(_PANEL_KEYS):
            return errors.NodeTokenIsPanelKey(detail=detail)
        return (errors.NodeTokenHasId if "." in token else errors.NodeTokenRefused)(detail=detail)


def _error_text(body: bytes) -> str | None:
    """Return Wings' own error text, or None when something else responded."""
    try:
        content = from_json(body)
    except ValueError:
        return None
    text = content.get("error") if isinstance(content, dict) else None
    return text if isinstance(text, str) else None


def _strange_answer(status: int, body: bytes) -> errors.PanelError:
    detail = f"status {status} without the node's envelope"
    if status in range(300, 400):
        return errors.NodeRedirectedAway(detail=detail)
    if status == 404 or body.lstrip().startswith(b"{"):  # another site; JSON: the panel
        return errors.NodeAnswerBroken(detail=detail)
    return node_page_error(status, upload=False)


def _unreached(error: Exception, timeout_s: float) -> errors.PanelError:
    words = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    detail = f"{type(error).__name__}: {words:.200}"
    for kind, meaning in _UNREACHED:
        if isinstance(error, kind):
            return meaning(detail=detail)
    if isinstance(error, TimeoutError):
        return errors.NodeTimedOut(detail=f"nothing in {timeout_s:.0f} s")
    return errors.NodeDown(_("The node's answer was cut off."), detail=detail)
