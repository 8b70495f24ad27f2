"""`make copies`: keep a copy of 64 MiB at each real storage service, and print a table."""

import asyncio
import hashlib
import sys
import tempfile
import time
from pathlib import Path

from bot.copies import CopyTarget, CopyTargetError, UploadGone
from tests.copies.real.servers import SERVICES, RealService
from tests.support.output import print_line

_SIZE = 64 * 1024 * 1024
_KEY = "main/1a7ce997/2026-11-27 Nächtliche Sicherung.tar.gz"


async def main() -> int:
    """Return how many services did not keep the copy as it is."""
    failures = 0
    print_line("| service | check | sent | read back | goes on after a restart |\n|---|---|---|---|---|")
    for service in SERVICES:
        text, is_right = await _try(service)
        failures += not is_right
        print_line(f"| {service.title} | {text} |")
    return failures


async def _try(service: RealService) -> tuple[str, bool]:
    if not service.is_installed:
        return "not installed: tests/copies/real/install.sh | | |", False
    with (
        tempfile.TemporaryDirectory(prefix="quetzal-copies-") as folder,
        service.run(Path(folder)) as port,
    ):
        targets = [service.target(port), service.target(port)]
        try:
            return await _keep(*targets)
        except CopyTargetError as error:
            return f"{error} ({error.detail}) | | |", False
        finally:
            for target in targets:
                await target.close()


async def _keep(first: CopyTarget, second: CopyTarget) -> tuple[str, bool]:
    """Send with one target, and go on with the other where that is possible."""
    await first.check()
    part = bytes(range(256)) * (first.part_bytes(_SIZE) // 256)
    count = _SIZE // len(part)
    start = time.perf_counter()
    target, begun, resumes = first, 1, "yes"
    upload_id, receipts = await first.begin(_KEY), dict[int, str]()
    while begun <= count:
        receipts[begun] = await target.put_part(_KEY, upload_id, begun, part)
        begun += 1
        if target is first and begun == 3:
            target = second
            try:
                arrived = await second.parts(_KEY, upload_id)
                resumes = f"yes, with {len(arrived)} parts"
            except UploadGone:
                resumes, begun = "no: starts over", 1
                await first.abort(_KEY, upload_id)
                upload_id = await second.begin(_KEY)
    await target.complete(_KEY, upload_id, receipts)
    sent = time.perf_counter()
    whole = hashlib.sha256()
    async with target.read(_KEY) as chunks:
        async for chunk in chunks:
            whole.update(chunk)
    read = time.perf_counter()
    is_same = whole.digest() == hashlib.sha256(part * count).digest()
    await target.delete(_KEY)
    mib = _SIZE / 1024 / 1024
    verdict = f"the same, {mib / (read - sent):.0f} MiB/s" if is_same else "differs"
    return f"works | {mib / (sent - start):.0f} MiB/s | {verdict} | {resumes}", is_same


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
