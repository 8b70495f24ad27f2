"""Custom ids that say of which run of the bot they are, and who answers a press.

discord.py silently drops presses on views that it does not know. What does respond to an interaction claims
it before any await; `expired.py` responds to what was not claimed.
"""

import secrets

from bot.ui.kit.client import Interaction

_TAKEN = "taken"
_PREFIX = "q"
_KEEP_TO_ITSELF = ":private"


class RunId:
    """Distinguishes the buttons of this run of the bot from those of earlier ones."""

    def __init__(self) -> None:
        self.value = secrets.token_hex(4)


def new_id(interaction: Interaction, *, leads: str = "", secret: bool = False) -> str:
    """Make a custom id (or its stem) that names this run of the bot, and is unique in it.

    `leads` says where it leads once it has expired (`place.py`).
    """
    return f"{_prefix(interaction)}{secrets.token_hex(4)}{leads}{_KEEP_TO_ITSELF if secret else ''}"


def claim(interaction: Interaction) -> None:
    """Note that this interaction gets a response. Call it before the first await."""
    interaction.extras[_TAKEN] = True


def is_claimed(interaction: Interaction) -> bool:
    """Whether something responds to this interaction."""
    return _TAKEN in interaction.extras


def is_of_this_run(interaction: Interaction, custom_id: str) -> bool:
    """Whether a custom id was made since the bot was started."""
    return custom_id.startswith(_prefix(interaction))


def is_secret(custom_id: str) -> bool:
    """Whether what is typed into a form with this custom id is never shown again."""
    return custom_id.endswith(_KEEP_TO_ITSELF)


def _prefix(interaction: Interaction) -> str:
    return f"{_PREFIX}:{interaction.client.shared(RunId).value}:"
