"""From an answer to a model or to one named error (section 2 of the reference).

The `code` decides, then the status: a node's 403, 404 or 409 passes through the panel with the same
status as the panel's own.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.panel import errors
from bot.panel.budget import retry_after_s
from bot.panel.node_errors import node_refusal
from bot.panel.request import Request

T = TypeVar("T")

GATEWAY_STATUSES = frozenset({502, 503, 504, *range(520, 531)})
"""What nginx, PHP-FPM and Cloudflare answer in the panel's place."""
REFUSED_BEFORE_SENDING = frozenset({503, 521, 522, 523, 525, 526, 530})
"""Of these, the ones that say that the panel never saw the request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    framed: bool = True
    """Whether a cut body would have been noticed (a length or chunks were announced)."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """The panel's error envelope; the first error stands for all."""

    code: str
    detail: str
    status: int
    all: tuple[Mapping[str, Any], ...]


def read(request: Request[T], answer: Answer) -> T:
    """Make the model that the request asked for, or raise the one error that the answer means."""
    if answer.status != (request.status if request.parse else 204):
        raise error_for(request, answer)
    if request.parse is None:
        if answer.body:
            raise broken(request, "a body where none belongs", answer)
        return None  # type: ignore[return-value] # a request without `parse` is a Request[None]
    if request.media is not None:
        if not answer.headers.get("Content-Type", "").lower().startswith(request.media):
            raise broken(request, f"not {request.media}", answer)
        if not answer.framed:
            raise broken(request, "a body without an announced end may be cut", answer)
    try:
        return request.parse(answer.body)
    except ValueError as error:  # pydantic's ValidationError is one
        raise broken(request, _where(error), answer) from None


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


def error_for(request: Request[Any], answer: Answer) -> errors.PanelError:
    """Find the one error that an unexpected status means."""
    complaint = _complaint(answer)
    if complaint is None:
        return _without_envelope(request, answer)
    known = _BY_CODE.get(complaint.code)
    if known is not None:
        return known(request, complaint, answer)
    return _by_status(request, complaint, answer)


def is_panel_failure(error: Exception) -> bool:
    """Whether the error speaks against the panel itself (the breaker counts these)."""
    if isinstance(error, errors.OutcomeUnknown):
        return error.cause is not None and is_panel_failure(error.cause)
    return isinstance(error, errors.PanelFault | errors.PanelUnreachable)


