"""Who may open a Wings websocket, and for how long: origins, tokens and permissions, as recorded."""

import json

import aiohttp
import pytest

from sandbox.node.tokens import revoke
from tests.sandbox.socket_frames import GENERIC, RECORDINGS, REVOKED, bare
from tests.support.node_rig import Event, Rig

EXPIRED = ("jwt error", "jwt: exp claim is invalid")


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


async def test_an_unknown_server_is_404(rig: Rig) -> None:
    answer = await rig.request(
        "GET", f"{rig.sandbox.node_url}/api/servers/11111111-1111-4111-8111-111111111111/ws"
    )
    assert (answer.status, answer.json) == (
        404,
        {"error": "The requested resource does not exist on this instance."},
    )


async def test_before_auth_everything_is_answered_with_an_error_and_nothing_is_sent(rig: Rig) -> None:
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
        await ear.send("auth", rig.token())  # of the same second
        ((event, why),) = await ear.receive()
        assert (event, why.endswith(REVOKED)) == ("jwt error", True)
        await rig.sandbox.advance(1)
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


async def test_a_suspended_server_may_be_watched_but_not_started(rig: Rig) -> None:
    async with rig.console() as ear:
        await ear.receive()
        rig.server.status = "suspended"
        await ear.send("send stats", None)
        await ear.send("set state", "start")
        assert bare(await ear.receive()) == [("stats",), ("daemon error", GENERIC)]
