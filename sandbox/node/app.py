"""The node's own origin: signed downloads and uploads, the websocket, the daemon's API, Wings' own errors."""

import json
import os
import stat
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import BodyPartReader, web

from sandbox.answers import NodeUnreachable, WingsError
from sandbox.model import GameServer
from sandbox.node.answers import (
    NO_BACKUP,
    NOT_ON_SERVER,
    REQUEST_ID,
    begin,
    captured,
    plain,
)
from sandbox.node.daemon_api import add_daemon_api
from sandbox.node.paths import joined, unexpected
from sandbox.node.socket import serve_socket
from sandbox.node.state import STATE, NodeState
from sandbox.node.tokens import (
    BadToken,
    Claims,
    decode,
    holder_claims,
    is_current,
)
from sandbox.node.versions import Wings
from sandbox.node.volumes import archive_of, disk_of
from sandbox.world import World

UPLOAD_LIMIT_MIB = 100
UPLOAD_LOGGED_AFTER_S = 60.0
_CHUNK = 256 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def node_app(world: World) -> web.Application:
    """Build the origin on which all nodes of a world answer."""
    app = web.Application(middlewares=[_wings])
    app[STATE] = NodeState(world)
    app.router.add_get("/download/file", _download_file, allow_head=False)
    app.router.add_get("/download/backup", _download_backup, allow_head=False)
    app.router.add_post("/upload/file", _upload)
    app.router.add_get("/api/servers/{uuid}/ws", serve_socket, allow_head=False)
    add_daemon_api(app.router)
    app.on_shutdown.append(_close_sockets)
    return app


