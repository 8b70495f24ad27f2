"""Which startup variable is meant, and which value: suggestions from the egg's own list."""

from discord import app_commands
from typing_extensions import override

from bot.domain.egg_rules import rules_of
from bot.domain.startup_variables import editable, find_variable, is_secret, value_of
from bot.services.access import Permit
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import CHOICE_CHARACTERS, Choice, suggested
from bot.ui.kit.server_option import OnServerTransformer


class VariableTransformer(OnServerTransformer):
    """A startup variable by its name."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the variables that can be changed, with their present values."""
        startup = await interaction.client.services.startup.fetch(permit, cached=True)
        return [
            suggested(
                variable.name if is_secret(variable) else f"{variable.name} = {value_of(variable)}",
                variable.env_variable,
            )
            for variable in editable(startup.variables)
            if typed.casefold() in f"{variable.name} {variable.env_variable}".casefold()
        ]


class ValueTransformer(OnServerTransformer):
    """A value of the variable that stands in the command's option `variable`."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the only values that the egg allows, if it names them, else the default."""
        startup = await interaction.client.services.startup.fetch(permit, cached=True)
        variable = find_variable(startup.variables, getattr(interaction.namespace, "variable", None) or "")
        if is_secret(variable):
            return []
        values = rules_of(variable.rules).choices or (variable.default_value or "",)
        return [
            suggested(value, value)
            for value in values
            if value and len(value) <= CHOICE_CHARACTERS and typed.casefold() in value.casefold()
        ]


VariableOption = app_commands.Transform[str, VariableTransformer]
ValueOption = app_commands.Transform[str, ValueTransformer]
