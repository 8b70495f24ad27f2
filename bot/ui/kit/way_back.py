"""The way back from a page to the one that it was opened from, in the same message.

A page that opens another one says so on the interaction with which it does: `leads_back`. Every view that is
made with that interaction, or with one that follows from it in the same message, offers the way back by
itself, and so does a card that is shown there without a view.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.shown_views import ShownView

_BACK = "back"


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where it leads: `name` stands on the button, `open` draws that page into the interaction's response."""

    name: str
    access: AccessCheck
    open: Callable[[Interaction], Awaitable[None]]
    alone: Callable[[Interaction, AccessCheck], ShownView]
    """Makes the view for a card that has none of its own."""
    before: "WayBack | None" = None
    """The way back from there."""

    def view(self, interaction: Interaction) -> ShownView:
        """Make a view that holds the way back alone."""
        return self.alone(interaction, self.access)


def way_back(interaction: Interaction) -> WayBack | None:
    """Return the way back from what is shown in response to this interaction."""
    way = interaction.extras.get(_BACK)
    return way if isinstance(way, WayBack) else None


def leads_back(interaction: Interaction, way: WayBack | None) -> None:
    """Offer this way back on what is shown in response to this interaction; None: no way."""
    interaction.extras[_BACK] = way
