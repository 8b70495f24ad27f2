"""Words for why a panel refuses everything but viewing a server."""

from bot.core.i18n import N_, _
from bot.panel.availability import unavailable_reason
from bot.panel.errors import ConflictReason
from bot.panel.models import Server, ServerStatus

_WORDS = {
    ConflictReason.SUSPENDED: N_("suspended"),
    ConflictReason.NODE_MAINTENANCE: N_("on a node under maintenance"),
    ConflictReason.NOT_INSTALLED: N_("being installed"),
    ConflictReason.RESTORING: N_("being restored from a backup"),
    ConflictReason.TRANSFERRING: N_("being moved to another node"),
}


def unavailable_text(server: Server) -> str | None:
    """Return the end of the sentence "It is ..."; None when the server is available."""
    reason = unavailable_reason(server)
    if reason is ConflictReason.NOT_INSTALLED and server.status is ServerStatus.INSTALL_FAILED:
        return _("not installed: the installation failed")
    return None if reason is None else _(_WORDS[reason])
