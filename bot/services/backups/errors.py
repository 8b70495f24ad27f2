"""Refusals before a request to the panel, and problems found afterwards."""

from bot.core.errors import BadInput, QuetzalError, Refused


class NoSuchBackup(BadInput):
    """No backup, or more than one, has that name."""

    happened = "This server has no backup of that name or uuid."
    next_step = "Choose from the list that appears while typing, or see them all with `/backup list`."


class NoBackupsAllowed(Refused):
    """The panel's limit is 0."""

    happened = "This server may not have backups: the panel's limit for it is 0."
    next_step = "Whoever runs the panel can raise the limit."


class NoRoom(Refused):
    """All places are taken."""

    next_step = (
        "Delete one that is no longer needed (`/backup delete`), switch `/backup retention` on, "
        "or have the limit raised in the panel."
    )


class OwnPatternsHidden(Refused):
    """Any pattern switches `.pteroignore` off, so it has to be read and joined."""

    happened = (
        "The panel account whose key was used may not read the server's `.pteroignore`, which patterns of "
        "yours would switch off."
    )
    next_step = "Leave `ignore` out, or give that account the permission `file.read-content` in the panel."


class StillRunning(Refused):
    """The backup has not ended."""

    happened = "That backup is still being made, so there is nothing in it yet."
    next_step = "Wait until it is done; `/backup info` shows how it is."


class Empty(Refused):
    """It was called a success, but its archive has 0 bytes."""

    happened = "That backup is empty: its archive has 0 bytes, so nothing can be restored from it."
    next_step = "Choose another one with `/backup list`, or make a new one with `/backup create`."


class Stuck(Refused):
    """The backup never ended and is not being made any more."""

    happened = "That backup is stuck: it never ended, so there is nothing whole in it."
    next_step = "Choose one that is done (`/backup list`). Delete the stuck one with `/backup delete`."


class Failed(Refused):
    """The backup failed: there is nothing in it."""

    happened = "That backup failed, so there is nothing in it."
    next_step = "Choose one that is done (`/backup list`). A failed one can be deleted."


class Locked(Refused):
    """A locked backup is not deleted."""

    happened = "That backup is locked: somebody wants it kept."
    next_step = "If it may really go, unlock it first with `/backup unlock`."


class BackupsRunning(Refused):
    """A restore would take the files away from under a backup."""

    happened = "A backup of this server is being made at this moment."
    next_step = "Wait until it is done, then restore."


class ArchiveNotThere(QuetzalError):
    """The link leads to nothing, or to something that is no complete archive."""

    happened = "The backup's archive is not on the server's machine, or it is damaged."
    state = "The restore was not begun: all files are as they were."
    next_step = "Choose another backup. Whoever runs the machine can look for the archive."


class LengthUnknown(QuetzalError):
    """The archive's length is unknown: it may be incomplete."""

    happened = "Whether the backup's archive is whole cannot be seen: its length is not told."
    state = "The restore was not begun: all files are as they were."
    next_step = "Restore without `truncate`, which deletes nothing beforehand."


class LockUnsure(QuetzalError):
    """After the toggle the lock is not as requested."""

    happened = "Somebody else changed the lock at the same moment."
    state = "The lock is not as you asked for."
    next_step = "Look at it with `/backup info`, then run the command again."


class NothingToDelete(Refused):
    """The policy deletes nothing now, and was not requested to stay on."""

    happened = "Say how many to keep, for example `keep_last: 3`, or `off` to switch the policy off."
