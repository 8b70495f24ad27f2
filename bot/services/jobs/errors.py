"""Refusals of jobs."""

from bot.core.errors import BadInput, Missing, QuetzalError, Refused


class JobInTheWay(Refused):
    """Another job works on the server."""

    title = "Something is under way already"
    next_step = "Wait until it has ended, or abort it there."


class NoSuchJob(Missing):
    """The job is gone, or in another guild."""

    happened = "That job no longer exists."
    next_step = "Run the command again to begin a new one."


class TooLateToAbort(Refused):
    """It has ended, or the server is being stopped."""

    happened = "It's too late to abort that."
    next_step = "Check the server with `/server status`."


class CannotCountPlayers(BadInput):
    """Nothing counts the server's players."""

    happened = "Quetzal can't count the players of that server, so it can't know when it is empty."
    next_step = "Say how players are counted with `/server query`, or give a time."


class ServerUnlisted(QuetzalError):
    """The panel doesn't list the server now."""

    happened = "The panel doesn't list that server at the moment."
    next_step = "Check the panel."
