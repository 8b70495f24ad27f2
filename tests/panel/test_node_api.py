"""A node's own API: every recorded answer becomes what it says, or one named error; and only GET is sent."""

import copy
import logging
import traceback
from typing import Any

import pytest
from pydantic import SecretStr

from bot.panel import NodeApi, NodeConfig, errors
from bot.panel.models import NodeServer, PowerState
from sandbox import Fault, Sandbox
from tests.panel.broken_bodies import cut_body, endless, huge, silence, trickle
from tests.support.origin import Origin, Reply, cut, http
from tests.support.recordings import Recording, node_recordings

TOKEN = "CANARYNODETOKENxsecretsecretsecretsecretsecretsecretsecretsecret"
UNUSED = {
    "POST": "the client sends nothing but GET",
    "HEAD": "the client sends nothing but GET",
    "OPTIONS": "the client sends nothing but GET",
    "/files/": "files are read through the panel, which judges the person's permissions",
    "/": "no such call",
    "/api/nope": "no such call",
}


def config(url: str, token: str = TOKEN, **limits: Any) -> NodeConfig:
    return NodeConfig("node-1", url, SecretStr(token), **limits)


def _unused(recording: Recording) -> bool:
    if recording.method != "GET":
        return recording.method in UNUSED
    return recording.path in UNUSED or "/files/" in recording.path


USED = [recording for recording in node_recordings() if not _unused(recording)]
REFUSALS = {401: errors.NodeTokenRefused, 403: errors.NodeTokenRefused, 404: errors.ServerUnknownToNode}


def test_every_recording_is_used_or_has_a_reason() -> None:
    left = [recording for recording in node_recordings() if _unused(recording)]
    reasons = {recording.method if recording.method != "GET" else recording.path for recording in left}
    assert {reason for reason in reasons if "/files/" not in reason} | {"/files/"} == set(UNUSED)
    assert len(USED) + len(left) == len(node_recordings()) == 71
    assert len(USED) == 45


@pytest.mark.parametrize("recording", USED, ids=lambda recording: recording.name)
async def test_recorded_answer(recording: Recording, origin: Origin) -> None:
    is_view = isinstance(recording.json, dict) and "utilization" in recording.json
    # One server's answer is an entry of the list that the client reads.
    origin.answers(http(200, [recording.json]) if is_view else recording.wire)
    async with NodeApi(config(origin.url)) as node:
        if recording.status != 200:
            with pytest.raises(errors.PanelError) as caught:
                await _ask(node, recording)
            assert type(caught.value) is REFUSALS.get(recording.status, errors.NodeFault)
            return
        answer = await _ask(node, recording)
    (seen,) = origin.requests
    assert (seen.method, seen.headers["Authorization"]) == ("GET", f"Bearer {TOKEN}")
    if recording.path.endswith("/logs"):
        assert answer == tuple(recording.json["data"] or ())
    elif recording.path == "/api/system":
        assert answer.version == "1.11.11"
    else:
        entries = [recording.json] if is_view else recording.json
        assert len(entries) in {1, 7}
        for server, raw in zip(answer, entries, strict=True):
            _compare(server, raw)


async def _ask(node: NodeApi, recording: Recording) -> Any:  # noqa: ANN401 - each path has its own
    if recording.path.endswith("/logs"):
        return await node.logs("09660034-5a8c-48fb-a561-9a8713748f58")
    return await (node.system() if recording.path == "/api/system" else node.servers())


def _compare(server: NodeServer, raw: dict[str, Any]) -> None:
    used, configuration = raw["utilization"], raw["configuration"]
    assert (server.uuid, server.name) == (configuration["uuid"], configuration["meta"]["name"])
    assert (server.state, server.is_suspended) == (raw["state"], raw["is_suspended"])
    assert (server.memory_bytes, server.disk_bytes) == (used["memory_bytes"], used["disk_bytes"])
    assert server.cpu_absolute_percent == used["cpu_absolute"]
    assert server.uptime_ms == used["uptime"]
    network = (server.network_rx_bytes, server.network_tx_bytes)
    assert network == (used["network"]["rx_bytes"], used["network"]["tx_bytes"])


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (TOKEN, errors.NodeTokenRefused),
        ("ptlc_" + "x" * 43, errors.NodeTokenIsPanelKey),
        ("ptla_" + "x" * 43, errors.NodeTokenIsPanelKey),
        ("TOKENIDxxxxxxxxx." + TOKEN, errors.NodeTokenHasId),
        ("naïve", errors.NodeTokenRefused),
    ],
)
async def test_a_refused_token_is_explained_by_its_form(token: str, kind: type[errors.PanelError]) -> None:
    async with Sandbox() as sandbox, NodeApi(config(sandbox.node_url, token)) as node:
        with pytest.raises(errors.NodeTokenRefused) as caught:
            await node.servers()
    assert type(caught.value) is kind
    assert "through the panel" in caught.value.state or "from the panel" in caught.value.state


