"""Faults to order: what can go wrong between a client and the panel or node, by path, times or percentage."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from aiohttp import web

from sandbox.answers import NO_CONNECTION, UNEXPECTED

R = TypeVar("R", bound=web.BaseRequest)
CHUNK = b'"' + b"x" * 65_534 + b'"'
STANDARD = {
    400: ("BadRequestHttpException", "The request could not be processed."),
    429: ("ThrottleRequestsException", "Too Many Attempts."),
    500: ("ErrorException", UNEXPECTED),
    503: ("HttpException", "Service Unavailable"),
    504: ("DaemonConnectionException", NO_CONNECTION),
}
PHRASES = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Time-out",
}


class Kind(Enum):
    """What goes wrong."""

    STATUS = "status"
    SLOW = "slow"
    CUT = "cut"
    CUT_MIDWAY = "cut midway"
    BODY = "body"
    HUGE = "huge"
    ENDLESS = "endless"
    DRIP = "drip"
    MEANWHILE = "meanwhile"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. With `acts` the request is carried out and only its answer is lost."""

    kind: Kind
    code: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    size: int = 0
    acts: bool = False
    happens: Callable[[], Awaitable[object]] | None = None
    alters: Callable[[Any], object] | None = None

    @classmethod
    def meanwhile(cls, happens: Callable[[], Awaitable[object]]) -> "Fault":
        """Give the right answer, after something else has happened in the meantime."""
        return cls(Kind.MEANWHILE, happens=happens)

    @classmethod
    def altered(cls, alters: Callable[[Any], object]) -> "Fault":
        """Give the right answer, of which something is changed."""
        return cls(Kind.ALTERED, alters=alters)

    @classmethod
    def status(
        cls, code: int, *, html: bool = False, retry_after: int | None = None, acts: bool = False
    ) -> "Fault":
        """Answer an error status: the panel's JSON, or the HTML page of the proxy in front of it."""
        if html:
            return cls(
                Kind.STATUS, code, _nginx(code), {"Content-Type": "text/html; charset=utf-8"}, acts=acts
            )
        name, detail = STANDARD.get(code, ("HttpException", "Something went wrong."))
        entry = {"code": name, "status": str(code), "detail": detail}
        headers = {"Content-Type": "application/json"}
        if code == 429:  # noqa: PLR2004 - the limiter's own answer
            wait = 1 if retry_after is None else retry_after
            headers |= {"Retry-After": str(wait), "X-RateLimit-Limit": "720", "X-RateLimit-Remaining": "0"}
        return cls(Kind.STATUS, code, json.dumps({"errors": [entry]}).encode(), headers, acts=acts)

    @classmethod
    def late(cls) -> "Fault":
        """504 after the node was too slow for the panel: the request is carried out all the same."""
        return cls.status(504, acts=True)

    @classmethod
    def slow(cls, seconds: float, *, acts: bool = False) -> "Fault":
        """Give the right answer, real seconds later; with `acts` the request is carried out before that."""
        return cls(Kind.SLOW, seconds=seconds, acts=acts)

    @classmethod
    def cut(cls, *, acts: bool = False) -> "Fault":
        """Reset the connection before an answer."""
        return cls(Kind.CUT, acts=acts)

    @classmethod
    def cut_midway(cls) -> "Fault":
        """Reset the connection in the middle of a body."""
        return cls(Kind.CUT_MIDWAY)

    @classmethod
    def malformed(cls) -> "Fault":
        """200 with a body that says JSON and is none."""
        return cls.answer(b'{"object": oops}')

    @classmethod
    def truncated(cls) -> "Fault":
        """200 with JSON that stops in the middle."""
        return cls.answer(b'{"object":"list","data":[{"object":"server","attri')

    @classmethod
    def wrong_types(cls) -> "Fault":
        """200 with JSON of the wrong shape."""
        return cls.answer(b'{"object":"list","data":{"attributes":[1,2,3]},"meta":"none"}')

    @classmethod
    def empty(cls) -> "Fault":
        """200 with nothing in it."""
        return cls.answer(b"")

    @classmethod
    def html_200(cls) -> "Fault":
        """200 with a web page, as a captive portal or a login page has it."""
        page = b"<!DOCTYPE html><html><head><title>Login</title></head><body>Please log in</body></html>"
        return cls(Kind.BODY, 200, page, {"Content-Type": "text/html; charset=UTF-8"})

    @classmethod
    def redirect(cls, location: str = "/auth/login") -> "Fault":
        """302 to somewhere else."""
        return cls(Kind.BODY, 302, b"", {"Location": location, "Content-Type": "text/html; charset=utf-8"})

    @classmethod
    def answer(cls, body: bytes, *, code: int = 200, content_type: str = "application/json") -> "Fault":
        """Any body at all."""
        return cls(Kind.BODY, code, body, {"Content-Type": content_type})

    @classmethod
    def huge(cls, size: int = 100 * 1024 * 1024) -> "Fault":
        """200 with a JSON list that is far too long, with its length in the header."""
        return cls(Kind.HUGE, size=size)

    @classmethod
    def endless(cls) -> "Fault":
        """200 with a body that never ends, as fast as it is read."""
        return cls(Kind.ENDLESS)

    @classmethod
    def drip(cls, seconds: float = 0.05) -> "Fault":
        """200 with a body that never ends, a byte at a time."""
        return cls(Kind.DRIP, seconds=seconds)


