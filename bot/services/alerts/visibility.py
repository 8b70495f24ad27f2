"""Which alerts a person may see, and what it takes to act on one."""

from collections.abc import Callable, Iterable

from bot.domain.alerts.urgency import by_urgency
from bot.domain.grants import NOTHING
from bot.domain.incidents import Incident, Subject
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.services.access import AnyServerOn, OneServer, Rights, Where, WholePanel
from bot.services.servers import ServerDirectory

Lists = Callable[[str], Iterable[Target]]
"""Returns the known servers of a panel."""


def place_of(subject: Subject) -> Where:
    """Return where a person needs a level to act on it: on all servers for a node or panel."""
    if subject.server_uuid is not None:
        return OneServer(subject.panel_id, subject.server_uuid)
    return WholePanel(subject.panel_id)


def check_may_act(rights: Rights, subject: Subject) -> None:
    """Raise AccessDenied unless the person may acknowledge, silence or note this alert, for their guild."""
    rights.check(place_of(subject), Level.OPERATOR)


def sees(rights: Rights, subject: Subject, servers: Iterable[Target]) -> bool:
    """Return whether it may be shown: about a visible server, a node with one, or the guild's panel.

    `servers` are those of the panel. Before the panel's first response the nodes of its servers are unknown,
    so a node is shown only to people who see all servers.
    """
    if subject.server_uuid is not None:
        return rights.level(OneServer(subject.panel_id, subject.server_uuid)) >= Level.VIEWER
    if rights.level(AnyServerOn(subject.panel_id)) < Level.VIEWER:
        return False
    if subject.node_name is None:
        return True
    known = tuple(servers)
    if not known:
        return rights.standings.get(subject.panel_id, NOTHING).scope == "all"
    return any(target.server.node == subject.node_name and rights.sees(target) for target in known)


def visible(
    rights: Rights, incidents: Iterable[Incident], directory: ServerDirectory
) -> tuple[Incident, ...]:
    """Leave out what may not be shown; keeps the order."""
    return tuple(
        incident
        for incident in incidents
        if sees(rights, incident.subject, directory.cached(incident.subject.panel_id))
    )


def visible_by_priority(
    rights: Rights, incidents: Iterable[Incident], directory: ServerDirectory
) -> tuple[Incident, ...]:
    """Leave out what may not be shown, and sort the rest, most urgent first."""
    return by_urgency(visible(rights, incidents, directory))
