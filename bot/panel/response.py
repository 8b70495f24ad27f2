"""Responses, and errors for those that are not a panel's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.panel import errors
from bot.panel.request import Request


@dataclass(frozen=True, slots=True)
class PanelResponse:
    """A response with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    framed: bool = True
    """Whether a cut body would have been noticed (a length or chunks were announced)."""


class BodyTooLong(Exception):
    """The body went over the cap while it was read."""


async def read_bounded(response: aiohttp.ClientResponse, cap: int) -> bytes:
    """Read a whole body; raises BodyTooLong when it exceeds the cap, whatever length was announced."""
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > cap:
            raise BodyTooLong(f"over {cap} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def broken(request: Request[Any], why: str, answer: PanelResponse | None = None) -> errors.PanelError:
    """Return the error for a response that is not a panel's."""
    seen = f" (status {answer.status}, {answer.headers.get('Content-Type', 'no type')})" if answer else ""
    detail = f"{request.method} {request.path}: {why}{seen}"
    if request.safe:
        return errors.BrokenAnswer(detail=detail)
    return errors.UnreadableOutcome(detail=detail)


def too_large(request: Request[Any], why: str) -> errors.PanelError:
    """Return the error for a body over the cap."""
    if request.safe:
        return errors.AnswerTooLarge(detail=f"{request.method} {request.path}: {why}")
    return broken(request, why)


def unknown_or(request: Request[Any], error: errors.PanelError) -> errors.PanelError:
    """Return the error itself for a read, and OutcomeUnknown for a change."""
    return error if request.safe else errors.OutcomeUnknown(cause=error)


def cause_of(error: errors.PanelError) -> errors.PanelError:
    """Return the cause of an OutcomeUnknown, else the error itself."""
    return error.cause or error if isinstance(error, errors.OutcomeUnknown) else error


def speaks_for_panel(request: Request[Any], error: errors.PanelError) -> bool | None:
    """Return whether an error proves that the panel works; None: undecided. The breaker counts these.

    A fault, a proxy's page or silence on a request about one server may be that server's, or its node's.
    """
    if isinstance(error, errors.OutcomeUnknown):
        return error.cause is None or speaks_for_panel(request, error.cause)
    if isinstance(error, errors.PanelNotReached | errors.PanelMaintenance | errors.CertificateRefused):
        return False
    if isinstance(error, errors.PanelFault | errors.PanelUnreachable):
        return None if request.of_server else False
    return True


def where(error: ValueError) -> str:
    """Describe where a body is wrong, without the body itself: it may hold secrets."""
    problems = getattr(error, "errors", None)
    if problems is None:
        return str(error)
    first = problems(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
