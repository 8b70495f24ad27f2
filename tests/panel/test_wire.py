"""What goes over the wire: headers, paths, bodies, as the panel wants them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from bot.core.errors import BadInput
from bot.panel import Lane, PanelClient, PanelConfig, errors
from bot.panel.models import Cron, ListScope, ScheduleDraft, TaskAction, TaskDraft
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.origin import Origin, complaint, http

BACKUP = "904df120-a66f-4a7a-a4b1-7f2d5b4c9d3a"
CRON = Cron(minute="0", hour="4", day_of_month="*", month="*", day_of_week="*")
EMPTY_LIST = {"object": "list", "data": []}
SIGNED = {"object": "signed_url", "attributes": {"url": "http://127.0.0.1/x"}}
AT = "2024-05-01T12:00:00+00:00"
BACKUP_ROW = {"uuid": BACKUP, "name": "n", "is_successful": False, "created_at": AT, "completed_at": None}
TASK_ROW = {"id": 2, "sequence_id": 3, "action": "command"}
SCHEDULE_ROW = {"id": 1, "name": "n", "cron": CRON.model_dump()}


async def test_every_request_is_one_that_the_panel_takes_for_an_api_call(
    client: PanelClient, origin: Origin
) -> None:
    origin.answers(http(200, EMPTY_LIST, {"Set-Cookie": "pterodactyl_session=abc; path=/"}))
    await client.databases.list(UUID)
    await client.databases.list(UUID)
    for seen in origin.requests:
        assert seen.headers["Accept"] == "application/json"
        assert seen.headers["Authorization"] == f"Bearer {KEY}"
        assert not {"Cookie", "Origin", "Referer"} & set(seen.headers)


@pytest.mark.parametrize(
    "short", ["1a7ce997", "", "../../account", UUID.upper(), UUID + "/x", UUID[:-1] + "?"]
)
async def test_only_full_uuids_are_put_into_paths(short: str, client: PanelClient, origin: Origin) -> None:
    with pytest.raises(BadInput):
        await client.files.list(short)
    with pytest.raises(BadInput):
        await client.backups.delete(UUID, short)
    assert origin.requests == []


@pytest.mark.parametrize(
    ("name", "contents", "download"),
    [
        ("a b.txt", "a%20b.txt", "a%20b.txt"),
        ("100%41.txt", "100%2541.txt", "100%252541.txt"),
        (
            "päivää/世界",
            "p%C3%A4iv%C3%A4%C3%A4%2F%E4%B8%96%E7%95%8C",
            "p%C3%A4iv%C3%A4%C3%A4%2F%E4%B8%96%E7%95%8C",
        ),
        ("a+b&c=d#e?f", "a%2Bb%26c%3Dd%23e%3Ff", "a%2Bb%26c%3Dd%23e%3Ff"),
        (" lead\nline ", "%20lead%0Aline%20", "%20lead%0Aline%20"),
    ],
)
async def test_names_are_encoded_once_and_a_percent_twice_for_downloads(
    name: str, contents: str, download: str, client: PanelClient, origin: Origin
) -> None:
    origin.answers(http(200, b"text", {"Content-Type": "text/plain"}), http(200, SIGNED))
    await client.files.read(UUID, name)
    await client.files.download_url(UUID, name)
    read, link = (seen.target.partition("?file=")[2] for seen in origin.requests)
    assert (read, link) == (contents, download)


async def test_a_file_is_written_as_bytes_and_never_as_json(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(204))
    await client.files.write(UUID, "/config/data.json", b'{"file": "trap"}')
    seen = origin.requests[0]
    assert seen.target == f"/api/client/servers/{UUID}/files/write?file=%2Fconfig%2Fdata.json"
    assert seen.headers["Content-Type"] == "application/octet-stream"
    assert seen.body == b'{"file": "trap"}'


Ask = Callable[[PanelClient], Awaitable[Any]]
BODIES: list[tuple[Ask, bytes, str, str, dict[str, Any]]] = [
    (lambda c: c.servers.command(UUID, "say hi"), http(204), "POST", "command", {"command": "say hi"}),
    (
        lambda c: c.files.rename(UUID, [("a", "b/c")]),
        http(204), "PUT", "files/rename", {"root": "/", "files": [{"from": "a", "to": "b/c"}]},
    ),
    (lambda c: c.files.copy(UUID, "/a"), http(204), "POST", "files/copy", {"location": "/a"}),
    (
        lambda c: c.files.delete(UUID, "/", ["a", "b"]),
        http(204), "POST", "files/delete", {"root": "/", "files": ["a", "b"]},
    ),
    (
        lambda c: c.files.create_folder(UUID, "/", "a/b"),
        http(204), "POST", "files/create-folder", {"root": "/", "name": "a/b"},
    ),
    (
        lambda c: c.files.chmod(UUID, "/", [("a", "0755")]),
        http(204), "POST", "files/chmod", {"root": "/", "files": [{"file": "a", "mode": "0755"}]},
    ),
    (
        lambda c: c.files.pull(UUID, "https://x.example/y.jar", "/plugins"),
        http(204), "POST", "files/pull", {"url": "https://x.example/y.jar", "directory": "/plugins"},
    ),
    (
        lambda c: c.backups.create(UUID, "n", ignored=["*.log", "cache/*"], locked=True),
        http(200, {"object": "backup", "attributes": BACKUP_ROW}),
        "POST", "backups", {"name": "n", "ignored": "*.log\ncache/*", "is_locked": True},
    ),
    (
        lambda c: c.backups.restore(UUID, BACKUP, truncate=False),
        http(204), "POST", f"backups/{BACKUP}/restore", {"truncate": False},
    ),
    (
        lambda c: c.schedules.update(UUID, 1, ScheduleDraft(name="n", cron=CRON, is_active=False)),
        http(200, {"object": "server_schedule", "attributes": SCHEDULE_ROW}),
        "POST", "schedules/1",
        {"name": "n", **CRON.model_dump(), "is_active": False, "only_when_online": False},
    ),
    (
        lambda c: c.schedules.update_task(
            UUID, 1, 2, TaskDraft(action=TaskAction.COMMAND, payload="list", sequence_id=3)
        ),
        http(200, {"object": "schedule_task", "attributes": TASK_ROW}),
        "POST", "schedules/1/tasks/2",
        {
            "action": "command", "payload": "list", "time_offset": 0, "continue_on_failure": False,
            "sequence_id": 3,
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "reply", "method", "path", "body"), BODIES, ids=[row[3] for row in BODIES])
async def test_bodies(
    ask: Ask,
    reply: bytes,
    method: str,
    path: str,
    body: dict[str, Any],
    *,
    client: PanelClient,
    origin: Origin,
) -> None:
    origin.answers(reply)
    await ask(client)
    (seen,) = origin.requests
    assert (seen.method, seen.target) == (method, f"/api/client/servers/{UUID}/{path}")
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.json == body


async def test_modes_go_one_by_one_because_wings_changes_only_the_last(
    client: PanelClient, origin: Origin
) -> None:
    origin.answers(http(204))
    await client.files.chmod(UUID, "/", [("a", "644"), ("b", "755")])
    assert [seen.json["files"] for seen in origin.requests] == [
        [{"file": "a", "mode": "644"}],
        [{"file": "b", "mode": "755"}],
    ]


async def test_lists_ask_for_the_order_and_the_scope(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(200, EMPTY_LIST))
    await client.activity.page(UUID, event="power")
    await client.servers.page(2, 50, name="sur", scope=ListScope.ALL)
    assert "sort=-timestamp" in origin.requests[0].target
    assert "filter%5Bevent%5D=power" in origin.requests[0].target
    assert origin.requests[1].target == (
        "/api/client?page=2&per_page=50&include=egg&type=admin-all&filter%5Bname%5D=sur"
    )


async def test_a_panel_below_a_path(origin: Origin, clock: Clock) -> None:
    origin.answers(http(200, EMPTY_LIST))
    config = PanelConfig(f"{origin.url}/games/", SecretStr(KEY))
    async with PanelClient(config, clock, sleep=clock.sleep) as client:
        await client.databases.list(UUID)
    assert origin.requests[0].target.startswith("/games/api/client/servers/")
    assert config.origin == origin.url


@pytest.mark.parametrize(
    "url", ["panel.example.com", "ftp://panel.example.com", "https://", "https://u:p@x.example"]
)
def test_a_url_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"https://panel\.example\.com"):
        PanelConfig(url, SecretStr(KEY))


async def test_another_persons_key_travels_on_the_same_connections(
    client: PanelClient, origin: Origin
) -> None:
    headers = {"X-RateLimit-Limit": "720", "X-RateLimit-Remaining": "100"}
    origin.answers(http(200, EMPTY_LIST, headers))
    await client.databases.list(UUID)
    other = client.with_key(SecretStr("ptlc_other"))
    assert other.budget.limit is None
    await other.databases.list(UUID)
    assert origin.requests[1].headers["Authorization"] == "Bearer ptlc_other"
    assert origin.connections == 1
    assert other.on(Lane.BACKGROUND).budget.limit == 720


async def test_the_key_is_nowhere_to_be_read(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(200, b"<html>"))
    with pytest.raises(Exception) as caught:
        await client.account.view()
    error = caught.value
    words = (
        f"{client!r} {client.config!r} {error!r} {error.__dict__} {error.__cause__!r} {error.__context__!r}"
    )
    assert KEY[5:] not in words


async def test_a_client_that_is_closed_says_so(clock: Clock) -> None:
    client = PanelClient(PanelConfig("http://127.0.0.1:9", SecretStr(KEY)), clock, sleep=clock.sleep)
    await client.open()
    await client.close()
    with pytest.raises(errors.ClientClosed):
        await client.account.view()
    with pytest.raises(errors.ClientClosed):
        await client.files.list(UUID)


async def test_a_refused_schedule_means_its_times_in_every_language(
    client: PanelClient, origin: Origin
) -> None:
    draft = ScheduleDraft(name="n", cron=CRON)
    origin.answers(complaint(400, "DisplayException", "Der Ausdruck ist ungültig."))
    with pytest.raises(errors.InvalidCron):
        await client.schedules.create(UUID, draft)
    with pytest.raises(errors.InvalidCron):
        await client.schedules.update(UUID, 1, draft)
