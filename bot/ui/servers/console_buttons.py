"""The buttons of a live console or a followed file. Each press checks access to the server again."""

import re
from typing import Any, ClassVar, Self

import discord
from typing_extensions import override

from bot.core.i18n import N_, _
from bot.ui.kit import console_text
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseModal
from bot.ui.servers import console_cards as cards
from bot.ui.servers.live_console import LEVEL, LiveConsole
from bot.ui.servers.open_consoles import Consoles

_NUMBER = r"(?P<number>[0-9a-f]{8})"
_LONGEST_COMMAND = 1_000
_LONGEST_SEARCH = 100


def console_buttons(console: LiveConsole) -> "list[ConsoleButton]":
    """Make the buttons of one console, new ones for each message. Nothing can be sent to a file."""
    kinds = _CONSOLE_BUTTONS if console.subject.path is None else _TAIL_BUTTONS
    return [kind(console.number) for kind in kinds]


class ConsoleButton(BaseDynamicItem, template=r"(?!)"):
    """A button of a console, which its number names; after a restart there is no such console."""

    action: ClassVar[str]
    text: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, number: str) -> None:
        self.number = number
        button: discord.ui.Button[Any] = discord.ui.Button(
            label=self.text, style=self.style, custom_id=f"console:{self.action}:{number}"
        )
        super().__init__(button)

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(match["number"])

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        return AccessCheck(LEVEL, self.console(interaction).target)

    def console(self, interaction: Interaction) -> LiveConsole:
        """Find the console; raises ConsoleEnded."""
        return interaction.client.shared(Consoles).get(self.number, interaction.guild_id)

    @override
    async def pressed(self, interaction: Interaction) -> None:
        console = self.console(interaction)
        console.touch()
        await self.act(interaction, console)

    async def act(self, interaction: Interaction, console: LiveConsole) -> None:
        """Do it."""
        raise NotImplementedError


class SendButton(ConsoleButton, template=rf"console:send:{_NUMBER}"):
    """Opens a form for one line."""

    acknowledgement = Acknowledgement.FORM
    action, text, style = "send", N_("Send…"), discord.ButtonStyle.primary

    @override
    async def act(self, interaction: Interaction, console: LiveConsole) -> None:
        await open_form(interaction, _SendForm(interaction, console))


class FilterButton(ConsoleButton, template=rf"console:filter:{_NUMBER}"):
    """Opens a form for the text that lines must hold."""

    acknowledgement = Acknowledgement.FORM
    action, text = "filter", N_("Filter…")

    @override
    async def act(self, interaction: Interaction, console: LiveConsole) -> None:
        await open_form(interaction, _FilterForm(interaction, console))


class SaveButton(ConsoleButton, template=rf"console:save:{_NUMBER}"):
    """Gives all lines as a file, to the person who pressed it."""

    action, text = "save", N_("Save as file")

    @override
    async def act(self, interaction: Interaction, console: LiveConsole) -> None:
        saved = console.feed.saved()
        file = console_text.as_file(saved.lines, console.subject.file_name)
        await respond(interaction, card=cards.saved(saved), file=file)


class EndButton(ConsoleButton, template=r"(?!)"):
    """Ends it."""

    @override
    async def act(self, interaction: Interaction, console: LiveConsole) -> None:
        console.close_reason = cards.closed_by(interaction.user.display_name)
        await respond(interaction, card=cards.closing())


class CloseButton(EndButton, template=rf"console:close:{_NUMBER}"):
    """Closes a console."""

    action, text = "close", N_("Close")


class StopButton(EndButton, template=rf"console:stop:{_NUMBER}"):
    """Stops following a file."""

    action, text = "stop", N_("Stop")


_CONSOLE_BUTTONS = (SendButton, FilterButton, SaveButton, CloseButton)
_TAIL_BUTTONS = (FilterButton, SaveButton, StopButton)
BUTTONS = (*_CONSOLE_BUTTONS, StopButton)
"""What has to be known to the bot for a press to be answered after a restart."""


class _ConsoleForm(BaseModal):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, interaction: Interaction, console: LiveConsole, *, title: str) -> None:
        super().__init__(interaction, AccessCheck(LEVEL, console.target), title=title)
        self.console = console


class _SendForm(_ConsoleForm):
    def __init__(self, interaction: Interaction, console: LiveConsole) -> None:
        super().__init__(interaction, console, title=_("Run a console command"))
        self._line: discord.ui.TextInput[_SendForm] = discord.ui.TextInput(
            label=_("Command without a leading slash"), max_length=_LONGEST_COMMAND
        )
        self.add_item(self._line)

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Send it, as `/server command` does."""
        permit = await self.access.permit(interaction)
        self.console.touch()
        unanswered = await interaction.client.services.console.type(permit, self._line.value)
        await respond(interaction, card=cards.sent(self._line.value, unanswered))


class _FilterForm(_ConsoleForm):
    def __init__(self, interaction: Interaction, console: LiveConsole) -> None:
        super().__init__(interaction, console, title=_("Filter the lines"))
        self._search: discord.ui.TextInput[_FilterForm] = discord.ui.TextInput(
            label=_("Show only lines with this text"),
            placeholder=_("Leave empty to show every line"),
            default=console.feed.search or None,
            required=False,
            max_length=_LONGEST_SEARCH,
        )
        self.add_item(self._search)

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Filter what comes from now on."""
        self.console.touch()
        self.console.feed.search = self._search.value.strip()
        await respond(interaction, card=cards.filtered(self.console.feed.search))
