"""How a websocket conversation is held against a recorded one: which events in which order, not when.

What a game prints is its own, and statistics of a running server come by the clock: of both only that they
are there, and the shape of the statistics, is compared.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.contract.answers import UUID
from tests.contract.recordings import Conversation
from tests.contract.shape import differences

DAEMON = "\x1b[33m\x1b[1m[Pterodactyl Daemon]:"
RESTORING = re.compile(r"^\(restoring\): .*")
IRREGULAR = ("Ensuring file permissions", "Docker container image")
CLOSED = "close"
KNOWN = {"[].cpu_absolute": frozenset({"integer", "number"})}


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as it came in; `event` of the end of the connection is `close`."""

    event: str
    args: tuple[str, ...] | None = None  # None: the key was not there

    @classmethod
    def read(cls, text: str) -> "Heard":
        """Read a frame."""
        frame = json.loads(text)
        return cls(frame["event"], tuple(frame["args"]) if "args" in frame else None)


def recorded_events(recording: Conversation) -> list[Heard]:
    """Give what came in, and the code with which the node closed (if it did)."""
    heard = [
        Heard.read(frame.data) for frame in recording.frames if frame.incoming and frame.data is not None
    ]
    codes = [frame.close_code for frame in recording.frames if frame.close_code is not None]
    return heard + [Heard(CLOSED, (str(code),)) for code in codes]


def mismatches(recorded: list[Heard], got: list[Heard]) -> list[str]:
    """Say where a conversation is not what was recorded."""
    lines = list(difflib.unified_diff(marks(recorded), marks(got), "recorded", "got", n=2, lineterm=""))
    return [*(["\n".join(lines)] if lines else []), *_loose(recorded, got), *_payloads(recorded, got)]


def marks(events: Iterable[Heard]) -> list[str]:
    """Give what must come in this order, repetitions dropped."""
    states_seen: list[str] = []
    state = ""
    for event in events:
        state = event.args[0] if event.event == "status" and event.args else state
        mark = _mark(event, state)
        if mark and states_seen[-1:] != [mark]:
            states_seen.append(mark)
    return states_seen


def _mark(heard: Heard, state: str) -> str | None:
    text = heard.args[0] if heard.args else ""
    match heard.event:
        case "stats":
            return "stats" if state == "offline" else None
        case "console output":
            return _daemon_line(text)
        case "backup completed":
            return f"backup completed, successful: {json.loads(text)['is_successful']}"
        case "install output":
            return "install output"
        case _:
            shown = [
                UUID.sub("<uuid>", RESTORING.sub("(restoring): <path>", arg)) for arg in heard.args or ()
            ]
            return heard.event if heard.args is None else f"{heard.event} {shown}"


def _daemon_line(text: str) -> str | None:
    """Give what Wings says by itself, except what comes at some starts only, or whenever Docker is ready."""
    said = text.removeprefix(DAEMON)
    return None if said == text or any(marker in said for marker in IRREGULAR) else f"daemon says {said}"


def _loose(recorded: list[Heard], got: list[Heard]) -> Iterator[str]:
    """Compare only whether there are any of what comes by the clock or by the game."""
    for event in ("stats", "console output"):
        expected, got_it = (any(item.event == event for item in events) for events in (recorded, got))
        if expected != got_it:
            yield f"{event}: {'recorded' if expected else 'not recorded'}, {'got' if got_it else 'not got'}"


def _payloads(recorded: list[Heard], got: list[Heard]) -> Iterator[str]:
    """Compare the shapes of the JSON texts inside the frames."""
    for event in ("stats", "backup completed"):
        before, now = (
            [json.loads(item.args[0]) for item in events if item.event == event and item.args]
            for events in (recorded, got)
        )
        if before and now:
            yield from (f"{event}: {difference}" for difference in differences(before, now, KNOWN))
