"""Errors of database operations."""

from bot.core.errors import BadInput, QuetzalError, Refused


class PasswordHidden(Refused):
    """The panel account may not see database passwords."""

    happened = "The panel account that Quetzal uses isn't allowed to see database passwords."
    next_step = (
        "Whoever runs the panel can give it the permission `database.view_password` "
        "(on Pelican `database.view-password`)."
    )


class RotationBlind(PasswordHidden):
    """Rotating without seeing the new password would lock everybody out."""

    state = "Nothing was changed: a new password that nobody can read would lock the server out."


class HostFailed(QuetzalError):
    """The panel's 500, which for databases means that the database host failed."""

    happened = (
        "The panel had an internal error. Usually its database server is down, or databases are turned off "
        "in the panel."
    )
    next_step = "Whoever runs the panel can find the reason in its log."


class NoSuchDatabase(BadInput):
    """There is no such database on the server."""

    title = "Not found"
    happened = "This server has no database of that name."
    next_step = "Choose from the list that appears while you type, or see all of them with `/database list`."


class NothingReplaced(Refused):
    """Quetzal no longer knows a password that the present one replaced."""

    happened = "Quetzal has no earlier password of this database from the last 30 minutes."
    state = "No file was changed."
    next_step = "Find the files with `/files search`, and change them with `/files edit` or `/files set`."
