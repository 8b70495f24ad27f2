"""The recordings: what was asked, and the answer byte by byte as far as it was kept."""

import ast
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOLDER = Path(__file__).parents[1] / "recordings"
_PLACEHOLDER = re.compile(r"<(?P<size>\d+) bytes(?:, first: (?P<first>b['\"].*['\"]))?>", re.DOTALL)
_OURS_TO_SET = {"transfer-encoding", "content-length", "connection", "content-encoding"}


@dataclass(frozen=True)
class Recording:
    """One HTTP exchange."""

    name: str
    method: str
    path: str
    query: dict[str, str]
    sent: Any
    status: int
    headers: dict[str, str]
    json: Any
    body: bytes
    size: int

    @property
    def code(self) -> str | None:
        """The panel's own name for the error."""
        try:
            return str(self.json["errors"][0]["code"])
        except (TypeError, LookupError):
            return None

    @property
    def detail(self) -> str:
        return str(self.json["errors"][0]["detail"]) if self.code else ""

    @property
    def wire(self) -> bytes:
        """The answer as bytes: chunked where it was, with a length where it had one."""
        lines = [f"HTTP/1.1 {self.status} Recorded"]
        lines += [f"{name}: {value}" for name, value in self.headers.items() if name not in _OURS_TO_SET]
        body = self.body
        if self.headers.get("transfer-encoding") == "chunked":
            lines.append("transfer-encoding: chunked")
            body = (b"%x\r\n%s\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
        elif self.status != 204:
            lines.append(f"content-length: {self.size}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@cache
def http_recordings() -> tuple[Recording, ...]:
    """All HTTP exchanges with the panel, and with the node through what the panel handed out."""
    return _exchanges("panel", "wings")


@cache
def node_recordings() -> tuple[Recording, ...]:
    """All HTTP exchanges with the node's own API."""
    return _exchanges("node")


def _exchanges(*folders: str) -> tuple[Recording, ...]:
    paths = [path for folder in folders for path in sorted((FOLDER / folder).glob("*.json"))]
    raw = [(path, json.loads(path.read_text())) for path in paths]
    return tuple(_recording(path, data) for path, data in raw if "request" in data)


@cache
def socket_recordings() -> dict[str, dict[str, Any]]:
    """All websocket sessions, by name."""
    raw = ((path.stem, json.loads(path.read_text())) for path in sorted(FOLDER.glob("*/ws-*.json")))
    return dict(raw)


def _recording(path: Path, data: dict[str, Any]) -> Recording:
    request, response = data["request"], data["response"]
    url = urlsplit(request["path"])
    body, size = _bytes(response)
    return Recording(
        name=path.stem,
        method=request["method"],
        path=url.path,
        query={name: values[0] for name, values in parse_qs(url.query).items()},
        sent=request["body"],
        status=response["status"],
        headers=response["headers"],
        json=response["body"] if isinstance(response["body"], dict | list) else None,
        body=body,
        size=size,
    )


def _bytes(response: dict[str, Any]) -> tuple[bytes, int]:
    """Find the body and its size: of large ones only the size and the first bytes were kept."""
    body = response["body"]
    if isinstance(body, dict | list):
        raw = json.dumps(body).encode()
        return raw, len(raw)
    match = _PLACEHOLDER.fullmatch(body or "")
    if match is None:
        raw = (body or "").encode()
        return raw, len(raw)
    size = int(match["size"])
    first: bytes = ast.literal_eval(match["first"])
    if first.startswith(b'{"error":"'):  # a short answer of the node's, cut while recording
        first = (first + b'resource was not found on this server."}').ljust(size)
    return first.ljust(min(size, 5 << 20), b"x")[:size], size
