"""Errors of database operations."""

from bot.core.errors import BadInput, QuetzalError, Refused
from bot.core.i18n import N_


class PasswordHidden(Refused):
    """The panel account may not see database passwords."""

    happened = N_("The panel account that Quetzal uses isn't allowed to see database passwords.")
    next_step = N_(
        "Whoever runs the panel can give it the permission `database.view_password` (on Pelican "
        "`database.view-password`)."
    )


class RotationBlind(PasswordHidden):
    """Rotating without seeing the new password would lock everybody out."""

    state = N_("Nothing was changed: a new password that nobody can read would lock the server out.")


class HostFailed(QuetzalError):
    """The panel's 500, which for databases means that the database host failed."""

    happened = N_(
        "The panel had an internal error. Usually its database server is down, or databases are turned off "
        "in the panel."
    )
    next_step = N_("Whoever runs the panel can find the reason in its log.")


class NoSuchDatabase(BadInput):
    """There is no such database on the server."""

    title = N_("Not found")
    happened = N_("This server has no database of that name.")
    next_step = N_(
        "Choose from the list that appears while you type, or see all of them with `/database list`."
    )


class NothingReplaced(Refused):
    """Quetzal no longer knows a password that the present one replaced."""

    happened = N_("Quetzal has no earlier password of this database from the last 30 minutes.")
    state = N_("No file was changed.")
    next_step = N_("Find the files with `/files search`, and change them with `/files edit` or `/files set`.")
