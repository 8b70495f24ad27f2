"""How a live connection ends, and how it is made again."""

import asyncio

import pytest
from aiohttp import web

from bot.panel import bounded_queue, errors
from bot.panel.events import (
    AuthSuccess,
    ConsoleLine,
    Deleted,
    Event,
    Reconnected,
    Status,
)
from bot.panel.models import PowerState
from tests.panel.conftest import Clock
from tests.support.node_socket import (
    FakeNode,
    connected,
    linger,
    send_event,
    until,
)

EXPIRED = "jwt: exp claim is invalid"


@pytest.mark.parametrize(
    ("code", "expected"),
    [(1001, errors.SocketLost), (4409, errors.ServerStateConflict), (1011, errors.SocketLost)],
)
async def test_close_codes(code: int, expected: type[errors.PanelError], clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await ws.close(code=code)

    async with FakeNode(part) as node:
        with pytest.raises(expected):
            async with connected(node, clock) as (_, live):
                await until(live, Deleted)


async def test_a_node_that_dies(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, "console output", "last words")
        assert ws._req is not None
        assert ws._req.transport is not None
        ws._req.transport.close()

    async with FakeNode(part) as node:
        seen: list[Event] = []
        with pytest.raises(errors.SocketLost) as caught:
            async with connected(node, clock) as (_, live):
                async for event in live:
                    seen.append(event)  # noqa: PERF401 - what came before the end counts
        assert caught.value.code == 1006
        assert ConsoleLine("last words") in seen


async def test_a_deleted_server_ends_quietly(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, "deleted", "null")
        await ws.close(code=1001)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        assert [event async for event in live] == [AuthSuccess(), Deleted()]


async def test_a_lost_connection_is_made_again_when_asked_for(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        if len(node.origins) < 3:
            await ws.close(code=1011)
        else:
            await send_event(ws, "status", "running")
            await linger(ws)

    async with FakeNode(part) as node, connected(node, clock, reconnect=True) as (_, live):
        seen = await until(live, Status)
        assert [event for event in seen if isinstance(event, Reconnected)] == [Reconnected()] * 2
        assert clock.slept == [5.0, 7.5]


async def test_a_node_that_stays_away_is_asked_less_and_less(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        if len(node.origins) > 1:
            await send_event(ws, "status", "running")
            await linger(ws)
        node.refuse_with, node.refusals = 502, 8

    async with FakeNode(part) as node, connected(node, clock, reconnect=True) as (_, live):
        await until(live, Status)
        assert clock.slept[:8] == [5.0, 7.5, 10.0, 12.5, 15.0, 17.5, 20.0, 20.0]


async def test_a_slow_reader_loses_lines_and_never_a_change_of_state(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_queue, "MOST_WAITING", 50)

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, "status", "stopping")
        for number in range(500):
            await send_event(ws, "console output", str(number))
        await send_event(ws, "deleted", "null")

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        assert live._pump is not None
        await asyncio.wait([live._pump])
        seen = [event async for event in live]
    assert len(seen) == 50
    assert seen[:2] == [AuthSuccess(), Status(PowerState.STOPPING)]
    assert seen[-2:] == [ConsoleLine("499"), Deleted()]
    assert live.dropped == 453


async def test_lines_of_a_mebibyte_are_bounded_by_their_bytes(clock: Clock) -> None:
    """A node that sends them took the process to 2 GB when only their number was bounded."""

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, "status", "stopping")
        for _ in range(40):
            await send_event(ws, "console output", "x" * 1_000_000)
            await send_event(ws, "status", "running")
        await send_event(ws, "deleted", "null")

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        assert live._pump is not None
        await asyncio.wait([live._pump])
        seen = [event async for event in live]
    lines = [event for event in seen if isinstance(event, ConsoleLine)]
    assert len(lines) == 4
    assert live.dropped == 36
    assert seen.count(Status(PowerState.RUNNING)) == 40
    assert seen[:2] == [AuthSuccess(), Status(PowerState.STOPPING)]
    assert seen[-3:] == [lines[-1], Status(PowerState.RUNNING), Deleted()]


async def test_leaving_the_block_closes_everything(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await linger(ws)

    async with FakeNode(part) as node:
        async with connected(node, clock) as (_, live):
            pass
        assert live._pump is not None
        assert live._pump.done()
        with pytest.raises(errors.SocketLost):
            await live.ask_stats()


async def test_a_frame_larger_than_sense_ends_the_connection(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, "console output", "x" * (2 << 20))
        await linger(ws)

    async with FakeNode(part) as node:
        with pytest.raises(errors.SocketLost) as caught:
            async with connected(node, clock) as (_, live):
                await until(live, Deleted)
        assert caught.value.code == 1009
