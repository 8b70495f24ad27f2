"""Messages with buttons: whose they are, how they end, what a dead one answers."""

import logging
import secrets
from typing import Any, Self

import discord

from bot.ui.answer import AnyInteraction, Interaction, ShownView, note
from bot.ui.dead import new_id, take
from bot.ui.gate import Gate
from bot.ui.report import report

log = logging.getLogger(__name__)

_NOT_YOURS = "These buttons belong to somebody else. Run the command yourself to get your own."


class BaseView(ShownView):
    """Buttons for the person who asked: checked on each click, disabled on every way out."""

    def __init__(self, interaction: Interaction, gate: Gate, *, timeout: float = 300.0) -> None:
        """Belong to whoever is behind `interaction`; each click passes the gate again."""
        self.owner_id = interaction.user.id
        self.gate = gate
        self._stem = new_id(interaction)
        super().__init__(timeout=timeout)
        for child in self.children:
            self._name(child)

    def add_item(self, item: discord.ui.Item[Any]) -> Self:
        """Add an item under a custom id of this boot and this view."""
        super().add_item(item)
        self._name(item)
        return self

    async def interaction_check(self, interaction: AnyInteraction, /) -> bool:
        """Let only the asker through, and only while they still have the right."""
        take(interaction)
        if interaction.user.id != self.owner_id:
            await note(interaction, _NOT_YOURS)
            return False
        await self.gate.check(interaction)
        return True

    async def on_error(
        self, interaction: AnyInteraction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        """Report as for commands."""
        take(interaction)
        await report(interaction, error)

    async def on_timeout(self) -> None:
        """Show that the buttons are over."""
        await self.disable()

    def greyed(self) -> Self:
        """End the view and disable its buttons; what is shown next shows them so."""
        self.stop()
        for item in self.children:
            if isinstance(item, discord.ui.Button | discord.ui.Select):
                item.disabled = True
        return self

    async def disable(self) -> None:
        """End the view, in the message as it stands."""
        self.greyed()
        if self.shown_by is None:
            return
        try:
            await self.shown_by.edit_original_response(view=self)
        except discord.HTTPException as error:
            log.debug("could not disable a view: %s", error)  # dismissed, or its token is gone

    def _name(self, item: discord.ui.Item[Any]) -> None:
        if not isinstance(item, discord.ui.Button | discord.ui.Select) or item.custom_id is None:
            return  # a link needs no id
        if not item.custom_id.startswith(self._stem):
            item.custom_id = f"{self._stem}:{secrets.token_hex(2)}"


class BaseModal(discord.ui.Modal):
    """A form for the person who asked; the first submit wins, dismissing it costs nothing."""

    def __init__(self, interaction: Interaction, gate: Gate, *, title: str, timeout: float = 600.0) -> None:
        """Belong to whoever is behind `interaction`; the submit passes the gate again."""
        self.owner_id = interaction.user.id
        self.gate = gate
        super().__init__(
            title=title,
            timeout=timeout,
            custom_id=new_id(interaction),
        )

    async def interaction_check(self, interaction: AnyInteraction, /) -> bool:
        """Check the right again: minutes may have passed."""
        take(interaction)
        await self.gate.check(interaction)
        return True

    async def on_error(  # type: ignore[override]  # discord.py gives a modal no item
        self, interaction: AnyInteraction, error: Exception, /
    ) -> None:
        """Report as for commands."""
        take(interaction)
        await report(interaction, error)
