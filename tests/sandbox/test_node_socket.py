"""The Wings websocket, held against what was recorded."""

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import Mode
from sandbox.games import Game
from sandbox.node.socket import FLOOD_LINE
from sandbox.node.tokens import revoke
from tests.support.node_rig import Event, Rig, Socket
from tests.support.node_rig import rig as make_rig

RECORDINGS = Path(__file__).parents[1] / "recordings" / "wings"
GENERIC = "an unexpected error was encountered while handling this request"
BUSY = "another power action is currently being processed for this server, please try again later"
EXPIRED = ("jwt error", "jwt: exp claim is invalid")
REVOKED = "jwt: created too far in past (denylist)"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with make_rig() as made:
        yield made


@dataclass(slots=True)
class Talkative(Game):
    """Prints as much as it is asked to."""

    lines: int = 0

    def reply(self, command: str) -> Iterable[str]:
        return (f"line {number}" for number in range(self.lines))


def bare(heard: list[Event]) -> list[Event]:
    """Take the error's own id out, and statistics' numbers."""
    return [
        (event[0],)
        if event[0] == "stats"
        else tuple(part.partition("]: ")[2] or part for part in event)
        if event[0] in {"jwt error", "daemon error"}
        else event
        for event in heard
    ]


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


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_a_wrong_origin_is_refused_before_the_upgrade(rig: Rig, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with rig.socket(origin=origin):
            pass
    assert refused.value.status == 403
    recording = json.loads((RECORDINGS / "ws-wrong-origin.json").read_text())["handshake"]["headers"]
    headers = refused.value.headers
    assert headers is not None
    assert headers["Content-Type"] == recording["content-type"]
    assert headers["Content-Length"] == recording["content-length"]


async def test_a_missing_origin_is_refused_too(rig: Rig) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with rig.http.ws_connect(f"{rig.server.node.socket_url}/api/servers/{rig.server.uuid}/ws"):
            pass
    assert refused.value.status == 403


async def test_a_server_nobody_knows_is_404(rig: Rig) -> None:
    answer = await rig.request(
        "GET", f"{rig.sandbox.node_url}/api/servers/11111111-1111-4111-8111-111111111111/ws"
    )
    assert (answer.status, answer.json) == (
        404,
        {"error": "The requested resource does not exist on this instance."},
    )


async def test_before_auth_everything_is_answered_with_an_error_and_nothing_is_told(rig: Rig) -> None:
    async with rig.socket() as ear:
        for event, args in (("send logs", [None]), ("send command", ["x"]), ("set state", ["start"])):
            await ear.send(event, *args)
        await ear.send("send stats")
        for text in (
            "not json",
            '{"event":"nonsense","args":[]}',
            "[]",
            '{"event":5}',
            '{"event":"x","args":[1]}',
        ):
            await ear.ws.send_str(text)
        rig.sandbox.world.publish(rig.server, "status", "starting")
        assert await ear.receive() == [("jwt error", "jwt: no jwt present")] * 5
        assert rig.server.state == "offline"


async def test_odd_events_are_ignored_and_a_new_auth_only_says_so(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        await ear.send("nonsense", "x")
        await ear.ws.send_str("not json")
        await ear.ws.send_bytes(b'{"event":"send stats"}')
        await ear.send("set state", "explode")
        await ear.send("auth", rig.token())
        assert bare(await ear.receive()) == [("daemon error", GENERIC), ("auth success",)]


async def test_tokens_that_do_not_hold(rig: Rig) -> None:
    world = rig.sandbox.world
    good = rig.token()
    for token in ("", good[:-4] + "AAAA", "garbage"):
        async with rig.socket() as ear:
            await ear.send("auth", token)
            assert bare(await ear.receive()) == [("daemon error", GENERIC)]
    async with rig.socket() as ear:
        await ear.send("auth", rig.token(permissions=["file.read"]))
        assert bare(await ear.receive()) == [("jwt error", "jwt: missing connect permission")]
        await ear.send("auth", rig.token(lifetime_s=0))
        assert bare(await ear.receive()) == [EXPIRED]
        await rig.sandbox.advance(1)
        revoke(world, rig.server, world.user("owner"))
        await ear.send("auth", good)
        assert bare(await ear.receive()) == [("jwt error", REVOKED)]
        assert "Error Event [" in ear.raw[-1]


async def test_the_token_of_another_server_is_taken_and_then_good_for_nothing(rig: Rig) -> None:
    there = rig.sandbox.world.add_server("other")
    async with rig.socket(uuid=there.uuid) as ear:
        await ear.send("auth", rig.token())
        mismatch = ("jwt error", "jwt: server uuid mismatch")
        assert await ear.receive() == [("auth success",), mismatch, mismatch]


async def test_a_token_that_runs_out(rig: Rig) -> None:
    """As recorded with a token of 75 s: two warnings, then errors each 30 s, until a new token comes."""
    async with rig.console(lifetime_s=75) as ear:
        await ear.receive()
        heard = []
        for _ in range(4):
            await rig.sandbox.advance(30)
            heard += await ear.receive()
        assert heard == [("token expiring",), ("token expiring",), EXPIRED, EXPIRED]
        await ear.send("send stats", None)
        rig.sandbox.world.publish(rig.server, "status", "starting")
        assert await ear.receive() == [EXPIRED, EXPIRED]
        await ear.send("auth", rig.token())
        await ear.send("send stats", None)
        assert bare(await ear.receive()) == [("auth success",), ("stats",)]


async def test_a_revoked_token_fails_on_the_next_event_and_a_new_one_mends_it(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        await rig.sandbox.advance(1)
        revoke(rig.sandbox.world, rig.server, rig.sandbox.world.user("owner"))
        await ear.send("send stats", None)
        assert await ear.receive() == [("jwt error", REVOKED)]
        await ear.send("auth", rig.token())
        await ear.send("send stats", None)
        assert bare(await ear.receive()) == [("auth success",), ("stats",)]


async def test_without_a_permission_there_is_silence(rig: Rig) -> None:
    rig.sandbox.world.add_subuser(rig.server, "watcher", ["websocket.connect", "file.read"])
    async with rig.console("watcher") as ear:
        await ear.receive()
        for event, arg in (
            ("set state", "start"),
            ("send command", "x"),
            ("send logs", None),
            ("send stats", None),
        ):
            await ear.send(event, arg)
        assert bare(await ear.receive()) == [("stats",)]
        for event in ("backup completed", "install output", "transfer logs"):
            rig.sandbox.world.publish(rig.server, event, "secret")
        rig.sandbox.world.publish(rig.server, "install completed", "")
        assert await ear.receive() == [("install completed", "")]
        assert rig.server.state == "offline"


@pytest.mark.parametrize(("user", "heard"), [("owner", []), ("admin", [("install output", "pulling")])])
async def test_install_output_is_for_root_admins(rig: Rig, user: str, heard: list[Event]) -> None:
    async with rig.console(user) as ear:
        await ear.receive()
        rig.sandbox.world.publish(rig.server, "install output", "pulling")
        assert await ear.receive() == heard


async def test_a_second_power_action_is_told_that_it_waits_in_vain(rig: Rig) -> None:
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


async def test_a_backup_is_told_with_its_uuid_in_the_payload(rig: Rig) -> None:
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


async def test_a_suspended_server_may_be_watched_but_not_started(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        rig.server.status = "suspended"
        await ear.send("send stats", None)
        await ear.send("set state", "start")
        assert bare(await ear.receive()) == [("stats",), ("daemon error", GENERIC)]


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
