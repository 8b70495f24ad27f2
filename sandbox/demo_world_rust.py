"""A Rust server of the demo: another console than Minecraft's, and status queries on a port of their own."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from typing_extensions import override

from sandbox.demo_world_games import LivelyGame

_BOOT = (
    "Loading Prefab Bundle",
    "Generating procedural map of size 3500 with seed 71207",
    "Spawning World",
    "Entity save caches in 1.21 seconds",
    "Server startup complete",
)
_GOODBYE = ("Saving complete", "Server Shutting Down: Quit Command")
FILES = {
    "server/rust/cfg/server.cfg": 'server.description "Wipes on Thursdays"\nserver.tickrate 30\n',
    "server/rust/cfg/users.cfg": 'ownerid 76561198012345678 "Alex" "no reason"\n',
    "server/rust/proceduralmap.3500.71207.map": "x" * 40_000,
    "server/rust/proceduralmap.3500.71207.sav": "x" * 20_000,
}
_HAPPENINGS = (
    "[CHAT] {who}[765611980{number:08}] : {said}",
    "{who} was killed by Bear",
    "[CHAT] {who}[765611980{number:08}] : {said}",
    "765611980{number:08}/{who} joined [windows/765611980{number:08}]",
    "{who} was killed by Auto Turret",
)
_CHAT = ("wipe when?", "who raided me", "gg", "trading 500 scrap", "@everyone free base at G12")


@dataclass(slots=True)
class RustGame(LivelyGame):
    """Survivors, and a process that ends now and then."""

    title: str = "A Rust Server"
    version: str = "2571"
    protocol: str = "source"
    happenings: tuple[str, ...] = _HAPPENINGS
    chat: tuple[str, ...] = _CHAT
    autosave: str = "Saving complete"
    map: str = "Procedural Map"
    boot_lines: tuple[str, ...] = _BOOT
    stop_lines: tuple[str, ...] = _GOODBYE
    exit_code: int = 139

    @override
    def stamped(self, at: float, text: str) -> str:
        """Return a line as it is: Rust's console has no times."""
        return text

    @override
    def refusal(self, eula: bytes | None) -> Iterable[str]:
        """Start without an EULA."""
        return ()

    @override
    def last_words(self, command: str) -> Iterable[str]:
        """Crash on request, as Unity's player does."""
        if command.strip() != "crash":
            return ()
        return (
            "Caught fatal signal - signo:11 code:1 errno:0 addr:(nil)",
            "Obtained 9 stack frames.",
            "#0  0x007f3a1c2d4e50 in (Unknown)",
        )

    @override
    def _answers(self, word: str, rest: str, at: float) -> list[str]:
        online = self.players(at)
        simple = {
            "players": [f"{name} 765611980{number:08}" for number, name in enumerate(online)],
            "status": [
                f"hostname: {self.title}",
                f"version : {self.version} secure (secure mode enabled, connected to Steam3)",
                f"map     : {self.map}",
                f"players : {len(online)} ({self.slots} max) (0 queued) (0 joining)",
            ],
            "leave": ["All players left the game"],
            "join": ["Players come back"],
            "save": ["Saving complete"],
            "say": [f"[CHAT] SERVER : {rest}"],
        }
        if word == "kick":
            return [self._kicked(rest, online)]
        return simple.get(word, [f"Command '{word}' not found"])

    def _kicked(self, rest: str, online: list[str]) -> str:
        name, *_ = [*shlex.split(rest), ""]
        if name not in online:
            return "Player not found"
        self.gone.add(name)
        return f"Kicked: {name}"
