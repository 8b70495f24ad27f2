"""Everything that goes wrong when a backup is restored."""

import gzip
from dataclasses import replace

from simcord import ResponseMessage

from sandbox import Fault as Broken
from sandbox.backups import Wish, begin
from sandbox.node.volumes import archive_of
from tests.fault_messages.backups import (
    DOWN,
    asked,
    breaks,
    confirmed,
    machine_off,
    only_may,
    past,
    run,
    under_way,
)
from tests.fault_messages.page import Fault
from tests.support.world import World, shown


def lost(world: World) -> None:
    """Take the archive away from under the panel."""
    archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid).unlink()


def torn(world: World) -> None:
    """Damage the archive."""
    archive = archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid)
    archive.write_bytes(archive.read_bytes()[:40])


def short(world: World) -> None:
    """Take the last byte of the archive."""
    archive = archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid)
    archive.write_bytes(archive.read_bytes()[:-1])


def torn_inside(world: World) -> None:
    """Let the archive end after its first file's head, and nobody see it by its start or its length."""
    backup = world.survival.backups[0]
    archive = archive_of(world.sandbox.world, world.survival, backup.uuid)
    archive.write_bytes(gzip.compress(gzip.decompress(archive.read_bytes())[:600]))
    backup.size = archive.stat().st_size


def stubborn(world: World) -> None:
    """Let the server not stop on request."""
    world.survival.game = replace(world.survival.game, stop_seconds=None)


async def of_another_server(world: World) -> ResponseMessage:
    """Ask for a backup by a uuid that belongs to another server."""
    other = world.sandbox.world.add_server(name="Creative")
    other.feature_limits.backups = 5
    backup = begin(world.sandbox.world, other, Wish("theirs"))
    return shown(await run(world, "restore", backup=backup.uuid))


def down_for_a_while(world: World) -> None:
    """Let the panel go, and come back after a while."""
    world.sandbox.faults.add(DOWN, "*", skip=6, times=5)


FAULTS = (
    Fault("it is another server's", "backup restore", of_another_server),
    Fault("it failed", "backup restore", asked("restore", lambda w: past(w, good=False), backup="old")),
    Fault("a backup is being made", "backup restore", asked("restore", under_way, backup="old")),
    Fault("a restore is under way", "backup restore",
          confirmed("restore", "Restore", lambda w: setattr(w.survival, "status", "restoring_backup"))),
    Fault("the archive is gone, with truncate", "backup restore",
          confirmed("restore", "Restore", lost, truncate=True)),
    Fault("the archive is one byte short, with truncate", "backup restore",
          confirmed("restore", "Restore", short, truncate=True)),
    Fault("the server's machine is down, with truncate", "backup restore",
          confirmed("restore", "Restore", machine_off, truncate=True)),
    Fault("the server's machine is down (504)", "backup restore",
          confirmed("restore", "Restore", machine_off)),
    Fault("the archive is damaged inside, with truncate", "backup restore",
          confirmed("restore", "Restore", torn_inside, truncate=True)),
    Fault("the server does not stop", "backup restore", confirmed("restore", "Restore", stubborn)),
    Fault("the account may not restore", "backup restore",
          confirmed("restore", "Restore", only_may("backup.read", "activity.read"))),
    Fault("the panel is down meanwhile", "backup restore",
          confirmed("restore", "Restore", down_for_a_while)),
    Fault("the archive is damaged", "backup restore", confirmed("restore", "Restore", torn)),
    Fault("no answer to the restore, which goes on", "backup restore",
          confirmed("restore", "Restore", breaks(Broken.cut(acts=True), "*/restore", "POST"))),
    Fault("the log cannot be read", "backup restore",
          confirmed("restore", "Restore", breaks(Broken.status(403), "*/activity*", "GET", None))),
)  # fmt: skip
