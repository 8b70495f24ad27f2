"""One live connection a server, however many follow it."""

import asyncio
import gc
import json
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig, connection_pacer, errors
from bot.panel.budget import USUAL_LIMIT
from bot.panel.events import ConsoleLine, Event, Reconnected, Stats, Status
from bot.panel.models import PowerState
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.node_socket import FakeNode, linger, send_event


@dataclass
class Ear:
    """Listens in the background and keeps all it hears."""

    events: list[Event] = field(default_factory=list)
    losses: list[errors.PanelError] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, event: Event) -> None:
        self.events.append(event)
        self.news.set()

    def lost(self, error: errors.PanelError) -> None:
        self.losses.append(error)
        self.news.set()

    async def until(self, kind: type[Event], count: int = 1) -> None:
        while sum(isinstance(event, kind) for event in self.events) < count:
            self.news.clear()
            await self.news.wait()

    async def until_lost(self, count: int = 1) -> None:
        while len(self.losses) < count:
            self.news.clear()
            await self.news.wait()


@asynccontextmanager
async def client_of(node: FakeNode, clock: Clock) -> AsyncIterator[PanelClient]:
    async with PanelClient(PanelConfig(node.url, SecretStr(KEY)), clock, sleep=clock.sleep) as client:
        yield client


def stats(state: str = "running", uptime: int = 1000) -> str:
    usage = {"memory_bytes": 5, "memory_limit_bytes": 9, "cpu_absolute": 1.5, "disk_bytes": 7}
    return json.dumps({**usage, "network": {"rx_bytes": 1, "tx_bytes": 2}, "uptime": uptime, "state": state})


async def running(node: FakeNode, ws: web.WebSocketResponse) -> None:
    """Play a node whose server runs."""
    await node.accept(ws)
    await send_event(ws, "status", "running")
    await send_event(ws, "stats", stats())
    await linger(ws)


async def turns_until(met: Callable[[], bool]) -> None:
    """Let the event loop run until something is so."""
    while not met():  # noqa: ASYNC110 - the client has no event for it
        await asyncio.sleep(0.001)


async def first(events: AsyncIterator[Event], kind: type[Event]) -> Event:
    async for event in events:
        if isinstance(event, kind):
            return event
    raise AssertionError(f"no {kind.__name__}")


async def test_all_who_follow_share_one_connection_and_one_token(clock: Clock) -> None:
    async with FakeNode(running) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        await ear.until(Stats)
        async with client.sockets.follow(UUID) as follower, client.sockets.follow(UUID) as other:
            assert await first(aiter(follower), Status) == Status(PowerState.RUNNING), (
                "as the node said before"
            )
            assert isinstance(await first(aiter(other), Stats), Stats)
            assert client.sockets.hub.is_followed(UUID)
        assert len(node.origins) == node.tokens_given == 1
        assert client.sockets.hub.connected == 1
        assert not client.sockets.hub.is_followed(UUID)


async def test_connection_ends_with_the_last_who_follows(clock: Clock) -> None:
    ended = asyncio.Event()

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await running(node, ws)
        ended.set()

    async with FakeNode(part) as node, client_of(node, clock) as client:
        async with client.sockets.follow(UUID) as live:
            await first(aiter(live), Status)
        await ended.wait()
        assert client.sockets.hub.connected == 0


async def test_person_reads_at_once_why_there_is_no_connection(clock: Clock) -> None:
    async with FakeNode(running, refuse_with=403) as node, client_of(node, clock) as client:
        with pytest.raises(errors.OriginRefused):
            async with client.sockets.follow(UUID):
                pass
        assert clock.slept == []


