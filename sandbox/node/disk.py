"""A server's files: a real tree in a temporary directory, with Wings' semantics (docs/reference/files.md)."""

import io
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from pathspec import GitIgnoreSpec

from sandbox.answers import NodeUnreachable, WingsError
from sandbox.node.listing import Entry, describe, in_order
from sandbox.node.paths import (
    DENIED,
    IS_DIRECTORY,
    NAME_OF_DIRECTORY,
    NO_SPACE,
    NOT_ON_SYSTEM,
    UNEXPECTED,
    Tree,
    as_wings_errors,
    copy_names,
    joined,
    relative,
    unexpected,
)
from sandbox.node.usage import Usage
from sandbox.node.versions import Rules, Wings

_OCTAL = re.compile(r"[0-7]+")


class Disk:
    """One server's tree. All methods block shortly; long ones are said so and belong into a thread."""

    def __init__(
        self,
        root: Path,
        now: Callable[[], datetime],
        seconds: Callable[[], float],
        rules: Callable[[], Rules] = Rules,
    ) -> None:
        self.tree = Tree(root)
        self.ballast_bytes = 0  # counts as used without lying on the disk of whoever runs the sandbox
        self.pulls = 0  # remote downloads under way
        self._now = now
        self._rules = rules
        self._usage = Usage(self.tree, seconds)
        self._changed: dict[int, float] = {}  # inode to seconds since 1970: ctime cannot be set

    @property
    def rules(self) -> Rules:
        """The quota, denylist and release that hold now."""
        return self._rules()

    # --- what the game does -----------------------------------------------------------------------------

    def write(self, path: str, data: bytes, *, modified: datetime | None = None) -> None:
        """Write a file as the game would: no quota, no denylist, and the node's cached size stays."""
        place = self.tree.locate(path, self.rules.wings)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        self.touch(place, modified)
        for parent in place.relative_to(self.tree.root).parents:
            self.touch(self.tree.root / parent, modified)

    @property
    def root(self) -> Path:
        """Where the files lie."""
        return self.tree.root

    def used_bytes(self) -> int:
        """Return how much the node believes to be used, ballast included."""
        return self._usage.bytes() + self.ballast_bytes

    # --- reading ----------------------------------------------------------------------------------------

    def list(self, directory: str = "/") -> list[Entry]:
        """Return a directory in Wings' order; links are described, not followed. Long for huge ones."""
        wings = self.rules.wings
        place = self.tree.locate(directory or "/", wings)
        with as_wings_errors():
            if place.is_symlink():
                raise unexpected()
            return in_order((self.entry(child) for child in place.iterdir()), wings)

    def contents(self, path: str) -> Path:
        """Return where the bytes of a regular file lie.

        Raises NodeUnreachable for a pipe: Wings blocks on it until the panel gives up.
        """
        wings = self.rules.wings
        place, mode = self.locate_any(path)
        if stat.S_ISDIR(mode):
            # Wings says 200 and breaks off the body; the panel makes a 502 of it.
            raise WingsError(400, IS_DIRECTORY) if wings.tells_directories else WingsError(200, "")
        if stat.S_ISFIFO(mode):
            raise (
                WingsError(400, "Cannot open files of this type.")
                if wings.has_old_filesystem
                else NodeUnreachable
            )
        if not stat.S_ISREG(mode):
            raise unexpected()
        return place

    def locate_any(self, path: str) -> tuple[Path, int]:
        """Return the place and the mode of what is there. Links are not opened."""
        wings = self.rules.wings
        place = self.tree.locate(path, wings)
        try:
            mode = place.lstat().st_mode
        except OSError as error:
            raise WingsError(404, NOT_ON_SYSTEM) if wings.missing_is_404 else unexpected() from error
        if stat.S_ISLNK(mode):
            raise unexpected()
        return place, mode

    # --- writing ----------------------------------------------------------------------------------------

    def is_denied(self, path: str) -> bool:
        """Whether the egg's denylist names a path."""
        denied = self.rules.denied
        return bool(denied) and GitIgnoreSpec.from_lines(denied).match_file(relative(path) or path)

    def check_denied(self, path: str) -> None:
        """Refuse a path that the egg's denylist names."""
        if self.is_denied(path):
            raise WingsError(403, DENIED)

    def check_space(self, extra: int = 0, *, status: int = 400, text: str = NO_SPACE) -> None:
        """Refuse what does not fit into the quota."""
        limit = self.rules.limit_bytes
        if limit and self.used_bytes() + extra > limit:
            raise WingsError(status, text)

    def put(self, path: str, source: bytes | Path) -> None:
        """Create or overwrite a file from bytes or from another file. Long for big ones."""
        self.check_denied(path)
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size == 0 and self.rules.wings.refuses_empty_writes:
            raise WingsError(400, "Missing Content-Length")
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as incoming:
            self.store(path, incoming, size)

    def store(self, path: str, source: IO[bytes], size: int, mode: int = 0o644) -> Path:
        """Write `size` bytes to a path, its directories made; an existing file keeps its mode. Long."""
        place = self.tree.locate(path, self.rules.wings)
        with as_wings_errors():
            try:
                before = place.lstat()
            except FileNotFoundError:
                before = None
            if before is not None and stat.S_ISDIR(before.st_mode):
                raise WingsError(400, NAME_OF_DIRECTORY)
            growth = size - (before.st_size if before else 0)
            self.check_space(growth)
            self.make_directories(place.parent)
            # Not through a link, and not blocked by a pipe that nobody reads.
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK
            with open(os.open(place, flags, mode), "wb") as file:  # noqa: PTH123 - needs the flags
                if before is None:
                    os.fchmod(file.fileno(), mode)
                shutil.copyfileobj(source, file, 1024 * 1024)
        self.grew(growth)
        self.touch(place)
        self.touch(place.parent)
        return place

    def create_folder(self, root: str, name: str) -> None:
        """Make a directory and all above it; one that is there already is fine."""
        with as_wings_errors():
            self.make_directories(self.tree.locate(joined(root, name), self.rules.wings))

    def rename(self, root: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Move each pair; a missing source is no error, and one failure does not stop the others."""
        failure: WingsError | None = None
        for source, target in pairs:
            try:
                self._move(joined(root, source), joined(root, target))
            except WingsError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def copy(self, location: str) -> str:
        """Copy a regular file beside itself and return the new name. Long for big files."""
        self.check_denied(location)
        place = self.tree.locate(location, self.rules.wings)
        try:
            facts = place.lstat()
        except OSError as error:
            raise unexpected() from error
        if not stat.S_ISREG(facts.st_mode):
            raise unexpected()
        self.check_space(facts.st_size)
        with as_wings_errors():
            names = copy_names(place.name, self._now())
            free = (place.with_name(name) for name in names)
            target = next(path for path in free if not os.path.lexists(path))
            shutil.copyfile(place, target)
            target.chmod(stat.S_IMODE(facts.st_mode))
        self.grew(facts.st_size)
        self.touch(target)
        return target.name

    def delete(self, root: str, names: Iterable[str]) -> None:
        """Remove files and whole directories; links are removed, not followed. Long for big trees."""
        for name in names:
            # Never through a link, in any release.
            place = self.tree.locate(joined(root, name), Wings.V1_11_11)
            if place == self.tree.root:
                raise unexpected()
            with as_wings_errors():
                self._remove(place)

    def empty(self) -> None:
        """Delete everything, as a restore with truncate does before it looks for its archive. Long."""
        for place in list(self.tree.root.iterdir()):
            self._remove(place)

    def chmod(self, root: str, files: Sequence[tuple[str, object]]) -> None:
        """Change the mode of the last file only (a bug of Wings'); a missing one is no error."""
        modes: list[int] = []
        for _, mode in files:
            if not isinstance(mode, str):
                raise WingsError(400, UNEXPECTED)
            if not _OCTAL.fullmatch(mode):
                raise WingsError(400, "Invalid file mode.")
            modes.append(int(mode, 8))
        place = self.tree.locate(joined(root, files[-1][0]), self.rules.wings)
        with as_wings_errors():
            if place.is_symlink() or not place.exists():
                return
            place.chmod(modes[-1] & 0o7777)
        self._changed[place.lstat().st_ino] = self._now().timestamp()

    # --- bookkeeping, also for the archives -------------------------------------------------------------

    def make_directories(self, place: Path) -> None:
        """Make a directory and its parents with Wings' mode, whatever the umask says."""
        missing = [path for path in (place, *place.parents) if not path.exists() and path != self.tree.root]
        place.mkdir(parents=True, exist_ok=True)
        for path in reversed(missing):
            path.chmod(0o755)
            self.touch(path)
            self.touch(path.parent)

    def grew(self, by: int) -> None:
        """Adjust the cached size."""
        self._usage.grew(by)

    def touch(self, place: Path, modified: datetime | None = None) -> None:
        """Give a path the world's time instead of the machine's; `modified` may lie before its change."""
        changed = self._now().timestamp()
        at = changed if modified is None else modified.timestamp()
        os.utime(place, (at, at), follow_symlinks=False)
        self._changed[place.lstat().st_ino] = changed

    def entry(self, place: Path) -> Entry:
        """Describe one place of the tree."""
        facts = place.lstat()
        changed = self._changed.get(facts.st_ino, facts.st_mtime)
        return describe(place, facts, changed, self.rules.wings)

    def _move(self, source: str, target: str) -> None:
        self.check_denied(source)
        self.check_denied(target)
        if source == target:
            return
        old, new = (self.tree.locate(path, self.rules.wings) for path in (source, target))
        if self.tree.root in {old, new}:
            raise unexpected()
        with as_wings_errors():
            if not os.path.lexists(old):
                return
            if os.path.lexists(new):
                raise WingsError(400, "Cannot move or rename file, destination already exists.")
            self.make_directories(new.parent)
            old.rename(new)
            self._changed[new.lstat().st_ino] = self._now().timestamp()
            self.touch(old.parent)
            self.touch(new.parent)

    def _remove(self, place: Path) -> None:
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return
        places = list(self.tree.walk(place)) if stat.S_ISDIR(mode) else [place]
        sizes = (path.lstat() for path in places)
        gone = sum(facts.st_size for facts in sizes if stat.S_ISREG(facts.st_mode))
        if stat.S_ISDIR(mode):
            shutil.rmtree(place)
        else:
            place.unlink()
        self.grew(-gone)
        self.touch(place.parent)
