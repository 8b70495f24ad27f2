"""The frames of the Wings websocket and its ends, compared with recordings."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from typing_extensions import override

from sandbox import Mode
from sandbox.games import Game
from sandbox.node.socket import FLOOD_LINE
from tests.sandbox.socket_frames import GENERIC, RECORDINGS, REVOKED, bare
from tests.support.node_rig import Rig, Socket
from tests.support.node_rig import rig as make_rig

BUSY = "another power action is currently being processed for this server, please try again later"


@dataclass(slots=True)
class Talkative(Game):
    """Prints as much as it is asked to."""

    lines: int = 0

    @override
    def reply(self, command: str) -> Iterable[str]:
        return (f"line {number}" for number in range(self.lines))


def recorded(name: str) -> list[str]:
    """Return the frames that came in, as they were."""
    frames = json.loads((RECORDINGS / f"ws-{name}.json").read_text())["frames"]
    return [frame["data"] for frame in frames if frame.get("dir") == "in" and "data" in frame]


def shape(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Names in their order, and kinds of values; whole and broken numbers are one kind."""
    if isinstance(value, dict):
        return [(name, shape(part)) for name, part in value.items()]
    return "number" if isinstance(value, int | float) else type(value).__name__


async def test_an_offline_server_greets_with_its_state_and_one_stats(rig: Rig) -> None:
    async with rig.console() as ear:
        assert bare(await ear.receive()) == [("auth success",), ("status", "offline"), ("stats",)]
        await ear.send("send stats", None)
        await ear.send("send logs", None)
        await ear.send("send command", "status")
        assert bare(await ear.receive()) == [("stats",)]


