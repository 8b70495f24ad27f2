"""From an answer without success to the one error that it means (docs/reference/panel-api.md#errors).

The `code` decides, then the status: a node's 403, 404 or 409 passes through the panel with the same
status as the panel's own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from bot.core.i18n import N_
from bot.panel import errors
from bot.panel.budget import retry_after_s
from bot.panel.models.php import as_list
from bot.panel.node_errors import node_refusal
from bot.panel.proxy_pages import page_error
from bot.panel.request import Request
from bot.panel.response import PanelResponse, broken, unknown_or

_PARTLY = N_("Part of the change may have been made.")


@dataclass(frozen=True, slots=True)
class Complaint:
    """The panel's error envelope; the first error stands for all."""

    code: str
    detail: str
    status: int
    all: tuple[Mapping[str, Any], ...]


def error_for(request: Request[Any], answer: PanelResponse) -> errors.PanelError:
    """Find the one error that an unexpected status means."""
    complaint = _complaint(answer)
    if complaint is None:
        return page_error(request, answer)
    known = _BY_CODE.get(complaint.code)
    if known is not None:
        return known(request, complaint, answer)
    return _by_status(request, complaint, answer)


def _complaint(answer: PanelResponse) -> Complaint | None:
    try:
        errors = as_list(from_json(answer.body)["errors"])
        if not isinstance(errors, list):
            return None
        code, detail = errors[0]["code"], errors[0]["detail"]
        if not isinstance(code, str):  # others write numbers: Cloudflare's API, for example
            return None
        return Complaint(
            code=code.rsplit("\\", 1)[-1],
            detail=str(detail or ""),
            status=answer.status,
            all=tuple(error for error in errors if isinstance(error, Mapping)),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _by_status(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    known = _BY_STATUS.get(complaint.status)
    if known is not None:
        return known(request, complaint, answer)
    if complaint.status >= 500:
        return _fault(request, _text(complaint))
    if complaint.status >= 400:
        return errors.PanelRefused(complaint.code, detail=_text(complaint))
    return broken(request, "an error envelope with a status of success", answer)


def _fault(request: Request[Any], detail: str) -> errors.PanelFault:
    state = None if request.safe else _PARTLY
    return errors.PanelFault(state=state, detail=detail)


def _text(complaint: Complaint) -> str:
    return f"{complaint.status} {complaint.code}: {complaint.detail:.300}"


# --- one function a family of codes --------------------------------------------------------------

_Reader = Callable[[Request[Any], Complaint, PanelResponse], errors.PanelError]


def _plain(kind: type[errors.PanelError]) -> _Reader:
    return lambda request, complaint, answer: kind(detail=_text(complaint))


def _refusal(kind: type[errors.PanelRefused]) -> _Reader:
    return lambda request, complaint, answer: kind(complaint.code, detail=_text(complaint))


def _denied(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
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


def _conflict(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    reasons = (reason for words, reason in _CONFLICT_WORDS.items() if words in complaint.detail)
    return errors.ServerStateConflict(next(reasons, errors.ConflictReason.UNKNOWN), detail=_text(complaint))


def _invalid(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    fields = []
    for error in complaint.all:
        meta = error.get("meta")
        meta = meta if isinstance(meta, Mapping) else {}
        fields.append(
            errors.FieldProblem(
                str(meta.get("source_field", "")),
                str(meta.get("rule", "")),
                str(error.get("detail", ""))[:200],
            )
        )
    return errors.InvalidRequest(tuple(fields), detail=_text(complaint))


def _limited(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    return errors.RateLimited(retry_after_s(answer.headers), detail=_text(complaint))


def _backup_throttle(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    return errors.BackupThrottled(retry_after_s(answer.headers), detail=_text(complaint))


def _http(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    """Return by the status what an `HttpException` means.

    502 is a command to a server that is offline (docs/reference/servers.md#console-commands).
    """
    if complaint.status == 502 or "must be online" in complaint.detail:
        return errors.ServerOffline(detail=_text(complaint))
    if complaint.status == 503:
        return errors.PanelMaintenance(detail=_text(complaint))
    return _by_status(request, complaint, answer)


_BAD_REQUEST_WORDS: dict[str, type[errors.PanelRefused]] = {
    "backup to be restored": errors.RestoreNotPossible,
    "backup cannot be restored": errors.RestoreNotPossible,
    "environment variable": errors.VariableLocked,
    "cron data": errors.InvalidCron,
    "no tasks are registered": errors.ScheduleEmpty,
}


# What a 400 means where only one thing can be wrong, whatever language the panel's text is in.
_BAD_REQUEST_PATHS: dict[str, type[errors.PanelRefused]] = {
    "POST /servers/{server}/backups/{backup}/restore": errors.RestoreNotPossible,
    "PUT /servers/{server}/startup/variable": errors.VariableLocked,
    "PUT /servers/{server}/settings/docker-image": errors.ImageLocked,
    "POST /servers/{server}/schedules": errors.InvalidCron,
    "POST /servers/{server}/schedules/{schedule}": errors.InvalidCron,
    "POST /servers/{server}/schedules/{schedule}/execute": errors.ScheduleEmpty,
    "POST /servers/{server}/network/allocations": errors.TooManyAllocations,
    "DELETE /servers/{server}/network/allocations/{allocation}": errors.AllocationKept,
}


def _bad_request(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    known = _BAD_REQUEST_PATHS.get(f"{request.method} {request.path}")
    if known is not None:
        return known(complaint.code, detail=_text(complaint))
    kinds = (kind for words, kind in _BAD_REQUEST_WORDS.items() if words in complaint.detail)
    return next(kinds, errors.PanelRefused)(complaint.code, detail=_text(complaint))


def _pelican_node(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    """Pelican has no name of its own for a node's failure (docs/reference/versions.md#pelican).

    `ConnectionException` is also what a panel says whose Redis is down: where no node is asked it is that.
    """
    if complaint.status >= 500 and not request.involves_node:
        return _fault(request, _text(complaint))
    return _node(request, complaint, answer)


_NODE_TEXT = re.compile(r"remote host: (?P<text>.*?)\.? ?\(request[ _]id: ", re.DOTALL)


def _node(request: Request[Any], complaint: Complaint, answer: PanelResponse) -> errors.PanelError:
    """Read the node's own failure (docs/reference/panel-api.md#node-failures).

    After a 504 a change may be carried out all the same.
    """
    if complaint.status == 504 or complaint.code == "ConnectionException":
        return unknown_or(request, errors.NodeDown(detail=_text(complaint)))
    # The first task of a schedule was a command (docs/reference/schedules.md#runs).
    if "(code: 502)" in complaint.detail:
        return errors.ServerOffline(detail=_text(complaint))
    if complaint.status >= 500:
        kind = errors.FileUnavailable if "/files/" in request.path else errors.NodeFault
        state = None if request.safe else _PARTLY
        return kind(state=state, detail=_text(complaint))
    match = _NODE_TEXT.search(complaint.detail)
    return node_refusal(complaint.status, match["text"] if match else complaint.detail)


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
    "ServerSubuserExistsException": _refusal(errors.SubuserExists),
    "UserIsServerOwnerException": _refusal(errors.OwnerIsNoSubuser),
    "AutoAllocationNotEnabledException": _refusal(errors.AssignmentDisabled),
    "NoAutoAllocationSpaceAvailableException": _refusal(errors.NoFreeAllocation),
    "ServiceLimitExceededException": _refusal(errors.TooManyTasks),
    "FileSizeTooLargeException": _refusal(errors.FileTooLarge),
    "DaemonConnectionException": _node,
    # Pelican's spellings (docs/reference/versions.md#pelican).
    "RequestException": _pelican_node,
    "ConnectionException": _pelican_node,
    "FileNotFoundException": _file(errors.FileMissing),
    "FileNotEditableException": _file(errors.NotAFile),
    "FileExistsException": _file(errors.FileExists),
}

_BY_STATUS: dict[int, _Reader] = {
    401: _plain(errors.KeyRefused),
    403: _denied,
    404: _plain(errors.NotFound),
    406: _refusal(errors.NotQueryable),
    413: _refusal(errors.BodyTooLarge),
    422: _invalid,
    429: _limited,
}
