"""Answers in the daemon's own form, which is not the panel's (docs/reference/wings.md#node-errors)."""

import json
from uuid import uuid4

from aiohttp import web

from sandbox.answers import WingsError
from sandbox.node.paths import UNEXPECTED

NOT_ON_SERVER = "The requested resource was not found on this server."
NOT_ON_INSTANCE = "The requested resource does not exist on this instance."
NO_BACKUP = "The requested backup was not found on this server."
NO_HEADER = "The required authorization heads were not present in the request."
NOT_AUTHORIZED = "You are not authorized to access this endpoint."
REQUEST_ID: web.RequestKey[str] = web.RequestKey("REQUEST_ID", str)


def begin(request: web.Request) -> str:
    """Give a request its id."""
    request[REQUEST_ID] = str(uuid4())
    return request[REQUEST_ID]


def plain(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    """Return an error that a handler of Wings words itself: no request id in the body."""
    return node_json({"error": text}, status, headers)


def captured(request: web.Request, error: WingsError) -> web.Response:
    """Return an error that Wings' error middleware words."""
    return node_json({"error": error.text or UNEXPECTED, "request_id": request[REQUEST_ID]}, error.status)


def forbidden_origin(request: web.Request) -> web.Response:
    """Return what a failed upgrade gives: the library's answer and Wings' own glued together."""
    body = {"error": UNEXPECTED, "request_id": request[REQUEST_ID]}
    text = f"Forbidden\n{_compact(body)}"
    return web.Response(text=text, status=403, content_type="text/plain", charset="utf-8")


def broken_body(request: web.Request, text: str | None = None) -> web.Response:
    """Return what a body gets that cannot be read: JSON that says to be text."""
    body = {"error": text} if text else {"error": UNEXPECTED, "request_id": request[REQUEST_ID]}
    return web.Response(text=_compact(body), status=400, content_type="text/plain", charset="utf-8")


def bare(status: int, text: str) -> web.Response:
    """Return what Wings' router says by itself: text that names no charset."""
    return web.Response(body=text.encode(), status=status, content_type="text/plain")


def node_json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return JSON as Wings writes it."""
    return web.json_response(body, status=status, headers=headers, dumps=_compact)


def _compact(body: object) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
