"""Copies in a folder of a WebDAV server.

A file is uploaded beside its place and moved there when it is whole. Where the server supports SabreDAV's
partial updates, each part is a request of its own, and an upload can be resumed; elsewhere all parts are one
streamed PUT, which starts over after an interruption. PUT with `Content-Range` is never used: servers may
ignore that header and keep the one part as the whole file (RFC 9110 on `Content-Range`).
"""

import base64
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from yarl import URL

from bot.copies import errors
from bot.copies.checking import check_by_trying
from bot.copies.http import Answer, Request, Sleep, TargetHttp, redirection
from bot.copies.keys import checked_key
from bot.copies.signing import encoded
from bot.copies.streamed_put import StreamedPut
from bot.copies.target import Part

PART_BYTES = 8 * 1024 * 1024
"""The same for every file, so that where a part begins follows from its number."""
_MOVED_WITHIN_S = 900.0
"""Servers over other storage copy the file to move it."""
_PARTIAL, _STREAMED = "partial", "streamed"
_FEATURE = "sabredav-partialupdate"
_UNSAID = (403, 405, 501)
"""Answers that don't say whether a folder is there."""
_BY_STATUS: dict[int, type[errors.CopyTargetError]] = {
    401: errors.AccessRefused,
    403: errors.PermissionLacking,
    404: errors.PlaceMissing,
    409: errors.PlaceMissing,
    408: errors.TargetTimedOut,
    413: errors.BodyLimited,
    423: errors.TargetLocked,
    429: errors.TargetBusy,
    507: errors.TargetFull,
}


@dataclass(frozen=True, slots=True)
class WebdavConfig:
    """Where the folder is. `prefix`: folders below `url`, which are made when they are missing."""

    name: str
    url: str
    user: str
    password: SecretStr
    prefix: str = ""
    patience_s: float = 60.0


