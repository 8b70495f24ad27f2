"""Every recorded answer of a real panel becomes the right model or the right error."""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from bot.core.errors import BadInput, QuetzalError
from bot.panel import PanelClient, errors
from tests.panel.conftest import KEY
from tests.panel.recorded_calls import call_of
from tests.panel.unused_recordings import UNUSED
from tests.support.origin import Origin
from tests.support.recordings import Recording, http_recordings

USED = [recording for recording in http_recordings() if call_of(recording) is not None]
LEFT = [
    recording
    for recording in http_recordings()
    if call_of(recording) is None and not recording.path.startswith(("/down", "/upl"))
]


def _played() -> Iterator[ParameterSet]:
    """Give each kind of answer to each call to the suite once, the other recordings to `make sweep`."""
    seen = set()
    for recording in USED:
        matched = call_of(recording)
        assert matched is not None
        kind = (matched[0], recording.method, recording.status, recording.code)
        marks = (pytest.mark.sweep,) if kind in seen else ()
        seen.add(kind)
        yield pytest.param(recording, id=recording.name, marks=marks)


# --- what each answer must become: the first rule that fits --------------------------------------

# (status, code, part of the detail, what a read becomes, what a change becomes)
RULES: list[tuple[int, str | None, str, type[QuetzalError], type[QuetzalError]]] = [
    (302, None, "", errors.RedirectedAway, errors.RedirectedAway),
    (400, "TwoFactorAuthRequiredException", "", errors.TwoFactorRequired, errors.TwoFactorRequired),
    (400, "InvalidFilterQuery", "", errors.PanelRefused, errors.PanelRefused),
    (400, "InvalidSortQuery", "", errors.PanelRefused, errors.PanelRefused),
    (
        400,
        "BadRequestHttpException",
        "cannot be restored",
        errors.RestoreNotPossible,
        errors.RestoreNotPossible,
    ),
    (400, "BadRequestHttpException", "environment variable", errors.VariableLocked, errors.VariableLocked),
    (400, "DisplayException", "cron data", errors.InvalidCron, errors.InvalidCron),
    (400, "DisplayException", "no tasks are registered", errors.ScheduleEmpty, errors.ScheduleEmpty),
    (400, "ServiceLimitExceededException", "", errors.TooManyTasks, errors.TooManyTasks),
    (400, "BadRequestHttpException", "manually set", errors.ImageLocked, errors.ImageLocked),
    (
        400,
        "AutoAllocationNotEnabledException",
        "",
        errors.AssignmentDisabled,
        errors.AssignmentDisabled,
    ),
    (400, "DisplayException", "additional allocations", errors.PanelRefused, errors.TooManyAllocations),
    (400, "DisplayException", "delete", errors.PanelRefused, errors.AllocationKept),
    (400, "ServerSubuserExistsException", "", errors.SubuserExists, errors.SubuserExists),
    (400, "UserIsServerOwnerException", "", errors.OwnerIsNoSubuser, errors.OwnerIsNoSubuser),
    (400, "BackupLockedException", "", errors.BackupLocked, errors.BackupLocked),
    (400, "TooManyBackupsException", "", errors.TooManyBackups, errors.TooManyBackups),
    (400, "TooManyDatabasesException", "", errors.TooManyDatabases, errors.TooManyDatabases),
    (400, "DuplicateDatabaseNameException", "", errors.DuplicateDatabaseName, errors.DuplicateDatabaseName),
    (400, "NoSuitableDatabaseHostException", "", errors.NoDatabaseHost, errors.NoDatabaseHost),
    (400, "FileSizeTooLargeException", "", errors.FileTooLarge, errors.FileTooLarge),
    (400, "DaemonConnectionException", "enough disk space", errors.DiskFull, errors.DiskFull),
    (409, "DaemonConnectionException", "enough available disk", errors.DiskFull, errors.DiskFull),
    (400, "DaemonConnectionException", "already exists", errors.FileExists, errors.FileExists),
    (400, "DaemonConnectionException", "name conflicts", errors.FileExists, errors.FileExists),
    (400, "DaemonConnectionException", "is a directory", errors.NotAFile, errors.NotAFile),
    (400, "DaemonConnectionException", "format Wings", errors.ArchiveUnknown, errors.ArchiveUnknown),
    (
        400,
        "DaemonConnectionException",
        "Missing Content-Length",
        errors.EmptyFileRefused,
        errors.EmptyFileRefused,
    ),
    (400, "DaemonConnectionException", "", errors.NodeRefused, errors.NodeRefused),
    (401, "AuthenticationException", "", errors.KeyRefused, errors.KeyRefused),
    (403, "AccessDeniedHttpException", "unauthorized", errors.PermissionMissing, errors.PermissionMissing),
    (403, "HttpForbiddenException", "", errors.PermissionMissing, errors.PermissionMissing),
    (403, "DaemonConnectionException", "denylist", errors.FileDenied, errors.FileDenied),
    (404, "DaemonConnectionException", "not found on the system", errors.FileMissing, errors.FileMissing),
    (404, "NotFoundHttpException", "", errors.NotFound, errors.NotFound),
    (404, None, "", errors.BrokenAnswer, errors.FirewallRefused),
    (409, "ServerStateConflictException", "", errors.ServerStateConflict, errors.ServerStateConflict),
    (413, None, "", errors.BodyTooLarge, errors.BodyTooLarge),
    (422, "ValidationException", "", errors.InvalidRequest, errors.InvalidRequest),
    (422, "DaemonConnectionException", "", errors.NodeRefused, errors.NodeRefused),
    (429, "ThrottleRequestsException", "", errors.RateLimited, errors.RateLimited),
    (429, "TooManyRequestsHttpException", "", errors.BackupThrottled, errors.BackupThrottled),
    (429, None, "", errors.FirewallLimited, errors.FirewallLimited),
    (500, "ConnectionException", "", errors.PanelFault, errors.PanelFault),  # Redis is down
    (500, "ErrorException", "", errors.PanelFault, errors.PanelFault),
    (500, "DataValidationException", "", errors.PanelFault, errors.PanelFault),
    (500, "TypeError", "", errors.PanelFault, errors.PanelFault),
    (500, "QueryException", "", errors.PanelFault, errors.PanelFault),
    (500, "DatabaseClientFeatureNotEnabledException", "", errors.PanelFault, errors.PanelFault),
    (502, "HttpException", "must be online", errors.ServerOffline, errors.ServerOffline),
    (502, "DaemonConnectionException", "(code: 502)", errors.ServerOffline, errors.ServerOffline),
    (502, None, "", errors.GatewayUnanswered, errors.OutcomeUnknown),
    (503, "HttpException", "", errors.PanelMaintenance, errors.PanelMaintenance),
    (504, "DaemonConnectionException", "", errors.NodeDown, errors.OutcomeUnknown),
]
EXPLICIT: dict[str, type[QuetzalError]] = {
    "404-backups-view-odd": BadInput,  # the client refuses what is no uuid before it asks
    "files-delete-dot": BadInput,  # the client does not delete the root by another name
    "files-list-3000": errors.BrokenAnswer,  # only its first 24 bytes were kept
    "404-users-view-id": BadInput,  # the client refuses what is no uuid before it asks
    "files-delete-root": BadInput,
    "old-1.11.8-files-delete-root": BadInput,
}
SUCCESS = {200, 202, 204}


