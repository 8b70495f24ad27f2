"""Every recorded answer of a real panel becomes the right model or the right error."""

import re
from collections.abc import Awaitable, Callable
from fnmatch import fnmatch
from typing import Any, TypeVar

import pytest

from bot.core.errors import BadInput, QuetzalError
from bot.panel import PanelClient, errors
from bot.panel.models import Cron, ListScope, PowerSignal, ScheduleDraft, TaskAction, TaskDraft
from tests.panel.conftest import KEY, UUID
from tests.panel.unused_recordings import UNUSED
from tests.support.origin import Origin
from tests.support.recordings import Recording, http_recordings

CRON = Cron(minute="0", hour="4", day_of_month="*", month="*", day_of_week="*")
SCHEDULE = ScheduleDraft(name="nightly", cron=CRON)
TASK = TaskDraft(action=TaskAction.POWER, payload="restart")

T = TypeVar("T")
Call = Callable[[PanelClient, Recording, re.Match[str]], Awaitable[Any]]


def _sent(recording: Recording, name: str, otherwise: T) -> T:
    """Repeat what was sent when it was recorded, where the client can send the same."""
    value = recording.sent.get(name) if isinstance(recording.sent, dict) else None
    return value if type(value) is type(otherwise) and value else otherwise


def _page(recording: Recording) -> int:
    text = recording.query.get("page", "1")
    return int(text) if text.isdecimal() else 1


def _number(match: re.Match[str]) -> int:
    """Return the id of a schedule; the client sends no other text."""
    return int(match["id"]) if match["id"].isdecimal() else 0


def _scope(recording: Recording) -> ListScope:
    """Read which servers were listed; a panel takes any other word for the account's own."""
    kind = recording.query.get("type", "")
    return ListScope(kind) if kind in set(ListScope) else ListScope.OWN


