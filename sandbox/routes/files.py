"""The panel's files routes: validation, permissions, activity; the node does the work.

Source: docs/reference/files.md.
"""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import unquote

from aiohttp import web

from sandbox.answers import (
    Refusal,
    WingsError,
    item,
    json_answer,
    listing,
    no_content,
    signed_url,
    text_answer,
    unexpected,
)
from sandbox.node import archive
from sandbox.node.disk import Disk
from sandbox.node.listing import Entry
from sandbox.node.pull import Download
from sandbox.node.pull import pull as pull_from
from sandbox.node.tokens import file_url, upload_url
from sandbox.node.volumes import disk_of
from sandbox.node_link import on_node
from sandbox.routing import Call, Route, Throttle
from sandbox.validation import truthy

TOO_LARGE = "The file you are attempting to open is too large to view in the file editor."
T = TypeVar("T")


async def index(call: Call) -> web.Response:
    """List a directory."""
    call.validate({"directory": "nullable|string"})
    directory = call.query.get("directory") or "/"
    entries = await _long(call, lambda disk: disk.list(directory))
    return json_answer(listing(item("file_object", entry.attributes()) for entry in entries))


async def contents(call: Call) -> web.Response:
    """Return the bytes of a file, up to what the editor takes."""
    call.validate({"file": "required|string"})
    path = call.data["file"]
    limit = call.world.settings.max_edit_bytes

    def read(disk: Disk) -> bytes | None:
        place = disk.contents(path)
        return None if place.stat().st_size > limit else place.read_bytes()

    try:
        data = await _long(call, read)
    except WingsError as error:
        codes = {400: "FileNotEditableException", 404: "FileNotFoundException"}
        raise _of_pelican(call, error, codes) from error
    if data is None:
        raise Refusal(400, "FileSizeTooLargeException", TOO_LARGE)
    call.log("server:file.read", file=path)
    return text_answer(data)


async def download(call: Call) -> web.Response:
    """Sign a URL for one file. Nothing is looked at, and the name is decoded a second time."""
    call.validate({"file": "required|string"})
    path = unquote(call.data["file"], errors="surrogateescape")
    call.log("server:file.download", file=path)
    return json_answer(signed_url(file_url(call.world, call.server, call.user, path)))


async def upload(call: Call) -> web.Response:
    """Sign a URL for one upload."""
    return json_answer(signed_url(upload_url(call.world, call.server, call.user)))


async def rename(call: Call) -> web.Response:
    """Move files."""
    call.validate(
        {
            "root": "required|string",
            "files": "required|array",
            "files.*.to": "required|string",
            "files.*.from": "required|string",
        }
    )
    root, files = call.data["root"], call.data["files"]
    pairs = [(entry["from"], entry["to"]) for entry in files]
    _short(call, lambda disk: disk.rename(root, pairs))
    call.log("server:file.rename", directory=root, files=files)
    return no_content()


async def copy(call: Call) -> web.Response:
    """Copy a file beside itself; the response doesn't give its new name."""
    call.validate({"location": "required|string"})
    location = call.data["location"]
    await _long(call, lambda disk: disk.copy(location))
    call.log("server:file.copy", file=location)
    return no_content()


async def write(call: Call) -> web.Response:
    """Write the raw body to the file that the query names, whatever the body says."""
    call.validate({"file": "required|string"})
    path = call.query.get("file") or call.data["file"]
    body = call.body
    try:
        await _long(call, lambda disk: disk.put(path, body))
    except WingsError as error:
        raise _of_pelican(call, error, {400: "FileExistsException"}) from error
    call.log("server:file.write", file=path)
    return no_content()


async def compress(call: Call) -> web.Response:
    """Pack files into an archive."""
    call.validate({"root": "nullable|string", "files": "required|array", "files.*": "string"})
    root, files = call.data.get("root") or "/", call.data["files"]
    now = call.world.now()

    def pack(disk: Disk) -> Entry:
        return archive.compress(disk, root, files, now)

    entry = await _long(call, pack)
    call.log("server:file.compress", directory=root, files=files)
    return json_answer(item("file_object", entry.attributes()))