FAULTS: dict[str, tuple[Reply, type[errors.PanelError]]] = {
    "login page": (http(200, "<html>Log in</html>", {"Content-Type": "text/html"}), errors.NodeAnswerBroken),
    "redirect": (http(302, b"", {"Location": "https://elsewhere.example"}), errors.NodeRedirectedAway),
    "proxy's 502": (http(502, "<html>Bad Gateway</html>", {"Content-Type": "text/html"}), errors.NodeDown),
    "firewall": (http(403, "<html>No</html>", {"Content-Type": "text/html"}), errors.NodeFirewallRefused),
    "another site": (http(404, "not found", {"Content-Type": "text/plain"}), errors.NodeAnswerBroken),
    "the panel": (http(404, {"errors": [{"code": "NotFoundHttpException"}]}), errors.NodeAnswerBroken),
    "Wings' own 500": (http(500, {"error": "unexpected", "request_id": "1"}), errors.NodeFault),
    "cut JSON": (http(200, '[{"state": "runn'), errors.NodeAnswerBroken),
    "no list": (http(200, {"data": []}), errors.NodeAnswerBroken),
    "no HTTP": (b"\x16\x03\x01 no HTTP\r\n\r\n", errors.NodeAnswerBroken),
    "no answer": (cut, errors.NodeDown),
    "half an answer": (cut_body, errors.NodeDown),
    "too large": (huge, errors.NodeAnswerTooLarge),
    "endless": (endless, errors.NodeAnswerTooLarge),
    "silence": (silence, errors.NodeTimedOut),
    "a byte now and then": (trickle, errors.NodeTimedOut),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_is_one_named_error_without_the_token(
    name: str, origin: Origin, caplog: pytest.LogCaptureFixture
) -> None:
    reply, kind = FAULTS[name]
    origin.answers(reply)
    limits = config(origin.url, timeout_s=0.3 if kind is errors.NodeTimedOut else 30, max_body_bytes=1 << 20)
    with caplog.at_level(logging.DEBUG), pytest.raises(errors.PanelError) as caught:
        async with NodeApi(limits) as node:
            await node.servers()
    assert type(caught.value) is kind
    shown = f"{caught.value.sentence} {caught.value.detail} {caplog.text} {node!r} {node.config!r}"
    assert TOKEN not in shown + "".join(traceback.format_exception(caught.value))


async def test_addresses_where_no_node_is(unsigned: str) -> None:
    async with Sandbox() as sandbox:
        cases = {
            "http://127.0.0.1:9": errors.NodeNotReached,
            "http://node.invalid:8080": errors.NodeNameUnknown,
            sandbox.node_url.replace("http://", "https://"): errors.NodeSpeaksNoTls,
            unsigned: errors.NodeApiCertificateRefused,
        }
        for url, kind in cases.items():
            async with NodeApi(config(url)) as node:
                with pytest.raises(errors.NodeDown) as caught:
                    await node.system()
            assert type(caught.value) is kind, url


async def test_a_server_that_cannot_be_read_hides_no_other(origin: Origin) -> None:
    (recording,) = (recording for recording in node_recordings() if recording.name == "servers")
    rows = copy.deepcopy(recording.json)
    rows[0]["configuration"] = None
    rows[1]["state"] = "hibernating"
    rows[2]["utilization"]["cpu_absolute"] = None
    rows[3]["utilization"]["uptime"] = 2**70
    origin.answers(http(200, rows))
    async with NodeApi(config(origin.url)) as node:
        servers = {server.name: server for server in await node.servers()}
    assert len(servers) == len(rows) - 1
    assert "OpenTTD rig" not in servers
    assert servers["Freeciv rig"].cpu_absolute_percent is None
    assert servers["Teeworlds rig"].state is PowerState.UNKNOWN
    assert servers["Shellgame rig"].uptime_ms == 2**50


async def test_the_token_goes_with_get_and_with_nothing_else() -> None:
    async with Sandbox() as sandbox:
        server = sandbox.world.add_server("Survival", state="running")
        async with NodeApi(config(sandbox.node_url, sandbox.world.node.secret)) as node:
            assert [listed.uuid for listed in await node.servers()] == [server.uuid]
            assert await node.logs(server.uuid) == ()
            session = node._session
            assert session is not None
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                with pytest.raises(TypeError, match="for GET only"):
                    await session.request(method, f"{sandbox.node_url}/api/servers/{server.uuid}/power")
        assert {request.method for request in sandbox.requests} == {"GET"}


async def test_a_node_that_fails_answers_again_by_itself() -> None:
    async with Sandbox() as sandbox:
        server = sandbox.world.add_server("Survival", state="running")
        async with NodeApi(config(sandbox.node_url, sandbox.world.node.secret)) as node:
            for fault in (Fault.status(502, html=True), Fault.malformed()):
                sandbox.faults.add(fault, path="/api/servers", origin="node", times=1)
                with pytest.raises(errors.NodeError):
                    await node.servers()
                assert [listed.uuid for listed in await node.servers()] == [server.uuid]
            sandbox.node_down()
            with pytest.raises(errors.NodeDown):
                await node.servers()
            sandbox.node_down(down=False)
            assert len(await node.servers()) == 1
