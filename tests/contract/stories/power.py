"""Processes and consoles: power, resources, commands, and the websocket that shows what came of it."""

from functools import partial

from sandbox.games import Game
from tests.contract import steps
from tests.contract.happenings import Flood, crashed, deleted, permitted, suspended
from tests.contract.on_disk import full, laid_out, write
from tests.contract.steps import advance, limits, power, request, server
from tests.contract.talk import Talk, Token

story = partial(steps.story, folder="wings")

MORE = ("websocket.connect", "file.read", "control.console")

STORIES = (
    story(
        "a server that is off",
        "server-view",
        "resources-offline",
        "resources-offline-cached",
        "power-stop-offline",
        "power-kill-offline",
        Talk("ws-offline"),
        "422-power-bad-signal",
        "422-power-no-signal",
        "502-command-offline",
        "422-command-empty",
        "websocket-token",
    ),
    story(
        "start, commands, restart, stop",
        Talk(
            "ws-start-command-restart-stop",
            during={
                0.05: ("power-start", "power-start-while-starting"),
                10.2: ("command-status",),
                13.3: ("power-start-while-running",),
                26.8: ("power-stop",),
            },
        ),
    ),
    story(
        "what runs says how it is",
        *(power(name, "start") for name in ("railway", "harbour", "arena")),
        "resources-running-as-subuser",
        "resources-running-freeciv",
        "resources-running-teeworlds",
    ),
    story(
        "the panel hides for 20 seconds that a server was killed",
        power("arena", "start"),
        "cache-resources-1-running",
        power("arena", "kill", settle=1),
        "cache-resources-2-after-kill",
        advance(20),
        "cache-resources-3-after-20s",
    ),
    story(
        "a process that dies at once",
        server("arena", game=Game(pull_seconds=7, boot_seconds=1, crash_after=0.04, exit_code=255)),
        Talk("ws-crash-twice", during={0.1: ("power-start-that-crashes",)}),
        "resources-after-crash",
    ),
    story(
        "a process that ignores stop",
        power("railway", "start"),
        server("railway", game=Game(stop_seconds=None, stop_lines=())),
        Talk(
            "ws-stop-ignored-then-kill",
            during={
                0.07: ("power-stop-ignored",),
                3.2: (
                    "resources-stopping",
                    "power-start-while-stopping",
                    "power-stop-while-stopping",
                    "command-while-stopping",
                ),
                6.3: ("power-kill",),
            },
        ),
    ),
    story(
        "stopped by a signal",
        power("arena", "start"),
        server("arena", game=Game(stop_seconds=0.05, stop_lines=())),
        Talk("ws-stop-by-signal", during={0.07: ("power-stop-signal",)}),
        "power-restart-image-missing",
    ),
    story(
        "stopped by its own command",
        power("harbour", "start"),
        Talk(
            "ws-command-quit",
            during={0.08: ("command-freeciv-list",), 1.1: ("command-equal-to-stop-command",)},
        ),
        "power-restart-offline",
    ),
    story(
        "killed from outside",
        power("harbour", "start"),
        server("harbour", game=Game(pull_seconds=0.4)),
        Talk("ws-process-killed-from-outside", during={0.01: (crashed("harbour", exit_code=0),)}),
    ),
    story(
        "commands",
        power("railway", "start"),
        Talk(
            "ws-commands",
            during={
                0.07: ("command-with-newline",),
                0.85: ("command-long", "command-not-a-string"),
                1.5: ("command-unknown-to-the-game",),
            },
        ),
    ),
    story(
        "the disk is full",
        laid_out("railway", "wings/files-list-root"),
        write("railway", "deny.zip"),
        power("railway", "start"),
        Talk(
            "ws-disk-full",
            during={
                0.1: (full("railway"), advance(151)),
                2.5: (
                    "disk-full-files-compress",
                    "disk-full-files-create-folder",
                    "disk-full-files-delete",
                    "disk-full-files-write",
                    "disk-full-files-write-existing-smaller",
                    "disk-full-files-pull",
                    "disk-full-power-stop",
                    "disk-full-power-start",
                ),
            },
        ),
        "resources-disk-full",
    ),
    story(
        "suspended while somebody looks",
        power("arena", "start"),
        server("arena", game=Game(stop_seconds=0.05, stop_lines=())),
        Talk("ws-suspended-while-connected", during={0.3: (suspended("arena"),)}),
        "resources-suspended-as-admin",
        "server-view-suspended",
        "409-resources-suspended",
    ),
    story(
        "deleted while somebody looks",
        Talk("ws-server-deleted", during={0.2: (deleted("doomed"),)}),
        "404-deleted-server-resources",
    ),
    story(
        "installed again",
        limits("arena", backups=2),
        Talk(
            "ws-reinstall",
            during={
                0.1: (
                    request("wings", "POST", "2cd4453d/settings/reinstall"),
                    "409-resources-while-installing",
                    "409-power-while-installing",
                    "409-files-while-installing",
                    "409-websocket-while-installing",
                    "server-view-while-installing",
                ),
                3.0: (advance(30),),
            },
        ),
        advance(60),
        Talk(
            "ws-reinstall-as-admin",
            user="rigadmin",
            during={0.6: (request("wings", "POST", "2cd4453d/settings/reinstall"),), 3.0: (advance(30),)},
        ),
    ),
    story(
        "more lines than Wings passes on",
        server("harbour", game=Flood()),
        power("harbour", "start"),
        Talk(
            "ws-console-flood",
            during={
                0.09: (
                    several_helps := steps.several(
                        8, request("wings", "POST", "3c2d9ad4/command", {"command": "help"})
                    ),
                )
            },
        ),
    ),
    story(
        "two actions at once",
        Talk("ws-power-lock"),
    ),
    story("a stranger's page", Talk("ws-wrong-origin")),
    story("a token that was changed", Talk("ws-tampered-token", token=Token.TAMPERED)),
    story("no token", Talk("ws-empty-token")),
    story("a token of another server", Talk("ws-token-of-other-server", token=Token.OF_ANOTHER_SERVER)),
    story("a token that is over", Talk("ws-expired-token", aged=605)),
    story("nobody said who they are", Talk("ws-not-authenticated")),
    story("odd events", Talk("ws-odd-events")),
    story("a subuser who may only look", Talk("ws-subuser-connect-only", user="wingsub")),
    story(
        "a token grows old",
        Talk(
            "ws-token-expiry",
            aged=525,
            during={
                11.9: (power("railway", "start", settle=0),),
                19.9: (power("railway", "kill", settle=0),),
            },
        ),
    ),
    story(
        "a token is revoked",
        Talk(
            "ws-token-revoked",
            user="wingsub",
            during={1.05: (permitted("railway", "wingsub", *MORE),)},
        ),
    ),
)
