"""Refusals of whitelist requests."""

from bot.core.errors import Missing, Refused
from bot.core.i18n import N_


class NoSuchRequest(Missing):
    """The request is gone, or in another guild."""

    happened = N_("That whitelist request no longer exists.")
    next_step = N_("Use `/players whitelist add` instead.")


class TakesNoRequests(Refused):
    """Nobody has turned requests on for the server, or it isn't shown here any more."""

    happened = N_("This server doesn't take whitelist requests at the moment.")
    state = N_("Nothing was sent.")
    next_step = N_("Ask the staff.")


class AlreadyDecided(Refused):
    """Another person was first."""

    title = N_("Already decided")
    happened = N_("Somebody else has decided that already.")
    next_step = N_("The request's message says who and how.")
