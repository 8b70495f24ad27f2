"""What the panel says, in models that newer panels do not break."""

import json
import logging
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot.panel import PanelClient, errors
from bot.panel.models import (
    Backup,
    BackupState,
    Database,
    FileEntry,
    Limits,
    PowerState,
    Resources,
    Server,
    ServerStatus,
)
from bot.panel.request import items
from tests.panel.conftest import UUID
from tests.support.origin import (
    Origin,
    Seen,
    complaint,
    http,
)
from tests.support.recordings import http_recordings

VIEW: dict[str, Any] = next(
    recording for recording in http_recordings() if recording.name == "server-view-uuid"
).json
LIST = next(recording for recording in http_recordings() if recording.name == "client-index").json
AT = "2024-05-01T12:00:00+02:00"


def server(**changes: object) -> Server:
    return Server.model_validate({**VIEW["attributes"], **changes})


def test_models_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        server().name = "other"  # type: ignore[misc]  # that is the point


def test_limits_say_when_there_is_none() -> None:
    none = Limits(memory_mib=0, swap_mib=-1, disk_mib=0, cpu_percent=0)
    assert (none.memory_bytes, none.disk_bytes, none.cpu_limit_percent) == (None, None, None)
    some = Limits(memory_mib=1024, swap_mib=0, disk_mib=2, cpu_percent=250)
    assert (some.memory_bytes, some.disk_bytes, some.cpu_limit_percent) == (1 << 30, 2 << 20, 250)


def test_a_strange_enum_value_is_unknown_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        assert server(status="hibernating").status is ServerStatus.UNKNOWN
    assert PowerState("zombie") is PowerState.UNKNOWN
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2


def test_fields_without_a_reader_may_be_missing_null_or_new() -> None:
    bare = {
        name: VIEW["attributes"][name]
        for name in ("uuid", "identifier", "internal_id", "name", "node", "limits")
    }
    for attributes in (bare, {**bare, "description": None, "docker_image": None, "from_the_future": [1]}):
        made = Server.model_validate(attributes)
        assert (made.description, made.allocations, made.status) == ("", (), None)
    pinned = server(limits={**VIEW["attributes"]["limits"], "threads": 0, "oom_killer": True})
    assert pinned.limits.threads == 0


def test_relations_without_permission_are_empty() -> None:
    nothing = {"object": "null_resource", "attributes": None}
    made = server(relationships={"allocations": nothing, "variables": nothing, "egg": nothing})
    assert (made.allocations, made.variables, made.egg_name, made.primary_allocation) == ((), (), None, None)


@pytest.mark.parametrize(
    ("permissions", "is_owner", "wanted", "allowed"),
    [
        (["*"], True, "control.start", True),
        (["*"], True, "admin.websocket.errors", False),
        (["control.start"], False, "control.start", True),
        (["control.start"], False, "control.stop", False),
        (["database.view-password"], False, "database.view_password", True),
        (None, True, "control.stop", True),
        (None, False, "control.stop", None),
    ],
)
def test_permissions(
    permissions: list[str] | None, is_owner: bool, wanted: str, allowed: bool | None
) -> None:
    made = server(permissions=permissions, server_owner=is_owner)
    assert made.allows(wanted) is allowed


async def test_a_view_knows_the_permissions_and_a_list_does_not(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(200, VIEW), http(200, LIST))
    view = await client.servers.view(UUID)
    assert view.permissions == frozenset(VIEW["meta"]["user_permissions"])
    page = await client.servers.page()
    assert {item.permissions for item in page.items} == {None}


@pytest.mark.parametrize(
    ("is_successful", "completed_at", "size", "state"),
    [
        (False, None, 0, BackupState.RUNNING),
        (True, AT, 1, BackupState.DONE),
        (True, AT, 0, BackupState.EMPTY),
        (False, AT, 0, BackupState.FAILED),
    ],
)
def test_a_backups_state(
    is_successful: bool, completed_at: str | None, size: int, state: BackupState
) -> None:
    row = {
        "uuid": "u",
        "name": "n",
        "is_successful": is_successful,
        "bytes": size,
        "created_at": AT,
        "completed_at": completed_at,
    }
    assert Backup.model_validate(row).state is state


@pytest.mark.parametrize(
    ("mode", "is_file", "kinds"),
    [
        ("-rw-r--r--", True, (False, False, True)),
        ("drwxr-xr-x", False, (True, False, False)),
        ("Lrwxrwxrwx", True, (False, True, False)),
        ("prw-r--r--", True, (False, False, False)),
    ],
)
def test_kinds_of_files_come_from_the_mode(mode: str, is_file: bool, kinds: tuple[bool, bool, bool]) -> None:
    row = {"name": "a", "mode": mode, "mode_bits": "644", "size": 1, "is_file": is_file, "is_symlink": False,
           "created_at": AT, "modified_at": AT}  # fmt: skip
    entry = FileEntry.model_validate(row)
    assert (entry.is_directory, entry.is_symlink, entry.is_regular) == kinds


