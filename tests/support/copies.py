"""A place for copies of backups over a directory, which stands in for a service of others.

It does what `CopyTarget` says, keeps all of it in files, and fails where a test says so.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from simcord import InteractionResult
from typing_extensions import override

from bot.copies import CopyMissing, CopyTarget, CopyTargetError, Part, PlaceMissing, UploadGone
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.domain.observation import ServerKey
from bot.services.backup_copies import CopyPlace
from bot.storage.repositories import backup_copies
from demo.harness import GUILD_ID
from tests.support.backups import room, run, seen
from tests.support.world import World, new_world

PART_BYTES = 256


@asynccontextmanager
async def world_with_targets(data_dir: Path, *targets: CopyTarget) -> AsyncIterator[World]:
    """Play with these targets, which keep two copies each, and a server with something to back up."""
    places = {target.name: CopyPlace(target, keep=2) for target in targets}
    async with new_world(data_dir, copy_places=places) as world:
        room(world)
        world.survival.disk.write("/world/region.mca", os.urandom(1_000))
        yield world


def silent_places(directory: Path, *names: str) -> dict[str, CopyPlace]:
    """Make places that begin no upload, so that each copy lasts until it is cancelled."""
    return {name: CopyPlace(SilentTarget(directory / name, name), keep=3) for name in names}


async def silent_copies_wait(world: World) -> None:
    """Wait in real time until all copies wait for silent places, or for their turn, and do nothing more."""
    runner = world.services.copy_runner

    def waits(copy: BackupCopy) -> bool:
        target = runner.needs.place(copy).target
        return runner.waits(copy) or (isinstance(target, SilentTarget) and copy.key in target.asked)

    async with asyncio.timeout(60):
        while True:
            async with world.services.store.read() as conn:
                copies = await backup_copies.iter_open(conn)
            if all(map(waits, copies)):
                return
            await asyncio.sleep(0.002)


def copy_of(server: ServerKey, name: str, now: datetime) -> BackupCopy:
    """Return a good copy, verified just now, of a backup that the panel no longer has."""
    return BackupCopy(
        0,
        *server,
        "Survival",
        str(uuid4()),
        name,
        now - timedelta(days=20),
        1024,
        None,
        "nas",
        f"main/{name}.tar.gz",
        PART_BYTES,
        GUILD_ID,
        1,
        2,
        now,
        state=CopyState.COPIED,
        sha256="0" * 64,
        copied_at=now,
        checked_at=now,
        ended_at=now,
        reported_at=now,
    )


class TargetDown(CopyTargetError):
    """It does not answer."""

    may_pass = True


class DirectoryTarget:
    """Files in `root`, uploads in a directory of their own beside them."""

    def __init__(self, root: Path, name: str = "nas", *, part_bytes: int = PART_BYTES) -> None:
        self.name = name
        self.root = root
        self.sent: list[int] = []
        """The number of each part that was sent."""
        self.calls: list[str] = []
        self.fails_at: Callable[[str], bool] = lambda _: False
        """By call (`put_part 2`, `size`), whether the target is down for it."""
        self.refuses_at: Callable[[str], bool] = lambda _: False
        """By call, whether the target refuses it, however often it is tried."""
        self.before: Callable[[str], object] = lambda _: None
        """Is called before each call."""
        self._part_bytes = part_bytes
        self._uploads = root / ".uploads"
        self._uploads.mkdir(parents=True, exist_ok=True)

    async def check(self) -> None:
        """Find nothing wrong."""
        self._call("check")

    def part_bytes(self, size: int | None) -> int:
        return self._part_bytes

    async def begin(self, key: str, size: int | None = None) -> str:
        self._call("begin")
        upload_id = f"upload-{len([*self._uploads.iterdir()]) + 1}"
        (self._uploads / upload_id).mkdir()
        return upload_id

    async def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> str:
        self._call(f"put_part {number}")
        self._upload(upload_id).joinpath(f"{number:05}").write_bytes(data)
        self.sent.append(number)
        return _receipt(data)

    async def parts(self, key: str, upload_id: str) -> Mapping[int, Part]:
        self._call("parts")
        files = sorted(self._upload(upload_id).iterdir())
        return {
            int(file.name): Part(int(file.name), file.stat().st_size, _receipt(file.read_bytes()))
            for file in files
        }

    async def complete(self, key: str, upload_id: str, receipts: Mapping[int, str]) -> None:
        self._call("complete")
        there = await self.parts(key, upload_id)
        assert {number: part.receipt for number, part in there.items()} == receipts
        file = self.root / key
        file.parent.mkdir(parents=True, exist_ok=True)
        parts = sorted(self._upload(upload_id).iterdir())
        file.write_bytes(b"".join(part.read_bytes() for part in parts))
        shutil.rmtree(self._upload(upload_id))
        self._call("completed")

    async def abort(self, key: str, upload_id: str) -> None:
        self._call("abort")
        shutil.rmtree(self._uploads / upload_id, ignore_errors=True)

    @asynccontextmanager
    async def read(self, key: str) -> AsyncIterator[AsyncIterator[bytes]]:
        self._call("read")
        file = self.root / key
        if not file.exists():
            raise CopyMissing(self.name)
        yield _chunks(file.read_bytes())

    async def size(self, key: str) -> int | None:
        self._call("size")
        if not self.root.exists():
            raise PlaceMissing(self.name)
        file = self.root / key
        return file.stat().st_size if file.exists() else None

    async def delete(self, key: str) -> None:
        self._call("delete")
        (self.root / key).unlink(missing_ok=True)

    async def close(self) -> None:
        """Has nothing open."""

    @property
    def files(self) -> list[Path]:
        """The complete files."""
        return sorted(file for file in self.root.rglob("*.tar.gz") if file.is_file())

    @property
    def uploads(self) -> list[Path]:
        """What is there of uploads that are not complete."""
        return sorted(self._uploads.iterdir())

    def forget_uploads(self) -> None:
        """Clean up what was not completed, as a service does after some days."""
        for upload in self.uploads:
            shutil.rmtree(upload)

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.before(name)
        if self.fails_at(name):
            raise TargetDown(self.name)
        if self.refuses_at(name):
            raise CopyTargetError(self.name)

    def _upload(self, upload_id: str) -> Path:
        directory = self._uploads / upload_id
        if not directory.exists():
            raise UploadGone(self.name)
        return directory


class SilentTarget(DirectoryTarget):
    """Never answers when an upload is to begin."""

    def __init__(self, root: Path, name: str) -> None:
        super().__init__(root, name)
        self.asked: set[str] = set()
        """The keys of the uploads that were to begin."""

    @override
    async def begin(self, key: str, size: int | None = None) -> str:
        self.asked.add(key)
        never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return await never


def _receipt(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for first in range(0, len(content), 100):
        yield content[first : first + 100]


async def stuck_copy(world: World, nas: DirectoryTarget, name: str = "nightly") -> InteractionResult:
    """Copy a backup to `nas`, which fails at the third part, and wait until that is shown."""
    nas.fails_at = lambda call: call == "put_part 3"
    asked = await run(world, "copy", backup=name, to="nas")
    await seen(world, asked, "Quetzal keeps trying.")
    return asked
