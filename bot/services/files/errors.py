"""Why a change of a file was not made, or is not what it should be."""

from bot.core.errors import QuetzalError, Refused
from bot.services.files.stat import PathState

IN_A_MOMENT = " It may still be made in a moment: look before you try again."
"""Behind a state that was seen after a request that nobody answered."""


class ChangedMeanwhile(Refused):
    """It is not any more what the person was shown. `now` is what it is."""

    happened = "Somebody changed it while you were looking at it."
    state = "Nothing was changed: their version is in place."
    next_step = "Run the command again to see what is there now."

    def __init__(self, now: PathState) -> None:
        super().__init__()
        self.now = now


class NothingToChange(Refused):
    """It is as it should be already."""

    happened = "The file holds exactly that already."
    state = "Nothing was changed."
    next_step = "There is nothing to do."


class NotAsAsked(QuetzalError):
    """The panel said that it was done, and a look says that it was not."""

    happened = "The panel said that it was done, but it is not."
    next_step = "Look at it with `/files read` before you try again."


class KeepingFailed(QuetzalError):
    """What is there could not be kept, and therefore nothing else was done."""

    happened = "What is there now could not be kept."
    state = "So nothing was changed: the file is as it was."
    next_step = "Try again."


class KeepingForbidden(KeepingFailed):
    """The server's deny list forbids moving it aside; deleting it for good is not forbidden."""

    happened = "The server's own rules forbid moving that into the trash."
    next_step = "Whoever runs the panel can lift that rule; deleting it for good is possible all the same."
