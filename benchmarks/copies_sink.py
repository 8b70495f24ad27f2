"""A storage service in a process of its own, S3 and WebDAV in one, that keeps nothing but lengths."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

ZEROS = bytes(256 * 1024)


class Sink:
    """What arrived, by path: how many bytes."""

    def __init__(self) -> None:
        self._lengths: dict[str, int] = {}
        self._upload = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:  # noqa: PLR0911 - one a method
        """Answer a request; what begins with /partial/ can be resumed."""
        path, length = request.path, 0
        async for chunk in request.content.iter_any():
            length += len(chunk)
        match request.method:
            case "OPTIONS":
                feature = ", sabredav-partialupdate" if path.startswith("/partial/") else ""
                return web.Response(headers={"DAV": f"1{feature}"})
            case "POST" if "uploads" in request.query:
                return web.Response(text="<Result><UploadId>1</UploadId></Result>")
            case "POST":
                self._lengths[path], self._upload = self._upload, 0
                return web.Response(text="<Result><ETag>1</ETag></Result>")
            case "PUT" if "partNumber" in request.query:
                self._upload += length
                return web.Response(headers={"ETag": '"1"'})
            case "PUT":
                self._lengths[path] = length
            case "PATCH":
                self._lengths[path] += length
            case "MOVE":
                target = "/" + request.headers["Destination"].split("/", 3)[3]
                self._lengths[target] = self._lengths.pop(path)
            case "HEAD":
                return web.Response(headers={"Content-Length": str(self._lengths[path])})
            case "GET":
                return await self._zeros(request, self._lengths[path])
        return web.Response(status=201)

    async def _zeros(self, request: web.Request, length: int) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(length)})
        await response.prepare(request)
        for start in range(0, length, len(ZEROS)):
            await response.write(ZEROS[: length - start])
        return response


async def serve() -> None:
    """Serve until the process is killed."""
    app = web.Application(client_max_size=0)
    app.router.add_route("*", "/{path:.*}", Sink().handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


@contextmanager
def sink_process() -> Iterator[str]:
    """Run it, and give its address."""
    command = [sys.executable, "-m", "benchmarks.copies_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(serve())
