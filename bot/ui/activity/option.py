"""Whose activity is meant: a panel account, or a member of this Discord server."""

import re

from discord import app_commands
from typing_extensions import override

from bot.services.access import Permit
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import CHOICE_CHARACTERS, Choice, suggested
from bot.ui.kit.server_option import OnServerTransformer

_MENTION = re.compile(r"<@!?(\d{1,20})>")


class AccountTransformer(OnServerTransformer):
    """A panel account by its name. Discord writes a person who is mentioned in an option as `<@id>`."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the accounts that did something lately."""
        wanted = typed.strip().casefold()
        return [
            suggested(name, name[:CHOICE_CHARACTERS])
            for name in await interaction.client.services.activity.accounts(permit)
            if wanted in name.casefold()
        ]


AccountOption = app_commands.Transform[str, AccountTransformer]


def mentioned(typed: str) -> int | None:
    """Return the id of the person who is mentioned, None for the name of a panel account."""
    match = _MENTION.fullmatch(typed.strip())
    return None if match is None else int(match[1])
