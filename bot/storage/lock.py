"""Lets one process use a store: kernel locks on it and a file beside it, released when the process ends."""

import fcntl
import os
from pathlib import Path

from bot.storage.errors import StoreMissing, StoreReplaced, StoreTaken, file_faults

_MARK = b"A Quetzal store lives beside this file.\n"


class StoreLock:
    """Exclusive locks on `<store>.lock` and on the store itself.

    The file beside the store stays when the process ends, and its text says that a store was made here. If it
    is deleted while the bot runs, the lock on the store itself still keeps a second process out. That lock is
    flock's, which SQLite (fcntl's) neither sees nor needs. Its descriptor stays open as long as SQLite works
    with the file: closing it earlier would drop SQLite's own locks, as POSIX has it.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._path = store.with_name(store.name + ".lock")
        self._fd: int | None = None
        self._store_fd: int | None = None

    def take(self) -> None:
        """Lock the store, and create an empty file on first use.

        Raises StoreTaken when another process (or another Store here) owns it, StoreMissing when there was a
        store before and its file is gone or empty.
        """
        with file_faults():
            self._fd = _locked(self._path)
            try:
                self._check_present()
                self._store_fd = _locked(self._store)
            except BaseException:
                self.release()
                raise

    @property
    def marked(self) -> bool:
        """Whether a store was created beside this lock before."""
        return self._fd is not None and os.fstat(self._fd).st_size > 0

    def mark(self) -> None:
        """Record that the store exists, so that a file that vanishes later isn't silently replaced."""
        if self._fd is not None and not self.marked:
            with file_faults():
                os.write(self._fd, _MARK)

    def check_in_place(self) -> None:
        """Raise StoreReplaced unless the store's path still leads to the file that this process locked.

        SQLite goes on writing into a file that was deleted, and it would be gone with the process.
        """
        if self._store_fd is None:
            return
        with file_faults():
            try:
                is_same = os.path.samestat(self._store.stat(), os.fstat(self._store_fd))
            except (FileNotFoundError, NotADirectoryError):
                is_same = False
        if not is_same:
            raise StoreReplaced(detail=str(self._store))

    def release(self) -> None:
        """Release the locks."""
        for fd in (self._store_fd, self._fd):
            if fd is not None:
                os.close(fd)
        self._fd = self._store_fd = None

    def _check_present(self) -> None:
        if self.marked and not (self._store.exists() and self._store.stat().st_size):
            raise StoreMissing(detail=str(self._store))


def _locked(path: Path) -> int:
    """Open a file, creating it if needed, and lock it; raises StoreTaken."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        if isinstance(error, BlockingIOError):
            raise StoreTaken(detail=str(path)) from error
        raise
    return fd
