"""Why a panel lets nobody do anything with a server but look at it."""

from bot.panel.models import Server, ServerStatus

_WORDS = {
    ServerStatus.INSTALLING: "being installed",
    ServerStatus.INSTALL_FAILED: "not installed: the installation failed",
    ServerStatus.REINSTALL_FAILED: "reinstalled without success",
    ServerStatus.SUSPENDED: "suspended",
    ServerStatus.RESTORING_BACKUP: "being restored from a backup",
}


def barred(server: Server) -> str | None:
    """Finish the sentence "It is ..."; None when nothing bars it."""
    if server.is_transferring:
        return "being moved to another machine"
    if server.is_node_under_maintenance:
        return "on a machine under maintenance"
    if server.is_suspended:
        return _WORDS[ServerStatus.SUSPENDED]
    return _WORDS.get(server.status) if server.status else None