async def decompress(call: Call) -> web.Response:
    """Unpack an archive."""
    call.validate({"root": "nullable|string", "file": "required|string"})
    root, file = call.data.get("root") or "/", call.data["file"]
    await _long(call, lambda disk: archive.decompress(disk, root, file))
    call.log("server:file.decompress", directory=root, files=file)
    return no_content()


async def delete(call: Call) -> web.Response:
    """Delete files and directories."""
    call.validate({"root": "required|string", "files": "required|array", "files.*": "string"})
    root, files = call.data["root"], call.data["files"]
    await _long(call, lambda disk: disk.delete(root, files))
    call.log("server:file.delete", directory=root, files=files)
    return no_content()


async def create_folder(call: Call) -> web.Response:
    """Make a directory. A root that is there and empty breaks the panel."""
    call.validate({"root": "nullable|string", "name": "required|string"})
    root, name = call.data.get("root", "/"), call.data["name"]
    if root is None:
        raise unexpected("TypeError")
    _short(call, lambda disk: disk.create_folder(root, name))
    call.log("server:file.create-directory", name=name, directory=root)
    return no_content()


async def chmod(call: Call) -> web.Response:
    """Change modes. Not logged."""
    call.validate(
        {
            "root": "required|string",
            "files": "required|array",
            "files.*.file": "required|string",
            "files.*.mode": "required|numeric",
        }
    )
    root = call.data["root"]
    files = [(entry["file"], entry["mode"]) for entry in call.data["files"]]
    _short(call, lambda disk: disk.chmod(root, files))
    return no_content()


async def pull(call: Call) -> web.Response:
    """Let the node download something."""
    call.validate(
        {
            "url": "required|string|url",
            "directory": "nullable|string",
            "filename": "nullable|string",
            "use_header": "boolean",
            "foreground": "boolean",
        }
    )
    url, directory = call.data["url"], call.data.get("directory") or "/"
    wanted = Download(url, directory, call.data.get("filename"))
    foreground = truthy(call.data.get("foreground"))
    _short(call, lambda disk: pull_from(call.world, disk, wanted, foreground=foreground))
    call.log("server:file.pull", directory=directory, url=url)
    return no_content()


def _short(call: Call, action: Callable[[Disk], T]) -> T:
    """Do something on the node that touches a few names only."""
    return on_node(call.server, lambda: action(disk_of(call.server)))


async def _long(call: Call, action: Callable[[Disk], T]) -> T:
    """Do something on the node that may take long, in a thread; a hung node puts it off as it is."""
    disk = disk_of(call.server)
    if call.server.node.hung:
        return on_node(call.server, lambda: action(disk))
    on_node(call.server, lambda: None)
    return await call.world.on_disk(lambda: action(disk))


def _of_pelican(call: Call, error: WingsError, codes: dict[int, str]) -> WingsError | Refusal:
    """Return the name that Pelican has for some answers of the node, else the error as it is."""
    code = codes.get(error.status)
    return Refusal(400, code, error.text) if call.world.mode.is_pelican and code is not None else error


ROUTES = [
    Route("GET", "/servers/{server}/files/list", index, "file.read"),
    Route("GET", "/servers/{server}/files/contents", contents, "file.read-content"),
    Route("GET", "/servers/{server}/files/download", download, "file.read-content"),
    Route("PUT", "/servers/{server}/files/rename", rename, "file.update"),
    Route("POST", "/servers/{server}/files/copy", copy, "file.create"),
    Route("POST", "/servers/{server}/files/write", write, "file.create"),
    Route("POST", "/servers/{server}/files/compress", compress, "file.archive"),
    Route("POST", "/servers/{server}/files/decompress", decompress, "file.create"),
    Route("POST", "/servers/{server}/files/delete", delete, "file.delete"),
    Route("POST", "/servers/{server}/files/create-folder", create_folder, "file.create"),
    Route("POST", "/servers/{server}/files/chmod", chmod, "file.update"),
    Route(
        "POST",
        "/servers/{server}/files/pull",
        pull,
        "file.create",
        v1_11=Throttle("pull", 10, 300),
        v1_12=Throttle("pull", 5, 600, per_server=True),
    ),
    Route("GET", "/servers/{server}/files/upload", upload, "file.create"),
]