async def test_lost_connection_is_made_again_with_growing_pauses(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        if len(node.origins) < 4:
            await ws.close(code=1011)
            return
        await running(node, ws)

    async with FakeNode(part) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        await ear.until(Status)
        assert [type(error) for error in ear.losses] == [errors.SocketLost] * 3
        for number, pause_s in enumerate(clock.slept):
            assert 2.5 * 2**number <= pause_s <= 5 * 2**number
        assert node.tokens_given == 1


async def test_follower_who_wants_to_goes_on_after_a_loss(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        if len(node.origins) == 1:
            await node.accept(ws)
            await send_event(ws, "status", "running")
            await ws.close(code=1011)
            return
        await running(node, ws)

    async with FakeNode(part) as node, client_of(node, clock) as client:
        async with client.sockets.follow(UUID, reconnect=True) as live:
            events = aiter(live)
            await first(events, Reconnected)
            assert await first(events, Status) == Status(PowerState.RUNNING)
        async with client.sockets.follow(UUID) as live:
            await first(aiter(live), Status)


async def test_person_does_not_wait_for_the_pause_of_the_background(clock: Clock) -> None:
    clock.crowd = True  # nobody moves the time

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        if len(node.origins) == 1:
            await ws.close(code=1011)
            return
        await running(node, ws)

    async with FakeNode(part) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        await ear.until_lost()
        async with client.sockets.follow(UUID) as live:
            await first(aiter(live), Status)
        await ear.until(Status)


async def test_background_connections_are_opened_gradually_the_important_first(clock: Clock) -> None:
    clock.crowd = True

    class Quiet:
        def heard(self, event: Event) -> None:
            pass

        def lost(self, error: errors.PanelError) -> None:
            pass

    async with FakeNode(running) as node, client_of(node, clock) as client:
        hub = client.sockets.hub
        uuids = [f"{number:08}-259b-452e-8b4e-cecc464142ca" for number in range(connection_pacer.AT_ONCE + 3)]
        for uuid in uuids:
            hub.listen(uuid, Quiet(), priority=0 if uuid == uuids[-1] else 1)
        async with asyncio.timeout(120):
            await turns_until(lambda: hub.connected == connection_pacer.AT_ONCE)
            assert node.asked[0] == uuids[-1]
            while hub.connected < len(uuids):
                clock.pass_time()
                await asyncio.sleep(0.001)
        assert clock.now - 1000 == pytest.approx(3 * 60 / (USUAL_LIMIT * 0.6))


@pytest.mark.parametrize("status", [400, 502])
async def test_failure_of_one_connection_touches_no_other(status: int, clock: Clock) -> None:
    other = "99999999-259b-452e-8b4e-cecc464142ca"
    async with FakeNode(running) as node, client_of(node, clock) as client:
        ear, mute = Ear(), Ear()
        client.sockets.hub.listen(UUID, ear)
        await ear.until(Stats)
        node.refuse_with, node.refusals = status, 1
        client.sockets.hub.listen(other, mute)
        await mute.until_lost()
        assert ear.losses == []
        await mute.until(Stats)


async def test_what_happened_while_a_token_had_run_out_is_asked_for(clock: Clock) -> None:
    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, "status", "running")
        await send_event(ws, "jwt error", "jwt: exp claim is invalid")
        await node.accept(ws)
        frame = await node.receive(ws)
        assert frame is not None
        assert frame["event"] == "send stats"
        await send_event(ws, "stats", stats("offline", 0))
        await linger(ws)

    async with FakeNode(part) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        await ear.until(Stats)
        assert node.tokens_given == 2
        assert len(node.origins) == 1


async def test_token_that_the_panel_cannot_give_ends_no_connection(clock: Clock) -> None:
    """The node goes on while the panel is away."""
    clock.crowd = True
    go_on = asyncio.Event()

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        node.no_tokens = 503
        await send_event(ws, "token expiring")
        await go_on.wait()
        await send_event(ws, "console output", "still here")
        await node.accept(ws)
        await send_event(ws, "status", "running")
        await linger(ws)

    async with FakeNode(part) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        async with asyncio.timeout(120):
            await turns_until(lambda: bool(clock._sleepers))
            go_on.set()
            await ear.until(ConsoleLine)
            node.no_tokens = 0
            while not any(isinstance(event, Status) for event in ear.events):
                clock.pass_time()
                await asyncio.sleep(0.001)
        assert ear.losses == []


async def test_slow_follower_is_bounded_in_bytes_and_delays_no_other(clock: Clock) -> None:
    line = "x" * 900_000

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        for _ in range(20):
            await send_event(ws, "console output", line)
        await send_event(ws, "status", "running")
        await linger(ws)

    async with FakeNode(part) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        async with client.sockets.follow(UUID) as slow:
            await ear.until(Status)
            seen = []
            async for event in slow:
                seen.append(event)
                if isinstance(event, Status):
                    break
        lines = [event for event in seen if isinstance(event, ConsoleLine)]
        assert sum(len(event.text) for event in lines) <= 4 * 1024 * 1024
        assert slow.dropped == 20 - len(lines) > 0


@pytest.mark.sweep
async def test_reconnecting_leaves_nothing_behind(clock: Clock) -> None:
    """`make reconnects` does it 10,000 times; here a few hundred times."""

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.accept(ws)
        await send_event(ws, "status", "running")
        await ws.close(code=1011)

    async with FakeNode(part) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        await ear.until_lost(20)
        ear.events.clear()
        gc.collect()
        objects, tasks = len(gc.get_objects()), len(asyncio.all_tasks())
        node.origins.clear()
        node.received.clear()
        ear.losses.clear()
        await ear.until_lost(200)
        ear.events.clear()
        ear.losses.clear()
        node.origins.clear()
        node.received.clear()
        clock.slept.clear()
        gc.collect()
        assert len(asyncio.all_tasks()) <= tasks + 3
        assert len(gc.get_objects()) - objects < 2000
        assert math.isfinite(clock.now)


async def test_connections_that_are_left_at_once_keep_no_task_alive(clock: Clock) -> None:
    async with FakeNode(running) as node, client_of(node, clock) as client:
        ear = Ear()
        client.sockets.hub.listen(UUID, ear)
        await ear.until(Stats)
        for number in range(20):
            client.sockets.hub.reconnect(UUID, "silent")
            assert len(ear.losses) == number + 1
            ear.events.clear()
            await ear.until(Stats)
        gc.collect()
        here = asyncio.get_running_loop()
        every = [thing for thing in gc.get_objects() if isinstance(thing, asyncio.Task)]
        tasks = [task for task in every if task.get_loop() is here]
        assert sum(task.cancelled() for task in tasks) <= 3


async def test_closing_the_client_ends_every_connection(clock: Clock) -> None:
    async with FakeNode(running) as node:
        async with client_of(node, clock) as client:
            ear = Ear()
            client.sockets.hub.listen(UUID, ear)
            await ear.until(Stats)
        assert not [task for task in asyncio.all_tasks() if "live connection" in task.get_name()]
        assert [type(error) for error in ear.losses] == []