def test_a_database_password_is_a_secret() -> None:
    row = {"id": 7, "name": "s1_a", "username": "u1", "host": {"address": "h", "port": 3306},
           "relationships": {"password": {"attributes": {"password": "hunter2"}}}}  # fmt: skip
    database = Database.model_validate(row)
    assert database.id == "7"  # Pelican's are numbers
    assert database.password == SecretStr("hunter2")
    assert "hunter2" not in repr(database)
    hidden = {**row, "relationships": {"password": {"object": "null_resource", "attributes": None}}}
    assert Database.model_validate(hidden).password is None


async def test_every_page_is_walked_by_number_and_each_thing_comes_once(
    client: PanelClient, origin: Origin
) -> None:
    """The list moves while it is read: the last of a page comes again as the first of the next."""

    def script(seen: Seen) -> bytes:
        number = int(seen.target.partition("?page=")[2].partition("&")[0])
        rows = [{**VIEW["attributes"], "uuid": f"{n:08d}"} for n in range(number * 10 - 11, number * 10)]
        links = {"next": "https://evil.example/api/client?page=9"}
        paging = {
            "total": 25,
            "count": 11,
            "per_page": 10,
            "current_page": number,
            "total_pages": 3,
            "links": links,
        }
        data = [{"object": "server", "attributes": row} for row in rows]
        return http(200, {"object": "list", "data": data, "meta": {"pagination": paging}})

    origin.script = script
    names = [listed.uuid for listed in await client.servers.list_all()]
    assert len(names) == len(set(names)) == 31
    assert len(origin.requests) == 3


async def test_a_list_that_never_ends_ends(client: PanelClient, origin: Origin) -> None:
    paging = {
        "total": 10**9,
        "count": 0,
        "per_page": 50,
        "current_page": 1,
        "total_pages": 10**7,
        "links": {},
    }
    origin.answers(
        http(200, {"object": "list", "data": [], "meta": {"pagination": paging, "backup_count": 3}})
    )
    assert await client.backups.list_all(UUID) == ()
    assert (await client.backups.page(UUID)).counted == 3


def test_three_thousand_files_are_read_at_once() -> None:
    row = {"name": "päivä", "mode": "-rw-r--r--", "mode_bits": "644", "size": 1, "is_file": True,
           "created_at": AT, "modified_at": AT}  # fmt: skip
    body = json.dumps(
        {"object": "list", "data": [{"object": "file_object", "attributes": row}] * 3000}
    ).encode()
    assert len(items(FileEntry)(body)) == 3000


# --- Pelican (docs/reference/versions.md#pelican) ------------------------------------------------


async def test_pelican_says_missing_where_pterodactyl_says_504(client: PanelClient, origin: Origin) -> None:
    zeros = dict.fromkeys(
        ("memory_bytes", "cpu_absolute", "disk_bytes", "network_rx_bytes", "network_tx_bytes", "uptime"), 0
    )
    attributes = {"current_state": "missing", "is_suspended": False, "resources": zeros}
    origin.answers(http(200, {"object": "stats", "attributes": attributes}))
    assert (await client.servers.resources(UUID)).state is PowerState.MISSING
    assert Resources.model_validate(attributes).uptime_ms == 0


async def test_pelicans_account_has_a_uuid_and_no_number(client: PanelClient, origin: Origin) -> None:
    row = {"uuid": UUID, "username": "pat", "email": "pat@example.com", "language": "en", "admin": True,
           "root_admin": True, "2fa_enabled": False}  # fmt: skip
    origin.answers(http(200, {"object": "user", "attributes": row}))
    account = await client.account.view()
    assert (account.id, account.uuid, account.is_admin) == (None, UUID, True)
    assert "pat@example.com" not in repr(account)


@pytest.mark.parametrize(
    ("status", "code", "read", "change"),
    [
        (500, "ConnectionException", errors.NodeDown, errors.OutcomeUnknown),
        (500, "RequestException", errors.FileUnavailable, errors.FileUnavailable),
        (404, "FileNotFoundException", errors.FileMissing, errors.FileMissing),
        (400, "FileNotEditableException", errors.NotAFile, errors.NotAFile),
        (400, "FileExistsException", errors.FileExists, errors.FileExists),
        (500, "App\\Exceptions\\Http\\Something", errors.PanelFault, errors.PanelFault),
    ],
)
async def test_pelicans_names_for_a_nodes_failure(
    status: int,
    code: str,
    read: type[errors.PanelError],
    change: type[errors.PanelError],
    *,
    client: PanelClient,
    origin: Origin,
) -> None:
    origin.answers(complaint(status, code, "An unexpected error was encountered"))
    with pytest.raises(errors.PanelError) as caught:
        await client.files.read(UUID, "/a")
    assert type(caught.value) is read
    with pytest.raises(errors.PanelError) as caught:
        await client.files.write(UUID, "/a", b"b")
    assert type(caught.value) is change


async def test_a_panel_without_its_redis_is_not_taken_for_a_dead_node(
    client: PanelClient, origin: Origin
) -> None:
    """Its error has the name that Pelican gives to a dead node."""
    origin.answers(complaint(500, "ConnectionException", "An unexpected error was encountered"))
    with pytest.raises(errors.PanelFault):
        await client.servers.view(UUID)
