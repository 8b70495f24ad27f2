"""A backup goes from the sandbox's node through the bot to real storage services."""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.copies import CopyTarget
from bot.services.backup_copies import CopyPlace
from sandbox.node.volumes import archive_of
from tests.copies.real.servers import MOTO, RCLONE, S3RVER, SABRE, RealService
from tests.support.backups import made, room, run, seen
from tests.support.world import new_world

pytestmark = pytest.mark.sweep

_MOST_PAUSES = 5
"""Before it begins, and after requests that the service did not answer at once."""


@asynccontextmanager
async def _closing(target: CopyTarget) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await target.close()


@pytest.mark.parametrize("service", [S3RVER, MOTO, SABRE, RCLONE], ids=lambda service: service.title)
async def test_a_backup_is_copied_and_found_whole_there(service: RealService, tmp_path: Path) -> None:
    if not service.is_installed:
        pytest.skip(f"{service.title} is not installed: tests/copies/real/install.sh")
    folder = tmp_path / "service"
    folder.mkdir()
    with service.run(folder) as port:
        target = service.target(port)
        places = {"nas": CopyPlace(target, keep=2, folder="quetzal/copies")}
        async with new_world(tmp_path / "data", copy_places=places) as world:
            room(world)
            world.survival.disk.write("/world/region.mca", os.urandom(100_000))
            backup = await made(world, "Nächtlich 100%")
            asked = await run(world, "copy", backup="Nächtlich 100%", to="nas")
            for _ in range(_MOST_PAUSES):
                await world.until_asleep("copy ")
                await world.advance(1)
            assert "nothing differs" in await seen(world, asked, "is copied to nas")
            archive = archive_of(world.sandbox.world, world.survival, backup.uuid).read_bytes()
            copy = await world.services.backup_copies.find(1)
        async with _closing(target), target.read(copy.key) as chunks:
            copied = b"".join([chunk async for chunk in chunks])
    assert hashlib.sha256(copied).digest() == hashlib.sha256(archive).digest()
