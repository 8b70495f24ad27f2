"""When the panel lets nobody at a server, so that nothing is known of it and nothing need be asked."""

from bot.domain.availability import Barrier, barrier
from bot.panel.errors import ConflictReason
from bot.panel.models import Server

_REASONS = {
    Barrier.SUSPENDED: ConflictReason.SUSPENDED,
    Barrier.NODE_MAINTENANCE: ConflictReason.NODE_MAINTENANCE,
    Barrier.TRANSFERRING: ConflictReason.TRANSFERRING,
    Barrier.INSTALLING: ConflictReason.NOT_INSTALLED,
    Barrier.INSTALL_FAILED: ConflictReason.NOT_INSTALLED,
    Barrier.RESTORING: ConflictReason.RESTORING,
}


def unavailable_reason(server: Server) -> ConflictReason | None:
    """Why the panel will not let us at a server, as its list says; None: ask."""
    found = barrier(server)
    return None if found is None else _REASONS[found]
