"""Errors of file changes."""

from bot.core.errors import QuetzalError, Refused
from bot.services.files.stat import PathState

IN_A_MOMENT = " It may still be made in a moment: look before you try again."
"""Added to a state that was read after a request without a response."""


class ChangedMeanwhile(Refused):
    """The file is no longer what the person was shown. `now` is its present state."""

    happened = "Somebody changed it while you were looking at it."
    state = "Nothing was changed: their version is in place."
    next_step = "Run the command again to see what is there now."

    def __init__(self, now: PathState) -> None:
        super().__init__()
        self.now = now


class NothingToChange(Refused):
    """The file already has the requested content."""

    happened = "The file holds exactly that already."
    state = "Nothing was changed."
    next_step = "There is nothing to do."


class ChangeNotMade(QuetzalError):
    """The panel reported success, but a check shows that the change was not made."""

    happened = "The panel said that it was done, but it is not."
    next_step = "Look at it with `/files read` before you try again."


class KeepingFailed(QuetzalError):
    """The previous version could not be saved, so nothing was changed."""

    happened = "What is there now could not be kept."
    state = "So nothing was changed: the file is as it was."
    next_step = "Try again."


class KeepingForbidden(KeepingFailed):
    """The server's deny list forbids moving it into the trash; permanent deletion is allowed."""

    happened = "The server's own rules forbid moving that into the trash."
    next_step = "Whoever runs the panel can lift that rule; deleting it for good is possible all the same."
