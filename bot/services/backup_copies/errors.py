"""Refusals of copies, and problems that end one."""

from bot.core.errors import BadInput, Missing, QuetzalError, Refused
from bot.core.i18n import N_

_NOTHING_THERE = N_("What had been sent was deleted at the target again.")


class NoTargets(Refused):
    """The operator configured no place for copies."""

    title = N_("No storage for copies")
    happened = N_("Quetzal isn't set up to copy backups.")
    next_step = N_(
        "Whoever runs this bot adds an S3 bucket or a WebDAV folder with `QUETZAL_COPIES__<NAME>__…`; "
        "docs/operating.md says how."
    )


class NoSuchTarget(BadInput):
    """No target has that name."""

    title = N_("Not found")
    next_step = N_("Choose one from the list that appears while you type.")


class CopyUnderWay(Refused):
    """This backup is being copied there already."""

    title = N_("Being copied already")
    next_step = N_("Its progress is in `/backup info`; you can cancel it there.")


class AlreadyCopied(Refused):
    """This backup is there already."""

    title = N_("Copied already")
    next_step = N_("Copies in `/backup list` shows where it is.")


class NoSuchCopy(Missing):
    """The copy's row is gone, or it is a copy of another server's backup."""

    happened = N_("That copy is no longer known.")
    next_step = N_("See the copies of a server with `/backup list`.")


class CopyEnded(Refused):
    """It can't be cancelled any more."""

    happened = N_("That copy has ended already.")
    next_step = N_("See how it ended with `/backup info`.")


class CopyDeleted(Refused):
    """It isn't there any more, or is being deleted."""

    happened = N_("That copy is gone already, or is being deleted.")
    next_step = N_("See the copies of a server with `/backup list`.")


class BackupVanished(QuetzalError):
    """The panel's backup was deleted while it was copied."""

    title = N_("Backup deleted")
    is_fault = False
    happened = N_("The backup was deleted in the panel while it was being copied.")
    state = _NOTHING_THERE
    next_step = N_("Copy another one: `/backup list`.")


class CopyDiffers(QuetzalError):
    """What the target gives back is not what was sent."""

    title = N_("The copy is damaged")
    happened = N_("What the target gave back isn't what was sent.")
    state = N_("The copy was deleted there. The backup itself is fine.")
    next_step = N_("Copy it again. If it happens twice, have the target's storage checked.")


class TargetRemoved(QuetzalError):
    """The target is no longer in the settings."""

    is_fault = False
    happened = N_("That place for copies is no longer set up.")
    next_step = N_("Whoever runs this bot can add it again under the same name.")
