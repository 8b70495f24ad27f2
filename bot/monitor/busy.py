"""When the panel lets nobody at a server, so that nothing is known of it and nothing need be asked."""

from bot.panel.errors import ConflictReason
from bot.panel.models import Server, ServerStatus

_BUSY = {
    ServerStatus.INSTALLING: ConflictReason.NOT_INSTALLED,
    ServerStatus.INSTALL_FAILED: ConflictReason.NOT_INSTALLED,
    ServerStatus.SUSPENDED: ConflictReason.SUSPENDED,
    ServerStatus.RESTORING_BACKUP: ConflictReason.RESTORING,
}


def busy_reason(server: Server) -> ConflictReason | None:
    """Why the panel will not let us at a server, as its list says (section 4); None: ask."""
    if server.is_suspended:
        return ConflictReason.SUSPENDED
    if server.is_node_under_maintenance:
        return ConflictReason.NODE_MAINTENANCE
    if server.is_transferring:
        return ConflictReason.TRANSFERRING
    return None if server.status is None else _BUSY.get(server.status)