@dataclass(slots=True)
class _Order:
    fault: Fault
    path: str
    method: str
    times: int | None
    percent: float | None
    origin: str
    skip: int = 0
    hits: int = 0


class Faults:
    """The orders of one sandbox; the first that fits a request is carried out."""

    def __init__(self, seed: int = 1) -> None:
        self._orders: list[_Order] = []
        self._random = random.Random(seed)  # noqa: S311 - the same faults each time
        self.served = 0

    def add(  # noqa: PLR0913 - which requests
        self,
        fault: Fault,
        path: str = "*",
        *,
        method: str = "*",
        times: int | None = None,
        percent: float | None = None,
        origin: str = "*",
        skip: int = 0,
    ) -> None:
        """Order a fault for paths of a pattern like `*/resources`; `origin` is panel, node or both (`*`).

        The first `skip` requests that fit are let through.
        """
        self._orders.append(_Order(fault, path, method, times, percent, origin, skip))

    def clear(self) -> None:
        """Let everything work again."""
        self._orders.clear()

    async def around(
        self, request: R, handler: Callable[[R], Awaitable[web.StreamResponse]], origin: str
    ) -> web.StreamResponse:
        """Answer a request, wrongly if that was ordered."""
        fault = self._pick(request, origin) if self._orders else None
        if fault is None:
            return await handler(request)
        self.served += 1
        if fault.happens is not None:
            await fault.happens()
            return await handler(request)
        if fault.alters is not None:
            return _altered(await handler(request), fault.alters)
        if fault.kind is Kind.SLOW:
            answer = await handler(request) if fault.acts else None
            await asyncio.sleep(fault.seconds)
            return answer or await handler(request)
        if fault.acts:
            await handler(request)
        return await _serve(request, fault)

    def _pick(self, request: web.BaseRequest, origin: str) -> Fault | None:
        for order in self._orders:
            if order.times is not None and order.hits >= order.times:
                continue
            if order.origin not in {"*", origin} or order.method not in {"*", request.method}:
                continue
            if not fnmatchcase(request.path, order.path):
                continue
            if order.percent is not None and self._random.random() * 100 >= order.percent:
                continue
            if order.skip > 0:
                order.skip -= 1
                continue
            order.hits += 1
            return order.fault
        return None


def _altered(right: web.StreamResponse, alters: Callable[[Any], object]) -> web.StreamResponse:
    if not isinstance(right, web.Response) or right.text is None:
        return right
    content = json.loads(right.text)
    alters(content)
    return web.json_response(content, status=right.status)


async def _serve(request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
    if fault.kind in {Kind.STATUS, Kind.BODY}:
        return web.Response(body=fault.body, status=fault.code, headers=fault.headers)
    if fault.kind is Kind.CUT:
        _abort(request)
        return web.Response(status=500)
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    if fault.kind is Kind.CUT_MIDWAY:
        response.content_length = 10_000
    elif fault.kind is Kind.HUGE:
        response.content_length = fault.size
    await response.prepare(request)
    try:
        if fault.kind is Kind.CUT_MIDWAY:
            await response.write(b'{"object":"list","data":[')
            _abort(request)
        elif fault.kind is Kind.HUGE:
            await _write_huge(response, fault.size)
        else:
            chunk = b" " if fault.kind is Kind.DRIP else CHUNK
            while True:
                await response.write(chunk)
                await asyncio.sleep(fault.seconds)
    except ConnectionError:
        _abort(request)
    return response


async def _write_huge(response: web.StreamResponse, size: int) -> None:
    await response.write(b"[")
    left = size - 2
    while left > 0:
        part = min(left, 1024 * 1024)
        await response.write(b" " * part)
        left -= part
    await response.write(b"]")


def _abort(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


def _nginx(code: int) -> bytes:
    title = f"{code} {PHRASES.get(code, 'Error')}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
    ).encode()
