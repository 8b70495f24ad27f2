"""Files of a server (docs/reference/files.md): paths start at the server's root, contents are bytes."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, MutableSequence, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import TypeAdapter

from bot.core.errors import BadInput, QuetzalError
from bot.core.i18n import N_
from bot.panel import errors
from bot.panel.account_session import AccountSession
from bot.panel.models.entries import Entries, Unreadable
from bot.panel.models.files import FileEntry, SignedUrl
from bot.panel.node import Download
from bot.panel.request import Request, item, items, server_ids

Split = Callable[[bytes], Awaitable[list[bytes] | None]]
"""Cuts a long listing into JSON lists outside of the event loop; None for what is no listing."""

_SHORT_BYTES = 256 * 1024
"""Listings up to this size, of about 800 entries, are read in one step of under 10 ms."""

_entries = items(FileEntry)
_ALL_FIELDS = set(FileEntry.model_fields)
_piece = TypeAdapter(Entries[FileEntry]).validate_json
_entry = item(FileEntry)
_link = item(SignedUrl)


class Files:
    """The files of the servers. Several of these calls succeed on missing files: check afterwards."""

    def __init__(self, channel: AccountSession, split: Split | None = None) -> None:
        self._channel = channel
        self._split = split

    async def list(
        self, uuid: str, directory: str = "/", *, fresh: bool = False, once: bool = False
    ) -> Entries[FileEntry]:
        """List a directory, in the node's order. FileMissing or FileUnavailable.

        `fresh`: not from the cache. `once`: without the cache, for walking through a whole tree.
        """
        request = Request(
            "GET",
            "/servers/{server}/files/list",
            server_ids(uuid),
            params={"directory": directory},
            parse=self._read_short,
            finish=self._read_long,
        )
        if once:
            return await self._channel.send(request)
        return await self._channel.read(request, uuid, fresh=fresh)

    async def read(self, uuid: str, path: str) -> bytes:
        """Read a whole file, at most 4 MiB as a rule. FileMissing, FileUnavailable, FileTooLarge."""
        request = Request(
            "GET",
            "/servers/{server}/files/contents",
            server_ids(uuid),
            params={"file": path},
            parse=bytes,
            media="text/plain",
        )
        return await self._channel.send(request)

    async def write(self, uuid: str, path: str, content: bytes) -> None:
        """Write a whole file, replacing one of that name. EmptyFileRefused where the node can't store b""."""
        request = Request[None](
            "POST", "/servers/{server}/files/write", server_ids(uuid), params={"file": path}, raw=content
        )
        try:
            await self._channel.change(request, uuid)
        except errors.EmptyFileRefused:
            # Wings 1.11.9 to 1.11.11 refuse an empty body here, but may take an empty upload.
            directory, _slash, name = path.rpartition("/")
            try:
                await self.upload(uuid, directory or "/", name, _no_bytes(), 0)
            except errors.NodeFault as error:
                raise errors.EmptyFileRefused(400, "neither as a body nor as an upload") from error

    def _read_short(self, body: bytes) -> Any:  # noqa: ANN401 - what is long is completed by `_read_long`
        return body if self._split is not None and len(body) > _SHORT_BYTES else _entries(body)

    async def _read_long(self, answer: Entries[FileEntry] | bytes) -> Entries[FileEntry]:
        """Parse piece by piece, so that other tasks get a turn: a folder may hold 50,000 files."""
        if not isinstance(answer, bytes):
            return answer
        assert self._split is not None  # noqa: S101 - else all of it was read
        entries: MutableSequence[FileEntry] = []
        unreadable: MutableSequence[Unreadable] = []
        try:
            pieces = await self._split(answer)
            for piece in pieces or ():
                read = _piece(piece)
                entries += map(_light, read)
                unreadable += read.unreadable
                await asyncio.sleep(0)
        except (ValueError, QuetzalError) as error:
            raise errors.BrokenAnswer(
                detail=f"listing of {len(answer)} bytes: {type(error).__name__}"
            ) from None
        if pieces is None:
            raise errors.BrokenAnswer(detail="a long answer that is no listing")
        return Entries(entries, unreadable)

    async def rename(self, uuid: str, moves: Sequence[tuple[str, str]], root: str = "/") -> None:
        """Rename or move, making the target's directory. Never overwrites: FileExists.

        A missing source is no error, and several moves are not one step.
        """
        files = [{"from": source, "to": target} for source, target in moves]
        await self._change(uuid, "rename", {"root": root, "files": files}, method="PUT")

    async def copy(self, uuid: str, path: str) -> None:
        """Copy a file beside itself; the panel picks the name (`x copy.txt`) and does not return it."""
        await self._change(uuid, "copy", {"location": path})

    async def compress(self, uuid: str, root: str, names: Sequence[str]) -> FileEntry:
        """Pack into a new archive in `root`, named by the panel. Missing names are silently left out."""
        request = Request(
            "POST",
            "/servers/{server}/files/compress",
            server_ids(uuid),
            json={"root": root, "files": [*names]},
            parse=_entry,
            slow=True,
        )
        return await self._channel.change(request, uuid)

    async def decompress(self, uuid: str, root: str, name: str) -> None:
        """Unpack into `root`, replacing existing files. A lone .gz succeeds and does nothing."""
        await self._change(uuid, "decompress", {"root": root, "file": name}, slow=True)

    async def delete(self, uuid: str, root: str, names: Sequence[str]) -> None:
        """Delete files and directories with their content, forever. Missing names are no error."""
        if any(name.strip("/") in {"", "."} for name in names):
            raise BadInput(N_("Deleting the whole server folder is not possible here."))
        await self._change(uuid, "delete", {"root": root, "files": [*names]})

    async def create_folder(self, uuid: str, root: str, name: str) -> None:
        """Create a directory and its parents; an existing one is no error."""
        await self._change(uuid, "create-folder", {"root": root, "name": name})

    async def chmod(self, uuid: str, root: str, modes: Sequence[tuple[str, str]]) -> None:
        """Set modes, octal digits as text ("644"), one by one: Wings changes only the last of several."""
        for name, mode in modes:
            await self._change(uuid, "chmod", {"root": root, "files": [{"file": name, "mode": mode}]})

    async def pull(self, uuid: str, url: str, directory: str = "/", name: str | None = None) -> None:
        """Have the node download a URL. Success means queued; redirects and failures are never reported."""
        body = {"url": url, "directory": directory, "filename": name}
        await self._change(uuid, "pull", {key: value for key, value in body.items() if value is not None})

    async def download_url(self, uuid: str, path: str) -> SignedUrl:
        """Get a one-time link for 15 minutes; made for missing files too."""
        request = Request(
            "GET",
            "/servers/{server}/files/download",
            server_ids(uuid),
            params={"file": path.replace("%", "%25")},  # decoded twice, by this endpoint alone (12.3)
            parse=_link,
        )
        return await self._channel.send(request)

    @asynccontextmanager
    async def download(
        self, uuid: str, path: str, *, limit_bytes: int | None = None
    ) -> AsyncIterator[Download]:
        """Stream a file of any size. FileUnavailable, FileTooLarge (over the limit), TransferBroken."""
        link = await self.download_url(uuid, path)
        async with self._channel.node.download(link.url, limit_bytes=limit_bytes) as download:
            yield download

    async def upload_url(self, uuid: str) -> SignedUrl:
        """Get a one-time link for one upload."""
        return await self._channel.send(
            Request("GET", "/servers/{server}/files/upload", server_ids(uuid), parse=_link)
        )

    async def upload(
        self, uuid: str, directory: str, name: str, data: AsyncIterable[bytes], length: int
    ) -> None:
        """Stream a file to the node, replacing an existing one. UploadTooLarge, DiskFull, FileDenied."""
        if not name or "/" in name or any(ord(letter) < 32 for letter in name):
            raise BadInput(N_("That cannot be the name of an uploaded file."), detail=repr(name))
        link = await self.upload_url(uuid)
        try:
            await self._channel.node.upload(link.url, directory, name, data, length)
        finally:
            self._channel.caches.stale(uuid)

    async def _change(
        self,
        uuid: str,
        action: str,
        body: dict[str, Any],
        *,
        method: str = "POST",
        slow: bool = False,
    ) -> None:
        request = Request[None](
            method,
            f"/servers/{{server}}/files/{action}",
            server_ids(uuid),
            json=body,
            slow=slow,
            own_limiter=action == "pull",
        )
        await self._channel.change(request, uuid)


async def _no_bytes() -> AsyncIterator[bytes]:
    yield b""


def _light(entry: FileEntry) -> FileEntry:
    """Share one `model_fields_set` between entries, which halves the work of the garbage collector."""
    object.__setattr__(entry, "__pydantic_fields_set__", _ALL_FIELDS)
    return entry
