"""A raw HTTP server for answers that no framework would give, over a real socket."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Seen:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        body: dict[str, object] = json.loads(self.body)
        return body


Reply = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
Script = Callable[[Seen], Reply]


def http(
    status: int = 200,
    body: bytes | str | Mapping[str, object] | Sequence[object] = b"",
    headers: dict[str, str] | None = None,
) -> bytes:
    """Make a whole answer with a length; a body that is not text goes out as JSON."""
    head = {"Content-Type": "application/json", **(headers or {})}
    if not isinstance(body, bytes | str):
        body = json.dumps(body)
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in head.items())]
    if status != 204:
        lines.append(f"Content-Length: {len(raw)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


def complaint(status: int, code: str, detail: str = "", headers: dict[str, str] | None = None) -> bytes:
    """Make the panel's error envelope."""
    return http(status, {"errors": [{"code": code, "status": str(status), "detail": detail}]}, headers)


@dataclass
class Origin:
    """Answers with `script` and remembers what it was asked. A reply may write to the socket by itself."""

    script: Script = lambda seen: http(404)
    requests: list[Seen] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    def answers(self, *replies: Reply) -> None:
        """Give these replies, one after the other, the last one again and again."""
        left = list(replies)
        self.script = lambda seen: left.pop(0) if len(left) > 1 else left[0]

    async def asked(self, requests: int) -> None:
        """Wait until so many requests have come."""
        while len(self.requests) < requests:
            self._news.clear()
            await self._news.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        try:
            while (seen := await _request(reader)) is not None:
                self.requests.append(seen)
                self._news.set()
                reply = self.script(seen)
                if isinstance(reply, bytes):
                    writer.write(reply)
                    await writer.drain()
                else:
                    await reply(writer)
                if writer.is_closing():
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def cut(writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    writer.close()


async def _request(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.title(): value for name, _, value in (line.partition(": ") for line in lines if line)}
    body = b""
    if "chunked" in headers.get("Transfer-Encoding", ""):
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    elif length := headers.get("Content-Length"):
        body = await reader.readexactly(int(length))
    return Seen(method, target, headers, body)


def multipart(seen: Seen) -> list[tuple[str, bytes]]:
    """Split a form into parts: (Content-Disposition, bytes)."""
    match = re.search("boundary=(.*)", seen.headers["Content-Type"])
    assert match is not None
    parts = seen.body.split(b"--" + match[1].strip('"').encode())[1:-1]
    split = [part.strip(b"\r\n").partition(b"\r\n\r\n") for part in parts]
    named = [(re.search(rb"(?i)content-disposition: (.*)", head), content) for head, _, content in split]
    return [(match[1].decode().strip(), content) for match, content in named if match is not None]
