"""Power signals, console commands and crashes, as the node carries them out."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox.games import Game
from sandbox.model import GameServer
from sandbox.node_link import wake
from sandbox.power import crash
from tests.support.sandbox_panel import Panel, panel


class Seen:
    """What somebody at the server's websocket hears."""

    def __init__(self) -> None:
        self.events: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, event: str, args: tuple[str, ...]) -> None:
        self.events.append((event, args))

    @property
    def states(self) -> list[str]:
        return [args[0] for event, args in self.events if event == "status"]

    @property
    def lines(self) -> list[str]:
        texts = [args[0] for event, args in self.events if event == "console output"]
        return [
            text.replace("\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m ", "").removesuffix("\x1b[0m")
            for text in texts
        ]


@asynccontextmanager
async def table(
    state: str = "offline", game: Game | None = None
) -> AsyncIterator[tuple[Panel, GameServer, Seen]]:
    async with panel() as client:
        server = client.sandbox.world.add_server(state=state, game=game)
        seen = Seen()
        client.sandbox.world.subscribe(server, seen)
        yield client, server, seen


async def send(client: Panel, server: GameServer, signal: str) -> None:
    answer = await client.post(f"/servers/{server.uuid}/power", json={"signal": signal})
    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers


async def test_a_start_takes_its_time() -> None:
    async with table() as (client, server, seen):
        await send(client, server, "start")
        await client.sandbox.advance(0.2)
        assert seen.states == ["starting"]
        await client.sandbox.advance(2)
        assert await client.state(server) == "starting"
        await client.sandbox.advance(3)
        assert seen.states == ["starting", "running"]
        assert seen.lines[:4] == [
            "Checking server disk space usage, this could take a few seconds...",
            "Updating process configuration files...",
            "Ensuring file permissions are set correctly, this could take a few seconds...",
            "Pulling Docker container image, this could take a few minutes to complete...",
        ]
        assert seen.lines[-1] == "Done, the server is ready"
        # Uptime counts from the container on, 1.1 s after the request.
        stats = [json.loads(args[0]) for event, args in seen.events if event == "stats"]
        assert stats[-1]["uptime"] == 3900
        assert next(iter(server.console)).startswith("\x1b[1m\x1b[33mcontainer@pterodactyl~")


async def test_stop_and_restart() -> None:
    async with table("running") as (client, server, seen):
        await send(client, server, "restart")
        await client.sandbox.advance(10)
        assert seen.states == ["stopping", "offline", "starting", "running"]
        assert seen.lines[0] == "stop"
        await send(client, server, "stop")
        await client.sandbox.advance(2)
        assert await client.state(server) == "offline"
        events = [row["event"] for row in (await client.get(f"/servers/{server.uuid}/activity")).rows]
        assert events == ["server:power.restart", "server:power.stop"]


async def test_what_does_not_fit_is_dropped_silently() -> None:
    async with table() as (client, server, seen):
        await send(client, server, "stop")
        await send(client, server, "kill")
        await client.sandbox.advance(5)
        assert seen.states == []
        await send(client, server, "start")
        await send(client, server, "restart")
        await client.sandbox.advance(10)
        assert seen.states == ["starting", "running"]
        await send(client, server, "start")
        await client.sandbox.advance(10)
        assert seen.states == ["starting", "running"]


async def test_a_game_that_ignores_stop_can_be_killed() -> None:
    async with table("running", Game(stop_seconds=None)) as (client, server, seen):
        await send(client, server, "stop")
        await client.sandbox.advance(300)
        assert await client.state(server) == "stopping"
        await send(client, server, "start")
        await send(client, server, "kill")
        await client.sandbox.advance(1)
        assert seen.states == ["stopping", "offline"]


async def test_a_kill_in_the_middle_of_a_restart_only_hurries_it() -> None:
    async with table("running", Game(stop_seconds=None)) as (client, server, seen):
        await send(client, server, "restart")
        await client.sandbox.advance(30)
        await send(client, server, "kill")
        await client.sandbox.advance(10)
        assert seen.states == ["stopping", "offline", "starting", "running"]


async def test_after_ten_minutes_a_stop_becomes_a_kill() -> None:
    async with table("running", Game(stop_seconds=None)) as (client, server, seen):
        await send(client, server, "stop")
        await client.sandbox.advance(601)
        assert seen.states == ["stopping", "offline"]


async def test_a_crash_is_mended_once_a_minute() -> None:
    async with table("running") as (client, server, seen):
        crash(client.sandbox.world, server, 137)
        await client.sandbox.advance(20)
        assert seen.states == ["offline", "starting", "running"]
        assert seen.lines[:3] == [
            "---------- Detected server process in a crashed state! ----------",
            "Exit code: 137",
            "Out of memory: false",
        ]
        crash(client.sandbox.world, server)
        await client.sandbox.advance(60)
        assert seen.states[3:] == ["offline"]
        assert seen.lines[-1].startswith(
            "Aborting automatic restart, last crash occurred less than 60 seconds ago."
        )


async def test_a_done_line_that_never_comes() -> None:
    async with table(game=Game(never_done=True)) as (client, server, seen):
        await send(client, server, "start")
        await client.sandbox.advance(3600)
        assert seen.states == ["starting"]


async def test_commands() -> None:
    async with table("running") as (client, server, seen):
        path = f"/servers/{server.uuid}/command"
        answer = await client.post(path, json={"command": "one\ntwo"})
        assert answer.status == 204
        assert seen.lines == ["one", "Unknown command: one", "two", "Unknown command: two"]
        assert (await client.post(path, json={"command": ["x"]})).detail == "The command must be a string."
        await client.post(path, json={"command": "stop"})
        await client.sandbox.advance(5)
        assert seen.states == ["stopping", "offline"]  # and not a crash
        offline = await client.post(path, json={"command": "list"})
        assert (offline.status, offline.code) == (502, "HttpException")
        assert offline.detail == "Server must be online in order to send commands."


@pytest.mark.parametrize(
    ("permission", "signal", "status"),
    [
        ("control.stop", "kill", 204),
        ("control.stop", "stop", 204),
        ("control.stop", "start", 403),
        ("control.restart", "restart", 204),
        ("control.start", "explode", 403),
    ],
)
async def test_what_a_signal_needs(permission: str, signal: str, status: int) -> None:
    async with table("running") as (client, server, _):
        client.sandbox.world.add_subuser(server, "helper", [permission])
        answer = await client.post(f"/servers/{server.uuid}/power", user="helper", json={"signal": signal})
        assert answer.status == status


async def test_a_full_disk_stops_the_server_and_keeps_it_from_starting() -> None:
    async with table("running") as (client, server, seen):
        server.limits.disk = 1
        server.disk.ballast_bytes = 2 * 1024 * 1024
        await client.get(f"/servers/{server.uuid}/resources")
        await client.sandbox.advance(5)
        assert seen.states == ["stopping", "offline"]
        assert seen.lines[0] == "Server is exceeding the assigned disk space limit, stopping process now."
        await send(client, server, "start")
        await client.sandbox.advance(30)
        assert await client.state(server) == "offline"
        assert seen.lines[-1] == "Checking server disk space usage, this could take a few seconds..."


async def test_a_hung_node_does_it_later() -> None:
    async with table() as (client, server, seen):
        server.node.hung = True
        answer = await client.post(f"/servers/{server.uuid}/power", json={"signal": "start"})
        assert (answer.status, answer.code) == (504, "DaemonConnectionException")
        await client.sandbox.advance(30)
        assert seen.states == []
        wake(server.node)
        await client.sandbox.advance(10)
        assert seen.states == ["starting", "running"]
