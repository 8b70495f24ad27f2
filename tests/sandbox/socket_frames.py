"""What the tests of the websocket compare frames with."""

from pathlib import Path

from tests.support.node_rig import Event

RECORDINGS = Path(__file__).parents[1] / "recordings" / "wings"
GENERIC = "an unexpected error was encountered while handling this request"
REVOKED = "jwt: created too far in past (denylist)"


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
