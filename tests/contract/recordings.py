"""The recordings of a real panel and node, read from `tests/recordings`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FOLDER = Path(__file__).parents[1] / "recordings"
# Where the recorded panel and its node listened.
PANEL, NODE = "http://127.0.0.1:8800", "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the answer that a real panel or node gave."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    status: int
    answer_headers: Mapping[str, str]
    answer: Any
    to_node: bool

    @property
    def key(self) -> str | None:
        """The key that the request carried, or None."""
        return self.headers.get("Authorization", "").removeprefix("Bearer ") or None


@dataclass(frozen=True, slots=True)
class Frame:
    """One websocket message (`data`) or the end of the connection (`close_code` is None when we closed)."""

    at: float
    incoming: bool
    data: str | None
    close_code: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One websocket connection, with everything that went over it."""

    name: str
    path: str
    origin: str
    handshake: int
    frames: tuple[Frame, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claims:
    """What stood in the token of a signed URL."""

    name: str
    claims: Mapping[str, Any]


Recording = Exchange | Conversation | Claims


@cache
def recordings() -> Mapping[str, Recording]:
    """All recordings by name: `panel/200-no-accept`, `wings/ws-offline`."""
    files = sorted(FOLDER.glob("*/*.json"))
    return {name: _read(name, path) for path in files for name in (f"{path.parent.name}/{path.stem}",)}


def exchange(name: str) -> Exchange:
    """Give the HTTP recording of that name."""
    recording = recordings()[name]
    assert isinstance(recording, Exchange), f"{name} is no HTTP recording"
    return recording


def conversation(name: str) -> Conversation:
    """Give the websocket recording of that name."""
    recording = recordings()[name]
    assert isinstance(recording, Conversation), f"{name} is no websocket recording"
    return recording


def claims(name: str) -> Claims:
    """Give the recorded claims of that name."""
    recording = recordings()[name]
    assert isinstance(recording, Claims), f"{name} is no recording of claims"
    return recording


def _read(name: str, path: Path) -> Recording:
    raw = json.loads(path.read_text())
    if "request" in raw:
        return _exchange(name, raw)
    if "frames" in raw:
        return _conversation(name, raw)
    return Claims(name, raw["claims"])


def _exchange(name: str, raw: Mapping[str, Any]) -> Exchange:
    request, response = raw["request"], raw["response"]
    return Exchange(
        name=name,
        method=request["method"],
        path=request["path"],
        headers=request["headers"],
        body=request["body"],
        status=response["status"],
        answer_headers=response["headers"],
        answer=_on_one_origin(response["body"]),
        to_node=raw.get("host", "").endswith((":8080", ":18081")),
    )


def _on_one_origin(body: object) -> object:
    """Let the stand-in for the node have the node's address, and links that lost the panel's port have it."""
    text = json.dumps(body).replace("http://127.0.0.1:18080", NODE)
    return json.loads(text.replace("http://127.0.0.1/", f"{PANEL}/"))


def _conversation(name: str, raw: Mapping[str, Any]) -> Conversation:
    return Conversation(
        name=name,
        path=urlsplit(raw["url"]).path,
        origin=raw["origin"],
        handshake=raw["handshake"]["status"],
        frames=tuple(_frame(frame) for frame in raw["frames"] if frame["t"] is not None),
    )


def _frame(raw: Mapping[str, Any]) -> Frame:
    return Frame(
        at=raw["t"], incoming=raw["dir"] == "in", data=raw.get("data"), close_code=raw.get("close_code")
    )