async def test_frames_are_written_as_recorded(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        recording = recorded("offline")
        assert ear.raw[:2] == recording[:2]
        assert ear.raw[2].endswith("\n")
        ours, theirs = (json.loads(json.loads(text)["args"][0]) for text in (ear.raw[2], recording[2]))
        assert shape(ours) == shape(theirs)


async def test_statistics_of_a_running_server_come_each_second_with_sorted_keys() -> None:
    async with make_rig(state="running") as rig, rig.console() as ear:
        assert bare(await ear.receive()) == [("auth success",), ("status", "running")]
        for _ in range(3):
            await rig.sandbox.advance(1)
        heard = await ear.receive()
        assert bare(heard) == [("stats",)] * 3
        theirs = next(text for text in recorded("backup-create") if "cpu_absolute" in text)
        assert shape(json.loads(heard[0][1])) == shape(json.loads(json.loads(theirs)["args"][0]))


async def test_markup_is_escaped_and_other_text_is_not(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        rig.sandbox.world.publish(rig.server, "console output", "> <b>&é世\x1b[0m")
        assert (await ear.receive())[-1] == ("console output", "> <b>&é世\x1b[0m")
        assert r'"\u003e \u003cb\u003e\u0026é世\u001b[0m"' in ear.raw[-1]


async def test_a_second_power_action_is_refused_while_the_first_runs(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        for signal in ("start", "start", "restart"):
            await ear.send("set state", signal)
        assert bare(await ear.receive()) == [("daemon error", BUSY)] * 2
        await rig.sandbox.advance(10)
        assert ("status", "running") in await ear.receive()
        await ear.send("set state", "start")
        assert bare(await ear.receive()) == [("daemon error", GENERIC)]
        await ear.send("set state", "kill")
        assert ("status", "stopping") in await ear.receive()
        await rig.sandbox.advance(1)
        assert ("status", "offline") in await ear.receive()
        await ear.send("set state", "kill")
        await ear.send("set state", "stop")
        assert await ear.receive() == []
    person = rig.sandbox.world.user("owner")
    events = [(row.event, row.is_api) for row in rig.server.activity if row.actor is person]
    assert events[:2] == [("server:power.start", False), ("server:power.kill", False)]


async def test_commands_and_history() -> None:
    async with make_rig(state="running", game=Talkative(lines=2)) as rig, rig.console() as ear:
        await ear.receive()
        await ear.send("send command", "list")
        lines = [("console output", text) for text in ("list", "line 0", "line 1")]
        assert await ear.receive() == lines
        await ear.send("send logs", None)
        assert await ear.receive() == lines
        assert rig.server.activity[-1].properties == {"command": "list"}


async def test_a_flood_is_cut_at_2000_lines_in_100_ms() -> None:
    async with make_rig(state="running", game=Talkative(lines=5000)) as rig, rig.console() as ear:
        await ear.receive()
        await ear.send("send command", "help")
        heard = await ear.receive()
        assert len(heard) == 2001
        assert heard[-1] == ("console output", FLOOD_LINE)
        assert any(json.loads(text).get("args") == [FLOOD_LINE] for text in recorded("console-flood"))
        await rig.sandbox.advance(0.1)
        await ear.send("send command", "help")
        assert len(await ear.receive()) == 2001


async def test_a_backup_is_reported_with_its_uuid_in_the_payload(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        made = (await rig.panel("POST", "/backups", json={})).json["attributes"]["uuid"]
        await rig.sandbox.advance(rig.server.backup_seconds)
        name, payload = (await ear.receive())[-1]
        assert name == "backup completed"
        assert json.loads(payload)["uuid"] == made
        theirs = next(text for text in recorded("backup-create") if "backup completed" in text)
        assert shape(json.loads(payload)) == shape(json.loads(json.loads(theirs)["args"][0]))


async def test_a_deleted_server_closes_its_sockets(rig: Rig) -> None:
    async with rig.console() as ear, rig.socket() as unknown:
        await ear.receive()
        await unknown.receive()
        rig.sandbox.world.publish(rig.server, "deleted", "null")
        assert await ear.receive() == [("deleted", "null"), ("closed", "1001")]
        assert await unknown.receive() == [("closed", "1001")]


async def test_a_node_that_goes_down_drops_its_sockets_and_forgets_old_tokens(rig: Rig) -> None:
    old = rig.token()
    async with rig.console() as ear:
        await ear.receive()
        rig.sandbox.node_down()
        with pytest.raises(aiohttp.ClientConnectionError):
            async with rig.socket():
                pass
        message = await ear.ws.receive()
        assert message.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
        assert ear.ws.close_code == 1006
    await rig.sandbox.advance(5)
    rig.sandbox.node_down(down=False)
    async with rig.socket() as ear:
        await ear.send("auth", old)
        assert bare(await ear.receive()) == [("jwt error", REVOKED)]


async def test_one_node_goes_down_without_the_others(rig: Rig) -> None:
    other = rig.sandbox.world.add_node("node-2")
    async with rig.console() as ear:
        await ear.receive()
        rig.sandbox.node_down(other)
        await ear.send("send stats", None)
        assert bare(await ear.receive()) == [("stats",)]
    rig.sandbox.node_down(rig.server.node)
    with pytest.raises(aiohttp.ClientConnectionError):
        async with rig.socket():
            pass
    rig.sandbox.node_down(rig.server.node, down=False)
    assert not other.up


# --- v1.12 ---------------------------------------------------------------------------------------------


async def throttled(ear: Socket) -> list[str]:
    return [event[1] for event in await ear.receive() if event[0] == "throttled"]


async def test_v1_12_throttles_each_event_and_all_together() -> None:
    async with make_rig(Mode.V1_12, state="running") as rig, rig.console() as ear:
        await ear.receive()
        for _ in range(6):
            await ear.send("send stats")
        assert await throttled(ear) == ["send stats"]
        await rig.sandbox.advance(1)
        await ear.send("send stats")
        await ear.send("send stats")
        assert await throttled(ear) == ["send stats"]
        await rig.sandbox.advance(20)
        for _ in range(12):
            await ear.send("send command", "x")
        assert await throttled(ear) == ["global"]
        await rig.sandbox.advance(20)
        for _ in range(3):
            await ear.send("send logs")
        assert await throttled(ear) == ["send logs"]


async def test_v1_12_closes_the_sockets_of_a_suspended_server() -> None:
    async with make_rig(Mode.V1_12) as rig:
        async with rig.console() as ear:
            await ear.receive()
            rig.server.status = "suspended"
            await ear.send("send stats")
            assert await ear.receive() == [("closed", "4409")]
        async with rig.socket() as ear:
            assert await ear.receive() == [("closed", "4409")]


async def test_v1_12_takes_thirty_sockets_a_server_and_short_frames() -> None:
    async with make_rig(Mode.V1_12) as rig:
        sockets = [rig.socket() for _ in range(30)]
        ears = [await socket.__aenter__() for socket in sockets]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with rig.socket():
                pass
        assert refused.value.status == 400
        await ears[0].ws.send_str("x" * 5000)
        assert await ears[0].receive() == [("closed", "1009")]
        for socket in sockets:
            await socket.__aexit__(None, None, None)
        async with rig.console() as ear:
            assert ("auth success",) in await ear.receive()
