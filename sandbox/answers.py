"""Answers in the panel's own form: envelopes, and errors with their exact texts.

Source: docs/reference/panel-api.md#envelopes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from aiohttp import web
from typing_extensions import override

Json = dict[str, Any]

NOT_FOUND = "The requested resource could not be found on the server."
NOT_YOURS = "The requested resource does not exist on this server."
NOT_OF_THIS_SERVER = "The requested resource was not found for this server."
UNAUTHORIZED = "This action is unauthorized."
UNEXPECTED = "An unexpected error was encountered while processing this request, please try again."
NO_CONNECTION = "Could not establish a connection to the machine running this server. Please try again."
JSON_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-cache, private"}
HTML_HEADERS = {"Content-Type": "text/html; charset=UTF-8", "Cache-Control": "no-cache, private"}


class Refusal(Exception):
    """The panel answers with an error instead of doing what was asked."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})

    def errors(self) -> list[Json]:
        """Return the entries of the `errors` list."""
        return [{"code": self.code, "status": str(self.status), "detail": self.detail}]


class Invalid(Refusal):
    """422: one entry for each rule that failed, as (field, rule, sentence)."""

    def __init__(self, failures: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(422, "ValidationException", failures[0][2])
        self.failures = failures

    @override
    def errors(self) -> list[Json]:
        """Return one entry a failed rule."""
        return [
            {
                "code": self.code,
                "status": "422",
                "detail": sentence,
                "meta": {"source_field": field, "rule": rule},
            }
            for field, rule, sentence in self.failures
        ]


class WingsError(Exception):
    """The node answered with an error. `status` is the node's; the panel passes it through.

    Source: docs/reference/panel-api.md#node-failures.
    """

    def __init__(self, status: int, text: str, request_id: str | None = None) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text
        self.request_id = request_id or str(uuid4())


class NodeUnreachable(Exception):
    """The node did not answer at all, or not within the panel's 15 seconds."""


def not_found() -> Refusal:
    """404 of an unknown model."""
    return Refusal(404, "NotFoundHttpException", NOT_FOUND)


def forbidden(detail: str = UNAUTHORIZED) -> Refusal:
    """403 of a missing permission."""
    return Refusal(403, "AccessDeniedHttpException", detail)


def unexpected(code: str = "ErrorException") -> Refusal:
    """500 with the panel's generic sentence."""
    return Refusal(500, code, UNEXPECTED)


def refused(detail: str, code: str = "DisplayException") -> Refusal:
    """400 of a business rule."""
    return Refusal(400, code, detail)


def daemon_refusal(error: WingsError | NodeUnreachable, *, pelican: bool = False) -> Refusal:
    """Return what the panel makes of the node's trouble: DaemonConnectionException, or Pelican's own."""
    if pelican:
        code = "ConnectionException" if isinstance(error, NodeUnreachable) else "RequestException"
        return Refusal(500, code, UNEXPECTED)
    if isinstance(error, NodeUnreachable):
        return Refusal(504, "DaemonConnectionException", NO_CONNECTION)
    # A broken answer becomes a 502 (docs/reference/panel-api.md#node-failures).
    status = error.status if error.status >= HTTPStatus.BAD_REQUEST else 502
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        detail = f"An error occurred on the remote host: {error.text}. (request id: {error.request_id})"
    else:
        detail = (
            "There was an error while communicating with the machine running this server. This error has been"
            f" logged, please try again. (code: {error.status}) (request_id: {error.request_id})"
        )
    return Refusal(status, "DaemonConnectionException", detail)


def item(name: str, attributes: Json, meta: Json | None = None) -> Json:
    """Wrap one object."""
    return {"object": name, "attributes": attributes} | ({} if meta is None else {"meta": meta})


def listing(items: Iterable[Json], meta: Json | None = None) -> Json:
    """Wrap a list of wrapped objects."""
    return {"object": "list", "data": list(items)} | ({} if meta is None else {"meta": meta})


def null_resource() -> Json:
    """Stand for a relation you may not see, or that is not there."""
    return {"object": "null_resource", "attributes": None}


def signed_url(url: str) -> Json:
    """Wrap a signed node URL."""
    return item("signed_url", {"url": url})


def json_answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a JSON answer, with the content type bare as the panel sends it."""
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={**JSON_HEADERS, **(headers or {})}
    )


def text_answer(data: bytes) -> web.Response:
    """Return raw bytes the way `files/contents` does, always as text."""
    return web.Response(
        body=data, headers={"Content-Type": "text/plain; charset=UTF-8", "Cache-Control": "no-cache, private"}
    )


def no_content() -> web.Response:
    """204 without body and content type."""
    return web.Response(status=204, headers={"Cache-Control": "no-cache, private"})


def accepted() -> web.Response:
    """202 with the body `[]`, as reinstall and schedule execution answer."""
    return json_answer([], status=202)
