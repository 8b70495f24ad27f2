"""Responds to presses and forms of messages that are expired, or from before a restart.

What it says comes with a button that opens the page again where that is known, else with the command.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Self

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.ui.kit import place, theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import Acknowledgement, acknowledge
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.place import Place
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext, find_target
from bot.ui.kit.server_hub import HubPage, PageEntry, ServerHub
from bot.ui.kit.shown_views import lasting
from bot.ui.kit.stale_components import is_claimed, is_of_this_run, is_secret

_RESTARTED = N_("Quetzal was restarted since this message, so this did nothing.")
_EXPIRED = N_("This has expired.")
_KEPT = N_("What you typed is in this file.")


class OpenPageButton(BaseDynamicItem, template=place.OPEN_PAGE):
    """Opens a page about a server, in its own message where that is private."""

    def __init__(self, page: Place) -> None:
        self._place = page
        super().__init__(page.button())

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(Place.named_by(match))

    @override
    def acknowledgement_of(self, interaction: Interaction) -> Acknowledgement:
        is_private = interaction.message is not None and interaction.message.flags.ephemeral
        return _entry(interaction, self._place).acknowledgement if is_private else self.acknowledgement

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Require what the page does, on the server of the button."""
        return (await _context(interaction, self._place)).access

    @override
    async def pressed(self, interaction: Interaction) -> None:
        context = await _context(interaction, self._place)
        await interaction.client.shared(ServerHub).open(_page(self._place), context)


async def answer_unclaimed(interaction: Interaction) -> None:
    """Respond to a press or a form that was not claimed; a form's text is given back."""
    if interaction.type not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
        return
    if is_claimed(interaction):
        return
    await acknowledge(interaction, Acknowledgement.PRIVATE)
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = str(data.get("custom_id", ""))
    page, command = place.read(custom_id)
    button = None if page is None else await _button(interaction, page)
    said = [_(_EXPIRED) if is_of_this_run(interaction, custom_id) else _(_RESTARTED)]
    if button is None:
        said.append(place.again(command))
    typed = "" if is_secret(custom_id) else "\n\n".join(_typed(data.get("components", ())))
    file = None
    if interaction.type is discord.InteractionType.modal_submit and typed:
        said.append(_(_KEPT))
        file = discord.File(io.BytesIO(typed.encode()), "what-you-typed.txt")
    card = theme.card("", " ".join(said), colour=theme.QUIET)
    await respond(interaction, card=card, view=lasting(() if button is None else (button,)), file=file)


async def _button(interaction: Interaction, page: Place) -> discord.ui.Button[Any] | None:
    """Make the button that opens a page, for those who may open it."""
    try:
        await (await _context(interaction, page)).access.check(interaction)
    except QuetzalError:  # people without access don't learn here which servers exist
        return None
    return page.button()


async def _context(interaction: Interaction, page: Place) -> ServerContext:
    target = await find_target(interaction, page.panel_id, page.uuid)
    return ServerContext(interaction, _entry(interaction, page).level, target)


def _entry(interaction: Interaction, page: Place) -> PageEntry:
    return interaction.client.shared(ServerHub).get(_page(page))


def _page(page: Place) -> HubPage:
    return HubPage[page.page.upper()]


def _typed(components: list[Mapping[str, Any]]) -> Iterator[str]:
    """Find what was typed; fields sit in rows (`components`) or labels (`component`)."""
    for component in components:
        if isinstance(component.get("value"), str) and component["value"]:
            yield component["value"]
        yield from _typed(component.get("components", []))
        if "component" in component:
            yield from _typed([component["component"]])
