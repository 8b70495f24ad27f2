"""Menus in the forms of schedules."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.core.i18n import _

_YES, _NO = "yes", "no"


class FormMenu(discord.ui.Select[Any]):
    """A menu of choices by their labels, one of which is chosen already."""

    def __init__(self, choices: Mapping[str, str], chosen: str) -> None:
        options = [
            discord.SelectOption(label=label, value=value, default=value == chosen)
            for label, value in choices.items()
        ]
        super().__init__(options=options)


class YesNoMenu(FormMenu):
    """Yes or No."""

    def __init__(self, *, is_yes: bool) -> None:
        super().__init__({_("Yes"): _YES, _("No"): _NO}, _YES if is_yes else _NO)

    @property
    def is_yes(self) -> bool:
        """Whether Yes is chosen."""
        return _YES in self.values
