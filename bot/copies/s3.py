"""Copies in a bucket of Amazon S3, or of a service that speaks the same: MinIO, Garage, Ceph, R2, B2, ..."""

import asyncio
import base64
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from pydantic import SecretStr
from yarl import URL

from bot.copies import errors
from bot.copies.checking import check_by_trying
from bot.copies.http import Answer, Request, Sleep, TargetHttp
from bot.copies.keys import checked_key
from bot.copies.s3_errors import error_for
from bot.copies.signing import UNSIGNED, SigningKey, Unsigned, encoded, query_string, signed_headers
from bot.copies.target import Part
from bot.copies.xml_reading import Element, read_xml

log = logging.getLogger(__name__)

_BUCKET_PLACE = "{bucket}"
_MIB = 1024 * 1024
_MOST_PARTS = 10_000
_PART_BYTES = 16 * _MIB
_PART_BYTES_OF_UNKNOWN = 64 * _MIB
"""Enough for 625 GiB."""
_COMPLETE_WITHIN_S = 900.0
"""Putting 10,000 parts together takes services minutes."""


@dataclass(frozen=True, slots=True)
class S3Config:
    """Where the bucket is.

    `url`: the service's address, for paths such as `/bucket/key`; or `https://{bucket}.s3.example.com`,
    written just like that, where the host names the bucket.
    """

    name: str
    url: str
    bucket: str
    key_id: str
    secret: SecretStr
    region: str = "us-east-1"
    prefix: str = ""
    patience_s: float = 60.0


@dataclass(frozen=True, slots=True)
class _Call:
    """A request before it is signed."""

    method: str
    key: str | None
    """None: the bucket itself."""
    query: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""
    within_s: float | None = None
    is_long: bool = False