def _expected(recording: Recording) -> type[QuetzalError] | None:
    if recording.name in EXPLICIT:
        return EXPLICIT[recording.name]
    if recording.status in SUCCESS:
        return None
    if recording.code == "DaemonConnectionException" and recording.status in {500, 502}:
        if "(code: 502)" in recording.detail:
            return errors.ServerOffline
        return errors.FileUnavailable if "/files/" in recording.path else errors.NodeFault
    for status, code, part, read, change in RULES:
        if (recording.status, recording.code) == (status, code) and part in recording.detail:
            return read if recording.method == "GET" else change
    raise AssertionError(f"no rule for {recording.name}: {recording.status} {recording.code}")


@pytest.mark.parametrize("recording", list(_played()))
async def test_recorded_answer(recording: Recording, client: PanelClient, origin: Origin) -> None:
    origin.answers(recording.wire)
    matched = call_of(recording)
    assert matched is not None
    call, match = matched
    expected = _expected(recording)
    if expected is None:
        _check_model(await call(client, recording, match), recording)
        return
    with pytest.raises(QuetzalError) as caught:
        await call(client, recording, match)
    assert type(caught.value) is expected
    assert KEY not in f"{caught.value!r} {caught.value.sentence} {caught.value.detail}"
    if recording.detail:
        assert recording.detail not in caught.value.sentence


def _check_model(
    result: Any,  # noqa: ANN401 - any model
    recording: Recording,
) -> None:
    """See that the model says what the recorded JSON says."""
    if recording.status == 204 or recording.json == []:
        assert result is None
    elif recording.path.endswith("/contents"):
        assert result == recording.body
    elif "data" in recording.json and isinstance(recording.json["data"], list):
        things = getattr(result, "items", None) or getattr(result, "variables", None) or result
        rows = [row["attributes"] for row in recording.json["data"]]
        if not rows:
            assert not getattr(result, "items", result)
            return
        assert len(things) == len(rows)
        for thing, row in zip(things, rows, strict=True):
            _check_attributes(thing, row)
        pagination = recording.json.get("meta", {}).get("pagination")
        if pagination:
            assert (result.total, result.number) == (pagination["total"], pagination["current_page"])
    elif "attributes" in recording.json:
        _check_attributes(result, recording.json["attributes"])
    else:
        assert result.token.get_secret_value() == recording.json["data"]["token"]
        assert result.url == recording.json["data"]["socket"]


def _check_attributes(
    thing: Any,  # noqa: ANN401 - any model
    row: dict[str, Any],
) -> None:
    """Every plain attribute that the model keeps under the same name has the same value."""
    same = {name: row[name] for name in type(thing).model_fields if name in row}
    plain = {
        name: value for name, value in same.items() if isinstance(value, str | int | bool) or value is None
    }
    assert plain or "resources" in row or "url" in row or "permissions" in row
    for name, value in plain.items():
        if not name.endswith("_at"):
            assert getattr(thing, name) == value, name
    if "resources" in row:
        assert thing.memory_bytes == row["resources"]["memory_bytes"]
        assert thing.uptime_ms == row["resources"]["uptime"]
        assert thing.state == row["current_state"]
    if "size" in row:
        assert thing.size_bytes == row["size"]
    if "bytes" in row:
        assert thing.size_bytes == row["bytes"]
    if "limits" in row:
        assert thing.limits.memory_mib == row["limits"]["memory"]


def test_every_recording_is_used_or_has_a_reason() -> None:
    node = [
        recording for recording in http_recordings() if recording.path.startswith(("/download/", "/upload/"))
    ]
    silent = [
        recording.name
        for recording in LEFT
        if not any(fnmatch(recording.name, pattern) for pattern in UNUSED)
    ]
    assert silent == []
    needless = [
        pattern
        for pattern in UNUSED
        if not any(fnmatch(recording.name, pattern) for recording in [*LEFT, *node])
    ]
    assert needless == []
    assert len(USED) + len(node) + len(LEFT) == len(http_recordings()) >= 595
    assert len(USED) >= 520
