"""Translates responses that are not in the panel's form: they come from a proxy or firewall.

The panel answers every request of ours in JSON, its errors in one envelope
(docs/reference/panel-api.md#errors). Any other response comes from what is in front of it: nginx, Apache,
Cloudflare, ModSecurity, a load balancer. Below 500 they refuse or redirect what they did not pass on, so
nothing was done. From 500 on they may have passed it on, and the answer got lost; a few of Cloudflare's
statuses say that they did not (developers.cloudflare.com, "5xx errors").
"""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic_core import from_json

from bot.panel import errors
from bot.panel.budget import retry_after_s
from bot.panel.request import Request
from bot.panel.response import PanelResponse, broken, unknown_or


class Content(Enum):
    """What kind of body there is."""

    HTML = "a page"
    TEXT = "text"
    EMPTY = "nothing"
    JSON = "JSON of another form"


Reader = Callable[[Request[Any], PanelResponse, str], errors.PanelError]
"""Makes an error from a request, its response and a text for the log."""


@dataclass(frozen=True, slots=True)
class Row:
    """The meaning of some statuses with some kinds of content, for a read and for a change."""

    statuses: Container[int]
    contents: Container[Content]
    on_read: Reader
    on_change: Reader


def content_of(answer: PanelResponse) -> Content:
    """Return the kind of a body."""
    body = answer.body.strip()
    if not body:
        return Content.EMPTY
    if body.startswith((b"{", b"[")):
        try:
            from_json(body)
        except ValueError:
            return Content.TEXT
        return Content.JSON
    html = "html" in answer.headers.get("Content-Type", "").lower() or body.startswith(b"<")
    return Content.HTML if html else Content.TEXT


def page_error(request: Request[Any], answer: PanelResponse) -> errors.PanelError:
    """Translate a response without an error envelope."""
    content = content_of(answer)
    for row in TABLE:
        if answer.status in row.statuses and content in row.contents:
            reader = row.on_read if request.safe else row.on_change
            detail = f"{request.method} {request.path}: status {answer.status} with {content.value}"
            return reader(request, answer, detail)
    return broken(request, "no error envelope", answer)


def _refused(request: Request[Any], answer: PanelResponse, detail: str) -> errors.PanelError:
    return errors.FirewallRefused(answer.status, detail=detail)


def _too_large(request: Request[Any], answer: PanelResponse, detail: str) -> errors.PanelError:
    if request.raw is None:  # only a file's content is large
        return _refused(request, answer, detail)
    return errors.BodyTooLarge(detail=detail)


def _limited(request: Request[Any], answer: PanelResponse, detail: str) -> errors.PanelError:
    return errors.FirewallLimited(retry_after_s(answer.headers), detail=detail)


def _strange(request: Request[Any], answer: PanelResponse, detail: str) -> errors.PanelError:
    return broken(request, "no error envelope", answer)


def _redirected(request: Request[Any], answer: PanelResponse, detail: str) -> errors.PanelError:
    match = _ORIGIN.match(answer.headers.get("Location", ""))
    origin = match and f"{match['scheme'] or 'https:'}//{match['host']}"
    return errors.RedirectedAway(answer.status, origin, detail=detail)


def _unanswered(request: Request[Any], answer: PanelResponse, detail: str) -> errors.PanelError:
    return errors.GatewayUnanswered(answer.status, involves_node=request.involves_node, detail=detail)


def _fault(request: Request[Any], answer: PanelResponse, detail: str) -> errors.PanelError:
    return errors.PanelFault(detail=detail)


def _unknown(reader: Reader) -> Reader:
    return lambda request, answer, detail: unknown_or(request, reader(request, answer, detail))


_ORIGIN = re.compile(
    r"(?P<scheme>https?:)?//(?:[^/@]*@)?(?P<host>[\w.:\[\]-]{1,255})(?=[/?#]|$)", re.ASCII | re.IGNORECASE
)
"""The longest part of a redirect's target to log: the rest may hold a token."""
_ANY = frozenset(Content)
NEVER_PASSED_ON = frozenset({521, 523, 525, 526, 530})
"""Cloudflare's words for an origin that it could not connect to. 522 comes after a connection, too."""
UNANSWERED = frozenset({502, 503, 504, *range(520, 531)})
"""What proxies say when the panel didn't respond. Varnish and Envoy also use 503 for forwarded requests."""

TABLE = (
    #   statuses         contents         on a read    on a change
    Row(range(300, 400), _ANY,            _redirected, _redirected),
    Row({413},           _ANY,            _refused,    _too_large),
    Row({429},           _ANY,            _limited,    _limited),
    Row({404},           _ANY,            _strange,    _refused),
    Row(range(400, 500), _ANY,            _refused,    _refused),
    Row(NEVER_PASSED_ON, _ANY,            _unanswered, _unanswered),
    Row(UNANSWERED,      _ANY,            _unanswered, _unknown(_unanswered)),
    Row(range(500, 600), _ANY,            _fault,      _unknown(_fault)),
)  # fmt: skip
"""The first matching row applies."""
