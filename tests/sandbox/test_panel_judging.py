"""In which order the panel finds fault with a request, and how it says so."""

from typing import Any

import pytest

from sandbox.model import GameServer
from sandbox.world import World
from tests.support.sandbox_panel import panel


def server_of(world: World) -> GameServer:
    server = world.add_server("Survival")
    world.add_subuser(server, "helper", ["websocket.connect", "control.console"])
    world.add_server("Elsewhere", owner="somebody")
    return server


async def test_a_bad_key_is_refused_without_being_counted() -> None:
    async with panel() as client:
        answer = await client.get("", headers={"Authorization": "Bearer ptlc_nonsense"})
        assert (answer.status, answer.code, answer.detail) == (
            401,
            "AuthenticationException",
            "Unauthenticated.",
        )
        assert "x-ratelimit-limit" not in answer.headers
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("accept", ["*/*", "text/html", "text/html,application/json"])
async def test_without_a_json_accept_header_errors_are_redirects_and_pages(accept: str) -> None:
    async with panel() as client:
        server = server_of(client.sandbox.world)
        login = await client.get("", headers={"Accept": accept, "Authorization": "Bearer x"})
        assert (login.status, login.headers["location"]) == (302, f"{client.sandbox.panel_url}/auth/login")
        back = await client.post(f"/servers/{server.uuid}/power", headers={"Accept": accept}, json={})
        assert back.status == 302
        page = await client.get("/servers/ffffffff", headers={"Accept": accept})
        assert page.status == 404
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["x-ratelimit-remaining"]
        fine = await client.get(f"/servers/{server.uuid}", headers={"Accept": accept})
        assert fine.attributes["name"] == "Survival"


async def test_earlier_faults_hide_later_ones() -> None:
    async with panel() as client:
        world = client.sandbox.world
        server = server_of(world)
        power = f"/servers/{server.uuid}/power"
        malformed: dict[str, Any] = {"data": b"{oops", "headers": {"Content-Type": "application/json"}}

        async def code(path: str = power, user: str = "helper", **extra: Any) -> tuple[int, str]:
            answer = await client.post(path, user=user, **extra)
            return answer.status, answer.detail

        world.settings.maintenance = True
        assert (await code(**malformed))[0] == 503
        world.settings.maintenance = False
        world.settings.require_two_factor = 2
        assert (await code(**malformed))[1].startswith(
            "The JSON data passed in the request appears to be malformed"
        )
        assert (await code(json={}))[1].startswith("Two-factor authentication is required")
        world.settings.require_two_factor = 0
        assert await code("/servers/ffffffff/power") == (
            404,
            "The requested resource could not be found on the server.",
        )
        assert await code(user="stranger") == (404, "The requested resource does not exist on this server.")
        server.status = "suspended"
        assert (await code(json={}))[0] == 409
        server.status = None
        assert await code(json={}) == (403, "This action is unauthorized.")
        assert await code(user="owner", json={}) == (422, "The signal field is required.")


async def test_an_application_key_and_a_foreign_address_are_refused() -> None:
    async with panel() as client:
        world = client.sandbox.world
        key = world.add_key(world.user("owner"), kind="application").token
        answer = await client.get("", headers={"Authorization": f"Bearer {key}"})
        assert (answer.status, answer.code) == (403, "AccessDeniedHttpException")
        assert "application API key" in answer.detail
        key = world.add_key(world.user("owner"), allowed_ips=("10.9.0.0/16",)).token
        answer = await client.get("", headers={"Authorization": f"Bearer {key}"})
        assert answer.detail.startswith("This IP address (127.0.0.1) does not have permission")
        assert "x-ratelimit-limit" not in answer.headers


async def test_the_second_factor_is_not_asked_for_the_account() -> None:
    async with panel() as client:
        client.sandbox.world.settings.require_two_factor = 2
        assert (await client.get("/account")).status == 200
        assert (await client.get("")).code == "TwoFactorAuthRequiredException"


