"""The games of the demo answer queries on loopback, as the bot asks them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Address

import pytest

from bot.domain.players import GameProtocol, PlayerCount
from bot.games import QueryTarget, query
from sandbox import ManualClock, Sandbox, demo_world
from sandbox.model import GameServer
from sandbox.power import send_command, signal


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=ManualClock()) as sandbox:
        demo_world(sandbox)
        await sandbox.game_ports.open()
        yield sandbox


def server(sandbox: Sandbox, name: str) -> GameServer:
    return next(server for server in sandbox.world.servers.values() if server.name == name)


async def asked(server: GameServer, protocol: GameProtocol = GameProtocol.MINECRAFT) -> PlayerCount | None:
    return await query(QueryTarget(IPv4Address("127.0.0.1"), server.allocations[0].port, protocol))


async def test_a_minecraft_server_says_who_is_on(sandbox: Sandbox) -> None:
    survival = server(sandbox, "Survival")
    count = await asked(survival)
    status = survival.game.status(sandbox.world.seconds())
    assert count is not None
    assert status is not None
    assert (count.online, count.maximum, count.version) == (len(status.players), 40, "Paper 1.21.4")
    assert [player.name for player in count.players or ()] == list(status.players[:12])


async def test_players_come_and_go(sandbox: Sandbox) -> None:
    survival, seen = server(sandbox, "Survival"), set[int]()
    for _ in range(24):
        await sandbox.advance(3600)
        count = await asked(survival)
        seen |= set() if count is None else {count.online}
    assert len(seen) > 4


async def test_an_openttd_server_says_how_many_are_on(sandbox: Sandbox) -> None:
    count = await asked(server(sandbox, "Railway"), GameProtocol.OPENTTD)
    assert count is not None
    assert (count.maximum, count.version, count.name) == (25, "13.4", "Railway")


async def test_a_rust_server_says_who_is_on_and_for_how_long_on_its_port_for_queries(
    sandbox: Sandbox,
) -> None:
    anarchy = server(sandbox, "Anarchy")
    assert anarchy.variables["QUERY_PORT"] == str(anarchy.allocations[1].port)
    count = await query(
        QueryTarget(IPv4Address("127.0.0.1"), anarchy.allocations[1].port, GameProtocol.SOURCE)
    )
    status = anarchy.game.status(sandbox.world.seconds())
    assert count is not None
    assert status is not None
    assert (count.online, count.maximum, count.version) == (len(status.players), 40, "2571")
    assert (count.name, count.map) == ("Anarchy | Weekly wipes", "Procedural Map")
    assert [player.name for player in count.players or ()] == list(status.players)
    up_s = 0.7 * 3600
    assert all(0 <= (player.seconds or 0) <= up_s for player in count.players or ())


async def test_a_rust_server_that_hangs_or_is_off_answers_nothing(sandbox: Sandbox) -> None:
    anarchy = server(sandbox, "Anarchy")
    target = QueryTarget(IPv4Address("127.0.0.1"), anarchy.allocations[1].port, GameProtocol.SOURCE)
    send_command(sandbox.world, anarchy, "hang")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(query(target), 0.1)
    signal(sandbox.world, anarchy, "restart")
    await sandbox.advance(60)
    assert await query(target) is not None
    signal(sandbox.world, anarchy, "stop")
    await sandbox.advance(60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(query(target), 0.1)


def players_of(server: GameServer, sandbox: Sandbox) -> Sequence[str]:
    status = server.game.status(sandbox.world.seconds())
    assert status is not None
    return status.players


async def test_somebody_kicked_by_a_quoted_name_is_gone(sandbox: Sandbox) -> None:
    anarchy = server(sandbox, "Anarchy")
    (first, *_) = players_of(anarchy, sandbox)
    send_command(sandbox.world, anarchy, f'kick "{first}" "spawn camping"')
    assert anarchy.console[-1] == f"Kicked: {first}"
    assert first not in players_of(anarchy, sandbox)


async def test_what_is_off_answers_nothing(sandbox: Sandbox) -> None:
    assert await asked(server(sandbox, "Old World")) is None


async def test_a_game_that_hangs_takes_connections_and_answers_nothing_until_it_is_restarted(
    sandbox: Sandbox,
) -> None:
    creative = server(sandbox, "Creative")
    send_command(sandbox.world, creative, "hang")
    reader, writer = await asyncio.open_connection("127.0.0.1", creative.allocations[0].port)
    writer.write(b"\x0f\x00\x00\x09localhost\x63\xdd\x01\x01\x00")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.05)
    writer.close()
    signal(sandbox.world, creative, "restart")
    await sandbox.advance(60)
    assert await asked(creative) is not None
