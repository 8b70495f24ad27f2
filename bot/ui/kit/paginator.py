"""Long answers in pages, with a select to open one of what a page shows."""

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, TypeVar

import discord
from typing_extensions import override

from bot.core.i18n import N_, Message, plural
from bot.domain.levels import Level
from bot.panel.models import Entries
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseView, view_of

OPTIONS_LIMIT = 25
_NAVIGATION_ROW = 1

Entry = TypeVar("Entry")


class Pages(BaseView):
    """Arrows and a select; subclasses say what a page shows and what happens when something is picked."""

    required_level_to_open = Level.NONE
    """The level that opening something from the select requires, when it is higher than that of the pages."""
    unreadable = 0
    """How many things aren't shown because the panel's answer about them can't be read."""
    opens = Acknowledgement.IN_PLACE
    """Where what is picked in the select opens."""

    def __init__(
        self, interaction: Interaction, access: AccessCheck, *, placeholder: str | Message = N_("Open…")
    ) -> None:
        super().__init__(interaction, access)
        self.page = 0
        self._select = _Picker(str(placeholder), self.required_level_to_open, self.opens)
        self._previous = _Turn("◀", -1)
        self._number: discord.ui.Button[Pages] = discord.ui.Button(disabled=True, row=_NAVIGATION_ROW)
        self._next = _Turn("▶", +1)

    @property
    @abstractmethod
    def page_count(self) -> int:
        """How many pages there are, at least one."""

    @abstractmethod
    async def render(self) -> Card:
        """Draw the current page."""

    def options(self) -> Sequence[discord.SelectOption]:
        """Offer what the current page shows, at most 25; nothing by default."""
        return ()

    def extra_buttons(self) -> Sequence[discord.ui.Button["Pages"]]:
        """Offer more buttons beside the arrows; none by default."""
        return ()

    async def picked(self, interaction: Interaction, value: str) -> None:
        """Open what was picked in the select."""

    async def show(self, interaction: Interaction) -> None:
        """Draw the page into the answer of this interaction."""
        self.page = min(max(self.page, 0), self.page_count - 1)
        card = self._noted(await self.render())
        self._lay_out()
        view = self if self.all_controls or card.buttons else None
        await respond(interaction, card=card, view=view)

    def _noted(self, card: Card) -> Card:
        """Say on the card what isn't shown."""
        if not self.unreadable:
            return card
        note = plural(
            "⚠️ {count:,} entry couldn't be read and isn't listed. Quetzal's log says why.",
            "⚠️ {count:,} entries couldn't be read and aren't listed. Quetzal's log says why.",
            self.unreadable,
        )
        return replace(card, description="\n".join(filter(None, (card.description, note))))

    def _lay_out(self) -> None:
        self.clear_items()
        options = list(self.options())
        if options:
            self._select.options = options[:OPTIONS_LIMIT]
            self.add_item(self._select)
        if self.page_count > 1:
            self._previous.disabled = self.page == 0
            self._number.label = f"{self.page + 1} / {self.page_count}"
            self._next.disabled = self.page == self.page_count - 1
            for item in (self._previous, self._number, self._next):
                self.add_item(item)
        for button in self.extra_buttons():
            self.add_item(button)


class ListPages(Pages, Generic[Entry]):
    """A list in pages of equal length."""

    per_page = 10

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        entries: Sequence[Entry],
        *,
        placeholder: str | Message = N_("Open…"),
    ) -> None:
        super().__init__(interaction, access, placeholder=placeholder)
        self.entries = entries
        self.unreadable = len(entries.unreadable) if isinstance(entries, Entries) else 0

    @property
    @override
    def page_count(self) -> int:
        return max(1, math.ceil(len(self.entries) / self.per_page))

    @override
    def _noted(self, card: Card) -> Card:
        return super()._noted(card if self.entries or not self.unreadable else replace(card, description=""))

    def on_page(self) -> Sequence[Entry]:
        """List the entries of the current page."""
        first = self.page * self.per_page
        return self.entries[first : first + self.per_page]


class _Picker(discord.ui.Select[Pages]):
    def __init__(self, placeholder: str, required_level: Level, acknowledgement: Acknowledgement) -> None:
        super().__init__(placeholder=placeholder, row=0, options=[discord.SelectOption(label="…")])
        self.required_level = required_level
        self.acknowledgement = acknowledgement

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).picked(interaction, self.values[0])


class _Turn(discord.ui.Button[Pages]):
    def __init__(self, arrow: str, step: int) -> None:
        super().__init__(label=arrow, row=_NAVIGATION_ROW)
        self._step = step

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.page += self._step
        await view.show(interaction)
