"""Memory and speed while a backup of 1 GiB is copied to a bucket or a folder and read back.

The service is in a process of its own and keeps nothing, so that its disk isn't measured.
"""

import asyncio
import hashlib
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from pydantic import SecretStr

from benchmarks.copies_sink import sink_process
from benchmarks.figures import Figure, show
from benchmarks.files_memory import watched
from bot.copies import CopyTarget
from bot.copies.s3 import S3Config, S3Target
from bot.copies.webdav import WebdavConfig, WebdavTarget

SIZE_MIB = 1024
SENDING_MAY_TAKE_PARTS = 3
READING_MAY_GROW_MIB = 16.0
PLAIN_PART_MIB = 16


@dataclass(frozen=True, slots=True)
class Measured:
    """How much memory it took at most, and how long, there and back."""

    part_mib: float
    sent_mib: float
    sent_s: float
    read_mib: float
    read_s: float


def targets(url: str) -> dict[str, CopyTarget]:
    """Make a target of each kind."""
    bucket = S3Config("s3", url, "copies", "id", SecretStr("secret"))
    folders = {
        name: WebdavConfig(name, f"{url}/{path}", "quetzal", SecretStr("password"))
        for name, path in (("WebDAV by parts", "partial"), ("WebDAV in one stream", "streamed"))
    }
    return {
        "S3 over http": S3Target(bucket, now=lambda: datetime.now(UTC), sleep=asyncio.sleep),
        **{name: WebdavTarget(folder, sleep=asyncio.sleep) for name, folder in folders.items()},
    }


async def copy(target: CopyTarget) -> Measured:
    """Send in parts that are made when they are needed, and read back."""
    part = target.part_bytes(SIZE_MIB * 2**20)
    start = time.perf_counter()
    with watched() as sending:
        upload_id, receipts = await target.begin("world.tar.gz"), dict[int, str]()
        for number in range(1, SIZE_MIB * 2**20 // part + 1):
            receipts[number] = await target.put_part("world.tar.gz", upload_id, number, bytes(part))
        await target.complete("world.tar.gz", upload_id, receipts)
    sent = time.perf_counter()
    whole, length = hashlib.sha256(), 0
    with watched() as reading:
        async with target.read("world.tar.gz") as chunks:
            async for chunk in chunks:
                whole.update(chunk)
                length += len(chunk)
    read = time.perf_counter()
    if length != SIZE_MIB * 2**20:
        raise RuntimeError(f"{length} bytes came back")
    return Measured(part / 2**20, sending.grown_mib, sent - start, reading.grown_mib, read - sent)


async def send_plainly(url: str) -> float:
    """Send as much with aiohttp alone, which hashes nothing; how many seconds it takes."""
    start = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        for _ in range(SIZE_MIB // PLAIN_PART_MIB):
            async with session.put(f"{url}/plain", data=_part()) as response:
                await response.read()
    return time.perf_counter() - start


async def _part() -> AsyncIterator[bytes]:
    for _ in range(PLAIN_PART_MIB * 4):
        yield bytes(256 * 1024)


async def measure(url: str) -> dict[str, Measured]:
    """Copy to each target in turn."""
    measured = {}
    for name, target in targets(url).items():
        try:
            measured[name] = await copy(target)
        finally:
            await target.close()
    return measured


def main() -> int:
    """Measure all targets."""
    with sink_process() as url:
        measured = asyncio.run(measure(url))
        plain_s = asyncio.run(send_plainly(url))
    figures = [Figure("sent with aiohttp alone", f"{SIZE_MIB / plain_s:.0f} MiB/s")]
    for name, taken in measured.items():
        bound_mib = SENDING_MAY_TAKE_PARTS * taken.part_mib
        figures += [
            Figure(
                f"{name}, parts of {taken.part_mib:.0f} MiB: memory, at most",
                f"{taken.sent_mib:.1f} MiB",
                f"{bound_mib:.0f} MiB",
                met=taken.sent_mib < bound_mib,
            ),
            Figure(f"{name}: sent", f"{SIZE_MIB / taken.sent_s:.0f} MiB/s"),
            Figure(
                f"{name}, read back: memory, at most",
                f"{taken.read_mib:.1f} MiB",
                f"{READING_MAY_GROW_MIB:.0f} MiB",
                met=taken.read_mib < READING_MAY_GROW_MIB,
            ),
            Figure(f"{name}: read back and hashed", f"{SIZE_MIB / taken.read_s:.0f} MiB/s"),
        ]
    return show(f"A backup of {SIZE_MIB} MiB copied and read back", figures)


if __name__ == "__main__":
    sys.exit(main())
