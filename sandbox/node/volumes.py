"""A disk for each server of a world, and where its backups lie."""

from pathlib import Path

from sandbox.model import GameServer
from sandbox.node.disk import Disk
from sandbox.node.versions import Rules, Wings
from sandbox.world import World


def new_disk(world: World, uuid: str) -> Disk:
    """Make the (empty) disk of a server: the world's factory of disks."""
    return Disk(world.files_of(uuid), world.now, world.seconds, lambda: _rules(world, uuid))


def disk_of(server: GameServer) -> Disk:
    """Return a server's disk as the node knows it: the rows know only what the panel half asks of it."""
    if not isinstance(server.disk, Disk):
        raise TypeError("This server's disk was not made by the node.")
    return server.disk


def archive_of(world: World, server: GameServer, backup_uuid: str) -> Path:
    """Return where a backup's archive lies, whether it is there or not."""
    return world.files_of(server.uuid, "backups") / f"{backup_uuid}.tar.gz"


def _rules(world: World, uuid: str) -> Rules:
    server = world.servers.get(uuid)
    if server is None:  # while it is being added
        return Rules(wings=Wings.of(world.mode))
    wings = Wings.of(world.mode, server.node.wings_version)
    return Rules(server.limits.disk_bytes, server.egg.denylist, wings)
