"""A node that breaks the rules of its websocket: floods, closes at once, leads elsewhere, reads nothing."""

import asyncio

import pytest
from aiohttp import web

from bot.panel import errors, socket, socket_frames
from bot.panel.events import AuthSuccess, ConsoleLine, Deleted, Reconnected, Status, Unknown
from bot.panel.models import PowerState
from bot.panel.models.strange_values import strange_values
from tests.panel.conftest import Clock
from tests.support.node_socket import FakeNode, connected, linger, send_event, until

VALID_CLOSE_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 4000, 4999)
GARBAGE = (
    "", "{", "[]", "null", "5", '"status"', "{}", '{"event":null}', '{"event":5}', '{"event":["status"]}',
    '{"event":"status"}', '{"event":"status","args":null}', '{"event":"status","args":{}}',
    '{"event":"status","args":{"0":"running"}}', '{"event":"status","args":5}',
    '{"event":"status","args":[5]}', '{"event":"status","args":[["running"]]}',
    '{"event":"stats","args":["{}"]}', '{"event":"stats","args":["[]"]}',
    '{"event":"stats","args":["1e999"]}', '{"event":"backup completed","args":["null"]}',
    '{"event":"console output","args":[{"line":"x"}]}', '{"event":"auth success","args":[[[]]]}',
    '{"event":"a","args":[' + "[" * 100_000 + "]}", '{"event":"a","args":[' + "9" * 100_000 + "]}",
    '{"event":"\\ud800"}', "\x00", "<html><body>502 Bad Gateway</body></html>",
)  # fmt: skip


@pytest.mark.parametrize("before_auth", [True, False])
async def test_every_close_code_is_a_lost_connection_but_the_one_of_a_suspension(
    before_auth: bool, clock: Clock
) -> None:
    codes = iter((*VALID_CLOSE_CODES, socket_frames.SUSPENDED))

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await (node.receive if before_auth else node.accept)(ws)
        await ws.close(code=next(codes))

    async with FakeNode(part) as node:
        for code in VALID_CLOSE_CODES:
            with pytest.raises(errors.SocketLost) as lost:
                async with connected(node, clock) as (_, live):
                    await until(live, Deleted)
            assert lost.value.code == code
        with pytest.raises(errors.ServerStateConflict) as refused:
            async with connected(node, clock) as (_, live):
                await until(live, Deleted)
        assert refused.value.reason is errors.ConflictReason.SUSPENDED


@pytest.mark.parametrize("code", [0, 999, 1005, 1006, 1016, 2999, 5000, 65535])
async def test_a_close_code_that_must_not_be_sent_is_a_lost_connection(code: int, clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await ws.send_frame(code.to_bytes(2, "big"), web.WSMsgType.CLOSE)
        await linger(ws)

    async with FakeNode(part) as node:
        with pytest.raises(errors.SocketLost):
            async with connected(node, clock) as (_, live):
                await until(live, Deleted)


async def test_garbage_between_events_is_let_go(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        for frame in GARBAGE:
            await ws.send_str(frame)
        await ws.send_bytes(b"\x00\xff")
        await ws.ping(b"still there?")
        await send_event(ws, "console output", "fine")
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        seen = await until(live, ConsoleLine)
        while seen[-1] != ConsoleLine("fine"):  # a line whose argument is no text is an empty one
            seen += await until(live, ConsoleLine)
        kinds = {type(event) for event in seen}
        assert kinds == {AuthSuccess, Status, Unknown, ConsoleLine}
        assert {event.state for event in seen if isinstance(event, Status)} == {PowerState.UNKNOWN}


async def test_a_node_is_left_in_the_middle_of_its_flood(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never gets to the close frame that it would have to answer."""
    monkeypatch.setattr(socket_frames, "CLOSE_S", 0.05)
    left = asyncio.Event()

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        while ws._req is not None and ws._req.transport is not None:
            try:
                await send_event(ws, "console output", "again" * 5000)
            except ConnectionError:
                break
        left.set()

    async with FakeNode(part) as node:
        async with connected(node, clock) as (_, live):
            await until(live, ConsoleLine)
        await left.wait()


async def test_a_node_that_reads_nothing_delays_nothing(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        assert ws._req is not None
        assert ws._req.transport is not None
        ws._req.transport.pause_reading()
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        await until(live, AuthSuccess)
        monkeypatch.setattr(socket_frames, "SEND_S", 0.05)
        monkeypatch.setattr(socket_frames, "CLOSE_S", 0.05)
        with pytest.raises(errors.SocketSilent):
            while True:
                await live.send_command("x" * 4000)


async def test_a_node_that_leads_elsewhere_gets_no_token(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await linger(ws)

    async with FakeNode(part) as elsewhere, FakeNode(part) as node:
        for status in (301, 302, 303, 307, 308):
            node.refuse_with, node.refuse_headers = status, {"Location": f"{elsewhere.url}/ws"}
            with pytest.raises(errors.AddressForbidden, match="tried to send Quetzal to another address"):
                async with connected(node, clock):
                    pass
        assert elsewhere.origins == []
        assert elsewhere.received == []


async def test_connections_that_close_at_once_are_made_less_and_less_often(clock: Clock) -> None:
    steady = asyncio.Event()

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        if len(node.origins) == 9:
            await send_event(ws, "status", "starting")
            await steady.wait()
        if len(node.origins) == 10:
            await send_event(ws, "status", "running")
            await linger(ws)
        await ws.close(code=1011)

    async with FakeNode(part) as node, connected(node, clock, reconnect=True) as (_, live):
        seen = await until(live, Status)
        clock.now += socket.STEADY_S
        steady.set()
        seen += await until(live, Status)
        assert clock.slept == [5.0, 7.5, 10.0, 12.5, 15.0, 17.5, 20.0, 20.0, 5.0]
        assert seen.count(Reconnected()) == 9
        assert node.tokens_given == 1


async def test_a_suspension_ends_a_connection_that_would_be_made_again(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await ws.close(code=socket_frames.SUSPENDED if len(node.origins) > 1 else 1011)

    async with FakeNode(part) as node:
        with pytest.raises(errors.ServerStateConflict):
            async with connected(node, clock, reconnect=True) as (_, live):
                await until(live, Deleted)
        assert len(node.origins) == 2


async def test_unknown_states_take_no_memory(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        for number in range(20):
            await send_event(ws, "status", f"{number}" * 100_000)
        await send_event(ws, "console output", "done")
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        await until(live, ConsoleLine)
        assert max(map(len, strange_values["PowerState"])) < 100
