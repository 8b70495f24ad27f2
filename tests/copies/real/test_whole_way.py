"""A backup goes from the sandbox's node through the bot to real storage services."""

import hashlib
import os
from pathlib import Path

import pytest

from bot.services.backup_copies import CopyPlace
from sandbox.backups import archive_of
from tests.copies.real.servers import MOTO, RCLONE, S3RVER, SABRE, RealService
from tests.support.backups import made, room, run, seen
from tests.support.world import new_world


@pytest.mark.alone
@pytest.mark.parametrize("service", [S3RVER, MOTO, SABRE, RCLONE], ids=lambda service: service.title)
async def test_a_backup_is_copied_and_found_whole_there(service: RealService, tmp_path: Path) -> None:
    if not service.is_installed:
        pytest.skip(f"{service.title} is not installed: tests/copies/real/install.sh")
    folder = tmp_path / "service"
    folder.mkdir()
    with service.run(folder) as port:
        target = service.target(port)
        async with new_world(
            tmp_path / "data", copy_places={"nas": CopyPlace(target, keep=2, folder="quetzal/copies")}
        ) as world:
            room(world)
            world.survival.disk.write("/world/region.mca", os.urandom(100_000))
            backup = await made(world, "Nächtlich 100%")
            asked = await run(world, "copy", backup="Nächtlich 100%", to="nas")
            assert "nothing differs" in await seen(world, asked, "is copied to nas")
            archive = archive_of(world.sandbox.world, world.survival, backup.uuid).read_bytes()
            copy = await world.services.backup_copies.find(1)
        async with target.read(copy.key) as chunks:
            found = b"".join([chunk async for chunk in chunks])
        await target.close()
    assert hashlib.sha256(found).digest() == hashlib.sha256(archive).digest()
