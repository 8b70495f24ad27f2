"""Why a panel lets nobody do anything with a server but look at it: the one table of it."""

from enum import StrEnum

from bot.panel.models import Server, ServerStatus


class Barrier(StrEnum):
    """What bars a server; each finishes the sentence "It is ..."."""

    SUSPENDED = "suspended"
    NODE_MAINTENANCE = "on a machine under maintenance"
    TRANSFERRING = "being moved to another machine"
    INSTALLING = "being installed"
    INSTALL_FAILED = "not installed: the installation failed"
    RESTORING = "being restored from a backup"


# A failed reinstallation is not in it: such a server works (docs/reference/servers.md#availability).
_OF_STATUS = {
    ServerStatus.INSTALLING: Barrier.INSTALLING,
    ServerStatus.INSTALL_FAILED: Barrier.INSTALL_FAILED,
    ServerStatus.SUSPENDED: Barrier.SUSPENDED,
    ServerStatus.RESTORING_BACKUP: Barrier.RESTORING,
}


def barrier(server: Server) -> Barrier | None:
    """Tell what bars it, in the order in which the panel looks; None when nothing does."""
    if server.is_suspended:
        return Barrier.SUSPENDED
    if server.is_node_under_maintenance:
        return Barrier.NODE_MAINTENANCE
    if server.is_transferring:
        return Barrier.TRANSFERRING
    return None if server.status is None else _OF_STATUS.get(server.status)


def unavailable_text(server: Server) -> str | None:
    """Finish the sentence "It is ..."; None when nothing bars it."""
    found = barrier(server)
    return None if found is None else found.value
