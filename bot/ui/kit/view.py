"""Views and forms that belong to one person: checked on each press, disabled when they end."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

import discord
from discord.ui.select import BaseSelect
from typing_extensions import override

from bot.core.i18n import N_, _
from bot.domain.levels import Level
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import AnyItem, Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, acknowledge
from bot.ui.kit.error_report import note_refusal, report
from bot.ui.kit.languages import speak_to
from bot.ui.kit.offered import check_choice, check_form, chosen
from bot.ui.kit.place import Place, is_lasting, note_origin, origin_of, place_of, written
from bot.ui.kit.respond import redraw, respond_privately
from bot.ui.kit.shown_views import ShownView
from bot.ui.kit.stale_components import claim, new_id
from bot.ui.kit.way_back import WayBack, leads_back, way_back

log = logging.getLogger(__name__)

V = TypeVar("V", bound=discord.ui.LayoutView)

LABEL_LIMIT = 80
"""Characters of a button's label: https://docs.discord.com/developers/components/reference#button."""
BACK_ROW = 4
"""The way back stands in a row of its own, unless the last buttons say that they are in the last row, too."""
_NOT_YOUR_FORM = N_(
    "This form belongs to someone else. Nothing was changed. Run the command yourself to get your own."
)
_NOT_YOURS = N_("These buttons belong to someone else. Run the command yourself to get your own.")


