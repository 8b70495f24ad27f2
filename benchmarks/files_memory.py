"""Memory while 95 MB go from Discord to a server, and from a server to Discord.

Panel, node and the stand-in for Discord are in a process of their own.
"""

import asyncio
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import discord
import psutil

from benchmarks.figures import Figure, show
from benchmarks.files_panel import FilesPanel, Plan, files_panel
from bot.core.attachments import Attachments
from bot.core.clock import Clock
from bot.domain.trash import TrashPolicy
from bot.services.access.authorizer import Permit
from bot.services.audit import Audit
from bot.services.clock_check import ClockCheck
from bot.services.files import (
    Journal,
    SafeChange,
    TrashCleanup,
    TrashStore,
)
from bot.services.files.transfer import Incoming, TransferService
from bot.storage import Store

SIZE_MIB = 95
MAY_GROW_MIB = 30.0
SAMPLE_EVERY_S = 0.005


class Peak:
    """The most memory that the process had while it was watched, above what it had before, in MiB."""

    grown_mib = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    """Look at the resident memory every few milliseconds, in a thread."""
    process, over, peak = psutil.Process(), threading.Event(), Peak()
    before = process.memory_info().rss

    def sample() -> None:
        while not over.wait(SAMPLE_EVERY_S):
            peak.grown_mib = max(peak.grown_mib, (process.memory_info().rss - before) / 2**20)

    thread = threading.Thread(target=sample, name="memory")
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


@asynccontextmanager
async def transfers(scratch: Path) -> AsyncIterator[TransferService]:
    """Open what uploads and downloads lean on, as the bot does."""
    clock = Clock()
    store = await Store.open(scratch / "quetzal.db", now=clock.now())
    try:
        audit, trash = Audit(store, clock), TrashStore(TrashPolicy())
        safe = SafeChange(
            Journal(store, audit, clock), trash, TrashCleanup(store, trash, clock, ClockCheck(clock))
        )
        yield TransferService(safe, audit, scratch)
    finally:
        await store.close()


async def upload(panel: FilesPanel, permit: Permit, transfer: TransferService) -> None:
    """From Discord to the server: sent, read back, put in place."""
    async with Attachments() as attachments:
        incoming = Incoming("world.zip", SIZE_MIB * 2**20, attachments.chunks(panel.outside))
        target = await transfer.aim(permit, "/world.zip", incoming.name)
        change = await transfer.upload(permit, incoming, target)
    if change.after is None:
        raise RuntimeError("an upload without a hash")


async def download(panel: FilesPanel, permit: Permit, transfer: TransferService) -> None:
    """From the server to Discord, in a form with a file as discord.py makes it."""
    with await transfer.fetch(permit, "/large.bin", 100 * 2**20) as held:
        file = discord.File(held, "large.bin")
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("files[0]", file.fp, filename=file.filename, content_type="application/octet-stream")
        async with aiohttp.ClientSession() as session, session.post(panel.outside, data=form) as answer:
            if int(await answer.text()) < SIZE_MIB * 2**20:
                raise RuntimeError("not everything arrived")


async def measure(panel: FilesPanel, scratch: Path) -> tuple[float, float]:
    """Send there and back; how much memory each took at most, in MiB."""
    async with panel.permit() as permit, transfers(scratch) as transfer:
        with watched() as going:
            await upload(panel, permit, transfer)
        with watched() as coming:
            await download(panel, permit, transfer)
    return going.grown_mib, coming.grown_mib


def main() -> int:
    """Measure both ways."""
    with tempfile.TemporaryDirectory() as scratch, files_panel(Plan(large_mib=SIZE_MIB)) as panel:
        going, coming = asyncio.run(measure(panel, Path(scratch)))
    bound = f"{MAY_GROW_MIB:.0f} MiB"
    return show(
        f"Memory of {SIZE_MIB} MiB on their way, more than before",
        [
            Figure("upload, at most", f"{going:.1f} MiB", bound, met=going < MAY_GROW_MIB),
            Figure("download, at most", f"{coming:.1f} MiB", bound, met=coming < MAY_GROW_MIB),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
