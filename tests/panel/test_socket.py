"""The live connection: authentication, renewal, reconnection, and its many ways to end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.errors import BadInput
from bot.panel import PanelClient, PanelConfig, errors, socket
from bot.panel.events import (
    AuthSuccess,
    BackupCompleted,
    ConsoleLine,
    Deleted,
    Event,
    JwtError,
    Reconnected,
    Stats,
    Status,
    Throttled,
    TransferStatus,
    Unknown,
    parse,
)
from bot.panel.models import PowerSignal, PowerState
from bot.panel.socket import WingsSocket
from tests.panel.conftest import KEY, UUID, Clock
from tests.panel.node_socket import Stage, linger, say

EXPIRED = "jwt: exp claim is invalid"


@asynccontextmanager
async def connected(
    stage: Stage, clock: Clock, *, reconnect: bool = False
) -> AsyncIterator[tuple[PanelClient, WingsSocket]]:
    config = PanelConfig(stage.url, SecretStr(KEY))
    async with (
        PanelClient(config, clock, sleep=clock.sleep) as client,
        client.sockets.open(UUID, reconnect=reconnect) as live,
    ):
        yield client, live


async def until(live: WingsSocket, kind: type[Event]) -> list[Event]:
    """Everything up to an event of a kind."""
    seen: list[Event] = []
    async for event in live:
        seen.append(event)
        if isinstance(event, kind):
            break
    return seen


async def test_origin_token_and_commands(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        for _ in range(4):
            await stage.hear(ws)
        await say(ws, "status", "running")
        await linger(ws)

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        await live.send_command("say hi")
        await live.set_state(PowerSignal.STOP)
        await live.ask_logs()
        await live.ask_stats()
        assert (await until(live, Status))[-1] == Status(PowerState.RUNNING)
        assert stage.origins == [stage.url]
        assert stage.heard == [
            {"event": "auth", "args": ["token-1"]},
            {"event": "send command", "args": ["say hi"]},
            {"event": "set state", "args": ["stop"]},
            {"event": "send logs", "args": []},
            {"event": "send stats", "args": []},
        ]


async def test_a_command_that_newer_nodes_would_drop(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await linger(ws)

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        with pytest.raises(BadInput):
            await live.send_command("x" * 5000)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(403, errors.OriginRefused), (400, errors.TooManySockets), (404, errors.ServerUnknownToNode),
     (502, errors.NodeFault), (302, errors.NodeFault)],
)  # fmt: skip
async def test_a_refused_upgrade(status: int, expected: type[errors.PanelError], clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        raise AssertionError

    async with Stage(part, refuse_with=status) as stage:
        with pytest.raises(expected):
            async with connected(stage, clock):
                pass


async def test_a_kept_token_that_is_refused_is_replaced_once(clock: Clock) -> None:
    """Tokens made before the node started, or before a change of permissions, are on its deny list."""

    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        frame = await stage.hear(ws)
        if frame == {"event": "auth", "args": ["token-1"]}:
            await say(ws, "jwt error", "jwt: created too far in past (denylist)")
        else:
            await say(ws, "auth success")
        await linger(ws)

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        assert await until(live, AuthSuccess) == [
            JwtError("jwt: created too far in past (denylist)"), AuthSuccess(),
        ]  # fmt: skip
        assert stage.tokens_given == 2


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
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.hear(ws)
        await say(ws, "jwt error", text)
        await linger(ws)

    async with Stage(part) as stage:
        with pytest.raises(expected):
            async with connected(stage, clock):
                pass
        assert stage.tokens_given == tokens


async def test_silence_after_auth_has_a_name(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "ANSWER_S", 0.05)

    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await linger(ws)

    async with Stage(part) as stage:
        with pytest.raises(errors.SocketSilent):
            async with connected(stage, clock):
                pass


async def _listen_for_renewal(stage: Stage, ws: web.WebSocketResponse) -> None:
    frame = await stage.hear(ws)
    assert frame == {"event": "auth", "args": ["token-2"]}
    await say(ws, "auth success")
    await say(ws, "status", "running")
    await linger(ws)


@pytest.mark.parametrize("word", [("token expiring",), ("token expired",), ("jwt error", EXPIRED)])
async def test_the_token_is_renewed_on_the_same_socket_when_the_node_says_so(
    word: tuple[str, ...], clock: Clock
) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await say(ws, *word)
        await _listen_for_renewal(stage, ws)

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        assert Status(PowerState.RUNNING) in await until(live, Status)
        assert len(stage.origins) == 1


async def test_the_token_is_renewed_before_the_node_has_to_say_so(clock: Clock) -> None:
    """In the middle of a flood, too: the next event after 8.5 minutes is enough."""
    late = asyncio.Event()

    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await late.wait()
        await say(ws, "console output", "still here")
        await _listen_for_renewal(stage, ws)

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        clock.now += socket.RENEW_AFTER_S
        late.set()
        assert Status(PowerState.RUNNING) in await until(live, Status)
        assert stage.tokens_given == 2


async def test_events_that_are_refused_while_a_new_token_is_fetched_cost_no_further_token(
    clock: Clock,
) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        for _ in range(5):
            await say(ws, "jwt error", EXPIRED)
        await _listen_for_renewal(stage, ws)

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        await until(live, Status)
        assert stage.tokens_given == 2


async def test_the_token_of_another_server_ends_after_one_new_token(clock: Clock) -> None:
    """`auth success`, and then nothing but errors (observed.md)."""

    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        while await stage.hear(ws) is not None:
            await say(ws, "auth success")
            await say(ws, "jwt error", "jwt: server uuid mismatch")

    async with Stage(part) as stage:
        with pytest.raises(errors.TokenRefused):
            async with connected(stage, clock) as (_, live):
                await until(live, Deleted)
        assert stage.tokens_given == 2


async def test_a_renewal_without_an_answer_has_a_name(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = asyncio.Event()

    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await impatient.wait()
        await say(ws, "token expiring")
        await linger(ws)

    async with Stage(part) as stage:
        with pytest.raises(errors.SocketSilent):
            async with connected(stage, clock) as (_, live):
                monkeypatch.setattr(socket, "ANSWER_S", 0.05)
                impatient.set()
                await until(live, Deleted)


@pytest.mark.parametrize(
    ("code", "expected"),
    [(1001, errors.SocketLost), (4409, errors.ServerStateConflict), (1011, errors.SocketLost)],
)
async def test_close_codes(code: int, expected: type[errors.PanelError], clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await ws.close(code=code)

    async with Stage(part) as stage:
        with pytest.raises(expected):
            async with connected(stage, clock) as (_, live):
                await until(live, Deleted)


async def test_a_node_that_dies(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await say(ws, "console output", "last words")
        assert ws._req is not None
        assert ws._req.transport is not None
        ws._req.transport.close()

    async with Stage(part) as stage:
        seen: list[Event] = []
        with pytest.raises(errors.SocketLost) as caught:
            async with connected(stage, clock) as (_, live):
                async for event in live:
                    seen.append(event)  # noqa: PERF401 - what came before the end counts
        assert caught.value.code == 1006
        assert ConsoleLine("last words") in seen


async def test_a_deleted_server_ends_quietly(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await say(ws, "deleted", "null")
        await ws.close(code=1001)

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        assert [event async for event in live] == [AuthSuccess(), Deleted()]


async def test_a_lost_connection_is_made_anew_when_asked_for(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        if len(stage.origins) < 3:
            await ws.close(code=1011)
        else:
            await say(ws, "status", "running")
            await linger(ws)

    async with Stage(part) as stage, connected(stage, clock, reconnect=True) as (_, live):
        seen = await until(live, Status)
        assert [event for event in seen if isinstance(event, Reconnected)] == [Reconnected()] * 2
        assert clock.slept == [5.0, 5.0]


async def test_a_node_that_stays_away_is_asked_less_and_less(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        if len(stage.origins) > 1:
            await say(ws, "status", "running")
            await linger(ws)
        stage.refuse_with, stage.refusals = 502, 8

    async with Stage(part) as stage, connected(stage, clock, reconnect=True) as (_, live):
        await until(live, Status)
        assert clock.slept[:8] == [5.0, 7.5, 10.0, 12.5, 15.0, 17.5, 20.0, 20.0]


async def test_a_slow_reader_loses_lines_and_never_a_change_of_state(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "MOST_WAITING", 50)

    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await say(ws, "status", "stopping")
        for number in range(500):
            await say(ws, "console output", str(number))
        await say(ws, "deleted", "null")

    async with Stage(part) as stage, connected(stage, clock) as (_, live):
        assert live._pump is not None
        await asyncio.wait([live._pump])
        seen = [event async for event in live]
    assert len(seen) == 50
    assert seen[:2] == [AuthSuccess(), Status(PowerState.STOPPING)]
    assert seen[-2:] == [ConsoleLine("499"), Deleted()]
    assert live.dropped == 453


async def test_leaving_the_block_closes_everything(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await linger(ws)

    async with Stage(part) as stage:
        async with connected(stage, clock) as (_, live):
            pass
        assert live._pump is not None
        assert live._pump.done()
        with pytest.raises(errors.SocketLost):
            await live.ask_stats()


async def test_a_frame_larger_than_sense_ends_the_connection(clock: Clock) -> None:
    async def part(stage: Stage, ws: web.WebSocketResponse) -> None:
        await stage.accept(ws)
        await say(ws, "console output", "x" * (2 << 20))
        await linger(ws)

    async with Stage(part) as stage:
        with pytest.raises(errors.SocketLost) as caught:
            async with connected(stage, clock) as (_, live):
                await until(live, Deleted)
        assert caught.value.code == 1009


STATS = {
    "memory_bytes": 1, "memory_limit_bytes": 2, "cpu_absolute": 250.5, "uptime": 5,
    "network": {"rx_bytes": 3, "tx_bytes": 4}, "state": "running", "disk_bytes": 6,
}  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ('{"event":"auth success"}', AuthSuccess()),
        ('{"event":"status","args":["half-dead"]}', Status(PowerState.UNKNOWN)),
        ('{"event":"throttled","args":["global"]}', Throttled("global")),
        ('{"event":"transfer status","args":["completed"]}', TransferStatus("completed")),
        ('{"event":"console output","args":[]}', ConsoleLine("")),
        ('{"event":"console output"}', ConsoleLine("")),
        ('{"event":"console output","args":[7]}', ConsoleLine("")),
        ('{"event":"feature match","args":["eula"]}', Unknown("feature match")),
        ('{"event":"stats","args":["{"]}', Unknown("stats")),
        ('{"event":"stats","args":[]}', Unknown("stats")),
        ('{"event":"backup completed","args":["[]"]}', Unknown("backup completed")),
        ('{"event":{},"args":[]}', Unknown("")),
        ("[]", Unknown("")),
        ("null", Unknown("")),
        ("not json", Unknown("")),
        ("[" * 50_000, Unknown("")),
        ("", Unknown("")),
    ],
)
def test_frames_never_raise(frame: str, expected: Event) -> None:
    assert parse(frame) == expected


def test_json_inside_json() -> None:
    stats = parse(json.dumps({"event": "stats", "args": [json.dumps(STATS)]}))
    assert isinstance(stats, Stats)
    assert (stats.cpu_absolute_percent, stats.network_tx_bytes, stats.uptime_ms) == (250.5, 4, 5)
    payload = {
        "uuid": "904d",
        "is_successful": True,
        "checksum": "3f",
        "checksum_type": "sha1",
        "file_size": 9,
    }
    old = parse(json.dumps({"event": "backup completed:904d", "args": [json.dumps(payload)]}))
    assert old == BackupCompleted(uuid="904d", is_successful=True, checksum="3f", size_bytes=9)
