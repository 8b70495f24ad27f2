"""The live connection: authentication, renewal, reconnection, and its many ways to end."""

import asyncio

import pytest
from aiohttp import web

from bot.core.errors import BadInput
from bot.panel import errors, socket, token_renewal
from bot.panel.events import (
    AuthSuccess,
    Deleted,
    JwtError,
    Status,
)
from bot.panel.models import PowerSignal, PowerState
from tests.panel.conftest import Clock
from tests.support.node_socket import (
    FakeNode,
    connected,
    linger,
    send_event,
    until,
)

EXPIRED = "jwt: exp claim is invalid"


async def test_origin_token_and_commands(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        for _ in range(4):
            await node.receive(ws)
        await send_event(ws, "status", "running")
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        await live.send_command("say hi")
        await live.set_state(PowerSignal.STOP)
        await live.ask_logs()
        await live.ask_stats()
        assert (await until(live, Status))[-1] == Status(PowerState.RUNNING)
        assert node.origins == [node.url]
        assert node.received == [
            {"event": "auth", "args": ["token-1"]},
            {"event": "send command", "args": ["say hi"]},
            {"event": "set state", "args": ["stop"]},
            {"event": "send logs", "args": []},
            {"event": "send stats", "args": []},
        ]


async def test_a_command_that_newer_nodes_would_drop(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        with pytest.raises(BadInput):
            await live.send_command("x" * 5000)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(403, errors.OriginRefused), (400, errors.TooManySockets), (404, errors.ServerUnknownToNode),
     (502, errors.NodeDown), (405, errors.NodeFirewallRefused), (500, errors.NodeFault)],
)  # fmt: skip
async def test_a_refused_upgrade(status: int, expected: type[errors.PanelError], clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        raise AssertionError

    async with FakeNode(part, refuse_with=status) as node:
        with pytest.raises(expected):
            async with connected(node, clock):
                pass


async def test_a_kept_token_that_is_refused_is_replaced_once(clock: Clock) -> None:
    """Tokens made before the node started, or before a change of permissions, are on its deny list."""

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        frame = await node.receive(ws)
        if frame == {"event": "auth", "args": ["token-1"]}:
            await send_event(ws, "jwt error", "jwt: created too far in past (denylist)")
        else:
            await send_event(ws, "auth success")
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        assert await until(live, AuthSuccess) == [
            JwtError("jwt: created too far in past (denylist)"), AuthSuccess(),
        ]  # fmt: skip
        assert node.tokens_given == 2


@pytest.mark.parametrize(
    ("text", "expected", "tokens"),
    [
        ("jwt: missing connect permission", errors.PermissionMissing, 1),
        ("Error Event [5e1b0c0e]: jwt: server uuid mismatch", errors.TokenRefused, 2),
    ],
)
async def test_a_token_that_stays_refused(
    text: str, expected: type[errors.PanelError], tokens: int, clock: Clock
) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.receive(ws)
        await send_event(ws, "jwt error", text)
        await linger(ws)

    async with FakeNode(part) as node:
        with pytest.raises(expected):
            async with connected(node, clock):
                pass
        assert node.tokens_given == tokens


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ({"0": "control.stop", "2": "websocket.connect"}, errors.PermissionsStoredTwice),
        (["control.stop", "websocket.connect"], errors.TokenRefused),
        (None, errors.TokenRefused),
    ],
)
async def test_permissions_that_the_panel_stored_twice_are_named(
    permissions: object, expected: type[errors.PanelError], clock: Clock
) -> None:
    """The token's claims hold an object then, of which the node says only that something was unexpected."""

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.receive(ws)
        await send_event(ws, "daemon error", "Error Event [5e1b0c0e]: an unexpected error was encountered")
        await linger(ws)

    async with FakeNode(part, claims={"permissions": permissions}) as node:
        with pytest.raises(errors.TokenRefused) as raised:
            async with connected(node, clock):
                pass
    assert type(raised.value) is expected


async def test_silence_after_auth_has_a_name(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "ANSWER_S", 0.05)

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await linger(ws)

    async with FakeNode(part) as node:
        with pytest.raises(errors.SocketSilent):
            async with connected(node, clock):
                pass