@web.middleware
async def _wings(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer in Wings' form, with its headers; say nothing at all while the machine is down."""
    state = request.app[STATE]
    state.world.run_due()
    request_id = begin(request)
    if not any(node.up for node in state.world.nodes):
        return _silence(request)
    try:
        response = await handler(request)
    except WingsError as error:
        response = captured(request, error)
    except (ConnectionAbortedError, NodeUnreachable):
        return _silence(request)
    if not response.prepared:
        _stamp(response, state, request_id)
    return response


def _silence(request: web.Request) -> web.Response:
    """Cut the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _stamp(response: web.StreamResponse, state: NodeState, request_id: str) -> None:
    response.headers["X-Request-Id"] = request_id
    response.headers["Access-Control-Allow-Origin"] = state.world.settings.url


async def _download_file(request: web.Request) -> web.StreamResponse:
    admitted = _admit(request, "file-download")
    if isinstance(admitted, web.Response):
        return admitted
    disk = disk_of(admitted.server)
    try:
        place, mode = disk.locate_any(str(admitted.claims.get("file_path", "")))
    except WingsError as error:
        # Up to 1.11.8 this handler, unlike those of the API, knows no better word.
        raise unexpected() if disk.rules.wings.has_old_filesystem else error from error
    if stat.S_ISDIR(mode):
        return plain(404, NOT_ON_SERVER)
    if stat.S_ISFIFO(mode):
        raise NodeUnreachable
    return await _send(request, place, place.name)


async def _download_backup(request: web.Request) -> web.StreamResponse:
    admitted = _admit(request, "backup-download")
    if isinstance(admitted, web.Response):
        return admitted
    uuid = str(admitted.claims.get("backup_uuid", ""))
    place = archive_of(request.app[STATE].world, admitted.server, uuid)
    if not place.is_file():
        return plain(404, NO_BACKUP)
    ballast = sum(backup.ballast for backup in admitted.server.backups if backup.uuid == uuid)
    return await _send(request, place, place.name, ballast)


async def _upload(request: web.Request) -> web.StreamResponse:
    admitted = _admit(request, "file-upload")
    if isinstance(admitted, web.Response):
        return admitted
    if not request.content_type.startswith("multipart/"):
        return plain(400, "Failed to get multipart form data from request.")
    world = request.app[STATE].world
    directory = request.query.get("directory", "")
    with tempfile.TemporaryDirectory(dir=world.files_of(admitted.server.uuid, "uploads")) as folder:
        try:
            files = await _receive(request, Path(folder))
        except ValueError:
            return plain(400, "Failed to get multipart form data from request.")
        if not files:
            return plain(400, "No files were found on the request body.")
        for name, place in files:
            if place.stat().st_size > UPLOAD_LIMIT_MIB * 1024 * 1024:
                text = f"File {name} is larger than the maximum file upload size of {UPLOAD_LIMIT_MIB} MB."
                return plain(400, text)
        for name, place in files:
            # Long for 100 MiB. What was written before one that fails stays.
            await world.on_disk(partial(disk_of(admitted.server).put, joined(directory, name), place))
            _log_upload(world, admitted, joined("/", directory), name)
    return web.Response()


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A request whose token is good, and burnt by now."""

    server: GameServer
    claims: Claims


def _admit(request: web.Request, scope: str) -> _Admitted | web.Response:
    """Judge the token of a signed URL: a bad or expired one is a plain 500, a used one 404."""
    state = request.app[STATE]
    token = request.query.get("token", "")
    try:
        server = state.server(holder_claims(token).get("server_uuid"))
        # A server that nobody knows is judged with the first node's secret: all share this origin.
        claims = decode(token, (server.node if server else state.world.node).secret)
    except BadToken as error:
        raise unexpected() from error
    if not is_current(claims, state.world.now()):
        raise unexpected()
    if server is None or not state.burnt.burn(claims, state.world.seconds()):
        return plain(404, NOT_ON_SERVER)
    wings = Wings.of(state.world.mode, server.node.wings_version)
    if wings.needs_scope and scope not in str(claims.get("scope", "")).split():
        return plain(404, NOT_ON_SERVER)
    return _Admitted(server, claims)


async def _receive(request: web.Request, folder: Path) -> list[tuple[str, Path]]:
    """Write the parts called `files` to disk as they come; only the last part of a name counts."""
    files: list[tuple[str, Path]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name != "files" or not part.filename:
            await part.release()
            continue
        place = folder / str(len(files))
        with place.open("wb") as file:
            while chunk := await part.read_chunk(_CHUNK):
                file.write(chunk)  # short: goes to the page cache
        files.append((part.filename.rpartition("/")[2], place))
    return files


def _log_upload(world: World, admitted: _Admitted, directory: str, name: str) -> None:
    """Log an upload the way Wings does: by itself, and only some time later."""
    uuid = admitted.claims.get("user_uuid")
    actor = next((user for user in world.users.values() if user.uuid == uuid), None)

    def write() -> None:
        world.log(
            admitted.server, "server:file.uploaded", {"directory": directory, "file": name}, actor=actor
        )

    world.later(UPLOAD_LOGGED_AFTER_S, write)


async def _send(request: web.Request, place: Path, name: str, ballast: int = 0) -> web.StreamResponse:
    """Stream a file whole: Wings knows no ranges. Zeros stand for what does not really lie on the disk."""
    with place.open("rb") as file:
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename={_quoted(name)}",
            }
        )
        response.content_length = os.fstat(file.fileno()).st_size + ballast
        _stamp(response, request.app[STATE], request[REQUEST_ID])
        await response.prepare(request)
        with suppress(ConnectionError):  # whoever downloads it may have enough at any moment
            while chunk := file.read(_CHUNK):  # short: reads ahead by itself
                await response.write(chunk)
            for start in range(0, ballast, _CHUNK):
                await response.write(bytes(min(_CHUNK, ballast - start)))
            await response.write_eof()
    return response


def _quoted(name: str) -> str:
    """Quote as Go does: control characters and bytes that are no text become escapes."""
    return (
        json.dumps(name, ensure_ascii=False)
        .encode("utf-8", "surrogateescape")
        .decode("utf-8", "backslashreplace")
    )


async def _close_sockets(app: web.Application) -> None:
    for socket in tuple(app[STATE].sockets):
        socket.cut()