class S3Target:
    """A `CopyTarget` in a bucket."""

    def __init__(self, config: S3Config, *, now: Callable[[], datetime], sleep: Sleep) -> None:
        base = URL(config.url.replace(_BUCKET_PLACE, config.bucket))
        is_in_host = _BUCKET_PLACE in config.url
        self._root = base.raw_path.rstrip("/") + ("" if is_in_host else f"/{encoded(config.bucket)}")
        self._origin = str(base.origin())
        self._host = self._origin.partition("://")[2]
        self._is_encrypted = base.scheme == "https"
        self._prefix = config.prefix
        self._key = SigningKey(config.key_id, config.secret, config.region)
        self._now = now
        self._http = TargetHttp(config.name, sleep=sleep, patience_s=config.patience_s)

    @property
    def name(self) -> str:
        """What the operator calls it."""
        return self._http.target

    async def close(self) -> None:
        """Close all connections."""
        await self._http.close()

    async def check(self) -> None:
        """Write, read and delete a small file."""
        await check_by_trying(self)

    def part_bytes(self, size: int | None) -> int:
        """Return 16 MiB, and more for what would have more than 10,000 parts."""
        if size is None:
            return _PART_BYTES_OF_UNKNOWN
        return max(_PART_BYTES, -(-size // (_MOST_PARTS * _MIB)) * _MIB)

    async def begin(self, key: str, size: int | None = None) -> str:
        """Begin an upload."""
        answer = await self._send(_Call("POST", key, {"uploads": ""}))
        upload_id = self._read(answer).value("UploadId")
        if not upload_id:
            raise errors.AnswerNotUnderstood(self.name, detail="an upload without an id")
        return upload_id

    async def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> str:
        """Send a part; its receipt is the ETag."""
        query = {"partNumber": str(number), "uploadId": upload_id}
        answer = await self._send(_Call("PUT", key, query, data))
        return self._receipt(answer)

    async def parts(self, key: str, upload_id: str) -> Mapping[int, Part]:
        """List the parts, a page of 1,000 at a time."""
        parts: dict[int, Part] = {}
        marker = 0
        while True:
            query = {"uploadId": upload_id, "max-parts": "1000", "part-number-marker": str(marker)}
            try:
                page = self._read(await self._send(_Call("GET", key, query)))
            except errors.NotSupported as error:
                raise errors.UploadGone(self.name, detail=error.detail) from error
            parts |= {part.number: part for part in self._listed(page)}
            if page.value("IsTruncated") != "true":
                return parts
            before, marker = marker, max(parts, default=0)
            if marker <= before:
                raise errors.AnswerNotUnderstood(self.name, detail="a page of parts that leads nowhere")

    async def complete(self, key: str, upload_id: str, receipts: Mapping[int, str]) -> None:
        """Put the parts together."""
        listed = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(receipts[number])}</ETag></Part>"
            for number in sorted(receipts)
        )
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        try:
            answer = await self._send(_Call("POST", key, {"uploadId": upload_id}, body, _COMPLETE_WITHIN_S))
        except errors.UploadGone:
            # It may have been completed by a request whose answer was lost.
            if await self._is_made_of(key, receipts):
                return
            raise
        if not self._read(answer).value("ETag"):
            raise errors.AnswerNotUnderstood(self.name, detail="completed without an ETag")

    async def abort(self, key: str, upload_id: str) -> None:
        """Delete the parts that arrived."""
        try:
            await self._send(_Call("DELETE", key, {"uploadId": upload_id}))
        except errors.UploadGone:
            return
        except errors.NotSupported:
            log.warning("%s can't abort uploads, so it may keep the parts of one", self.name)

    @asynccontextmanager
    async def read(self, key: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Read a file in chunks."""
        request = await self._signed(_Call("GET", key, is_long=True))
        async with self._http.stream(request) as (answer, chunks):
            if answer.status != 200:
                raise error_for(self.name, answer, self._now())
            yield chunks

    async def size(self, key: str) -> int | None:
        """Return the size of a file."""
        answer = await self._head(key)
        if answer is None:
            await self._expect_bucket()
            return None
        try:
            return int(answer.headers["Content-Length"])
        except (KeyError, ValueError):
            raise errors.AnswerNotUnderstood(self.name, detail="HEAD without a length") from None

    async def delete(self, key: str) -> None:
        """Delete a file."""
        try:
            await self._send(_Call("DELETE", key))
        except errors.CopyMissing:
            return

    async def _head(self, key: str) -> Answer | None:
        try:
            return await self._send(_Call("HEAD", key))
        except errors.CopyMissing:
            return None

    async def _expect_bucket(self) -> None:
        """Raise PlaceMissing when there is no bucket: 404 to HEAD of a file doesn't say which is missing."""
        try:
            await self._send(_Call("HEAD", None))
        except errors.CopyMissing as error:
            raise errors.PlaceMissing(self.name, detail=error.detail) from error
        except errors.PermissionLacking:
            return  # a key for files only; without the bucket it would be 404

    async def _is_made_of(self, key: str, receipts: Mapping[int, str]) -> bool:
        answer = await self._head(key)
        return answer is not None and answer.headers.get("ETag", "").strip('"') == _etag_of_parts(receipts)

    async def _send(self, call: _Call) -> Answer:
        async def once() -> Answer:
            answer = await self._http.send(await self._signed(call))
            # Completing may answer 200 first and find out afterwards that it failed.
            if answer.status not in {200, 204} or b"<Error" in answer.body[:1024]:
                raise error_for(self.name, answer, self._now())
            return answer

        return await self._http.retried(once)

    async def _signed(self, call: _Call) -> Request:
        """Make a request. Hashes are made in a thread: those of a part take tens of milliseconds."""
        path = self._path(call.key)
        query = query_string(call.query)
        headers = {"Host": self._host}
        if call.data:
            md5, content_hash = await asyncio.gather(
                asyncio.to_thread(_md5_base64, call.data),
                asyncio.to_thread(self._content_hash, call.data),
            )
            headers |= {"Content-MD5": md5, "Content-Type": "application/octet-stream"}
        else:
            content_hash = self._content_hash(b"")
        unsigned = Unsigned(call.method, path, query, headers, content_hash)
        return Request(
            call.method,
            f"{self._origin}{path}{'?' if query else ''}{query}",
            signed_headers(self._key, unsigned, self._now()),
            call.data,
            within_s=call.within_s,
            is_long=call.is_long,
        )

    def _path(self, key: str | None) -> str:
        if key is None:
            return self._root or "/"
        return f"{self._root}/{encoded(checked_key(self._prefix, key), keep='/')}"

    def _content_hash(self, data: bytes) -> str:
        """Return what is signed of the body: TLS protects it, or its hash does."""
        return UNSIGNED if self._is_encrypted else hashlib.sha256(data).hexdigest()

    def _read(self, answer: Answer) -> Element:
        try:
            return read_xml(answer.body)
        except ValueError as error:
            raise errors.AnswerNotUnderstood(self.name, detail=str(error)) from None

    def _listed(self, page: Element) -> list[Part]:
        try:
            return [
                Part(int(part.value("PartNumber")), int(part.value("Size")), part.value("ETag"))
                for part in page.children
                if part.name == "Part"
            ]
        except ValueError:
            raise errors.AnswerNotUnderstood(self.name, detail="a part without number or size") from None

    def _receipt(self, answer: Answer) -> str:
        receipt = answer.headers.get("ETag", "")
        if not receipt:
            raise errors.AnswerNotUnderstood(self.name, detail="a part without an ETag")
        return receipt


def _md5_base64(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _etag_of_parts(receipts: Mapping[int, str]) -> str:
    """Return the ETag that S3 gives to what is made of these parts, "" where receipts are no MD5."""
    try:
        digests = b"".join(bytes.fromhex(receipts[number].strip('"')) for number in sorted(receipts))
    except ValueError:
        return ""
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(receipts)}"
