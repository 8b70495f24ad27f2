"""The name of a server, as the panel accepts it."""

from bot.core.errors import BadInput
from bot.core.i18n import _

LONGEST_NAME = 191
"""In characters. The panel counts them after it has cut blanks from both ends."""


def checked_server_name(typed: str) -> str:
    """Return the name without blanks around it. Raises BadInput when the panel would refuse it."""
    name = typed.strip()
    if not name:
        raise BadInput(_("The new name is empty."), next_step=_("Type a name and run the command again."))
    if len(name) > LONGEST_NAME:
        raise BadInput(
            _(
                "The new name has {count} characters; the panel accepts at most {longest_name}.",
                count=len(name),
                longest_name=LONGEST_NAME,
            ),
            next_step=_("Shorten it and run the command again."),
        )
    return name