class BaseView(ShownView):
    """Buttons for the person who asked: checked on each click, disabled on every way out."""

    offers_back = True
    """Whether it shows the way back to the page that it was opened from; a question has its own way out."""

    def __init__(self, interaction: Interaction, access: AccessCheck, *, timeout: float = 300.0) -> None:
        """Belong to whoever is behind `interaction`; access is checked again on each click."""
        self._opener = _opener(interaction)
        self.access = access
        self.origin = origin_of(interaction)
        self._stem = new_id(interaction, leads=written(self.origin, access))
        self._numbers = itertools.count()
        super().__init__(timeout=timeout)
        self.back = way_back(interaction)
        """The way back to the page that this was opened from."""
        self._back_button = None if self.back is None else BackButton(self.back)

    @property
    @override
    def all_controls(self) -> Sequence[AnyItem]:
        if self._back_button is None or not self.offers_back:
            return self.controls
        return [*self.controls, self._back_button]

    @override
    def draw(self, card: Card, below: Card | None = None) -> Sequence[discord.File]:
        """Draw everything that can be pressed under a custom id of this boot and this view."""
        for item in (*self.all_controls, *card.buttons):
            self._name(item)
        return super().draw(card, below)

    @override
    async def interaction_check(self, interaction: AnyInteraction, /) -> bool:
        """Let only the asker through, where they asked, and only while they still have the right."""
        claim(interaction)
        speak_to(interaction)
        if _opener(interaction) != self._opener:
            await respond_privately(interaction, _(_NOT_YOURS))
            await note_refusal(interaction, _("The buttons belong to someone else."))
            return False
        item = self._pressed(interaction)
        note_origin(interaction, self.origin)
        how = self.acknowledgement(item)
        if how in (Acknowledgement.IN_PLACE, Acknowledgement.FORM):
            leads_back(interaction, self.back)
        if how is not Acknowledgement.FORM:
            await acknowledge(interaction, how)
        await self.access_for(item).check(interaction)
        check_choice(item, chosen(interaction))
        self.stay()
        return True

    def acknowledgement(self, item: discord.ui.Item[Any] | None) -> Acknowledgement:
        """Return how a press is acknowledged: in place, unless the item has an `acknowledgement`."""
        how: Acknowledgement = getattr(item, "acknowledgement", Acknowledgement.IN_PLACE)
        return how

    def way_here(self, name: str, reopen: Callable[[Interaction], Awaitable[None]]) -> WayBack:
        """Make the way back to what this shows, for a page that it opens; `name` says what this is."""
        return WayBack(name, self.access, reopen, BaseView, self.back)

    def access_for(self, item: discord.ui.Item[Any] | None) -> AccessCheck:
        """Return the access that pressing requires: the view's, raised to the item's `required_level`."""
        required_level: Level = getattr(item, "required_level", Level.NONE)
        return self.access.raised_to(required_level)

    @override
    async def on_error(
        self, interaction: AnyInteraction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        claim(interaction)
        await report(interaction, error)

    @override
    async def on_timeout(self) -> None:
        """Show that the buttons have expired, with one that opens the page again, where it is known."""
        self.greyed()
        if (place := self.place) is not None:
            self.add_item(place.button())
        await self._redraw()

    @property
    def place(self) -> Place | None:
        """The page that leads on from here."""
        return place_of(self.origin, self.access)

    def greyed(self) -> Self:
        """End the view and disable its buttons; what is shown next shows them so."""
        self.stop()
        for item in (*self.controls, *self.walk_children()):
            if isinstance(item, discord.ui.Button | BaseSelect):
                item.disabled = True
        return self

    async def disable(self) -> None:
        """End the view, in the message as it stands."""
        self.greyed()
        await self._redraw()

    async def _redraw(self) -> None:
        if self.shown_by is None:
            return
        try:
            await redraw(self.shown_by, self, self.card, self.below, progress=True)
        except discord.HTTPException as error:
            log.debug("could not disable a view: %s", error)

    def _pressed(self, interaction: Interaction) -> discord.ui.Item[Any] | None:
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = data.get("custom_id")
        return next(
            (item for item in self.walk_children() if getattr(item, "custom_id", None) == custom_id), None
        )

    def _name(self, item: discord.ui.Item[Any]) -> None:
        if isinstance(item, discord.ui.DynamicItem):
            raise TypeError(f"{item!r} would end on every message when this view ends")
        if not isinstance(item, discord.ui.Button | BaseSelect) or item.custom_id is None:
            return  # a link needs no id
        if not item.custom_id.startswith(self._stem) and not is_lasting(item.custom_id):
            item.custom_id = f"{self._stem}:{next(self._numbers):x}"


class BackButton(discord.ui.Button["BaseView"]):
    """Leads back to the page that this one was opened from, in the same message."""

    def __init__(self, way: WayBack) -> None:
        super().__init__(label=f"◀ {way.name}", row=BACK_ROW)
        self._way = way

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        leads_back(interaction, self._way.before)
        await self._way.open(interaction)


def view_of(item: discord.ui.Item[V]) -> V:
    """Return the view of an item that was pressed, which always has one."""
    if item.view is None:
        raise TypeError(f"{item!r} is in no view")
    return item.view


class BaseModal(discord.ui.Modal):
    """A form for the person who opened it; the first submit wins, dismissing it costs nothing."""

    acknowledgement = Acknowledgement.IN_PLACE
    secret = False
    """Whether a secret is typed into it, which is never shown again, not even to give it back."""

    def __init__(
        self, interaction: Interaction, access: AccessCheck, *, title: str, timeout: float = 600.0
    ) -> None:
        """Belong to whoever is behind `interaction`; access is checked again on submit."""
        self._opener = _opener(interaction)
        self.access = access
        self.origin = origin_of(interaction)
        self.back = way_back(interaction)
        super().__init__(
            title=title,
            timeout=None,  # with one, discord.py would keep an unnamed task for it
            custom_id=new_id(interaction, leads=written(self.origin, access), secret=self.secret),
        )
        asyncio.get_running_loop().call_later(timeout, self.stop)

    @override
    async def interaction_check(self, interaction: AnyInteraction, /) -> bool:
        """Let only whoever opened it through, and only while they still have the right."""
        claim(interaction)
        speak_to(interaction)
        if _opener(interaction) != self._opener:
            await respond_privately(interaction, _(_NOT_YOUR_FORM))
            await note_refusal(interaction, _("The form belongs to someone else."))
            return False
        note_origin(interaction, self.origin)
        if self.acknowledgement is Acknowledgement.IN_PLACE:
            leads_back(interaction, self.back)
        await acknowledge(interaction, self.acknowledgement)
        await self.access.check(interaction)
        check_form(self)
        return True

    @override
    def _refresh(  # type: ignore[override]  # discord.py's own Modal has it like this, too
        self, interaction: AnyInteraction, components: Sequence[Any], resolved: dict[Any, Any]
    ) -> None:
        """Take what was typed, from the owner only.

        discord.py fills the fields in before `interaction_check`, so another person's submit would otherwise
        change what the owner's own one uses.
        """
        if _opener(interaction) == self._opener:
            super()._refresh(interaction, components, resolved)

    @override
    async def on_error(  # type: ignore[override]  # discord.py gives a modal no item
        self, interaction: AnyInteraction, error: Exception, /
    ) -> None:
        claim(interaction)
        await report(interaction, error)


def _opener(interaction: Interaction) -> tuple[int, int | None]:
    """Return who opens something, and in which Discord server: in another one they may have other rights."""
    return interaction.user.id, interaction.guild_id
