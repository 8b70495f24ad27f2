"""The name of a server, as the panel accepts it."""

from bot.core.errors import BadInput

LONGEST_NAME = 191
"""In characters. The panel counts them after it has cut blanks from both ends."""


def checked_server_name(typed: str) -> str:
    """Return the name without blanks around it. Raises BadInput when the panel would refuse it."""
    name = typed.strip()
    if not name:
        raise BadInput("The new name is empty.", next_step="Type a name and run the command again.")
    if len(name) > LONGEST_NAME:
        raise BadInput(
            f"The new name has {len(name)} characters; the panel accepts at most {LONGEST_NAME}.",
            next_step="Shorten it and run the command again.",
        )
    return name
