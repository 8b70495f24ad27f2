"""What tests of several commands share."""

from pathlib import Path

import pytest

from sandbox.node.disk import Disk
from sandbox.node.volumes import disk_of
from tests.support import backups
from tests.support.copies import DirectoryTarget
from tests.support.disk import furnished
from tests.support.world import World


@pytest.fixture
def disk(world: World) -> Disk:
    """Put a few files on the server's disk."""
    return furnished(disk_of(world.survival))


@pytest.fixture
def room_for_backups(world: World) -> None:
    backups.room(world)


@pytest.fixture
def nas(tmp_path: Path) -> DirectoryTarget:
    """Return a directory that stands in for a target of copies."""
    return DirectoryTarget(tmp_path / "nas")
