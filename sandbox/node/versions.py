"""Which Wings the node plays: the differences seen between releases, as plain facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sandbox.panel_version import Mode


class Wings(Enum):
    """A release of the daemon. 1.11.8 and 1.11.11 are recorded, the others are read from their sources."""

    V1_11_8 = "1.11.8"
    V1_11_9 = "1.11.9"  # as tagged; the recorded 1.11.11 is two fixes later
    V1_11_11 = "1.11.11"
    V1_12 = "1.12"
    PELICAN = "pelican"

    @classmethod
    def of(cls, mode: Mode, version: str = "1.11.11") -> "Wings":
        """Return the release a node plays: `version` counts beside a panel v1.11 only."""
        if mode is Mode.PELICAN:
            return cls.PELICAN
        if mode is Mode.V1_12:
            return cls.V1_12
        patch = int(version.split(".")[2])
        return cls.V1_11_11 if patch > 10 else cls.V1_11_9 if patch > 8 else cls.V1_11_8  # noqa: PLR2004 - patch numbers

    @property
    def has_old_filesystem(self) -> bool:
        """Whether links are followed and it shows its own errors (the file layer was rewritten in 1.11.9)."""
        return self is Wings.V1_11_8

    @property
    def missing_is_404(self) -> bool:
        """Whether reading a missing file is 404 instead of 500."""
        return self in {Wings.V1_11_8, Wings.PELICAN}

    @property
    def tells_directories(self) -> bool:
        """Whether reading a directory is 400 instead of a broken answer."""
        return self in {Wings.V1_11_8, Wings.PELICAN}

    @property
    def marks_symlinks(self) -> bool:
        """Whether `is_symlink` is ever true."""
        return self is Wings.PELICAN

    @property
    def ignore_file(self) -> str:
        """The file at a server's root whose patterns its backups leave out."""
        return ".pelicanignore" if self is Wings.PELICAN else ".pteroignore"

    @property
    def refuses_empty_writes(self) -> bool:
        """Whether an empty body is taken for a missing one."""
        return self is Wings.V1_11_9

    @property
    def limits_sockets(self) -> bool:
        """Whether a websocket has limits of frame size, rate and number, and closes on suspension."""
        return self in {Wings.V1_12, Wings.PELICAN}

    @property
    def needs_scope(self) -> bool:
        """Whether tokens without the right `scope` are refused."""
        return self.limits_sockets


@dataclass(frozen=True, slots=True)
class Rules:
    """What the panel gives the node about a server's disk: quota in bytes (0 = none), egg denylist."""

    limit_bytes: int = 0
    denied: Sequence[str] = ()
    wings: Wings = Wings.V1_11_11
