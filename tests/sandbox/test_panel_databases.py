"""Databases and startup variables."""

import re

import pytest

from sandbox import Mode, hashids
from tests.support.sandbox_panel import panel


async def test_a_database_and_its_password() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/databases"
        made = await client.post(path, json={"database": "essentials", "remote": "%"})
        shown = made.attributes
        assert made.status == 200
        assert shown["name"] == f"s{server.id}_essentials"
        assert re.fullmatch(rf"u{server.id}_\w{{10}}", shown["username"])
        assert re.fullmatch(r"[A-Za-z0-9]{8}", shown["id"])
        assert shown["max_connections"] is None
        password = shown["relationships"]["password"]["attributes"]["password"]
        assert len(password) == 24
        (listed,) = (await client.get(path)).rows
        assert listed["max_connections"] == 0
        assert "relationships" not in listed
        rotated = await client.post(f"{path}/{shown['id']}/rotate-password")
        assert rotated.attributes["relationships"]["password"]["attributes"]["password"] != password
        assert (await client.get(f"{path}/{shown['id']}")).status == 405
        assert (await client.request("DELETE", f"{path}/{shown['id']}")).status == 204
        assert (await client.get(path)).json == {"object": "list", "data": []}


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({}, ["The database field is required.", "The remote field is required."]),
        ({"database": "a", "remote": "%"}, ["The database must be at least 3 characters."]),
        ({"database": "x" * 49, "remote": "%"}, ["The database may not be greater than 48 characters."]),
        (
            {"database": "bad name", "remote": "%"},
            ["The database may only contain letters, numbers, and dashes."],
        ),
        ({"database": "fine", "remote": "not a host"}, ["The remote format is invalid."]),
    ],
)
async def test_what_is_not_a_database(fields: dict[str, str], details: list[str]) -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        answer = await client.post(f"/servers/{server.uuid}/databases", json=fields)
        assert answer.status == 422
        assert [error["detail"] for error in answer.json["errors"]] == details


async def test_names_are_cut_and_compared_without_case() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/databases"
        long = await client.post(path, json={"database": "x" * 48, "remote": "%"})
        assert len(long.attributes["name"]) == 48
        await client.post(path, json={"database": "Mixed", "remote": "%"})
        again = await client.post(path, json={"database": "mixed", "remote": "10.0.0.%"})
        assert (again.status, again.code) == (400, "DuplicateDatabaseNameException")
        number = await client.post(path, data={"database": "12345", "remote": "%"})
        assert number.attributes["name"].endswith("_12345")
        full = await client.post(path, json={"database": "fourth", "remote": "%"})
        assert (full.status, full.code) == (400, "TooManyDatabasesException")


@pytest.mark.parametrize(
    ("setting", "status", "code"),
    [
        ("databases_enabled", 500, "DatabaseClientFeatureNotEnabledException"),
        ("database_hosts", 400, "NoSuitableDatabaseHostException"),
        ("database_host_up", 500, "PDOException"),
    ],
)
async def test_trouble_with_the_host(setting: str, status: int, code: str) -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        setattr(client.sandbox.world.settings, setting, False)
        answer = await client.post(
            f"/servers/{server.uuid}/databases", json={"database": "stats", "remote": "%"}
        )
        assert (answer.status, answer.code) == (status, code)
        assert (await client.get(f"/servers/{server.uuid}/databases")).rows == []


@pytest.mark.parametrize(
    ("mode", "permission"), [(Mode.V1_11, "view_password"), (Mode.PELICAN, "view-password")]
)
async def test_a_password_needs_its_own_permission(mode: Mode, permission: str) -> None:
    async with panel(mode) as client:
        world = client.sandbox.world
        server = world.add_server()
        await client.post(f"/servers/{server.uuid}/databases", json={"database": "stats", "remote": "%"})
        helper = world.add_subuser(server, "helper", ["database.read"])
        path = f"/servers/{server.uuid}/databases?include=password"
        hidden = (await client.get(path, user="helper")).rows[0]["relationships"]["password"]
        assert hidden == {"object": "null_resource", "attributes": None}
        helper.permissions.append(f"database.{permission}")
        row = (await client.get(path, user="helper")).rows[0]
        assert row["relationships"]["password"]["object"] == "database_password"
        assert isinstance(row["id"], int if mode is Mode.PELICAN else str)


@pytest.mark.parametrize("number", [1, 2, 77, 123_456_789])
def test_ids_stand_for_numbers(number: int) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]{8}", hashids.encode(number))
    assert hashids.decode(hashids.encode(number)) == number
    assert hashids.decode("zz!") is None


async def test_startup_variables() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/startup"
        listed = await client.get(path)
        assert [row["env_variable"] for row in listed.rows] == [
            "MINECRAFT_VERSION",
            "SERVER_JARFILE",
            "BUILD_NUMBER",
        ]
        assert list(listed.json["meta"]) == ["startup_command", "docker_images", "raw_startup_command"]

        async def put(key: str, value: str | None) -> tuple[int, str | None]:
            answer = await client.request("PUT", f"{path}/variable", json={"key": key, "value": value})
            return answer.status, answer.attributes["server_value"] if answer.status == 200 else answer.detail

        assert await put("SERVER_JARFILE", "paper.jar") == (200, "paper.jar")
        assert await put("SERVER_JARFILE", "bad name") == (422, "The value format is invalid.")
        assert await put("MINECRAFT_VERSION", "") == (200, None)
        assert (await put("NOPE", "x"))[0] == 500
        assert await put("DL_PATH", "x") == (
            400,
            "The environment variable you are trying to edit does not exist.",
        )
        view = await client.get(f"/servers/{server.uuid}")
        assert view.attributes["invocation"].endswith("-jar paper.jar")
