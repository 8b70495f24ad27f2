"""Which alerts a person may see, and what it takes to act on one."""

from collections.abc import Callable, Collection, Iterable

from bot.domain.alerts import Suppression
from bot.domain.alerts.advice import by_urgency
from bot.domain.grants import NOTHING
from bot.domain.incidents import Incident, Subject
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.services.access import AnyServerOn, OneServer, Rights, Where, WholePanel
from bot.services.servers import ServerDirectory

Lists = Callable[[str], Iterable[Target]]
"""Gives the servers of a panel that are known now."""


def place_of(subject: Subject) -> Where:
    """Tell where a person needs a level to act on it: what stands for many takes it for all of them."""
    if subject.server_uuid is not None:
        return OneServer(subject.panel_id, subject.server_uuid)
    return WholePanel(subject.panel_id)


def check_may_act(rights: Rights, subject: Subject) -> None:
    """Raise AccessDenied unless the person may acknowledge, snooze or note this alert, for their guild."""
    rights.check(place_of(subject), Level.OPERATOR)


def sees(rights: Rights, subject: Subject, servers: Iterable[Target]) -> bool:
    """Whether it may be shown: a server one sees, a node with such a server, a panel of one's own.

    `servers` are those of the panel. Before it ever answered, nobody knows which node a list of servers
    means, so a node is shown to those only who may see all.
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
    """Leave out what may not be shown; in the order given."""
    return tuple(
        incident
        for incident in incidents
        if sees(rights, incident.subject, directory.cached(incident.subject.panel_id))
    )


def without_inhibited(incidents: Collection[Incident]) -> tuple[Incident, ...]:
    """Leave out what a worse alert of the same server stands for: that a server is offline after a crash."""
    worse = {incident.subject for incident in incidents if incident.suppression is not Suppression.INHIBITED}
    return tuple(
        incident
        for incident in incidents
        if incident.suppression is not Suppression.INHIBITED or incident.subject not in worse
    )


def visible_by_priority(
    rights: Rights, incidents: Iterable[Incident], directory: ServerDirectory
) -> tuple[Incident, ...]:
    """Leave out what may not be shown, and put the rest in the order to take it in."""
    return by_urgency(visible(rights, incidents, directory))
