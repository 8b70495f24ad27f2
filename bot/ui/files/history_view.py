"""What was kept, to look through, restore and purge."""

import discord

from bot.domain.file_changes import ChangeKind
from bot.services.files import History, TrashEntry
from bot.services.servers.directory import Target
from bot.ui.files import history_embeds as embeds
from bot.ui.files.change_flow import purge, put_back
from bot.ui.kit.authorize import Gate
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import AnyInteraction, Interaction, respond
from bot.ui.kit.view import BaseView

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
        return max(1, -(-len(self._found.entries) // _PER_PAGE))

    async def render(self) -> discord.Embed:
        """Draw the things of this page."""
        return embeds.history(
            self._target.server,
            self._things(),
            total=len(self._found.entries),
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

    def _things(self) -> list[TrashEntry]:
        first = self.page * _PER_PAGE
        return list(self._found.entries[first : first + _PER_PAGE])


class _ThingView(BaseView):
    def __init__(
        self, interaction: Interaction, gate: Gate, target: Target, thing: TrashEntry, listed: str
    ) -> None:
        super().__init__(interaction, gate, timeout=600.0)
        self._target = target
        self._thing = thing
        self._listed = listed

    @discord.ui.button(label="Restore", emoji="↩️", style=discord.ButtonStyle.primary)
    async def _restore(self, interaction: AnyInteraction, _: discord.ui.Button["_ThingView"]) -> None:
        permit = await self.gate.permit(interaction)
        plan = await interaction.client.services.history.plan_restore(permit, self._thing.change)
        await put_back(interaction, self.gate, self._target, plan, ChangeKind.RESTORE)

    @discord.ui.button(label="Purge", emoji="🔥", style=discord.ButtonStyle.danger)
    async def _purge(self, interaction: AnyInteraction, _: discord.ui.Button["_ThingView"]) -> None:
        await purge(interaction, self.gate, self._target, self._thing)

    @discord.ui.button(label="Back", emoji="🕘")
    async def _back(self, interaction: AnyInteraction, _: discord.ui.Button["_ThingView"]) -> None:
        await show_history(interaction, self.gate, self._target, self._listed)