CALLS: dict[str, Call] = {
    "GET /": lambda c, r, m: c.servers.page(_page(r), name=r.query.get("filter[name]"), scope=_scope(r)),
    "GET /account": lambda c, r, m: c.account.view(),
    "GET /permissions": lambda c, r, m: c.account.permissions(),
    "GET /servers/S": lambda c, r, m: c.servers.view(UUID),
    "GET /servers/S/activity": lambda c, r, m: c.activity.page(UUID),
    "GET /servers/S/resources": lambda c, r, m: c.servers.resources(UUID),
    "POST /servers/S/power": lambda c, r, m: (
        c.servers.power(UUID, PowerSignal(_sent(r, "signal", "kill")))
        if _sent(r, "signal", "kill") in set(PowerSignal)
        else c.servers.power(UUID, PowerSignal.KILL)
    ),
    "POST /servers/S/settings/rename": lambda c, r, m: (
        c.servers.describe(UUID, _sent(r, "name", "alpha"), _sent(r, "description", ""))
        if isinstance(r.sent, dict) and "description" in r.sent
        else c.servers.rename(UUID, _sent(r, "name", "alpha"))
    ),
    "POST /servers/S/settings/reinstall": lambda c, r, m: c.servers.reinstall(UUID),
    "POST /servers/S/command": lambda c, r, m: c.servers.command(UUID, _sent(r, "command", "status")),
    "GET /servers/S/websocket": lambda c, r, m: c.sockets.token(UUID),
    "GET /servers/S/files/list": lambda c, r, m: c.files.list(UUID, r.query.get("directory", "/")),
    "GET /servers/S/files/contents": lambda c, r, m: c.files.read(UUID, r.query.get("file", "")),
    "GET /servers/S/files/download": lambda c, r, m: c.files.download_url(UUID, r.query.get("file", "")),
    "GET /servers/S/files/upload": lambda c, r, m: c.files.upload_url(UUID),
    "PUT /servers/S/files/rename": lambda c, r, m: c.files.rename(UUID, [("a", "b")]),
    "POST /servers/S/files/copy": lambda c, r, m: c.files.copy(UUID, _sent(r, "location", "/a")),
    "POST /servers/S/files/write": lambda c, r, m: c.files.write(UUID, r.query.get("file", "a"), b"text"),
    "POST /servers/S/files/compress": lambda c, r, m: c.files.compress(UUID, "/", _sent(r, "files", ["a"])),
    "POST /servers/S/files/decompress": lambda c, r, m: c.files.decompress(UUID, "/", "a.zip"),
    "POST /servers/S/files/delete": lambda c, r, m: c.files.delete(UUID, "/", _sent(r, "files", ["a"])),
    "POST /servers/S/files/create-folder": lambda c, r, m: c.files.create_folder(UUID, "/", "a"),
    "POST /servers/S/files/chmod": lambda c, r, m: c.files.chmod(UUID, "/", [("a", "644")]),
    "POST /servers/S/files/pull": lambda c, r, m: c.files.pull(UUID, "https://example.com/a.jar"),
    "GET /servers/S/backups": lambda c, r, m: c.backups.page(UUID),
    "POST /servers/S/backups": lambda c, r, m: c.backups.create(UUID, _sent(r, "name", "x")),
    "GET /servers/S/backups/ID": lambda c, r, m: c.backups.view(UUID, m["id"]),
    "DELETE /servers/S/backups/ID": lambda c, r, m: c.backups.delete(UUID, m["id"]),
    "GET /servers/S/backups/ID/download": lambda c, r, m: c.backups.download_url(UUID, m["id"]),
    "POST /servers/S/backups/ID/lock": lambda c, r, m: c.backups.lock_toggle(UUID, m["id"]),
    "POST /servers/S/backups/ID/restore": lambda c, r, m: c.backups.restore(UUID, m["id"], truncate=True),
    "GET /servers/S/databases": lambda c, r, m: c.databases.list(
        UUID, with_passwords=r.query.get("include") == "password"
    ),
    "POST /servers/S/databases": lambda c, r, m: c.databases.create(UUID, _sent(r, "database", "stats")),
    "POST /servers/S/databases/ID/rotate-password": lambda c, r, m: c.databases.rotate(UUID, m["id"]),
    "DELETE /servers/S/databases/ID": lambda c, r, m: c.databases.delete(UUID, m["id"]),
    "GET /servers/S/network/allocations": lambda c, r, m: c.network.list(UUID),
    "POST /servers/S/network/allocations": lambda c, r, m: c.network.assign(UUID),
    "POST /servers/S/network/allocations/ID": lambda c, r, m: c.network.set_note(
        UUID, int(m["id"]), _sent(r, "notes", "")
    ),
    "POST /servers/S/network/allocations/ID/primary": lambda c, r, m: c.network.make_primary(
        UUID, int(m["id"])
    ),
    "DELETE /servers/S/network/allocations/ID": lambda c, r, m: c.network.remove(UUID, int(m["id"])),
    "GET /servers/S/schedules": lambda c, r, m: c.schedules.list(UUID),
    "POST /servers/S/schedules": lambda c, r, m: c.schedules.create(UUID, SCHEDULE),
    "GET /servers/S/schedules/ID": lambda c, r, m: c.schedules.view(UUID, _number(m)),
    "POST /servers/S/schedules/ID": lambda c, r, m: c.schedules.update(UUID, _number(m), SCHEDULE),
    "DELETE /servers/S/schedules/ID": lambda c, r, m: c.schedules.delete(UUID, _number(m)),
    "POST /servers/S/schedules/ID/execute": lambda c, r, m: c.schedules.execute(UUID, _number(m)),
    "POST /servers/S/schedules/ID/tasks": lambda c, r, m: c.schedules.create_task(UUID, _number(m), TASK),
    "POST /servers/S/schedules/ID/tasks/TASK": lambda c, r, m: c.schedules.update_task(
        UUID, _number(m), int(m["task"]), TASK
    ),
    "DELETE /servers/S/schedules/ID/tasks/TASK": lambda c, r, m: c.schedules.delete_task(
        UUID, _number(m), int(m["task"])
    ),
    "GET /servers/S/startup": lambda c, r, m: c.startup.list(UUID),
    "GET /servers/S/users": lambda c, r, m: c.subusers.list(UUID),
    "POST /servers/S/users": lambda c, r, m: c.subusers.invite(
        UUID, _sent(r, "email", "x@rig.test"), _sent(r, "permissions", ["control.console"])
    ),
    "GET /servers/S/users/ID": lambda c, r, m: c.subusers.view(UUID, m["id"]),
    "POST /servers/S/users/ID": lambda c, r, m: c.subusers.update(
        UUID, m["id"], _sent(r, "permissions", ["control.start"])
    ),
    "DELETE /servers/S/users/ID": lambda c, r, m: c.subusers.remove(UUID, m["id"]),
    "PUT /servers/S/startup/variable": lambda c, r, m: c.startup.set_variable(
        UUID, _sent(r, "key", "A"), _sent(r, "value", "b")
    ),
    "PUT /servers/S/settings/docker-image": lambda c, r, m: c.startup.set_image(
        UUID, _sent(r, "docker_image", "image:1")
    ),
}
PATTERNS = [
    (
        name.partition(" ")[0],
        re.compile(
            "/api/client"
            + name.partition(" ")[2]
            .rstrip("/")
            .replace("/S", "/[^/]+")
            .replace("/ID", "/(?P<id>[^/]+)")
            .replace("/TASK", "/(?P<task>[^/]+)")
            + "/?"
        ),
        call,
    )
    for name, call in CALLS.items()
]


def _call_of(recording: Recording) -> tuple[Call, re.Match[str]] | None:
    """Find the client's call for a recorded method and path."""
    for method, pattern, call in PATTERNS:
        match = pattern.fullmatch(recording.path)
        if match is not None and method == recording.method:
            return call, match
    return None


USED = [recording for recording in http_recordings() if _call_of(recording) is not None]
LEFT = [
    recording
    for recording in http_recordings()
    if _call_of(recording) is None and not recording.path.startswith(("/down", "/upl"))
]

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
    (403, "HttpForbiddenException", "", errors.PermissionMissing, errors.PermissionMissing),
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


@pytest.mark.parametrize("recording", USED, ids=lambda recording: recording.name)
async def test_recorded_answer(recording: Recording, client: PanelClient, origin: Origin) -> None:
    origin.answers(recording.wire)
    matched = _call_of(recording)
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
