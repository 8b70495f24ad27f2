"""Errors of reading and changing files."""

from bot.core.errors import BadInput, QuetzalError, Refused
from bot.core.i18n import N_
from bot.panel.models import FileEntry
from bot.services.files.stat import PathState

IN_A_MOMENT = N_(" It may still be made in a moment: check before you try again.")
"""Added to a state that was read after a request without a response."""


class NotShown(BadInput):
    """The file is not text, or too large to show. `entry` is what there is."""

    next_step = N_("Get it with `/files download`.")

    def __init__(self, happened: str, entry: FileEntry) -> None:
        super().__init__(happened)
        self.entry = entry


class ChangedMeanwhile(Refused):
    """The file is no longer what the person was shown. `now` is its present state."""

    title = N_("Changed by somebody else")
    happened = N_("Somebody else changed it meanwhile.")
    state = N_("Your change wasn't saved: their version is in place.")
    next_step = N_("Run the command again to see the current version.")

    def __init__(self, now: PathState) -> None:
        super().__init__()
        self.now = now


class NothingToChange(Refused):
    """The file already has the requested content."""

    title = N_("Nothing to change")
    happened = N_("The file already holds exactly that.")
    state = N_("Nothing was changed.")
    next_step = N_("See what it holds with `/files read`.")


class ChangeNotMade(QuetzalError):
    """The panel reported success, but a check shows that the change was not made."""

    happened = N_("The panel reported success, but the change isn't there.")
    next_step = N_("Check it with `/files read` before you try again.")


class KeepingFailed(QuetzalError):
    """The previous version could not be saved, so nothing was changed."""

    happened = N_("Quetzal couldn't save a copy of the current version first.")
    state = N_("Nothing was changed.")
    next_step = N_("Try again.")


class KeepingForbidden(KeepingFailed):
    """The server's deny list forbids moving it into the trash; permanent deletion is allowed."""

    happened = N_("The server's rules don't allow moving that to the trash.")
    next_step = N_("You can still delete it forever. Whoever runs the panel can change those rules.")
