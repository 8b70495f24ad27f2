"""Where a path of a request leads in a server's tree, and what Wings says when it leads nowhere."""

import errno
import os
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sandbox.answers import WingsError
from sandbox.node.versions import Wings

UNEXPECTED = "An unexpected error was encountered while processing this request"
NOT_ON_SYSTEM = "The requested resources was not found on the system."
IS_DIRECTORY = "Cannot perform that action: file is a directory."
NAME_OF_DIRECTORY = "Cannot write file, name conflicts with an existing directory by the same name."
NAME_TOO_LONG = "Cannot perform that action: file name is too long."
DENIED = "This file cannot be modified: present in egg denylist."
NO_SPACE = "There is not enough disk space available to perform that action."
_COPIES = 50


def unexpected() -> WingsError:
    """500 for all that Wings does not know better."""
    return WingsError(500, UNEXPECTED)


def joined(root: str, name: str) -> str:
    """Join as Go does: under an absolute root `..` stops at the root, under a relative one it escapes."""
    path = posixpath.normpath(f"{root}/{name}")
    return f"/{path.lstrip('/')}" if root.startswith("/") else path


def relative(path: str) -> str | None:
    """Return a path relative to the server's root (`.` for the root itself), None if it leaves it."""
    normal = posixpath.normpath(f"./{path}")
    return None if normal == ".." or normal.startswith("../") else normal


def copy_names(name: str, now: datetime) -> Iterator[str]:
    """Yield what a copy may be called: `x copy.txt`, `x copy 1.txt`, ... after fifty one with the time in it.

    A dot file has an empty base: `.env` becomes ` copy.env`. `.tar.gz` counts as one extension.
    """
    base, dot, last = name.rpartition(".")
    base, extension = (base, dot + last) if dot else (name, "")
    if base.endswith(".tar"):
        base, extension = base.removesuffix(".tar"), f".tar{extension}"
    yield f"{base} copy{extension}"
    for number in range(1, _COPIES + 1):
        yield f"{base} copy {number}{extension}"
    yield f"{base}copy.{now:%Y-%m-%dT%H:%M:%SZ}{extension}"


@contextmanager
def as_wings_errors() -> Iterator[None]:
    """Turn the system's refusals into Wings' own: almost all of them are a plain 500.

    Source: docs/reference/wings.md#node-errors.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise WingsError(400, NAME_TOO_LONG) from error
        if error.errno == errno.ENOSPC:
            raise WingsError(400, NO_SPACE) from error
        raise unexpected() from error
    except ValueError as error:  # a NUL or a lone surrogate in a name
        raise unexpected() from error


class Tree:
    """The root of a server's files and the way into it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def locate(self, path: str, wings: Wings) -> Path:
        """Return the place of a path; its last part is not followed, except up to 1.11.8.

        Raises WingsError when it is outside the root, also by a link on the way.
        """
        inside = relative(path)
        if inside is None:
            raise self._escaped(wings)
        with as_wings_errors():
            place = self.root / inside
            real = place.resolve() if wings.has_old_filesystem else place.parent.resolve() / place.name
        if inside == ".":
            return self.root
        if not real.is_relative_to(self.root):
            raise self._escaped(wings)
        return real

    def name_of(self, place: Path) -> str:
        """Return the path of a place relative to the root, with `/`."""
        return place.relative_to(self.root).as_posix()

    def walk(self, top: Path | None = None) -> Iterator[Path]:
        """Yield everything that is not a directory, in the order of its name, links not followed."""
        for directory, folders, files in os.walk(top or self.root):
            folders.sort()
            for name in sorted(files) + [name for name in folders if (Path(directory) / name).is_symlink()]:
                yield Path(directory) / name

    @staticmethod
    def _escaped(wings: Wings) -> WingsError:
        return WingsError(404, NOT_ON_SYSTEM) if wings.has_old_filesystem else unexpected()
