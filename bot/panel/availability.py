"""Whether the panel refuses access to a server, from the server's state."""

from bot.panel.errors import ConflictReason
from bot.panel.models import Server, ServerStatus

_BY_STATUS = {
    ServerStatus.INSTALLING: ConflictReason.NOT_INSTALLED,
    ServerStatus.INSTALL_FAILED: ConflictReason.NOT_INSTALLED,
    ServerStatus.RESTORING_BACKUP: ConflictReason.RESTORING,
}
# After a failed reinstallation a server is available, but people should know that it failed.
_FAILED = (ServerStatus.INSTALL_FAILED, ServerStatus.REINSTALL_FAILED)


def unavailable_reason(server: Server) -> ConflictReason | None:
    """Return why the panel refuses everything but viewing the server; None when it doesn't.

    If several reasons apply, it is the one that the panel names: docs/reference/servers.md#availability.
    """
    if server.is_suspended or server.status is ServerStatus.SUSPENDED:
        return ConflictReason.SUSPENDED
    if server.is_node_under_maintenance:
        return ConflictReason.NODE_MAINTENANCE
    if server.status in _BY_STATUS:
        return _BY_STATUS[server.status]
    return ConflictReason.TRANSFERRING if server.is_transferring else None


def has_failed_installation(server: Server) -> bool:
    """Whether the last installation failed, the first one or a later one."""
    return server.status in _FAILED
