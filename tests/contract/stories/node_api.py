"""The node's own API, with its token: what it says of servers, how it sees a crash, and whom it refuses."""

from functools import partial

from sandbox.console import put
from tests.contract import steps
from tests.contract.happenings import crashed, suspended
from tests.contract.node_rig import second_installation
from tests.contract.recorded_world import RecordedWorld
from tests.contract.steps import advance, power, server

story = partial(steps.story, folder="node")

WS, MAIN, OTHER = "Rec ws", "Rec main", "Rec other"


def printed(lines: int) -> steps.Change:
    """Let the game print numbered lines."""

    def change(recorded: RecordedWorld) -> None:
        for number in range(lines):
            put(recorded.sandbox.world, recorded.servers[WS], f"[Server thread/INFO]: line {number}")

    return change


STORIES = (
    story(
        "strangers at the node's own API",
        second_installation,
        "401-root",
        "401-system-no-token",
        "401-system-lower-case-bearer",
        "401-system-token-without-bearer",
        "401-logs-no-token",
        "401-power-no-token",
        "401-commands-no-token",
        "401-server-view-no-token",
        "401-server-view-unknown-no-token",
        "403-system-wrong-token",
        "403-system-token-with-id",
        "403-system-client-key",
        "403-servers-wrong-token",
        "403-server-view-wrong-token",
        "403-power-wrong-token",
    ),
    story(
        "what the node does not know",
        second_installation,
        "404-unknown-route",
        "404-server-view-head",
        "404-server-view-short-id",
        "404-server-view-unknown",
        "404-logs-unknown",
        "404-power-unknown",
        "404-commands-unknown",
        "options",
    ),
    story("the node says what it is", second_installation, "system", "system-v2", "system-v3"),
    story(
        "all servers of a node",
        second_installation,
        "servers",
        server(WS, status="installing"),
        "servers-with-one-installing",
        "server-view-installing",
        "power-start-installing",
        server(WS, status=None),
        advance(30),
        crashed(WS, exit_code=137),
        advance(5),
        crashed(WS, exit_code=137),
        "servers-with-one-crashed",
        suspended(WS),
        advance(5),
        "servers-with-one-suspended",
        "server-view-suspended",
        "400-power-start-suspended",
        "power-stop-suspended",
    ),
    story(
        "a server starts, is killed twice, and stays down",
        second_installation,
        "server-view-offline",
        power(WS, "start", settle=0),
        "server-view-starting-1",
        advance(0.2),
        "server-view-starting-2",
        advance(1.3),
        "server-view-starting-4",
        advance(2),
        "server-view-running",
        "power-start-while-running",
        advance(2),
        "server-view-after-kill9-1",
        crashed(WS, exit_code=137),
        "server-view-after-kill9-2",
        advance(0.3),
        "server-view-after-kill9-3",
        advance(1.3),
        "server-view-restarted-by-wings",
        "logs-after-first-crash",
        crashed(WS, exit_code=137),
        advance(5),
        "server-view-given-up",
        power(MAIN, "start"),
        advance(280),
        "server-view-running-longer",
    ),
    story(
        "logs hold a hundred lines at most",
        second_installation,
        power(WS, "start"),
        printed(150),
        "logs-default",
        "logs-size-0",
        "logs-size-5",
        "logs-size-100",
        "logs-size-1000",
        "logs-size-text",
    ),
    story(
        "commands and power in the node's own words",
        second_installation,
        "502-commands-offline",
        power(WS, "start"),
        "commands",
        "commands-command-field",
        "commands-empty-list",
        "400-commands-string",
        "400-commands-not-json",
        "400-power-no-body",
        "422-power-bad-action",
        "422-power-signal-instead-of-action",
        "files-list",
        "files-contents",
    ),
    story(
        "an image that cannot be pulled",
        second_installation,
        "server-view-without-container",
        "500-logs-without-container",
        "500-commands-without-container",
        "power-start-image-missing",
        advance(1),
        "server-view-image-missing-2",
        advance(5),
        "server-view-image-missing-3",
    ),
)
