"""What came back, and the names for answers that no panel gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.panel import errors
from bot.panel.request import Request


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    framed: bool = True
    """Whether a cut body would have been noticed (a length or chunks were announced)."""


def broken(request: Request[Any], why: str, answer: Answer | None = None) -> errors.PanelError:
    """Name an answer that no panel gives."""
    seen = f" (status {answer.status}, {answer.headers.get('Content-Type', 'no type')})" if answer else ""
    detail = f"{request.method} {request.path}: {why}{seen}"
    if request.safe:
        return errors.BrokenAnswer(detail=detail)
    return errors.UnreadableOutcome(detail=detail)


def too_large(request: Request[Any], why: str) -> errors.PanelError:
    """Name a body that goes over the cap."""
    if request.safe:
        return errors.AnswerTooLarge(detail=f"{request.method} {request.path}: {why}")
    return broken(request, why)


def unknown_or(request: Request[Any], error: errors.PanelError) -> errors.PanelError:
    """Take the error itself for a read; for a change nobody knows whether it was made."""
    return error if request.safe else errors.OutcomeUnknown(cause=error)


def is_panel_failure(error: Exception) -> bool:
    """Whether the error speaks against the panel itself (the breaker counts these)."""
    if isinstance(error, errors.OutcomeUnknown):
        return error.cause is not None and is_panel_failure(error.cause)
    return isinstance(error, errors.PanelFault | errors.PanelUnreachable)


def where(error: ValueError) -> str:
    """Say where a body is wrong, without the body itself: it may hold secrets."""
    problems = getattr(error, "errors", None)
    if problems is None:
        return str(error)
    first = problems(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
