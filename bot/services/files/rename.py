"""Renames files and checks where they are afterwards, since the panel's response says too little.

It is 204 for a missing source, and without a response it may still have been done.
"""

from dataclasses import dataclass
from enum import Enum

from bot.panel import errors
from bot.panel.errors import PanelError
from bot.services.access import Permit
from bot.services.files.stat import find_entry

_BEFORE_ANYTHING = (
    errors.RateLimited, errors.PanelNotReached, errors.PanelDown, errors.PanelMaintenance, errors.KeyRefused,
    errors.PermissionMissing, errors.NotFound, errors.ServerStateConflict, errors.InvalidRequest,
    errors.BodyTooLarge, errors.FileDenied, errors.FirewallRefused, errors.GatewayUnanswered,
    errors.RedirectedAway, errors.ClientClosed,
)  # fmt: skip

MAY_GO_ON = (errors.OutcomeUnknown, errors.NodeDown, errors.NodeFault, errors.PanelFault)
"""After these errors, long work of the node may go on."""


class RenamePlace(Enum):
    """Where the file is now."""

    SOURCE = "source"
    TARGET = "target"
    BOTH = "both"
    NEITHER = "neither"
    UNSEEN = "unseen"
    """It could not be checked."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """The result of a rename: where things are, and the panel's error."""

    place: RenamePlace
    error: PanelError | None

    @property
    def done(self) -> bool:
        """Whether the file is at its target."""
        return self.place is RenamePlace.TARGET or (self.place is RenamePlace.BOTH and self.error is None)


def not_begun(error: PanelError | None) -> bool:
    """Return whether this error proves that nothing was changed, so that no check is needed."""
    return isinstance(error, _BEFORE_ANYTHING)


async def rename(permit: Permit, source: str, target: str) -> Renamed:
    """Rename, and check. The panel's errors are not raised: they are part of the result."""
    failure: PanelError | None = None
    try:
        await permit.panel.files.rename(permit.uuid, [(source, target)])
    except PanelError as error:
        failure = error
    if not_begun(failure):
        return Renamed(RenamePlace.SOURCE, failure)
    try:
        is_taken = await find_entry(permit, target) is not None
        here = await find_entry(permit, source) is not None
    except PanelError as blind:
        return Renamed(RenamePlace.UNSEEN, failure or blind)
    places = {
        (True, False): RenamePlace.SOURCE, (False, True): RenamePlace.TARGET,
        (True, True): RenamePlace.BOTH, (False, False): RenamePlace.NEITHER,
    }  # fmt: skip
    return Renamed(places[here, is_taken], failure)
