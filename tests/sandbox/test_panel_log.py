"""The activity log, the account, subusers, allocations and settings."""

import hashlib
from datetime import timedelta

from sandbox import Mode
from tests.support.sandbox_panel import panel


async def test_rows_as_different_people_see_them() -> None:
    async with panel() as client:
        world = client.sandbox.world
        server = world.add_server()
        world.add_subuser(server, "reader", ["activity.read"])
        world.log(server, "server:backup.fail", {"name": "x"}, at=world.now() - timedelta(hours=1))
        world.log(server, "server:file.upload")
        await client.post(f"/servers/{server.uuid}/files/delete", json={"root": "/", "files": ["a", "b"]})
        path = f"/servers/{server.uuid}/activity"
        oldest, newest = (await client.get(f"{path}?include=actor")).rows
        assert oldest["event"] == "server:backup.fail"
        assert oldest["relationships"]["actor"] == {"object": "null_resource", "attributes": None}
        assert (oldest["ip"], oldest["is_api"]) == (None, False)
        assert newest["properties"] == {"directory": "/", "files": ["a", "b"], "count": 2}
        assert newest["has_additional_metadata"]
        assert (newest["ip"], newest["is_api"]) == ("127.0.0.1", True)
        assert len(newest["id"]) == len(hashlib.sha1(b"", usedforsecurity=False).hexdigest())
        assert newest["relationships"]["actor"]["attributes"]["username"] == "owner"
        assert (await client.get(path, user="reader")).rows[1]["ip"] is None
        assert (await client.get(path, user="admin")).rows[1]["ip"] == "127.0.0.1"


async def test_sort_filter_and_pages() -> None:
    async with panel() as client:
        world = client.sandbox.world
        server = world.add_server()
        for hour in range(3):
            world.log(
                server,
                f"server:power.{('start', 'stop', 'kill')[hour]}",
                at=world.now() + timedelta(hours=hour),
            )
        path = f"/servers/{server.uuid}/activity"

        async def events(query: str) -> list[str]:
            return [row["event"].rpartition(".")[2] for row in (await client.get(f"{path}?{query}")).rows]

        assert await events("") == ["start", "stop", "kill"]
        assert await events("sort=-timestamp&per_page=2") == ["kill", "stop"]
        assert await events("filter[event]=power.st") == ["start", "stop"]
        assert (await client.get(f"{path}?sort=nope")).code == "InvalidSortQuery"
        assert (await client.get(f"{path}?filter[nope]=x")).code == "InvalidFilterQuery"
        assert (await client.get(f"{path}?per_page=999")).json["meta"]["pagination"]["per_page"] == 100


async def test_the_account_in_both_spellings() -> None:
    async with panel() as client:
        account = (await client.get("/account", user="admin")).attributes
        assert list(account) == ["id", "admin", "username", "email", "first_name", "last_name", "language"]
        assert account["admin"]
        assert len(client.sandbox.world.key_of("owner")) == 48
    async with panel(Mode.PELICAN) as client:
        account = (await client.get("/account")).attributes
        assert "id" not in account
        assert account["root_admin"] is False
        assert client.sandbox.world.key_of("owner").startswith("pacc_")
        groups = (await client.get("/permissions")).attributes["permissions"]
        assert "view-password" in groups["database"]["keys"]


async def test_keys_can_be_made_and_dropped() -> None:
    async with panel() as client:
        assert (
            await client.post("/account/api-keys", json={})
        ).detail == "The description field is required."
        made = await client.post("/account/api-keys", json={"description": "temp"})
        token = made.attributes["identifier"] + made.json["meta"]["secret_token"]
        assert (await client.get("", headers={"Authorization": f"Bearer {token}"})).status == 200
        assert (
            await client.request("DELETE", f"/account/api-keys/{made.attributes['identifier']}")
        ).status == 204
        assert (await client.get("", headers={"Authorization": f"Bearer {token}"})).status == 401


async def test_subusers_come_change_and_go() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/users"
        fields = {"email": "new@example.com", "permissions": ["file.read"]}
        made = (await client.post(path, json=fields)).attributes
        assert made["permissions"] == ["file.read", "websocket.connect"]
        assert (await client.post(path, json=fields)).code == "ServerSubuserExistsException"
        own = fields | {"email": "owner@example.com"}
        assert (await client.post(path, json=own)).code == "UserIsServerOwnerException"
        client.sandbox.world.add_subuser(server, "helper", ["user.update"])
        greedy = await client.post(
            f"{path}/{made['uuid']}", user="helper", json={"permissions": ["file.delete"]}
        )
        assert (greedy.status, greedy.code) == (403, "HttpForbiddenException")
        changed = await client.post(f"{path}/{made['uuid']}", json={"permissions": ["control.start"]})
        assert changed.attributes["permissions"] == ["control.start", "websocket.connect"]
        assert (await client.request("DELETE", f"{path}/{made['uuid']}")).status == 204
        assert (await client.get(f"{path}/{made['uuid']}")).status == 404


async def test_allocations() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/network/allocations"
        assert (await client.post(path)).code == "AutoAllocationNotEnabledException"
        client.sandbox.world.settings.allocations_enabled = True
        second = await client.post(path)
        assert second.attributes["is_default"] is False
        assert (await client.post(path)).detail.endswith("limit has been reached.")
        assert (await client.request("DELETE", f"{path}/{second.attributes['id']}")).status == 204
        (primary,) = (await client.get(path)).rows
        refused = await client.request("DELETE", f"{path}/{primary['id']}")
        assert refused.detail == "You cannot delete the primary allocation for this server."


async def test_settings_and_reinstall() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}"
        renamed = await client.post(f"{path}/settings/rename", json={"name": "New", "description": ""})
        assert renamed.status == 204
        assert (await client.get(path)).attributes["name"] == "New"
        image = await client.request(
            "PUT", f"{path}/settings/docker-image", json={"docker_image": "evil/image"}
        )
        assert image.detail == "The selected docker image is invalid."
        answer = await client.post(f"{path}/settings/reinstall")
        assert (answer.status, answer.json) == (202, [])
        assert (await client.get(path)).attributes["is_installing"]
        await client.sandbox.advance(10)
        assert (await client.get(path)).attributes["status"] is None
