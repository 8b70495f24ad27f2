"""Accepts only what a menu, a form or an option offered.

Discord's own client ensures it; a modified or outdated client may send anything, and discord.py passes that
on unchecked. Each value is compared with what was declared, in one place for everything that can be chosen or
typed.
"""

import math
from collections.abc import Collection, Mapping
from typing import Any, cast

import discord
from discord import AppCommandOptionType, app_commands
from discord.ui.select import BaseSelect

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.ui.kit.client import Interaction

# https://docs.discord.com/developers/components/reference#text-input, and
# https://docs.discord.com/developers/interactions/application-commands
_LONGEST_FIELD, _LONGEST_OPTION = 4_000, 6_000
_TYPES: dict[AppCommandOptionType, type | tuple[type, ...]] = {
    AppCommandOptionType.string: str,
    AppCommandOptionType.integer: int,
    AppCommandOptionType.number: (int, float),
    AppCommandOptionType.boolean: bool,
}


class NotOffered(BadInput):
    """The client sent a value that was never offered."""

    happened = N_("That isn't one of the choices you were offered.")
    next_step = N_("Run the command again and choose from the list.")


def chosen(interaction: Interaction) -> Collection[str]:
    """Return the values that came with a press of a menu."""
    data: Mapping[str, Any] = interaction.data or {}
    values: Collection[str] = data.get("values", ())
    return values


def check_choice(item: discord.ui.Item[Any] | None, values: Collection[str]) -> None:
    """Raise NotOffered for values that a menu does not have, or too many; anything but a menu passes."""
    if not isinstance(item, BaseSelect):
        return
    if not item.min_values <= len(values) <= item.max_values:
        raise NotOffered
    if isinstance(item, discord.ui.Select) and not {option.value for option in item.options}.issuperset(
        values
    ):
        raise NotOffered


def check_form(form: discord.ui.Modal) -> None:
    """Raise NotOffered for values that the fields of a form don't allow."""
    for item in form.walk_children():
        if isinstance(item, discord.ui.TextInput):
            if len(item.value) > (item.max_length or _LONGEST_FIELD) or (item.required and not item.value):
                raise NotOffered(_("That text is too long or too short for the form."))
        elif isinstance(item, discord.ui.Select) and (item.values or item.required):
            check_choice(item, item.values)


def check_options(interaction: Interaction) -> None:
    """Raise NotOffered for values that the options of a command do not take."""
    command = interaction.command
    if not isinstance(command, app_commands.Command):
        return
    given = dict(iter(interaction.namespace))
    for parameter in command.parameters:
        value = given.get(parameter.display_name)
        if value is not None and not _fits(parameter, value):
            raise NotOffered(
                _(
                    "The option `{display_name}` doesn't accept that value.",
                    display_name=parameter.display_name,
                )
            )


def _fits(parameter: app_commands.Parameter, value: object) -> bool:
    expected = _TYPES.get(parameter.type)
    if expected is None:  # a person, a channel, a file: discord.py checks these
        return True
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        return False
    if parameter.choices:
        return value in [choice.value for choice in parameter.choices]
    longest = _LONGEST_OPTION if isinstance(value, str) else math.inf
    size = len(value) if isinstance(value, str) else cast("float", value)
    lowest = -math.inf if parameter.min_value is None else parameter.min_value
    highest = longest if parameter.max_value is None else parameter.max_value
    return lowest <= size <= highest
