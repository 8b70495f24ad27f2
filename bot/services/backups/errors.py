"""Refusals before a request to the panel, and problems found afterwards."""

from bot.core.errors import BadInput, QuetzalError, Refused
from bot.core.i18n import N_

_CHOOSE_ANOTHER = N_(
    "Choose from the list that appears while you type, or see all of them with `/backup list`."
)


class NoSuchBackup(BadInput):
    """No backup, or more than one, has that name."""

    title = N_("Not found")
    happened = N_("This server has no backup of that name or uuid.")
    next_step = _CHOOSE_ANOTHER


class AmbiguousBackup(BadInput):
    """Several backups have that name."""

    happened = N_("Several backups of this server have that name.")
    next_step = _CHOOSE_ANOTHER


class NoBackupsAllowed(Refused):
    """The panel's limit is 0."""

    happened = N_("This server can't have backups: its limit in the panel is 0.")
    next_step = N_("Whoever runs the panel can raise the limit.")


class NoRoom(Refused):
    """All places are taken."""

    next_step = N_(
        "Delete one you no longer need (`/backup delete`), turn on `/backup retention`, or have the limit "
        "raised in the panel."
    )


class OwnPatternsHidden(Refused):
    """Any pattern switches the server's ignore file off, so it has to be read and joined."""

    happened = N_(
        "The panel account that Quetzal uses can't read the server's `.pteroignore` (on Pelican "
        "`.pelicanignore`), which patterns of yours would switch off."
    )
    next_step = N_(
        "Leave `ignore` out, or give that account the permission `file.read-content` in the panel."
    )


class StillRunning(Refused):
    """The backup has not ended."""

    happened = N_("That backup is still running.")
    next_step = N_("Wait until it has finished. See its state with `/backup info`.")


class Empty(Refused):
    """It was called a success, but its archive has 0 bytes."""

    happened = N_("That backup is empty (0 bytes), so it can't be restored.")
    next_step = N_("Choose another one with `/backup list`, or make a new one with `/backup create`.")


class Stuck(Refused):
    """The backup never ended and is not being made any more."""

    happened = N_("That backup is stuck: it never finished, so it can't be used.")
    next_step = N_("Choose a finished one (`/backup list`). Delete the stuck one with `/backup delete`.")


class Failed(Refused):
    """The backup failed: there is nothing in it."""

    happened = N_("That backup failed, so it can't be used.")
    next_step = N_("Choose a finished one (`/backup list`). You can delete the failed one.")


class Locked(Refused):
    """A locked backup is not deleted."""

    happened = N_("That backup is locked.")
    next_step = N_("To delete it, unlock it first with `/backup unlock`.")


class BackupsRunning(Refused):
    """A restore would take the files away from under a backup."""

    happened = N_("A backup of this server is running at the moment.")
    next_step = N_("Wait until it has finished, then restore.")


class ArchiveNotThere(QuetzalError):
    """The link leads to nothing, or to something that is no complete archive."""

    happened = N_("The backup's archive is missing on the node, or damaged.")
    state = N_("The restore wasn't started: all files are unchanged.")
    next_step = N_("Choose another backup. Whoever runs the node can look for the archive.")


class ArchiveDamaged(QuetzalError):
    """The archive was read to its end, and is not what the panel recorded, or no whole archive."""

    title = N_("Backup damaged")
    is_fault = False
    state = N_("The backup itself was not touched.")
    next_step = N_("Make a new one with `/backup create` before you need it, and check that one.")


class CheckCancelled(QuetzalError):
    """Somebody cancelled the check of an archive."""

    title = N_("Check cancelled")
    is_fault = False
    happened = N_("The check of the backup was cancelled.")
    state = N_("Nothing was changed, and it isn't known whether the backup can be restored.")
    next_step = N_("Check it again when there is time.")


class LengthUnknown(QuetzalError):
    """The archive's length is unknown: it may be incomplete."""

    happened = N_("Quetzal couldn't check whether the backup's archive is complete.")
    state = N_("The restore wasn't started: all files are unchanged.")
    next_step = N_("Restore without `truncate`, which deletes nothing first.")


class LockUnsure(QuetzalError):
    """After the toggle the lock is not as requested."""

    happened = N_("Somebody else changed the lock at the same moment.")
    state = N_("The lock isn't set as you wanted.")
    next_step = N_("Check it with `/backup info`, then run the command again.")


class NothingToDelete(Refused):
    """The policy deletes nothing now, and was not requested to stay on."""

    happened = N_("Say how many to keep, for example `keep_last: 3`, or `off` to turn the policy off.")
