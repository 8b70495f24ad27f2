"""Which guilds are notified of an event, and in which message: grouping, digests, reminders, resolution."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Event, EventKind, Severity
from bot.domain.incidents import Incident
from bot.domain.levels import GuildScope, in_scope
from bot.domain.notifications import UPDATED_KINDS, Delivery, Message, MessageKind
from bot.panel.models import Server
from bot.storage.repositories import guild_settings, notifications, outbox

GROUP_WAIT = timedelta(seconds=30)
"""What follows with the same cause within this time joins the first message."""
CHANNEL_RATE_LIMIT, CHANNEL_RATE_PERIOD = 10, timedelta(minutes=10)
"""Messages a channel gets in that period; further incidents go into a digest."""
_DIGEST_LIFETIME = timedelta(hours=1)
_MENTIONS_ROLE = (*UPDATED_KINDS, MessageKind.REPEAT)


@dataclass(frozen=True, slots=True)
class Route:
    """A guild, what it may see of the panel, and the channel that it chose for alerts."""

    guild_id: int
    scope: GuildScope
    channel_id: int


@dataclass(frozen=True, slots=True)
class Receivers:
    """The guilds that are notified about one subject, each with its channel."""

    routes: tuple[Route, ...] = ()

    @property
    def guild_ids(self) -> frozenset[int]:
        """The guilds, by id."""
        return frozenset(route.guild_id for route in self.routes)

    def without(self, guild_ids: Collection[int]) -> "Receivers":
        """Return the receivers without these guilds."""
        return Receivers(tuple(route for route in self.routes if route.guild_id not in guild_ids))


@dataclass(frozen=True, slots=True)
class Routes:
    """The alert channels of all guilds that use a panel."""

    panel_id: str = ""
    routes: tuple[Route, ...] = ()

    @classmethod
    async def read(cls, conn: AsyncConnection, panel_id: str, scopes: Mapping[int, GuildScope]) -> "Routes":
        """Read which guilds chose a channel."""
        chosen = await guild_settings.of_panel(conn, panel_id)
        return cls(
            panel_id,
            tuple(
                Route(settings.guild_id, scopes[settings.guild_id], settings.alert_channel_id)
                for settings in chosen
                if settings.alert_channel_id is not None and settings.guild_id in scopes
            ),
        )

    def for_panel(self) -> Receivers:
        """Return every guild that uses the panel."""
        return Receivers(self.routes)

    def for_servers(self, servers: Iterable[Server]) -> Receivers:
        """Return the guilds that may see at least one of these servers."""
        among = tuple(servers)
        return Receivers(
            tuple(
                route
                for route in self.routes
                if any(in_scope(route.scope, server.identifier, server.uuid) for server in among)
            )
        )


@dataclass(slots=True)
class NotificationRouter:
    """Writes notifications and delivery jobs in the transaction that records their incidents.

    1. `route` takes one event and its receivers. A new alert joins a recent message with the same group key,
       or the digest of a channel that is at its rate limit, or gets a message of its own. A reminder and the
       notice that an alert is flapping reply to its message. Every other event marks messages for a refresh.
    2. `finish` ends the transaction: each marked message is refreshed once, however many incidents it holds,
       and a message whose incidents have all resolved gets a silent reply.
    """

    conn: AsyncConnection
    now: datetime
    _to_refresh: set[int] = field(default_factory=set)
    _resolved: dict[int, Message] = field(default_factory=dict)

    async def finish(self) -> None:
        """Refresh the marked messages, and reply silently to those whose incidents have all resolved.

        A message that was never tried to be sent will show the end itself, so it gets no reply; neither does
        a warning that a newer message about the same incidents supersedes.
        """
        for message_id in sorted(self._to_refresh):
            await outbox.touch(self.conn, message_id, self.now)
        for message in self._resolved.values():
            if message.first_attempt_at is None:
                continue
            is_active = await notifications.has_active_incident(self.conn, message.id)
            if not is_active and not await notifications.is_superseded(self.conn, message):
                incidents = await notifications.incidents_of(self.conn, message.id)
                route = Route(message.guild_id, "all", message.channel_id)
                await self._post(route, MessageKind.RECOVERY, *incidents, reply_to=message.id)

    async def route(self, incident: Incident, event: Event, receivers: Receivers) -> None:
        """Notify the receivers of an event, unless it is suppressed.

        Messages that already show the incident are refreshed for all guilds, receivers or not.
        """
        if event.suppression is not None:
            return
        match event.kind:
            case EventKind.FIRED:
                await self._notify_all(receivers, incident, ())
            case EventKind.ESCALATED | EventKind.UNSUPPRESSED:
                await self._notify_all(receivers, incident, await self.refresh(incident))
            case EventKind.REPEATED:
                await self._remind(receivers, incident, MessageKind.REPEAT)
            case EventKind.FLAPPING:
                await self._remind(receivers, incident, MessageKind.FLAPPING)
            case EventKind.RECOVERED:
                await self._resolve(incident)
            case EventKind.CHANGED:
                await self.refresh(incident)

    async def refresh(self, incident: Incident) -> tuple[Message, ...]:
        """Mark all messages of an incident for a refresh, and return them."""
        known = await notifications.of_incident(self.conn, incident.id)
        self._to_refresh |= {message.id for message in known if message.kind in UPDATED_KINDS}
        return known

    async def _notify_all(self, receivers: Receivers, incident: Incident, before: Iterable[Message]) -> None:
        """Notify of a new incident or of its escalation: in a new message, a recent one, or the digest."""
        known = {message.id for message in before}
        for route in receivers.routes:
            await self._notify(route, incident, known)

    async def catch_up(
        self,
        incident: Incident,
        notified: Collection[int],
        missed: Mapping[int, MessageKind],
        receivers: Receivers,
    ) -> None:
        """Notify channels that have no message of the incident yet, and make up for what a silence held back.

        A channel has none when it was chosen since, or when a maintenance window or a silence has ended.
        """
        for route in receivers.routes:
            if route.channel_id not in notified:
                await self._notify(route, incident, ())
            elif missed.get(route.guild_id) is MessageKind.REPEAT:
                await self._remind(Receivers((route,)), incident, MessageKind.REPEAT)
            elif route.guild_id in missed:
                await self._notify_all(Receivers((route,)), incident, await self.refresh(incident))

    async def _notify(self, route: Route, incident: Incident, known: Collection[int]) -> None:
        group = await self._group_message(route, incident)
        if group is not None and group.id not in known:
            await self._join(group, incident)
        elif not await self._added_to_digest(route, incident, known):
            await self._post(route, MessageKind.ALERT, incident)

    async def _group_message(self, route: Route, incident: Incident) -> Message | None:
        message = await notifications.latest(
            self.conn,
            route.channel_id,
            panel_id=incident.subject.panel_id,
            kind=MessageKind.ALERT,
            since=self.now - GROUP_WAIT,
            until=self.now,
            group_key=group_key(incident),
        )
        return message if message is not None and message.delivery is not Delivery.GONE else None

    async def _added_to_digest(self, route: Route, incident: Incident, known: Collection[int]) -> bool:
        """Put an incident into the digest of a channel that had too many messages already."""
        if not await self._is_rate_limited(route):
            return False
        digest = await notifications.latest(
            self.conn,
            route.channel_id,
            panel_id=incident.subject.panel_id,
            kind=MessageKind.DIGEST,
            since=self.now - _DIGEST_LIFETIME,
            until=self.now,
        )
        if digest is None or digest.delivery is Delivery.GONE:
            await self._post(route, MessageKind.DIGEST, incident)
        else:
            await self._join(digest, incident)
        return True

    async def _join(self, message: Message, incident: Incident) -> None:
        await outbox.join(self.conn, message.id, incident.id)
        self._to_refresh.add(message.id)

    async def _is_rate_limited(self, route: Route) -> bool:
        since = self.now - CHANNEL_RATE_PERIOD
        count = await notifications.count(self.conn, route.channel_id, since=since, until=self.now)
        return count >= CHANNEL_RATE_LIMIT

    async def _remind(self, receivers: Receivers, incident: Incident, kind: MessageKind) -> None:
        """Reply to the alert that it still fires or flaps, unless the channel is at its rate limit."""
        known = await notifications.of_incident(self.conn, incident.id)
        newest = {message.channel_id: message.id for message in known if message.kind is MessageKind.ALERT}
        for route in receivers.routes:
            if not await self._is_rate_limited(route):
                await self._post(route, kind, incident, reply_to=newest.get(route.channel_id))

    async def _resolve(self, incident: Incident) -> None:
        """Mark its messages for a refresh; they may get a reply that all has resolved."""
        known = await self.refresh(incident)
        self._resolved |= {message.id: message for message in known if message.kind is MessageKind.ALERT}

    async def _post(
        self, route: Route, kind: MessageKind, *incidents: Incident, reply_to: int | None = None
    ) -> None:
        critical = any(incident.level is Severity.CRITICAL for incident in incidents)
        await outbox.post(
            self.conn,
            guild_id=route.guild_id,
            panel_id=incidents[0].subject.panel_id,
            channel_id=route.channel_id,
            kind=kind,
            group_key=group_key(incidents[0]),
            incident_ids=[incident.id for incident in incidents],
            now=self.now,
            mentions_role=critical and kind in _MENTIONS_ROLE,
            reply_to=reply_to,
        )


def group_key(incident: Incident) -> str:
    """Return what a message groups by: one rule at one level on one node, or a node or panel itself."""
    return f"{incident.rule.value}:{incident.level.name.lower()}:{incident.node or incident.subject.about}"
