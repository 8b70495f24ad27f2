"""Storage services in memory that fail on request: real ones do too rarely to wait for it."""

import base64
import hashlib
import itertools
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from typing_extensions import override

Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
"""Answers in place of the service, or lets it answer with None."""


@dataclass
class Standin:
    """A service on loopback. `faults` happen to the next requests, one each."""

    files: dict[str, bytes] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    seen: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""

    @property
    def methods(self) -> list[str]:
        """The requests so far, by their methods."""
        return [request.method for request in self.seen]

    def fails(self, *faults: Fault) -> None:
        """Let the next requests fail."""
        self.faults.extend(faults)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        self.seen.append(request)
        if self.faults and (answer := await self.faults.popleft()(request)) is not None:
            return answer
        body = await request.read()
        self.bodies.append(body)
        return self.answer(request, body)

    def answer(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """Answer as the service does."""
        raise NotImplementedError

    @asynccontextmanager
    async def run(self, *, tls: ssl.SSLContext | None = None) -> AsyncIterator["Standin"]:
        """Serve on loopback."""
        app = web.Application(client_max_size=1024**3)
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0, lingering_time=0)
        await runner.setup()
        try:
            listening = socket.create_server(("127.0.0.1", 0))
            # So that a service that stops reading is noticed after a part, and not after 32 MiB.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
            await web.SockSite(runner, listening, ssl_context=tls).start()
            self.url = f"http{'s' if tls else ''}://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()


class S3Standin(Standin):
    """Multipart uploads, with Content-MD5 checked and pages of `page` parts."""

    def __init__(self, page: int = 1000) -> None:
        super().__init__()
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.has_place = True
        self._etags: dict[str, str] = {}
        self._page = page
        self._ids = (f"upload+/{number}" for number in itertools.count())

    @override
    def answer(self, request: web.Request, body: bytes) -> web.StreamResponse:  # noqa: PLR0911 - one a kind of request
        query, path = request.query, request.path
        digest = base64.b64encode(_md5(body).digest()).decode()
        if request.headers.get("Content-MD5", digest) != digest:
            return refusal("BadDigest", 400)
        if not self.has_place:
            return refusal("NoSuchBucket", 404)
        if request.method == "HEAD" and path.count("/") == 1:
            return web.Response()
        if "uploads" in query:
            upload_id = next(self._ids)
            self.uploads[upload_id] = {}
            return web.Response(text=f"<InitiateResult><UploadId>{upload_id}</UploadId></InitiateResult>")
        if "uploadId" in query:
            if query["uploadId"] not in self.uploads:
                return refusal("NoSuchUpload", 404)
            return self._of_upload(request, query["uploadId"], body)
        if request.method == "DELETE":
            self.files.pop(path, None)
            return web.Response(status=204)
        if path not in self.files:
            return refusal("NoSuchKey", 404)
        return web.Response(body=self.files[path], headers={"ETag": f'"{self._etags.get(path, "")}"'})

    def _of_upload(self, request: web.Request, upload_id: str, body: bytes) -> web.StreamResponse:
        parts = self.uploads[upload_id]
        match request.method:
            case "PUT":
                parts[int(request.query["partNumber"])] = body
                return web.Response(headers={"ETag": f'"{_md5(body).hexdigest()}"'})
            case "DELETE":
                del self.uploads[upload_id]
                return web.Response(status=204)
            case "GET":
                return self._listing(parts, int(request.query["part-number-marker"]))
        del self.uploads[upload_id]
        self.files[request.path] = b"".join(parts[number] for number in sorted(parts))
        digests = b"".join(_md5(parts[number]).digest() for number in sorted(parts))
        self._etags[request.path] = f"{_md5(digests).hexdigest()}-{len(parts)}"
        return web.Response(text=" \n<CompleteResult><ETag>x</ETag></CompleteResult>")

    def _listing(self, parts: dict[int, bytes], marker: int) -> web.Response:
        numbers = [number for number in sorted(parts) if number > marker]
        listed = "".join(
            f'<Part><PartNumber>{number}</PartNumber><ETag>"{_md5(parts[number]).hexdigest()}"</ETag>'
            f"<Size>{len(parts[number])}</Size></Part>"
            for number in numbers[: self._page]
        )
        is_more = str(len(numbers) > self._page).lower()
        return web.Response(
            text=f'<List xmlns="http://s3.amazonaws.com/"><IsTruncated>{is_more}</IsTruncated>{listed}</List>'
        )


class WebdavStandin(Standin):
    """Files in one folder; `is_partial`: with SabreDAV's partial updates.

    `needs_length`: like PHP behind FastCGI it takes a body without Content-Length for an empty one
    (nextcloud/server#7995).
    """

    def __init__(self, *, is_partial: bool, needs_length: bool = False) -> None:
        super().__init__()
        self.has_place = True
        self._is_partial = is_partial
        self._needs_length = needs_length

    @override
    def answer(self, request: web.Request, body: bytes) -> web.StreamResponse:  # noqa: PLR0911 - one a kind of request
        path, files = request.path, self.files
        match request.method:
            case _ if not self.has_place:
                return web.Response(status=404)
            case "PROPFIND" if path.endswith("/"):
                return web.Response(status=207, text="<multistatus/>")
            case "OPTIONS":
                return web.Response(headers={"DAV": f"1, 2{', sabredav-partialupdate' * self._is_partial}"})
            case "PUT":
                is_empty = self._needs_length and "Content-Length" not in request.headers
                files[path] = b"" if is_empty else body
            case "PATCH":
                start = int(request.headers["X-Update-Range"].removeprefix("bytes=").partition("-")[0])
                files[path] = files[path][:start] + body + files[path][start + len(body) :]
            case "MOVE" if path in files:
                files[request.headers["Destination"].removeprefix(self.url)] = files.pop(path)
            case "DELETE" if path in files:
                del files[path]
            case "HEAD" if path in files:
                return web.Response(headers={"Content-Length": str(len(files[path]))})
            case "GET" if path in files:
                return web.Response(body=files[path])
            case _:
                return web.Response(status=404)
        return web.Response(status=204)


def answers(status: int, text: str = "", **headers: str) -> Fault:
    """Answer with that."""

    async def fault(request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(
            status=status,
            text=text,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    return fault


def refuses(code: str, status: int = 400, more: str = "") -> Fault:
    """Answer with an S3 error."""

    async def fault(request: web.Request) -> web.StreamResponse:
        await request.read()
        return refusal(code, status, more)

    return fault


def refusal(code: str, status: int, more: str = "") -> web.Response:
    """Make an S3 error."""
    text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>No.</Message>{more}</Error>'
    return web.Response(status=status, text=text)


async def passes(_request: web.Request) -> None:
    """Let the service answer."""


async def cuts(request: web.Request) -> web.StreamResponse:
    """Cut the connection before the body was read."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def _md5(data: bytes) -> "hashlib._Hash":
    return hashlib.md5(data, usedforsecurity=False)
