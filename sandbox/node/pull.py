"""Remote downloads (12.12). The sandbox reaches nothing: a pulled file holds a line that names its source."""

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from sandbox.answers import WingsError
from sandbox.node.disk import Disk
from sandbox.node.paths import joined, unexpected
from sandbox.world import World

PULL_SECONDS = 2.0
AT_ONCE = 3
TOO_MANY = (
    "This server has reached its limit of 3 simultaneous remote file downloads at once."
    " Please wait for one to complete before trying again."
)


@dataclass(frozen=True, slots=True)
class Download:
    """What to fetch, and where to put it; without a name the last part of the address is taken."""

    url: str
    directory: str = "/"
    name: str | None = None

    @property
    def path(self) -> str:
        """The file it becomes."""
        return joined(self.directory, self.name or PurePosixPath(unquote(urlsplit(self.url).path)).name)

    @property
    def is_internal(self) -> bool:
        """Whether Wings refuses to connect: loopback, private and link-local addresses."""
        host = urlsplit(self.url).hostname or ""
        try:
            return not ip_address(host).is_global
        except ValueError:
            return host == "localhost"


def pull(world: World, disk: Disk, wanted: Download, *, foreground: bool) -> None:
    """Queue a download, or carry it out at once. What fails in the background is never reported."""
    disk.check_space()
    if disk.pulls >= AT_ONCE:
        raise WingsError(400, TOO_MANY)
    if foreground:
        _finish(disk, wanted)
        return
    disk.pulls += 1

    def later() -> None:
        disk.pulls -= 1
        with suppress(WingsError):
            _finish(disk, wanted)

    world.later(PULL_SECONDS, later)


def _finish(disk: Disk, wanted: Download) -> None:
    if wanted.is_internal:
        raise unexpected()
    disk.put(wanted.path, f"pulled from {wanted.url}\n".encode())
