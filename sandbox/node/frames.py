"""The text frames of the Wings websocket, as Go reads and writes them.

Source: docs/reference/wings.md#connection.
"""

import json
from collections.abc import Sequence

FLOOD_LINES = 2000
FLOOD_SPAN_S = 0.1


def parsed(text: str) -> tuple[str, str] | None:
    """Return event and glued arguments of a frame, None for what Go would not read."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    event, args = body.get("event") or "", body.get("args") or []
    if not isinstance(event, str) or not isinstance(args, list):
        return None
    if not all(arg is None or isinstance(arg, str) for arg in args):
        return None
    return event, "".join(arg or "" for arg in args)


def compact(value: object, *, sort_keys: bool = False) -> str:
    """Return JSON without blanks, text as it is."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=sort_keys)


def frame(event: str, args: Sequence[str]) -> str:
    """Write a frame as Go's encoder does: empty args left out, markup escaped, a newline at the end."""
    text = compact({"event": event, "args": args} if args else {"event": event})
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"{text}\n"


class Flood:
    """Counts console lines: more than 2,000 in 100 ms are dropped."""

    def __init__(self) -> None:
        self._since = 0.0
        self._lines = 0

    def over_by(self, now: float) -> int:
        """Return by how many lines the limit is passed with this one; at 1 it is time to say so."""
        if now - self._since >= FLOOD_SPAN_S:
            self._since, self._lines = now, 0
        self._lines += 1
        return max(0, self._lines - FLOOD_LINES)
