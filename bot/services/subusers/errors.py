"""What can be wrong with a subuser that is meant."""

from bot.core.errors import Missing, Refused
from bot.core.i18n import N_


class NoSuchSubuser(Missing):
    """The server has no subuser of that name."""

    happened = N_("The server has no panel user of that name.")
    next_step = N_("See everybody with `/users list`.")


class OwnAccount(Refused):
    """An account can't change its own permissions."""

    happened = N_("That is the panel account that Quetzal uses for you, and an account can't change itself.")
    next_step = N_("The server's owner can change it in the panel.")