async def _listen_for_renewal(node: FakeNode, ws: web.WebSocketResponse) -> None:
    frame = await node.receive(ws)
    assert frame == {"event": "auth", "args": ["token-2"]}
    await send_event(ws, "auth success")
    await send_event(ws, "status", "running")
    await linger(ws)


@pytest.mark.parametrize("word", [("token expiring",), ("token expired",), ("jwt error", EXPIRED)])
async def test_the_token_is_renewed_on_the_same_socket_when_the_node_says_so(
    word: tuple[str, ...], clock: Clock
) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, *word)
        await _listen_for_renewal(node, ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        assert Status(PowerState.RUNNING) in await until(live, Status)
        assert len(node.origins) == 1


async def test_the_token_is_renewed_before_the_node_has_to_say_so(clock: Clock) -> None:
    """In the middle of a flood, too: the next event after 8.5 minutes is enough."""
    late = asyncio.Event()

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await late.wait()
        await send_event(ws, "console output", "still here")
        await _listen_for_renewal(node, ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        clock.now += token_renewal.RENEW_AFTER_S
        late.set()
        assert Status(PowerState.RUNNING) in await until(live, Status)
        assert node.tokens_given == 2


async def test_events_that_are_refused_while_a_new_token_is_fetched_cost_no_further_token(
    clock: Clock,
) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        for _ in range(5):
            await send_event(ws, "jwt error", EXPIRED)
        await _listen_for_renewal(node, ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        await until(live, Status)
        assert node.tokens_given == 2


async def test_the_token_of_another_server_ends_after_one_new_token(clock: Clock) -> None:
    """`auth success`, and then nothing but errors (docs/reference/wings.md#token-renewal)."""

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        while await node.receive(ws) is not None:
            await send_event(ws, "auth success")
            await send_event(ws, "jwt error", "jwt: server uuid mismatch")

    async with FakeNode(part) as node:
        with pytest.raises(errors.TokenRefused):
            async with connected(node, clock) as (_, live):
                await until(live, Deleted)
        assert node.tokens_given == 2


async def test_a_renewal_without_an_answer_has_a_name(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = asyncio.Event()

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await impatient.wait()
        await send_event(ws, "token expiring")
        await linger(ws)

    async with FakeNode(part) as node:
        with pytest.raises(errors.SocketSilent):
            async with connected(node, clock) as (_, live):
                monkeypatch.setattr(token_renewal, "ANSWER_S", 0.05)
                impatient.set()
                await until(live, Deleted)


@pytest.mark.parametrize("word", [("token expiring",), ("token expired",)])
async def test_a_node_that_says_it_again_and_again_gets_one_token_a_minute(
    word: tuple[str, ...], clock: Clock
) -> None:
    """In a loop it made 162 requests a second for tokens."""
    minute = asyncio.Event()

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        for _ in range(50):
            await send_event(ws, *word)
        await node.accept(ws)
        for _ in range(50):
            await send_event(ws, *word)
        await send_event(ws, "status", "running")
        await minute.wait()
        await send_event(ws, *word)
        await node.accept(ws)
        await send_event(ws, "status", "stopping")
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock) as (_, live):
        await until(live, Status)
        assert node.tokens_given == 2
        clock.now += token_renewal.RENEW_APART_S
        minute.set()
        await until(live, Status)
        assert node.tokens_given == 3


async def test_a_node_that_refuses_every_token_between_two_lines_is_left(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        while await node.receive(ws) is not None:
            await send_event(ws, "auth success")
            await send_event(ws, "console output", "well")
            await send_event(ws, "jwt error", EXPIRED)

    async with FakeNode(part) as node:
        with pytest.raises(errors.TokenRefused):
            async with connected(node, clock) as (_, live):
                await until(live, Deleted)
        assert node.tokens_given == 2


async def test_a_connection_that_is_made_again_asks_for_one_token_a_minute(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        if len(node.origins) == 1:
            await node.accept(ws)
            await ws.close(code=1011)
            return
        await node.receive(ws)
        if clock.now < 1000 + 300:
            await send_event(ws, "jwt error", EXPIRED)
        else:
            await send_event(ws, "auth success")
            await send_event(ws, "status", "running")
        await linger(ws)

    async with FakeNode(part) as node, connected(node, clock, reconnect=True) as (_, live):
        await until(live, Status)
        assert clock.now >= 1300
        assert 3 <= node.tokens_given <= 1 + 1 + (clock.now - 1000) / 60
