"""Access checks: made before an action, and again on every click that follows from it."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import discord

from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.services.access import Permit, Scope, Where
from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import Acknowledgement

_LEVEL, _OPENS_FORM = "level", "opens_form"
AnyCommand: TypeAlias = discord.app_commands.Command[Any, ..., Any]


def requires(level: Level, *, opens_form: bool = False) -> dict[object, object]:
    """Return the `extras` of a command: the level that it requires. A command without one fails the suite.

    `opens_form`: the first response is a form. Any other command is acknowledged before it runs, with a
    public response if its option `public` is set.
    """
    return {_LEVEL: level, _OPENS_FORM: opens_form}


def acknowledgement_for(interaction: Interaction) -> Acknowledgement:
    """Return how the command of an interaction is to be acknowledged, without I/O."""
    command = interaction.command
    if command is not None and command.extras.get(_OPENS_FORM):
        return Acknowledgement.FORM
    public = getattr(interaction.namespace, "public", False) is True
    return Acknowledgement.PUBLIC if public else Acknowledgement.PRIVATE


def level_of(command: AnyCommand) -> Level | None:
    """Return the level that a command requires, None when it was forgotten."""
    level = command.extras.get(_LEVEL)
    return level if isinstance(level, Level) else None


def command_level(interaction: Interaction) -> Level | None:
    """Return the level that the interaction's command requires."""
    command = interaction.command
    return level_of(command) if isinstance(command, discord.app_commands.Command) else None


def actor(interaction: Interaction) -> Actor:
    """Describe the person behind an interaction by what Discord sent with it."""
    roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
    return Actor(
        user_id=interaction.user.id,
        name=interaction.user.display_name,
        guild_id=interaction.guild_id,
        role_ids=frozenset(role.id for role in roles),
        is_administrator=interaction.guild_id is not None and interaction.permissions.administrator,
        interaction_id=interaction.id,
    )


@dataclass(frozen=True, slots=True)
class AccessCheck:
    """The level that something requires, and where: checked before it begins and again on each click."""

    level: Level
    where: Where = Scope.ALL_SERVERS

    async def check(self, interaction: Interaction) -> Actor:
        """Raise AccessDenied unless the person behind this interaction has the level now."""
        caller = actor(interaction)
        await interaction.client.services.access.check(caller, self.where, self.level)
        return caller

    async def permit(self, interaction: Interaction) -> Permit:
        """Return the proof that services require; raises AccessDenied. Only for a check on one server."""
        if not isinstance(self.where, Target):
            raise TypeError(f"{self} is not about one server")
        return await interaction.client.services.access.require(actor(interaction), self.where, self.level)

    def raised_to(self, level: Level) -> "AccessCheck":
        """Return the check for something in the same place that also requires this level."""
        return AccessCheck(max(self.level, level), self.where)


async def require(interaction: Interaction, where: Where = Scope.ALL_SERVERS) -> AccessCheck:
    """Check the command's own level: on a server, or for everything in the guild.

    Scope.ANY_SERVER is for what is narrowed to what the person may see.
    """
    level = command_level(interaction)
    if level is None:
        raise TypeError(
            f"{interaction.command!r} has no level: its decorator lacks `extras=requires(Level.…)`"
        )
    access = AccessCheck(level, where)
    await access.check(interaction)
    return access
