"""Errors of database operations."""

from bot.core.errors import BadInput, QuetzalError, Refused


class PasswordHidden(Refused):
    """The panel account may not see database passwords."""

    happened = "The panel account that Quetzal uses here may not see database passwords."
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
        "The panel had an internal error. As a rule that means that its database server is down, or that "
        "databases are switched off in the panel."
    )
    next_step = "Whoever runs the panel finds the reason in its log."


class NoSuchDatabase(BadInput):
    """There is no such database on the server."""

    happened = "There is no such database on this server."
    next_step = "See them all with `/database list`, or choose from what appears while typing."


class NothingReplaced(Refused):
    """Quetzal no longer knows a password that the present one replaced."""

    happened = "Quetzal knows no other password that this database had in the last half hour."
    state = "No file was changed."
    next_step = "Find the files with `/files search`, and change them with `/files edit` or `/files set`."
