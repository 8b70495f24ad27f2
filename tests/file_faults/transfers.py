"""Uploads, copies, new folders, unpacked archives: what was there before, and what the person confirmed."""

import io
import tempfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

from bot.services.audit import Audit
from bot.services.files.compress import CompressService
from bot.services.files.copy import CopyService
from bot.services.files.extract import ExtractService
from bot.services.files.transfer import Incoming, TransferService
from tests.file_faults.rig import Rig
from tests.file_faults.stories import (
    NEW,
    OLD,
    PATH,
    Confirmed,
    Story,
)

_OTHER = b"another file\n"
_SCRATCH = Path(tempfile.gettempdir())


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 10):
        yield content[start : start + 10]


def _audit(rig: Rig) -> Audit:
    return Audit(rig.store, rig.clock)


async def upload_new(rig: Rig) -> Confirmed:
    """Upload to a free place in a new directory."""
    transfer = TransferService(rig.safe, _audit(rig), _SCRATCH)
    target = await transfer.aim(rig.permit, "/new/", "x.txt")
    return lambda: transfer.upload(rig.permit, Incoming("x.txt", len(NEW), _pieces(NEW)), target)


async def upload_over(rig: Rig) -> Confirmed:
    """Upload over a file."""
    rig.disk.write(PATH, OLD)
    transfer = TransferService(rig.safe, _audit(rig), _SCRATCH)
    target = await transfer.aim(rig.permit, PATH, "x.txt")
    return lambda: transfer.upload(rig.permit, Incoming("x.txt", len(NEW), _pieces(NEW)), target)


async def copy_over(rig: Rig) -> Confirmed:
    """Copy over a file in another directory."""
    rig.disk.write(PATH, OLD)
    rig.disk.write("/old/x.txt", _OTHER)
    making = CopyService(rig.safe, rig.clock)
    source, target = await making.plan_copy(rig.permit, PATH, "/old/x.txt")
    return lambda: making.copy(rig.permit, source, target)


async def make_folder(rig: Rig) -> Confirmed:
    """Make a folder."""
    making = CopyService(rig.safe, rig.clock)
    return lambda: making.make_folder(rig.permit, "/a/b")


async def extract_over(rig: Rig) -> Confirmed:
    """Unpack an archive over a file, beside others."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(PATH.lstrip("/")), NEW)
        archive.writestr(zipfile.ZipInfo("plugins/new.yml"), NEW)
        archive.writestr(zipfile.ZipInfo("fresh/file.yml"), NEW)
    rig.disk.write("/up.zip", packed.getvalue())
    rig.disk.write(PATH, OLD)
    rig.disk.write("/plugins/old.yml", _OTHER)
    extracting = ExtractService(rig.safe, _audit(rig), rig.clock, rig.workers)
    plan = await extracting.plan(rig.permit, "/up.zip", None)
    return lambda: extracting.extract(rig.permit, plan)


async def extract_new(rig: Rig) -> Confirmed:
    """Unpack an archive into a new folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("deep/file.yml"), NEW)
    rig.disk.write("/up.zip", packed.getvalue())
    extracting = ExtractService(rig.safe, _audit(rig), rig.clock, rig.workers)
    plan = await extracting.plan(rig.permit, "/up.zip", "/fresh")
    return lambda: extracting.extract(rig.permit, plan)


async def pack_over(rig: Rig) -> Confirmed:
    """Pack a file into an archive, over another file."""
    rig.disk.write(PATH, OLD)
    rig.disk.write("/config/packed.tar.gz", _OTHER)
    compressing = CompressService(rig.safe, _audit(rig), rig.clock)
    plan = await compressing.plan(rig.permit, [PATH], "/config/packed.tar.gz")
    return lambda: compressing.compress(rig.permit, plan)


TRANSFERS = (
    Story("upload to a free place", upload_new),
    Story("upload over another", upload_over),
    Story("copy over a file", copy_over),
    Story("make a folder", make_folder),
    Story("pack over a file", pack_over),
    Story("unpack over files", extract_over),
    Story("unpack into a new folder", extract_new),
)
