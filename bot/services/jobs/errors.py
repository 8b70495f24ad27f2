"""Refusals of jobs."""

from bot.core.errors import BadInput, Missing, QuetzalError, Refused
from bot.core.i18n import N_


class JobInTheWay(Refused):
    """Another job works on the server."""

    title = N_("Something is under way already")
    next_step = N_("Wait until it has ended, or abort it there.")


class NoSuchJob(Missing):
    """The job is gone, or in another guild."""

    happened = N_("That job no longer exists.")
    next_step = N_("Run the command again to begin a new one.")


class TooLateToAbort(Refused):
    """It has ended, or the server is being stopped."""

    happened = N_("It's too late to abort that.")
    next_step = N_("Check the server with `/server status`.")


class CannotCountPlayers(BadInput):
    """Nothing counts the server's players."""

    happened = N_("Quetzal can't count the players of that server, so it can't know when it is empty.")
    next_step = N_("Say how players are counted with `/server query`, or give a time.")


class NotIdle(Refused):
    """The server was not stopped because it was empty."""

    happened = N_("That server wasn't stopped because it was empty, or it runs again.")
    next_step = N_("See how it is with `/server status`.")


class ServerUnlisted(QuetzalError):
    """The panel doesn't list the server now."""

    happened = N_("The panel doesn't list that server at the moment.")
    next_step = N_("Check the panel.")
