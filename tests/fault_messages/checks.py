"""Everything that goes wrong when a backup is checked, and a file converted or followed."""

import gzip

from sandbox.node.volumes import archive_of
from tests.fault_messages.backups import past
from tests.fault_messages.page import Fault
from tests.fault_messages.plays import (
    DOWN,
    MACHINE_OFF,
    asked,
    breaks,
    confirmed,
    may,
    panel_down,
)
from tests.support.world import World

_PATH = "/config.yml"
_WRITES = "*/files/write*"


def good(world: World) -> None:
    """Have a good backup."""
    past(world)


def lost(world: World) -> None:
    """Take the archive away from under the panel."""
    good(world)
    archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid).unlink()


def changed(world: World) -> None:
    """Let the archive be another one than the panel noted."""
    good(world)
    archive = archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid)
    archive.write_bytes(gzip.compress(b"something else"))


def cut_off(world: World) -> None:
    """Let the archive end in the middle."""
    good(world)
    archive = archive_of(world.sandbox.world, world.survival, world.survival.backups[0].uuid)
    archive.write_bytes(archive.read_bytes()[:40])


def failed(world: World) -> None:
    """Have a backup that failed."""
    past(world, good=False)


def cyrillic(world: World) -> None:
    """Have a file in Windows-1251."""
    world.survival.disk.write(_PATH, "motd: Добро пожаловать на сервер\n".encode("windows-1251") * 20)


def plain(world: World) -> None:
    """Have a file in UTF-8."""
    world.survival.disk.write(_PATH, b"motd: Welcome\n")


def binary(world: World) -> None:
    """Have a file without text."""
    world.survival.disk.write(_PATH, bytes(range(256)) * 20)


def edited(world: World) -> None:
    """Let somebody change the file meanwhile."""
    world.survival.disk.write(_PATH, b"motd: somebody was quicker\n")


CHECK_FAULTS = (
    Fault("nobody knows that backup", "backup check", asked("backup check", good, backup="olt")),
    Fault("it failed", "backup check", asked("backup check", failed, backup="old")),
    Fault("the archive is gone", "backup check", asked("backup check", lost, backup="old")),
    Fault("the archive is another one", "backup check", asked("backup check", changed, backup="old")),
    Fault("the archive ends in the middle", "backup check", asked("backup check", cut_off, backup="old")),
    Fault("the panel is down", "backup check", asked("backup check", good, panel_down, backup="old")),
    Fault("the account may not download", "backup check",
          asked("backup check", good, may("backup.read"), backup="old")),
    Fault("the node answers with an error", "backup check",
          asked("backup check", good, breaks(DOWN, "/download/*", "GET", None), backup="old")),
)  # fmt: skip

FILE_FAULTS = (
    Fault("there is no such file", "files convert", asked("files convert", plain, path="/confg.yml")),
    Fault("it has that encoding already", "files convert", asked("files convert", plain, path=_PATH)),
    Fault("there is no text in it", "files convert", asked("files convert", binary, path=_PATH)),
    Fault("it isn't in the encoding that was given", "files convert",
          asked("files convert", cyrillic, path=_PATH, source="UTF-8")),
    Fault("the other encoding lacks its letters", "files convert",
          asked("files convert", cyrillic, path=_PATH, encoding="Windows-1252")),
    Fault("somebody changed it meanwhile", "files convert",
          confirmed("files convert", "Convert", edited, given=cyrillic, path=_PATH)),
    Fault("the account may not write", "files convert",
          confirmed("files convert", "Convert", may("file.read", "file.read-content"), given=cyrillic,
                    path=_PATH)),
    Fault("the server's machine is down (504)", "files convert",
          confirmed("files convert", "Convert", breaks(MACHINE_OFF, _WRITES, "POST", None), given=cyrillic,
                    path=_PATH)),
    Fault("there is no such file", "files tail", asked("files tail", plain, path="/logs/none.log")),
    Fault("there is no text in it", "files tail", asked("files tail", binary, path=_PATH)),
    Fault("it is a folder", "files tail",
          asked("files tail", lambda world: world.survival.disk.write("/logs/a.log", b"a\n"), path="/logs")),
    Fault("the account may not read files", "files tail", asked("files tail", plain, may("websocket.connect"),
          path=_PATH)),
    Fault("the panel is down", "files tail", asked("files tail", plain, panel_down, path=_PATH)),
)  # fmt: skip