class WebdavTarget:
    """A `CopyTarget` in a folder."""

    def __init__(self, config: WebdavConfig, *, sleep: Sleep) -> None:
        base = URL(config.url)
        self._origin, self._root = str(base.origin()), base.raw_path.rstrip("/")
        self._prefix = config.prefix
        self._user, self._password = config.user, config.password
        self._http = TargetHttp(config.name, sleep=sleep, patience_s=config.patience_s)
        self._patience_s = config.patience_s
        self._streams: dict[str, StreamedPut] = {}

    @property
    def name(self) -> str:
        """What the operator calls it."""
        return self._http.target

    async def close(self) -> None:
        """Close all connections; an upload that is streamed ends with them."""
        for upload_id in [*self._streams]:
            await self._give_up(upload_id)
        await self._http.close()

    async def check(self) -> None:
        """Write, read and delete a small file."""
        await check_by_trying(self)

    def part_bytes(self, size: int | None) -> int:
        """Return 8 MiB for every file."""
        return PART_BYTES

    async def begin(self, key: str, size: int | None = None) -> str:
        """Make an empty file beside the key, and its folders; the id says how the parts are sent."""
        token = secrets.token_hex(16)
        path = self._uploading(key, token)
        try:
            await self._send("PUT", path)
        except errors.PlaceMissing:
            await self._make_folders(path)
            await self._send("PUT", path)
        answer = await self._send("OPTIONS", path)
        mode = _PARTIAL if _FEATURE in answer.headers.get("DAV", "") else _STREAMED
        return f"{mode}-{token}" if size is None else f"{mode}-{token}-{size}"

    async def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> str:
        """Send a part; its receipt is where it begins and how long it is."""
        mode, path = self._upload(key, upload_id)
        start = (number - 1) * PART_BYTES
        if mode == _PARTIAL:
            await self._put_range(path, start, data)
        else:
            await self._put_next(path, upload_id, number, data)
        return f"{start}+{len(data)}"

    async def parts(self, key: str, upload_id: str) -> Mapping[int, Part]:
        """Work out the parts by the length of what arrived."""
        mode, path = self._upload(key, upload_id)
        await self._give_up(upload_id)
        length = await self._length(path) if mode == _PARTIAL else None
        if length is None:
            raise errors.UploadGone(self.name, detail=f"{mode}: no file to go on with")
        sizes = [min(PART_BYTES, length - start) for start in range(0, length, PART_BYTES)]
        return {
            number: Part(number, size, f"{(number - 1) * PART_BYTES}+{size}")
            for number, size in enumerate(sizes, start=1)
        }

    async def complete(self, key: str, upload_id: str, receipts: Mapping[int, str]) -> None:
        """Move the file into its place once it has its length."""
        _, path = self._upload(key, upload_id)
        expected = sum(int(receipt.partition("+")[2]) for receipt in receipts.values())
        stream = self._streams.pop(upload_id, None)
        if stream is not None:
            self._understood(await stream.finish())
        length = await self._length(path)
        if length is None and await self._length(self._path(key)) == expected:
            return  # moved by a request whose answer was lost
        if length != expected:
            raise errors.UploadGone(self.name, detail=f"{length} of {expected} bytes are there")
        destination = {"Destination": f"{self._origin}{self._path(key)}", "Overwrite": "T"}
        try:
            await self._send("MOVE", path, headers=destination)
        except errors.PlaceMissing:
            if await self._length(path) is None and await self._length(self._path(key)) == expected:
                return  # as above
            raise

    async def abort(self, key: str, upload_id: str) -> None:
        """Stop sending, and delete what arrived."""
        _, path = self._upload(key, upload_id)
        await self._give_up(upload_id)
        await self._delete(path)

    @asynccontextmanager
    async def read(self, key: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Read a file in chunks."""
        request = Request("GET", f"{self._origin}{self._path(key)}", self._login(), is_long=True)
        async with self._http.stream(request) as (answer, chunks):
            if answer.status == 404:
                raise errors.CopyMissing(self.name)
            self._understood(answer)
            yield chunks

    async def size(self, key: str) -> int | None:
        """Return the size of a file."""
        length = await self._length(self._path(key))
        if length is None:
            await self._expect_root()
        return length

    async def delete(self, key: str) -> None:
        """Delete a file."""
        await self._delete(self._path(key))

    async def _put_range(self, path: str, start: int, data: bytes) -> None:
        if start:
            await self._expect(path, start, errors.UploadGone)
        if not data:
            return
        end = start + len(data)
        headers = {
            "Content-Type": "application/x-sabredav-partialupdate",
            "X-Update-Range": f"bytes={start}-{end - 1}",
        }
        try:
            await self._send("PATCH", path, data=data, headers=headers)
        except errors.PlaceMissing as error:
            raise errors.UploadGone(self.name, detail=error.detail) from error
        await self._expect(path, end, errors.DamagedOnTheWay)

    async def _expect(self, path: str, least: int, otherwise: type[errors.CopyTargetError]) -> None:
        """Raise when a file is missing or shorter."""
        length = await self._length(path)
        if length is None or length < least:
            raise otherwise(self.name, detail=f"{length} of {least} bytes are there")

    async def _put_next(self, path: str, upload_id: str, number: int, data: bytes) -> None:
        if number == 1 and upload_id not in self._streams:
            headers = {**self._login(), **_length_of(upload_id)}
            put = Request("PUT", f"{self._origin}{path}", headers)
            self._streams[upload_id] = StreamedPut(self._http, put, self._patience_s)
        stream = self._streams.get(upload_id)
        if stream is None or number != stream.sent + 1:
            raise errors.UploadGone(self.name, detail=f"part {number} is not the next one of a stream")
        try:
            answer = await stream.add(data)
        except BaseException:
            await self._give_up(upload_id)
            raise
        if answer is not None:
            await self._give_up(upload_id)
            self._understood(answer)
            raise errors.AnswerNotUnderstood(self.name, detail="it did not wait for the end of a file")

    async def _give_up(self, upload_id: str) -> None:
        """End a stream, if there is one: after an interruption it can't go on."""
        stream = self._streams.pop(upload_id, None)
        if stream is not None:
            await stream.cancel()

    async def _make_folders(self, path: str) -> None:
        folders = path.removeprefix(f"{self._root}/").split("/")[:-1]
        for depth in range(1, len(folders) + 1):
            folder = "/".join(folders[:depth])
            await self._send("MKCOL", f"{self._root}/{folder}/", fine=(301, 405))

    async def _length(self, path: str) -> int | None:
        answer = await self._send("HEAD", path, fine=(404,))
        if answer.status == 404:
            return None
        try:
            return int(answer.headers["Content-Length"])
        except (KeyError, ValueError):
            raise errors.AnswerNotUnderstood(self.name, detail="HEAD without a length") from None

    async def _expect_root(self) -> None:
        """Raise PlaceMissing when the folder of all copies isn't there, such as one that isn't mounted.

        Asked by PROPFIND, since some servers answer HEAD of a folder with 404; by HEAD where that isn't
        supported (nginx). A folder of which neither says that it is missing is taken to be there.
        """
        prefix = encoded(self._prefix.strip("/"), keep="/")
        path = f"{self._root}/{prefix}{'/' if prefix else ''}"
        answer = await self._send("PROPFIND", path, headers={"Depth": "0"}, fine=(207, *_UNSAID))
        if answer.status in _UNSAID:
            await self._send("HEAD", path, fine=_UNSAID)

    async def _delete(self, path: str) -> None:
        await self._send("DELETE", path, fine=(404,))

    async def _send(
        self,
        method: str,
        path: str,
        *,
        data: bytes = b"",
        headers: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (),
    ) -> Answer:
        request = Request(
            method,
            f"{self._origin}{path}",
            {**self._login(), **(headers or {})},
            data,
            within_s=_MOVED_WITHIN_S if method == "MOVE" else None,
        )

        async def once() -> Answer:
            answer = await self._http.send(request)
            return answer if answer.status in fine else self._understood(answer)

        return await self._http.retried(once)

    def _understood(self, answer: Answer) -> Answer:
        """Return an answer that says that it was done; 207 is a list of what failed."""
        status = answer.status
        if 200 <= status < 300 and status != 207:
            return answer
        kind = _BY_STATUS.get(status) or errors.by_class_of(status)
        offered = [
            value.lower() for name, value in answer.headers.items() if name.lower() == "www-authenticate"
        ]
        if status == 401 and offered and not any("basic" in way for way in offered):
            kind = errors.BasicNotOffered
        raise kind(self.name, detail=f"status {status}{redirection(answer)}")

    def _login(self) -> dict[str, str]:
        """Make the header for each request, so that the password is kept in one place."""
        login = f"{self._user}:{self._password.get_secret_value()}"
        return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}

    def _path(self, key: str) -> str:
        return f"{self._root}/{encoded(checked_key(self._prefix, key), keep='/')}"

    def _upload(self, key: str, upload_id: str) -> tuple[str, str]:
        """Return how the parts of an upload are sent, and the path where they arrive."""
        mode, token, *_size = upload_id.split("-")
        return mode, self._uploading(key, token)

    def _uploading(self, key: str, token: str) -> str:
        folder, slash, _ = key.rpartition("/")
        return self._path(f"{folder}{slash}uploading-{token}")


def _length_of(upload_id: str) -> Mapping[str, str]:
    """Return the header that says how long a streamed file is.

    Without it the body is sent chunked, and PHP behind FastCGI gets an empty one: nextcloud/server#7995.
    """
    _mode, _token, *size = upload_id.split("-")
    return {"Content-Length": size[0]} if size else {}
