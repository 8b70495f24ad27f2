"""One request to the panel: key, time limits, retries, budget, breaker, and one named error."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from pydantic import SecretStr
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from yarl import URL

from bot.core.i18n import N_
from bot.panel import errors
from bot.panel import response as panel_response
from bot.panel.breaker import Breaker
from bot.panel.budget import Budget, Sleep, Use
from bot.panel.config import Lane, PanelConfig
from bot.panel.error_mapping import error_for
from bot.panel.request import Request
from bot.panel.response import BodyTooLong, PanelResponse, read_bounded

log = logging.getLogger(__name__)

T = TypeVar("T")
OnDate = Callable[[str | None], None]
"""Called with the `Date` header of a response, None without one."""

ATTEMPTS = 3
SHORT_WAIT_S = {Lane.INTERACTIVE: 3.0, Lane.URGENT: 120.0, Lane.BACKGROUND: 120.0}
"""The longest Retry-After that a request waits for."""
CONNECT_TIMEOUT_S = 10.0
_CUT_OFF = N_("The panel's answer was cut off.")
_TOO_SLOW = frozenset({504, 522, 524})
"""What a proxy says after a timeout: not retried, and neither is the panel's own 504."""
_PROOF = Request("GET", "", params={"per_page": "1"}, parse=bytes)
"""Checks the panel itself without involving a node."""


def ignore_date(_: str | None) -> None:
    """Ignore the panel's date."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request: the key, its budget, and the lane.

    `hint` is the next step for the key's owner when the panel refuses the key or its permissions.
    """

    key: SecretStr
    budget: Budget
    lane: Lane
    hint: str | None = None


