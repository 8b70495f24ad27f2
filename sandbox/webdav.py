"""A WebDAV folder on loopback: what the demo copies backups to.

Methods from RFC 4918; partial updates as SabreDAV has them (https://sabre.io/dav/http-patch/).
"""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from aiohttp import BasicAuth, web

_HOST = "127.0.0.1"
_LARGEST = 64 * 1024 * 1024


class WebdavFolder:
    """Files in a directory of its own. `async with folder:` starts and stops it."""

    def __init__(self) -> None:
        self.user, self.password = "quetzal", secrets.token_urlsafe(16)
        self.url = ""
        self._directory = tempfile.TemporaryDirectory(prefix="quetzal-webdav-")
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0).start()
        self.url = f"http://{_HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        self._directory.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != BasicAuth(self.user, self.password).encode():
            return web.Response(status=401, headers={"WWW-Authenticate": "Basic"})
        return self._answered(request, self._file(request.path), await request.read())

    def _answered(self, request: web.Request, file: Path, body: bytes) -> web.StreamResponse:
        match request.method:
            case "OPTIONS" | "MKCOL":
                pass  # folders are made with their files
            case "PUT":
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body)
            case _ if not file.is_file():
                return web.Response(status=404)
            case "PATCH":
                start = request.headers["X-Update-Range"].removeprefix("bytes=").partition("-")[0]
                _write(file, int(start), body)
            case "MOVE":
                file.replace(self._file(unquote(urlsplit(request.headers["Destination"]).path)))
            case "DELETE":
                file.unlink()
            case _:
                return web.FileResponse(file)
        return web.Response(status=204, headers={"DAV": "1, sabredav-partialupdate"})

    def _file(self, path: str) -> Path:
        """Return the file of a path, which can't leave the directory."""
        root = Path(self._directory.name)
        return root.joinpath(*(part for part in path.split("/") if part not in {"", ".", ".."}))


def _write(file: Path, start: int, content: bytes) -> None:
    """Write into a file; zeros, which most of a demo server's backup are, take no room on the disk."""
    with file.open("r+b") as opened:
        if content.count(0) == len(content):
            opened.truncate(max(start + len(content), os.fstat(opened.fileno()).st_size))
        else:
            opened.seek(start)
            opened.write(content)
