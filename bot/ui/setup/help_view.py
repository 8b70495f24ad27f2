"""Help: three commands to try first, and a menu of all that a person can use, by category."""

from collections.abc import Mapping, Sequence

import discord
from typing_extensions import override

from bot.core.i18n import N_, _
from bot.domain.formatting import counted
from bot.domain.levels import Level
from bot.services.access import Scope
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseView, view_of
from bot.ui.setup.overview import commands_for

Commands = Mapping[str, Sequence[tuple[str, str]]]
"""Commands by the first word of their name: full name and what it does."""

_HEADINGS = {
    "server": ("🖥️", N_("Servers")),
    "players": ("🎮", N_("Players")),
    "alerts": ("🔔", N_("Alerts")),
    "files": ("📁", N_("Files")),
    "backup": ("💾", N_("Backups")),
    "database": ("🗄️", N_("Databases")),
    "schedule": ("🗓️", N_("Schedules")),
    "network": ("🌐", N_("Network")),
    "activity": ("📜", N_("Activity")),
    "users": ("👥", N_("Panel users")),
    "quetzal": ("⚙️", N_("Quetzal")),
}
_FIRST = (
    (Level.ADMIN, "quetzal setup", N_("choose where alerts go and who may use Quetzal")),
    (Level.VIEWER, "server list", N_("see every server, problems first")),
    (Level.VIEWER, "server status", N_("see one server, with the buttons that fit")),
    (Level.VIEWER, "alerts list", N_("see what needs attention, and what to do")),
)
_FIRST_COUNT = 3


async def show_help(interaction: Interaction, access: AccessCheck) -> None:
    """Show what to try first, and a menu of what this person may do."""
    rights = await interaction.client.services.access.rights(actor(interaction))
    level = rights.level(Scope.ANY_SERVER)
    commands = commands_for(interaction.client.tree, level)
    await respond(interaction, card=first(commands, level), view=_HelpView(interaction, access, commands))


def first(commands: Commands, level: Level) -> Card:
    """Show three commands to try first."""
    total = sum(map(len, commands.values()))
    known = {name for group in commands.values() for name, _words in group}
    suggestions = [(name, _(why)) for required, name, why in _FIRST if level >= required and name in known]
    lines = [
        _(
            "You have **{level}** access: {commands}.",
            level=level.word,
            commands=counted(total, "command", "commands"),
        ),
        "",
        _("**Try first**"),
        *(f"{number}. `/{name}`: {why}" for number, (name, why) in enumerate(suggestions[:_FIRST_COUNT], 1)),
    ]
    return theme.card(
        _("What you can do here"),
        "\n".join(lines),
        footer=_("Only you see the responses, unless you set public to True."),
    )


def group_card(group: str, commands: Sequence[tuple[str, str]]) -> Card:
    """List the commands of a group."""
    emoji, heading = _heading(group)
    return theme.card(f"{emoji} {heading}", "\n".join(f"`/{name}`\n-# {words}" for name, words in commands))


def _heading(group: str) -> tuple[str, str]:
    emoji, heading = _HEADINGS.get(group, ("▫️", N_(group.capitalize())))
    return emoji, _(heading)


class _HelpView(BaseView):
    def __init__(self, interaction: Interaction, access: AccessCheck, commands: Commands) -> None:
        super().__init__(interaction, access)
        self.commands = commands
        self.add_item(_GroupMenu(commands))


class _GroupMenu(discord.ui.Select[_HelpView]):
    def __init__(self, commands: Commands, chosen: str | None = None) -> None:
        options = []
        for group, entries in commands.items():
            emoji, heading = _heading(group)
            option = discord.SelectOption(
                label=heading,
                value=group,
                description=label(counted(len(entries), "command", "commands")),
                emoji=emoji,
                default=group == chosen,
            )
            options.append(option)
        super().__init__(placeholder=_("Show commands for…"), options=options)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, group = view_of(self), self.values[0]
        view.clear_items()
        view.add_item(_GroupMenu(view.commands, group))
        await respond(interaction, card=group_card(group, view.commands[group]), view=view)