@pytest.mark.parametrize(
    ("column", "value", "websocket", "resources"),
    [
        ("status", "suspended", 409, 409),
        ("maintenance", True, 409, 409),
        ("status", "installing", 409, 409),
        ("status", "install_failed", 409, 409),
        ("status", "restoring_backup", 409, 409),
        ("transferring", True, 409, 409),
        ("status", "reinstall_failed", 200, 200),
    ],
)
async def test_the_state_gate(column: str, value: object, websocket: int, resources: int) -> None:
    async with panel() as client:
        server = server_of(client.sandbox.world)
        setattr(server.node if column == "maintenance" else server, column, value)
        path = f"/servers/{server.uuid}"
        assert (await client.get(path)).status == 200
        assert (await client.get(f"{path}/websocket")).status == websocket
        assert (await client.get(f"{path}/resources", user="admin")).status == resources
        closed_to_all = value == "suspended" or column == "maintenance"
        assert (await client.get(f"{path}/websocket", user="admin")).status == (409 if closed_to_all else 200)


async def test_a_browser_is_recognised_by_its_cookie_or_origin() -> None:
    async with panel() as client:
        server = server_of(client.sandbox.world)
        for headers in ({"Origin": client.sandbox.panel_url}, {"Cookie": "pterodactyl_session=x"}):
            answer = await client.post(
                f"/servers/{server.uuid}/power", headers=headers, json={"signal": "stop"}
            )
            assert (answer.status, answer.detail) == (419, "CSRF token mismatch.")


async def test_strings_are_trimmed_and_empty_ones_are_nothing() -> None:
    async with panel() as client:
        server = server_of(client.sandbox.world)
        only_spaces = await client.post(f"/servers/{server.uuid}/command", json={"command": "   "})
        assert only_spaces.detail == "The command field is required."
        root = await client.request(
            "PUT",
            f"/servers/{server.uuid}/files/rename",
            json={"root": "", "files": [{"from": "a", "to": "b"}]},
        )
        assert root.detail == "The root field is required."


async def test_names_with_spaces_survive_only_behind_the_full_uuid() -> None:
    async with panel() as client:
        server = server_of(client.sandbox.world)
        server.disk.write("note ", b"kept")
        full = await client.get(f"/servers/{server.uuid}/files/contents", params={"file": "/note "})
        short = await client.get(f"/servers/{server.identifier}/files/contents", params={"file": "/note "})
        assert full.body == b"kept"
        assert short.code == "DaemonConnectionException"


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/nope", 404, "The route api/client/nope could not be found."),
        ("GET", "//servers", 404, "The route api/client//servers could not be found."),
        (
            "PUT",
            "/permissions",
            405,
            "The PUT method is not supported for route api/client/permissions. Supported methods: GET, HEAD.",
        ),
    ],
)
async def test_unknown_routes_are_counted(method: str, path: str, status: int, detail: str) -> None:
    async with panel() as client:
        answer = await client.request(method, path)
        assert (answer.status, answer.detail) == (status, detail)
        assert "x-ratelimit-limit" not in answer.headers
        assert client.sandbox.unknown_routes == ([f"GET /api/client{path}"] if status == 404 else [])


async def test_every_answer_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with panel() as client:
        await client.get("", user="admin")
        (logged,) = client.sandbox.requests
        assert (logged.method, logged.path, logged.status, logged.user) == (
            "GET",
            "/api/client",
            200,
            "admin",
        )
    assert not caplog.records


async def test_children_of_another_server_are_not_found() -> None:
    async with panel() as client:
        world = client.sandbox.world
        first, other = world.add_server("One"), world.add_server("Other")
        made = await client.post(
            f"/servers/{first.uuid}/databases", json={"database": "stats", "remote": "%"}
        )
        path = f"databases/{made.attributes['id']}"
        answer = await client.request("DELETE", f"/servers/{other.uuid}/{path}")
        assert (answer.status, answer.detail) == (
            404,
            "The requested resource was not found for this server.",
        )
        assert (await client.request("DELETE", f"/servers/{first.uuid}/{path}")).status == 204
