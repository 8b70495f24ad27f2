"""Details of an alert, for one person: its server's state, and earlier alerts."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.ui.alerts import answer_cards as cards
from bot.ui.alerts.lines import brief
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.servers.status_card import status
from bot.ui.servers.status_view import StatusView

_BEFORE = timedelta(days=7)
_IN_FILE = N_("in the file below")


async def show_details(interaction: Interaction, access: AccessCheck, incidents: Sequence[Incident]) -> None:
    """Show the live report of the one server, else the whole list; with the history in both."""
    services = interaction.client.services
    now = services.clock.now()
    rights = await services.access.rights(actor(interaction))
    about = {incident.subject for incident in incidents}
    (subject,) = about if len(about) == 1 else (None,)
    key = None if subject is None else subject.server_key
    history = await services.alerts.history(rights, now - _BEFORE, key)
    before = [
        incident
        for incident in history
        if incident.subject in about and incident.id not in {each.id for each in incidents}
    ]
    card, view = cards.details(incidents, before, now), None
    if key is not None:
        with suppress(QuetzalError):  # a panel that does not answer is no reason to say nothing
            target = await services.directory.find(*key)
            if target is not None and rights.sees(target):
                permit = rights.permit(target, Level.VIEWER)
                live = await services.status.fetch(permit)
                card = status(live, incidents, lines_at=_IN_FILE)
                if more := incidents[1:]:
                    more_lines = [brief(incident, lines_at=_IN_FILE) for incident in more]
                    card = card.with_field(_("More alerts"), "\n".join(more_lines))
                card = card.with_field(*cards.background(before))
                view = StatusView(ServerContext(interaction, access.level, target), live, level=permit.level)
    await respond(interaction, card=card, view=view, file=cards.console_lines(incidents))
