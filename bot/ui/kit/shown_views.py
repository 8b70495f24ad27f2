"""What each message shows now: a card, with the controls of its view."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Self
from weakref import WeakSet, WeakValueDictionary

import discord
from typing_extensions import override

from bot.ui.kit.card import AnyItem, Card, draw
from bot.ui.kit.client import Interaction

log = logging.getLogger(__name__)


class ShownView(discord.ui.LayoutView):
    """A view that keeps its controls, and is drawn again with its card each time that it is shown.

    It knows by which interaction it was last shown, which is the one that can still edit it.

    It expires by a timer of the event loop: discord.py would keep an unnamed task a view, and lose what
    `on_timeout` raises.
    """

    shown_by: Interaction | None = None

    def __init__(self, *, timeout: float) -> None:
        """Expire so many seconds after it was shown or pressed last."""
        super().__init__(timeout=None)
        self.controls: list[AnyItem] = []
        """Its buttons and menus below the card, from the first to the last."""
        self.card = Card()
        """What it was drawn with last."""
        self.below: Card | None = None
        """The note under it."""
        self._lasts_s = timeout
        self._expiry: asyncio.TimerHandle | None = None

    @override
    def add_item(self, item: AnyItem) -> Self:
        """Add a button or a menu to its controls."""
        self.controls.append(item)
        return self

    @override
    def remove_item(self, item: AnyItem) -> Self:
        """Take a button or a menu from its controls."""
        self.controls.remove(item)
        return self

    @override
    def clear_items(self) -> Self:
        """Take all of its controls."""
        self.controls.clear()
        return self

    @property
    def all_controls(self) -> Sequence[AnyItem]:
        """Its controls, and what it adds to them."""
        return self.controls

    def draw(self, card: Card, below: Card | None = None) -> Sequence[discord.File]:
        """Be this card with the controls as they are now, and a note `below`; return the files to send."""
        self.card, self.below = card, below
        drawing = draw(card, self.all_controls, below)
        super().clear_items()
        for item in drawing.items:
            super().add_item(item)
        return drawing.files

    def stay(self) -> None:
        """Restart its time."""
        self._forget_expiry()
        if not self.is_finished():
            self._expiry = asyncio.get_running_loop().call_later(self._lasts_s, self._expire)

    @override
    def stop(self) -> None:
        """End it silently."""
        self._forget_expiry()
        super().stop()

    def _expire(self) -> None:
        self.stop()
        if self.shown_by is not None:
            self.shown_by.client.shared(Views).end(self)

    def _forget_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()


def lasting(controls: Sequence[AnyItem] = ()) -> ShownView:
    """Make a view for a card with nothing to press, but what works by itself (`Place.button`)."""
    view = ShownView(timeout=0.0)
    for control in controls:
        view.add_item(control)
    view.stop()
    return view


class Views:
    """Which view each message shows now: one that is replaced must not wake up and edit its successor."""

    def __init__(self) -> None:
        self._by_message: WeakValueDictionary[int, ShownView] = WeakValueDictionary()
        self._questions: WeakSet[ShownView] = WeakSet()
        self._ending: set[asyncio.Task[None]] = set()
        self.unfinished: dict[int, Interaction] = {}
        """Whose message says that something is under way."""

    def asks(self, view: ShownView) -> None:
        """Note that something waits for the answer to this."""
        self._questions.add(view)

    def of(self, message_id: int) -> ShownView | None:
        """Return the view that a message shows now."""
        return self._by_message.get(message_id)

    def end(self, view: ShownView) -> None:
        """Say on the message of a view that its time is over, in a task of its own."""
        task = asyncio.create_task(_say_it_is_over(view), name=f"expiry of view {view.id}")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def close(self, within_s: float) -> None:
        """End every question that is open, and say so as far as that is possible in this time."""
        for view in [*self._questions]:
            if not view.is_finished():
                view.stop()
                self.end(view)
        if self._ending:
            _, slow = await asyncio.wait(self._ending, timeout=within_s)
            for task in slow:
                task.cancel()

    def shown(self, message_id: int, view: ShownView | None, interaction: Interaction) -> None:
        """Note what a message shows, and end what it showed before."""
        before = self._by_message.pop(message_id, None)
        if before is not None and before is not view:
            before.stop()
        if view is not None:
            view.shown_by = interaction
            self._by_message[message_id] = view
            view.stay()


async def _say_it_is_over(view: ShownView) -> None:
    try:
        await view.on_timeout()
    except Exception:
        log.exception("could not say that the time of a view is over")
