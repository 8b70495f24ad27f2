"""One process owns a store: a lock beside the file, which the kernel lets go however the process ends."""

import fcntl
import os
from pathlib import Path

from bot.store.errors import StoreTaken, file_faults

_MARK = b"A Quetzal store lives beside this file.\n"


class StoreLock:
    """An exclusive lock on `<store>.lock`; the file stays, and its text says that a store was made here."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + ".lock")
        self._fd: int | None = None

    def take(self) -> None:
        """Own the store; raises StoreTaken when another process (or another Store here) does."""
        with file_faults():
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(fd)
                if isinstance(error, BlockingIOError):
                    raise StoreTaken(detail=str(self._path)) from error
                raise
        self._fd = fd

    @property
    def marked(self) -> bool:
        """Whether a store has been made beside this lock before."""
        return self._path.stat().st_size > 0

    def mark(self) -> None:
        """Remember that the store is there, so that a file that vanishes later is not replaced in silence."""
        if self._fd is not None and not self.marked:
            with file_faults():
                os.write(self._fd, _MARK)

    def release(self) -> None:
        """Let the next one in."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