def _complaint(answer: Answer) -> Complaint | None:
    try:
        found = json.loads(answer.body)["errors"]
        first = found[0]
        return Complaint(
            code=str(first["code"]).rsplit("\\", 1)[-1],
            detail=str(first.get("detail", "")),
            status=answer.status,
            all=tuple(one for one in found if isinstance(one, Mapping)),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _without_envelope(request: Request[Any], answer: Answer) -> errors.PanelError:
    status, detail = answer.status, f"{request.method} {request.path}: status {answer.status} without JSON"
    if status == 429:  # noqa: PLR2004
        return errors.RateLimited(retry_after_s(answer.headers), detail=detail)
    if status == 413:  # noqa: PLR2004
        return errors.BodyTooLarge(detail=detail)
    if status in GATEWAY_STATUSES:
        gateway = errors.PanelUnreachable(
            "The panel is not answering: the proxy in front of it says so.", detail=detail
        )
        return gateway if status in REFUSED_BEFORE_SENDING else unknown_or(request, gateway)
    if status >= 500:  # noqa: PLR2004
        return _fault(request, detail)
    return broken(request, "no error envelope", answer)


def _by_status(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    known = _BY_STATUS.get(complaint.status)
    if known is not None:
        return known(request, complaint, answer)
    if complaint.status >= 500:  # noqa: PLR2004
        return _fault(request, _text(complaint))
    if complaint.status >= 400:  # noqa: PLR2004
        return errors.PanelRefused(complaint.code, detail=_text(complaint))
    return broken(request, "an error envelope with a status of success", answer)


def _fault(request: Request[Any], detail: str) -> errors.PanelFault:
    state = None if request.safe else "Part of the change may have been made."
    return errors.PanelFault(state=state, detail=detail)


def _text(complaint: Complaint) -> str:
    return f"{complaint.status} {complaint.code}: {complaint.detail:.300}"


def _where(error: ValueError) -> str:
    """Where the body is wrong, without the body itself: it may hold secrets."""
    problems = getattr(error, "errors", None)
    if problems is None:
        return str(error)
    first = problems(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


# --- one function a family of codes --------------------------------------------------------------

_Reader = Callable[[Request[Any], Complaint, Answer], errors.PanelError]


def _plain(kind: type[errors.PanelError]) -> _Reader:
    return lambda request, complaint, answer: kind(detail=_text(complaint))


def _refusal(kind: type[errors.PanelRefused]) -> _Reader:
    return lambda request, complaint, answer: kind(complaint.code, detail=_text(complaint))


def _denied(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    if "application API key" in complaint.detail:
        return errors.WrongKeyType(detail=_text(complaint))
    if "IP address" in complaint.detail:
        return errors.KeyIpBlocked(detail=_text(complaint))
    return errors.PermissionMissing(detail=_text(complaint))


_CONFLICT_WORDS = {
    "suspended": errors.ConflictReason.SUSPENDED,
    "under maintenance": errors.ConflictReason.NODE_MAINTENANCE,
    "installation process": errors.ConflictReason.NOT_INSTALLED,
    "restoring": errors.ConflictReason.RESTORING,
    "transferred": errors.ConflictReason.TRANSFERRING,
}


def _conflict(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    reasons = (reason for words, reason in _CONFLICT_WORDS.items() if words in complaint.detail)
    return errors.ServerStateConflict(next(reasons, errors.ConflictReason.UNKNOWN), detail=_text(complaint))


def _invalid(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    fields = []
    for one in complaint.all:
        meta = one.get("meta")
        meta = meta if isinstance(meta, Mapping) else {}
        fields.append(
            errors.FieldProblem(
                str(meta.get("source_field", "")), str(meta.get("rule", "")), str(one.get("detail", ""))[:200]
            )
        )
    return errors.InvalidRequest(tuple(fields), detail=_text(complaint))


def _limited(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    return errors.RateLimited(retry_after_s(answer.headers), detail=_text(complaint))


def _backup_throttle(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    return errors.BackupThrottled(retry_after_s(answer.headers), detail=_text(complaint))


def _http(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    """`HttpException` is the panel's word for several things; the status tells them apart."""
    if complaint.status == 502 or "must be online" in complaint.detail:  # noqa: PLR2004 - section 11.1
        return errors.ServerOffline(detail=_text(complaint))
    if complaint.status == 503:  # noqa: PLR2004
        return errors.PanelMaintenance(detail=_text(complaint))
    return _by_status(request, complaint, answer)


_BAD_REQUEST_WORDS: dict[str, type[errors.PanelRefused]] = {
    "backup to be restored": errors.RestoreNotPossible,
    "backup cannot be restored": errors.RestoreNotPossible,
    "environment variable": errors.VariableLocked,
    "cron data": errors.InvalidCron,
    "no tasks are registered": errors.ScheduleEmpty,
}


def _bad_request(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    kinds = (kind for words, kind in _BAD_REQUEST_WORDS.items() if words in complaint.detail)
    return next(kinds, errors.PanelRefused)(complaint.code, detail=_text(complaint))


_NODE_TEXT = re.compile(r"remote host: (?P<text>.*?)\.? ?\(request[ _]id: ", re.DOTALL)


def _node(request: Request[Any], complaint: Complaint, answer: Answer) -> errors.PanelError:
    """Read the node's own failure (section 2.3). 504 on a change: it may be carried out all the same."""
    if complaint.status == 504 or complaint.code == "ConnectionException":  # noqa: PLR2004
        return unknown_or(request, errors.NodeDown(detail=_text(complaint)))
    if complaint.status >= 500:  # noqa: PLR2004
        kind = errors.FileUnavailable if "/files/" in request.path else errors.NodeFault
        state = None if request.safe else "Part of the change may have been made."
        return kind(state=state, detail=_text(complaint))
    found = _NODE_TEXT.search(complaint.detail)
    return node_refusal(complaint.status, found["text"] if found else complaint.detail)


def _file(kind: type[errors.NodeRefused]) -> _Reader:
    return lambda request, complaint, answer: kind(complaint.status, complaint.detail)


_BY_CODE: dict[str, _Reader] = {
    "AuthenticationException": _plain(errors.KeyRefused),
    "TwoFactorAuthRequiredException": _plain(errors.TwoFactorRequired),
    "AccessDeniedHttpException": _denied,
    "AuthorizationException": _denied,
    "HttpForbiddenException": _plain(errors.PermissionMissing),
    "NotFoundHttpException": _plain(errors.NotFound),
    "ModelNotFoundException": _plain(errors.NotFound),
    "ServerStateConflictException": _conflict,
    "PostTooLargeException": _refusal(errors.BodyTooLarge),
    "ValidationException": _invalid,
    "ThrottleRequestsException": _limited,
    "TooManyRequestsHttpException": _backup_throttle,
    "HttpException": _http,
    "ServiceUnavailableHttpException": _plain(errors.PanelMaintenance),
    "BadRequestHttpException": _bad_request,
    "DisplayException": _bad_request,
    "TooManyBackupsException": _refusal(errors.TooManyBackups),
    "BackupLockedException": _refusal(errors.BackupLocked),
    "TooManyDatabasesException": _refusal(errors.TooManyDatabases),
    "DuplicateDatabaseNameException": _refusal(errors.DuplicateDatabaseName),
    "NoSuitableDatabaseHostException": _refusal(errors.NoDatabaseHost),
    "ServiceLimitExceededException": _refusal(errors.TooManyTasks),
    "FileSizeTooLargeException": _refusal(errors.FileTooLarge),
    "DaemonConnectionException": _node,
    # Pelican's spellings (section 24).
    "RequestException": _node,
    "ConnectionException": _node,
    "FileNotFoundException": _file(errors.FileMissing),
    "FileNotEditableException": _file(errors.NotAFile),
    "FileExistsException": _file(errors.FileExists),
}

_BY_STATUS: dict[int, _Reader] = {
    401: _plain(errors.KeyRefused),
    403: _denied,
    404: _plain(errors.NotFound),
    413: _refusal(errors.BodyTooLarge),
    422: _invalid,
    429: _limited,
}
