"""Speed and memory while an archive of 1 GiB is read to its end, as `/backup check` does.

The node is in a process of its own and sends the archive from memory: gzip members of the same files one
after the other, as gzip allows, so that neither a disk nor a compressor is measured.
"""

import asyncio
import gzip
import hashlib
import io
import os
import sys
import tarfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection

import aiohttp
from aiohttp import web

from benchmarks.figures import Figure, show
from benchmarks.files_memory import watched
from bot.panel.models import Backup
from bot.services.backups import ArchiveProof

PACKED_MIB = 1024
MAY_GROW_MIB = 24.0
LEAST_MIB_PER_S = 20.0
_FILE_MIB, _FILES = 2, 8
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """A member of a few files, how often it comes, and what ends the archive."""

    member: bytes
    times: int
    end: bytes

    @property
    def size_bytes(self) -> int:
        """How long it is, packed."""
        return len(self.member) * self.times + len(self.end)

    def parts(self) -> Iterator[bytes]:
        """Yield it in the order in which it is sent."""
        for _ in range(self.times):
            yield self.member
        yield self.end


@dataclass(frozen=True, slots=True)
class Measured:
    """What it took, and what the archive holds."""

    took_s: float
    grown_mib: float
    unpacked_mib: float


def made() -> Archive:
    """Make an archive that packs as worlds do: half of it is noise."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for number in range(_FILES):
            half = _FILE_MIB * 2**19
            content = os.urandom(half) + f"chunk {number}\n".encode() * (half // 8)
            header = tarfile.TarInfo(f"world/region/r.{number}.mca")
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
        files = raw.tell()
    member = gzip.compress(raw.getvalue()[:files], 1)
    return Archive(member, PACKED_MIB * 2**20 // len(member), gzip.compress(bytes(2 * tarfile.BLOCKSIZE)))


def serve(archive: Archive, address: Connection) -> None:
    """Be the node until the process is killed."""

    async def download(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(archive.size_bytes)})
        await response.prepare(request)
        for part in archive.parts():
            for start in range(0, len(part), _CHUNK):
                await response.write(part[start : start + _CHUNK])
        return response

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/", download)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def node(archive: Archive) -> Iterator[str]:
    """Start the node, and give its address."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(archive, there), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/"
    finally:
        process.kill()
        process.join()


@asynccontextmanager
async def chunks(url: str) -> AsyncIterator[AsyncIterator[bytes]]:
    """Download as the panel's client does."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        yield response.content.iter_any()


async def check(url: str, backup: Backup) -> Measured:
    """Read and prove the archive."""
    proof = ArchiveProof(backup)
    start = time.perf_counter()
    with watched() as memory:
        async with chunks(url) as download:
            async for chunk in download:
                await proof.take(chunk)
        contents, has_checksum = await proof.finish()
    if not has_checksum:
        raise RuntimeError("the checksum was not compared")
    return Measured(time.perf_counter() - start, memory.grown_mib, contents.unpacked_bytes / 2**20)


async def only_read(url: str) -> float:
    """Read it without looking at it; how many seconds that takes."""
    start = time.perf_counter()
    async with chunks(url) as download:
        async for _ in download:
            pass
    return time.perf_counter() - start


def main() -> int:
    """Measure."""
    archive = made()
    sha1 = hashlib.sha1(usedforsecurity=False)
    for part in archive.parts():
        sha1.update(part)
    backup = Backup(
        uuid="1",
        name="nightly",
        is_successful=True,
        checksum=f"sha1:{sha1.hexdigest()}",
        bytes=archive.size_bytes,
        created_at=datetime.now(UTC),
    )
    with node(archive) as url:
        plain_s = asyncio.run(only_read(url))
        measured = asyncio.run(check(url, backup))
    packed_mib = archive.size_bytes / 2**20
    speed = packed_mib / measured.took_s
    return show(
        f"/backup check of {packed_mib:.0f} MiB, which unpack to {measured.unpacked_mib:.0f} MiB",
        [
            Figure("read only, without a look at it", f"{packed_mib / plain_s:.0f} MiB/s"),
            Figure(
                "read, hashed and unpacked to its end",
                f"{speed:.0f} MiB/s",
                f"{LEAST_MIB_PER_S:.0f} MiB/s",
                met=speed >= LEAST_MIB_PER_S,
            ),
            Figure("it took", f"{measured.took_s:.0f} s"),
            Figure(
                "memory, at most",
                f"{measured.grown_mib:.1f} MiB",
                f"{MAY_GROW_MIB:.0f} MiB",
                met=measured.grown_mib < MAY_GROW_MIB,
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
