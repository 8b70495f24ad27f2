"""The call of the client for each recorded route of the panel's API."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.panel import PanelClient
from bot.panel.models import Cron, ListScope, PowerSignal, ScheduleDraft, TaskAction, TaskDraft
from tests.panel.conftest import UUID
from tests.support.recordings import Recording

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


def call_of(recording: Recording) -> tuple[Call, re.Match[str]] | None:
    """Find the client's call for a recorded method and path."""
    for method, pattern, call in PATTERNS:
        match = pattern.fullmatch(recording.path)
        if match is not None and method == recording.method:
            return call, match
    return None
