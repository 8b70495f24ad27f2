"""/database usage against a real database server: what it says, and what it says when it may not look."""

import logging
import socket
from typing import Any

import aiomysql
import pytest

from bot.core.clock import Clock
from bot.domain.levels import Actor, Level
from bot.services.databases import DatabaseUsage
from sandbox.resources import Database
from tests.secrets.places import everywhere
from tests.services.databases.conftest import MariaDb
from tests.support.messages import text
from tests.support.panel_accounts import only_may
from tests.support.world import GUILD_ID, World, shown

pytestmark = pytest.mark.mariadb
PASSWORD = "c4nary!@=.+^'\"\\%s"


async def made(world: World, mariadb: MariaDb, name: str, *tables: str, password: str = PASSWORD) -> Database:
    """Make a database on the server as the panel would, and the panel's row of it."""
    server = world.survival
    row = Database(
        id=world.sandbox.world.next_id("database"),
        name=f"s{server.id}_{name}",
        username=f"u{server.id}_{name}",
        password=password,
        remote="%",
        max_connections=10,
    )
    root = await aiomysql.connect(unix_socket=mariadb.socket, user="root", autocommit=True)
    try:
        async with root.cursor() as cursor:
            await cursor.execute(f"CREATE OR REPLACE DATABASE `{row.name}`")
            await cursor.execute(
                f"CREATE OR REPLACE USER `{row.username}`@`%%` IDENTIFIED BY %s", (PASSWORD,)
            )
            await cursor.execute(f"GRANT ALL ON `{row.name}`.* TO `{row.username}`@`%%`", ())
            for table in tables:
                await cursor.execute(f"CREATE TABLE `{row.name}`.`{table}` (id INT PRIMARY KEY, words TEXT)")
    finally:
        root.close()
    server.databases.append(row)
    world.sandbox.world.settings.database_port = mariadb.port
    world.services.database_usage.enabled = True
    return row


async def usage(world: World) -> str:
    return text(shown(await world.admin.slash(world.channel, "database usage", server="Survival")))


async def test_tables_sizes_and_connections_are_the_servers_own(world: World, mariadb: MariaDb) -> None:
    shop = await made(world, mariadb, "shop", "orders", "people")
    await made(world, mariadb, "empty")
    plugin = await aiomysql.connect(
        host="127.0.0.1", port=mariadb.port, user=shop.username, password=PASSWORD, db=shop.name
    )
    try:
        seen = await usage(world)
    finally:
        plugin.close()

    assert "**s1\\_shop**: 32 KiB, 2 tables, 1 connection of 10" in seen
    assert "**s1\\_empty**: 0 B, 0 tables, 0 connections of 10" in seen
    assert "1 of 2 hold no table \\(s1\\_empty\\)" in seen
    assert PASSWORD not in seen


async def test_a_password_that_is_not_taken_is_reported_and_hides_no_other(
    world: World, mariadb: MariaDb
) -> None:
    await made(world, mariadb, "shop", "orders")
    await made(world, mariadb, "locked", password="not-the-one")
    seen = await usage(world)
    assert "**s1\\_shop**: 16 KiB" in seen
    assert "**s1\\_locked**: unknown, the database server did not take its user and password" in seen


@pytest.mark.sweep
async def test_a_database_that_is_gone_is_reported(world: World, mariadb: MariaDb) -> None:
    row = await made(world, mariadb, "shop")
    root = await aiomysql.connect(unix_socket=mariadb.socket, user="root")
    try:
        async with root.cursor() as cursor:
            await cursor.execute(f"DROP DATABASE `{row.name}`")
    finally:
        root.close()
    assert "unknown, " in await usage(world)


@pytest.mark.sweep
async def test_a_server_that_does_not_listen_is_reported(world: World, mariadb: MariaDb) -> None:
    await made(world, mariadb, "shop")
    world.sandbox.world.settings.database_port = 1
    assert "cannot be reached from where Quetzal runs" in await usage(world)


async def test_without_the_right_to_see_passwords_it_says_so(world: World, mariadb: MariaDb) -> None:
    await made(world, mariadb, "shop")
    only_may(world, "database.read")
    assert "can't see its password" in await usage(world)


async def test_a_server_that_says_nothing_is_left_alone_after_a_while(world: World, mariadb: MariaDb) -> None:
    row = await made(world, mariadb, "shop")
    services = world.services
    target = await services.directory.find("main", world.survival.uuid)
    assert target is not None
    ada = Actor(world.admin.id, "Ada", GUILD_ID, is_administrator=True)
    permit = await services.access.require(ada, target, Level.VIEWER)
    # On the clock on the wall: the world's does not move while somebody waits.
    measuring = DatabaseUsage(services.audit, Clock(), enabled=True, patience_s=0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world.sandbox.world.settings.database_port = silent.getsockname()[1]
        (measured,) = (await measuring.measure(permit)).values()
    assert measured.why == "its database server didn't respond in time"
    assert row.password not in repr(measured)


async def test_a_host_inside_is_not_connected_to(world: World, mariadb: MariaDb) -> None:
    await made(world, mariadb, "shop")
    world.survival.node.fqdn = "169.254.169.254"
    assert "does not connect to the address" in await usage(world)


async def test_a_name_with_two_addresses_is_asked_at_the_one_that_answers(
    world: World, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    await made(world, mariadb, "shop", "orders")
    real = socket.getaddrinfo

    def two(host: str, *args: int, **named: int) -> list[Any]:
        if host != "db.example":
            return real(host, *args, **named)
        return [
            address_info
            for address in ("127.0.0.2", "127.0.0.1")
            for address_info in real(address, *args, **named)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    world.survival.node.fqdn = "db.example"
    assert "**s1\\_shop**: 16 KiB" in await usage(world)


async def test_a_password_is_said_nowhere_while_it_is_used(
    world: World, mariadb: MariaDb, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = (PASSWORD, "c4nary-not-the-one")
    with caplog.at_level(logging.DEBUG):
        await made(world, mariadb, "shop", "orders")
        await made(world, mariadb, "locked", password=secrets[1])
        assert "16 KiB" in await usage(world)
        world.sandbox.world.settings.database_port = 1
        assert "cannot be reached" in await usage(world)
    said = await everywhere(world, caplog.records, set())
    assert [where for where, words in said if any(secret in words for secret in secrets)] == []
