"""The store's errors, each with a message for people, and the mapping from SQLite's errors."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.core.errors import SetupError
from bot.core.i18n import N_


class StoreError(SetupError):
    """The store could not do what was requested."""

    title = N_("Quetzal's storage failed")
    happened = N_("Quetzal's store returned an error.")
    state = N_("Nothing in it was changed.")


class DirectoryMissing(StoreError):
    """The directory that should hold the store is not there."""

    happened = N_("The directory for Quetzal's store doesn't exist.")
    next_step = N_("Create it, or set QUETZAL_DATA_DIR to one that exists.")


class StoreMissing(StoreError):
    """Quetzal's store file is missing or empty, but there was one before."""

    happened = N_("Quetzal's store file is missing or empty, but there was one before.")
    state = N_("No new one was created, so that no data is lost unnoticed.")
    next_step = N_(
        "Put the file or a copy from its backups directory back (perhaps a disk is not mounted); to start "
        "over, delete the lock file beside it."
    )


class StoreReplaced(StoreError):
    """The file was deleted, moved or replaced while in use; it isn't written to any more."""

    happened = N_("Quetzal's store file was deleted, moved or replaced while Quetzal was running.")
    state = N_("Quetzal stopped writing, because changes would be lost at the next start.")
    next_step = N_(
        "Put the file back where it was. If it is gone, stop Quetzal and put a copy from the backups "
        "directory there."
    )


class StoreReadOnly(StoreError):
    """The file, its directory or its disk refuses writes."""

    happened = N_("Quetzal's store isn't writable.")
    next_step = N_(
        "Give the account that runs Quetzal write access to the data directory and every file in it."
    )


class StoreTaken(StoreError):
    """Another process owns this store."""

    happened = N_("Another running Quetzal is using this store.")
    next_step = N_("Stop the other one, or give this one a data directory of its own.")


class StoreFull(StoreError):
    """The disk has no room."""

    happened = N_("The disk with Quetzal's store is full.")
    state = N_("The last change wasn't saved; everything before it is safe.")
    next_step = N_("Free some space and try again.")


class StoreCorrupt(StoreError):
    """The file is damaged or is no SQLite file."""

    happened = N_("Quetzal's store is damaged.")
    state = N_("It was left as it is.")
    next_step = N_(
        "Stop Quetzal, move the file and its -wal and -shm neighbours away (keep them), and put a copy from "
        "the backups directory in its place."
    )


class NotAStore(StoreError):
    """The file is a database of something else."""

    happened = N_("The store file is a database that Quetzal didn't create.")
    next_step = N_("Set QUETZAL_DATA_DIR to a directory of Quetzal's own.")


class StoreNewer(StoreError):
    """The schema was made by a newer version of Quetzal."""

    happened = N_("The store was written by a newer version of Quetzal than this one.")
    next_step = N_(
        "Run that version again, or put a copy from before its update back from the backups directory."
    )


class MigrationFailed(StoreError):
    """A migration failed."""

    happened = N_("The store couldn't be upgraded to this version.")
    state = N_("It was left in its old form with all its data; a copy is in the backups directory.")
    next_step = N_("Go back to the version that ran before, and report this with the log.")


class StoreBusy(StoreError):
    """The store was busy for too long."""

    may_pass = True
    happened = N_("Quetzal's store is too busy to answer.")
    next_step = N_("Try again in a moment.")


class StoreUnwell(StoreError):
    """The disk or the operating system failed a read or a write."""

    may_pass = True
    happened = N_("The disk returned an error for Quetzal's store.")
    state = N_("The last change wasn't saved; everything before it should be safe.")
    next_step = N_("Check the disk's free space, its health and the system log.")


class StoreClosed(StoreError):
    """The store is closing or closed."""

    happened = N_("Quetzal is shutting down.")
    state = N_("The last change may not have been saved.")
    next_step = N_("Check again when Quetzal is back.")


class VaultKeyMissing(SetupError):
    """The settings hold no encryption key, so keys of people cannot be kept."""

    happened = N_("Quetzal can't store panel keys: its settings have no encryption key.")
    next_step = N_(
        "Whoever runs the bot can create one with `quetzal keys new` and put it into QUETZAL_ENCRYPTION_KEYS."
    )


class VaultKeyMalformed(SetupError):
    """An encryption key of the settings has the wrong form."""

    happened = N_("An encryption key in the settings has the wrong format.")
    next_step = N_("A key is 32 random bytes in URL-safe base64: make one with `quetzal keys new`.")


class VaultKeyWrong(SetupError):
    """Stored keys were encrypted with a key that the settings do not hold."""

    happened = N_("The encryption keys in the settings can't decrypt the stored panel keys.")
    state = N_("Nothing was deleted: the right key can decrypt them.")
    next_step = N_("Put the earlier encryption key back (as the last of the list, if there is a new one).")


# https://www.sqlite.org/rescode.html: the low byte is the primary code. SHMSIZE is how a disk that was full
# before the start shows first.
_BY_CODE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_PERM: StoreReadOnly,
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_IOERR: StoreUnwell,
    sqlite3.SQLITE_IOERR_SHMSIZE: StoreFull,
    sqlite3.SQLITE_CORRUPT: StoreCorrupt,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
    sqlite3.SQLITE_NOTADB: StoreCorrupt,
}
_BY_ERRNO: dict[int, type[StoreError]] = {
    errno.EACCES: StoreReadOnly,
    errno.EPERM: StoreReadOnly,
    errno.EROFS: StoreReadOnly,
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreFull,
}


@contextmanager
def database_faults() -> Iterator[None]:
    """Translate SQLite's errors into this module's; programming errors in SQL pass unchanged."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreBusy(detail=str(error)) from error
    except (DBAPIError, sqlite3.Error) as error:
        orig = error.orig if isinstance(error, DBAPIError) else error
        code: int = getattr(orig, "sqlite_errorcode", 0)
        leaf = _BY_CODE.get(code) or _BY_CODE.get(code & 0xFF)
        if leaf is None:
            raise
        raise leaf(detail=str(orig)) from error


@contextmanager
def file_faults() -> Iterator[None]:
    """Translate errors of the file system into this module's."""
    try:
        yield
    except OSError as error:
        raise _BY_ERRNO.get(error.errno or 0, StoreUnwell)(detail=str(error)) from error