class Transport:
    """Sends requests to one panel and raises one named error for each failure.

    Callers share the connections and the circuit breaker; each account has its own key and rate budget.
    """

    def __init__(
        self,
        config: PanelConfig,
        breaker: Breaker,
        *,
        sleep: Sleep,
        on_connect: Callable[[aiohttp.connector.AddrInfoType], Any],
        on_date: OnDate,
    ) -> None:
        self._config = config
        self._breaker = breaker
        self._sleep = sleep
        self._slots = asyncio.Semaphore(config.concurrency)
        self._on_connect = on_connect
        self._on_date = on_date
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._proving = False

    async def open(self) -> None:
        """Create the sessions without sending anything."""
        if not self._sessions:
            self._sessions = {safe: self._session(fresh_connections=not safe) for safe in (True, False)}

    async def close(self) -> None:
        """Close all connections."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def send(self, request: Request[T], caller: Caller) -> T:
        """Send a request, retrying until there is a response or a reason to stop.

        1. Raise PanelDown while the breaker is open. After failures that may have been those of servers,
           check the panel itself first.
        2. Reserve a request in the account's rate budget, waiting if needed.
        3. Send it, and parse the response or raise one named error.
        4. Pass what this shows about the panel to the breaker, and the headers to the budget.
        5. Retry reads, and changes that certainly weren't carried out.
        """
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait_s,
            retry=retry_if_exception(lambda error: _worth_retrying(error, request, caller.lane)),
            reraise=True,
        )
        result: Any = await retrying(self._once, request, caller)
        finished: T = result if request.finish is None else await request.finish(result)
        return finished

    async def _once(self, request: Request[T], caller: Caller) -> T:
        self._breaker.check()
        if request.of_server and self._breaker.wants_proof and not self._proving:
            await self._prove(caller)
        await caller.budget.enter(caller.lane, _use(request, caller.lane))
        answer: PanelResponse | None = None
        try:
            async with self._slots:
                with self._breaker.attempt() as attempt:
                    try:
                        answer = await self._exchange(request, caller.key)
                        result = _understood(request, answer)
                    except errors.PanelError as error:
                        if caller.hint and isinstance(error, errors.KeyRefused | errors.PermissionMissing):
                            error.next_step = caller.hint
                        attempt.healthy = panel_response.speaks_for_panel(request, error)
                        attempt.doubtful = attempt.healthy is None
                        attempt.reason = panel_response.cause_of(error)
                        raise
                    attempt.healthy = True
                    return result
        except errors.RateLimited:
            if answer is not None:
                caller.budget.refused(answer.headers, own_limiter=request.own_limiter)
            raise
        finally:
            caller.budget.leave(answer.headers if answer else None, own_limiter=request.own_limiter)

    async def _prove(self, caller: Caller) -> None:
        """Check the panel itself after failures that may have been those of servers; raises PanelDown."""
        self._proving = True
        try:
            await self._once(_PROOF, caller)
        except errors.PanelError as error:
            log.debug("the panel itself was asked: %s", error)
        finally:
            self._proving = False
        self._breaker.check()

    async def _exchange(self, request: Request[Any], key: SecretStr) -> PanelResponse:
        if not self._sessions:
            raise errors.ClientClosed
        total = self._config.archive_timeout_s if request.slow else self._config.timeout_s
        try:
            async with self._sessions[request.safe].request(
                request.method,
                URL(str(self._config.base).rstrip("/") + request.target, encoded=True),
                headers=_headers(request, key),
                json=request.json,
                data=request.raw,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=total, sock_connect=CONNECT_TIMEOUT_S),
            ) as response:
                body = await read_bounded(response, self._config.max_body_bytes)
        except aiohttp.ClientConnectorCertificateError as error:
            raise errors.CertificateRefused(detail=str(error)) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise errors.PanelNotReached(detail=str(error)) from error
        except TimeoutError as error:
            late = errors.PanelTimedOut(detail=f"{request.method} {request.path}: nothing in {total:.0f} s")
            raise panel_response.unknown_or(request, late) from error
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError) as error:
            cut = errors.PanelUnreachable(_CUT_OFF, detail=_kind(error))
            raise panel_response.unknown_or(request, cut) from error
        except aiohttp.ClientError as error:
            # Its repr() has our headers in it, and so the key: it must not travel along.
            raise panel_response.broken(request, f"not HTTP: {_kind(error)}") from None
        except BodyTooLong as error:
            raise panel_response.too_large(request, str(error)) from error
        self._on_date(response.headers.get("Date"))
        framed = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
        return PanelResponse(response.status, response.headers, body, framed)

    def _session(self, *, fresh_connections: bool) -> aiohttp.ClientSession:
        # A change never uses an idle connection: if the panel closes it at that moment, it is unknown whether
        # the change was read.
        connector = aiohttp.TCPConnector(
            limit=0, force_close=fresh_connections, socket_factory=self._on_connect
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            raise_for_status=False,
            trust_env=False,
        )
        # aiohttp repeats PUT and DELETE by itself when the connection drops, and has no public switch for it.
        session._retry_connection = not fresh_connections  # noqa: SLF001 - see above
        return session


def _understood(request: Request[T], answer: PanelResponse) -> T:
    if answer.status != (request.status if request.parse else 204):
        raise error_for(request, answer)
    if request.parse is None:
        if answer.body:
            raise panel_response.broken(request, "a body where none belongs", answer)
        return None  # type: ignore[return-value] # a request without `parse` is a Request[None]
    if request.media is not None:
        if not answer.headers.get("Content-Type", "").lower().startswith(request.media):
            raise panel_response.broken(request, f"not {request.media}", answer)
        if not answer.framed:
            raise panel_response.broken(request, "a body without an announced end may be cut", answer)
    try:
        return request.parse(answer.body)
    except ValueError as error:  # pydantic's ValidationError is one
        raise panel_response.broken(request, panel_response.where(error), answer) from None


def _use(request: Request[Any], lane: Lane) -> Use:
    """Return what a request is for, which people see as the use of the budget."""
    if lane is Lane.INTERACTIVE:
        return Use.PEOPLE
    ends = {"/websocket": Use.CONNECTIONS, "/resources": Use.POLLING, "": Use.SERVER_LIST}
    return ends.get(request.path if not request.path else f"/{request.path.rpartition('/')[2]}", Use.OTHER)


def _headers(request: Request[Any], key: SecretStr) -> dict[str, str]:
    text = key.get_secret_value()
    if not (text.isascii() and text.isprintable()):  # people type keys into forms
        raise errors.KeyRefused(detail="characters that no key has")
    headers = {
        "Accept": "application/json",
        "Authorization": f"Bearer {text}",
        "User-Agent": "Quetzal",
    }
    if request.raw is not None:
        headers["Content-Type"] = "application/octet-stream"  # JSON or multipart would destroy it (12.7)
    return headers


def _worth_retrying(error: BaseException, request: Request[Any], lane: Lane) -> bool:
    if isinstance(error, errors.RateLimited):
        return error.retry_after_s <= SHORT_WAIT_S[lane]
    if isinstance(error, errors.PanelNotReached):
        return True
    hopeless = (
        errors.ClientClosed,
        errors.PanelDown,
        errors.PanelTimedOut,
        errors.PanelMaintenance,
        errors.CertificateRefused,
    )
    if isinstance(error, hopeless) or (
        isinstance(error, errors.GatewayUnanswered) and error.status in _TOO_SLOW
    ):
        return False
    return request.safe and isinstance(error, errors.PanelUnreachable)


def _wait_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, errors.RateLimited):
        return error.retry_after_s
    return float(0.25 * 2**state.attempt_number)


def _kind(error: Exception) -> str:
    return f"{type(error).__name__}: {error!s:.200}"
