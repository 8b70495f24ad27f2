"""The server list, the view, and what a server uses."""

import base64
import json

import pytest

from sandbox import Mode
from tests.support.sandbox_panel import panel


async def test_pages_and_filters() -> None:
    async with panel() as client:
        for name in ("Alpha", "Beta", "Gamma"):
            client.sandbox.world.add_server(name)
        page = await client.get("?per_page=1&page=2&filter[*]=a")
        assert [row["name"] for row in page.rows] == ["Beta"]
        pagination = page.json["meta"]["pagination"]
        base = f"{client.sandbox.panel_url}/api/client?per_page=1&filter%5B%2A%5D=a"
        assert pagination == {
            "total": 3,
            "count": 1,
            "per_page": 1,
            "current_page": 2,
            "total_pages": 3,
            "links": {"previous": f"{base}&page=1", "next": f"{base}&page=3"},
        }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("filter[name]=alp,GAM", ["Alpha", "Gamma"]),
        ("filter[*]=bet", ["Beta"]),
        ("filter[*]=:25565", ["Alpha"]),
        ("filter[*]=127.0.0.1:25566", ["Beta"]),
        ("filter[name]=nothing", []),
        ("filter[name]=", ["Alpha", "Beta", "Gamma"]),
    ],
)
async def test_filters(query: str, names: list[str]) -> None:
    async with panel() as client:
        for name in ("Alpha", "Beta", "Gamma"):
            client.sandbox.world.add_server(name)
        assert [row["name"] for row in (await client.get(f"?{query}")).rows] == names


@pytest.mark.parametrize(
    ("query", "per_page"), [("", 50), ("?per_page=0", 15), ("?per_page=100000", 100), ("?per_page=abc", 100)]
)
async def test_page_sizes(query: str, per_page: int) -> None:
    async with panel() as client:
        answer = await client.get(query)
        assert answer.json["meta"]["pagination"]["per_page"] == per_page
        assert answer.json["meta"]["pagination"]["links"] == {}


async def test_odd_filters_are_errors() -> None:
    async with panel() as client:
        unknown = await client.get("?filter[nope]=x")
        assert (unknown.status, unknown.code) == (400, "InvalidFilterQuery")
        assert (await client.get("?filter[*]=a,b")).status == 500


async def test_whose_servers_are_listed() -> None:
    async with panel() as client:
        world = client.sandbox.world
        shared = world.add_server("Shared", owner="somebody")
        world.add_server("Own")
        world.add_server("Foreign", owner="somebody")
        world.add_subuser(shared, "owner", ["websocket.connect"])

        async def names(query: str, user: str = "owner") -> list[str]:
            return [row["name"] for row in (await client.get(query, user=user)).rows]

        assert await names("") == ["Shared", "Own"]
        assert await names("?type=owner") == ["Own"]
        assert await names("?type=admin-all") == []
        assert await names("?type=admin-all", user="admin") == ["Shared", "Own", "Foreign"]
        assert await names("?type=admin", user="admin") == ["Shared", "Own", "Foreign"]
        assert await names("", user="admin") == []


async def test_a_subuser_sees_less() -> None:
    async with panel() as client:
        world = client.sandbox.world
        server = world.add_server()
        world.add_subuser(server, "helper", ["websocket.connect"])
        server.allocations[0].notes = "secret"
        mine = await client.get(f"/servers/{server.uuid}?include=egg,subusers,nonsense")
        theirs = await client.get(f"/servers/{server.uuid}?include=subusers", user="helper")
        assert mine.json["meta"] == {"is_server_owner": True, "user_permissions": ["*"]}
        assert mine.attributes["relationships"]["egg"]["attributes"]["name"] == "Paper"
        assert theirs.attributes["invocation"].endswith("-jar [hidden]")
        relationships = theirs.attributes["relationships"]
        assert (
            relationships["variables"]
            == relationships["subusers"]
            == {"object": "null_resource", "attributes": None}
        )
        assert relationships["allocations"]["data"][0]["attributes"]["notes"] is None
        assert theirs.json["meta"]["user_permissions"] == ["websocket.connect"]


async def test_resources_are_as_old_as_twenty_seconds() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server(state="running")
        path = f"/servers/{server.uuid}"
        before = await client.get(f"{path}/resources")
        await client.post(f"{path}/power", json={"signal": "kill"})
        await client.sandbox.advance(19)
        assert (await client.get(f"{path}/resources", user="admin")).json == before.json
        await client.sandbox.advance(1)
        after = (await client.get(f"{path}/resources")).attributes
        assert after["current_state"] == "offline"
        assert after["resources"]["uptime"] == after["resources"]["memory_bytes"] == 0


async def test_trouble_with_the_node_is_always_504_for_resources() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server(state="running")
        path = f"/servers/{server.uuid}"
        server.on_node = False
        unknown = await client.get(f"{path}/resources")
        assert (unknown.status, unknown.code) == (504, "DaemonConnectionException")
        listing = await client.get(f"{path}/files/list")
        assert (listing.status, listing.code) == (404, "DaemonConnectionException")
        assert "The requested resource does not exist on this instance.. (request id: " in listing.detail
        server.on_node = True
        client.sandbox.node_down()
        assert (await client.get(f"{path}/resources")).status == 504
        assert (await client.get(f"{path}/websocket")).status == 200
        client.sandbox.node_down(down=False)
        assert (await client.get(f"{path}/resources")).attributes["current_state"] == "running"


async def test_pelican_says_missing_instead() -> None:
    async with panel(Mode.PELICAN) as client:
        server = client.sandbox.world.add_server(state="running")
        client.sandbox.node_down()
        answer = await client.get(f"/servers/{server.uuid}/resources")
        assert (answer.status, answer.attributes["current_state"]) == (200, "missing")
        broken = await client.get(f"/servers/{server.uuid}/files/list")
        assert (broken.status, broken.code) == (500, "ConnectionException")


async def test_a_websocket_token_carries_the_recorded_claims() -> None:
    async with panel() as client:
        world = client.sandbox.world
        server = world.add_server()
        world.add_subuser(server, "blind", ["file.read"])
        data = (await client.get(f"/servers/{server.uuid}/websocket")).json["data"]
        assert (
            data["socket"] == f"{client.sandbox.node_url.replace('http', 'ws')}/api/servers/{server.uuid}/ws"
        )
        payload = data["token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        now = int(world.now().timestamp())
        assert (claims["iss"], claims["aud"]) == (client.sandbox.panel_url, [client.sandbox.node_url])
        assert (claims["iat"], claims["nbf"], claims["exp"]) == (now, now - 300, now + 600)
        assert claims["permissions"] == ["*"]
        refused = await client.get(f"/servers/{server.uuid}/websocket", user="blind")
        assert (refused.status, refused.code) == (403, "HttpForbiddenException")
