"""Why a server takes no requests: from its own state, which is the same in every language of the panel."""

from bot.panel.errors import ConflictReason
from bot.panel.models import Server, ServerStatus

_BY_STATUS = {
    ServerStatus.SUSPENDED: ConflictReason.SUSPENDED,
    ServerStatus.INSTALLING: ConflictReason.NOT_INSTALLED,
    ServerStatus.INSTALL_FAILED: ConflictReason.NOT_INSTALLED,
    ServerStatus.RESTORING_BACKUP: ConflictReason.RESTORING,
}


def conflict_reason(server: Server) -> ConflictReason:
    """Tell what keeps everybody out of a server; UNKNOWN when its state does not say."""
    if server.is_suspended:
        return ConflictReason.SUSPENDED
    if server.is_transferring:
        return ConflictReason.TRANSFERRING
    if server.status in _BY_STATUS:
        return _BY_STATUS[server.status]
    if server.is_node_under_maintenance:
        return ConflictReason.NODE_MAINTENANCE
    return ConflictReason.UNKNOWN
