"""What was kept, to look through, restore and purge."""

import discord

from bot.actions.directory import Target
from bot.actions.files import History, SavedThing
from bot.domain.changes import Kind
from bot.ui.answer import AnyInteraction, Interaction, respond
from bot.ui.changes import purge, put_back
from bot.ui.embeds import kept as embeds
from bot.ui.gate import Gate
from bot.ui.pages import Pages
from bot.ui.view import BaseView

_PER_PAGE = 10


async def show_history(interaction: Interaction, gate: Gate, target: Target, path: str) -> None:
    """List what is kept of a path, or of everything, into the interaction's answer."""
    found = await interaction.client.services.history.kept(await gate.permit(interaction), path)
    await HistoryPages(interaction, gate, target, found, path).show(interaction)


class HistoryPages(Pages):
    """Newest first; the select opens one."""

    def __init__(
        self, interaction: Interaction, gate: Gate, target: Target, found: History, path: str
    ) -> None:
        super().__init__(interaction, gate, placeholder="Restore or purge…")
        self._target = target
        self._found = found
        self._path = path

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self._found.things) // _PER_PAGE))

    async def render(self) -> discord.Embed:
        """Draw the things of this page."""
        return embeds.history(
            self._target.server,
            self._things(),
            total=len(self._found.things),
            unknown=self._found.unknown,
            unpackings=self._found.unpackings,
            packings=self._found.packings,
            path=self._path,
        )

    def options(self) -> list[discord.SelectOption]:
        """Offer the things of this page."""
        return [embeds.option(thing, str(position)) for position, thing in enumerate(self._things())]

    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show one with what can be done about it."""
        thing = self._things()[int(value)]
        view = _ThingView(interaction, self.gate, self._target, thing, self._path)
        await respond(interaction, embed=embeds.thing(self._target.server, thing), view=view)

    def _things(self) -> list[SavedThing]:
        first = self.page * _PER_PAGE
        return list(self._found.things[first : first + _PER_PAGE])


class _ThingView(BaseView):
    def __init__(
        self, interaction: Interaction, gate: Gate, target: Target, thing: SavedThing, listed: str
    ) -> None:
        super().__init__(interaction, gate, timeout=600.0)
        self._target = target
        self._thing = thing
        self._listed = listed

    @discord.ui.button(label="Restore", emoji="↩️", style=discord.ButtonStyle.primary)
    async def _restore(self, interaction: AnyInteraction, _: discord.ui.Button["_ThingView"]) -> None:
        permit = await self.gate.permit(interaction)
        plan = await interaction.client.services.history.plan_restore(permit, self._thing.change)
        await put_back(interaction, self.gate, self._target, plan, Kind.RESTORE)

    @discord.ui.button(label="Purge", emoji="🔥", style=discord.ButtonStyle.danger)
    async def _purge(self, interaction: AnyInteraction, _: discord.ui.Button["_ThingView"]) -> None:
        await purge(interaction, self.gate, self._target, self._thing)

    @discord.ui.button(label="Back", emoji="🕘")
    async def _back(self, interaction: AnyInteraction, _: discord.ui.Button["_ThingView"]) -> None:
        await show_history(interaction, self.gate, self._target, self._listed)
