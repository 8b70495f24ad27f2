"""How people handle alerts: list, acknowledge, silence, write a note."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.alerts.inhibited import without_inhibited
from bot.domain.audit import Facts, Outcome, of_text
from bot.domain.incidents import Incident
from bot.domain.levels import Actor
from bot.domain.notifications import Message, MessageKind
from bot.domain.observation import ServerKey
from bot.services.access import Authorizer, Rights
from bot.services.alerts.visibility import (
    check_may_act,
    visible,
    visible_by_priority,
)
from bot.services.audit import Audit, Site
from bot.services.servers import ServerDirectory
from bot.storage import Store
from bot.storage.repositories import alert_handling, alerts, notifications, outbox

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

NOTE_LIMIT = 500
_DRAWN_AGAIN = (MessageKind.ALERT, MessageKind.DIGEST, MessageKind.REPEAT)
_NOT_THERE = N_("That alert no longer exists.")

Change = Callable[["AsyncConnection", Sequence[Incident]], Awaitable[Sequence[Incident]]]
"""A change of a guild's handling; returns the changed incidents, without those that already were so."""


@dataclass(frozen=True, slots=True)
class HandlingResult:
    """The result of handling alerts: changed, already acknowledged by somebody, or already resolved."""

    done: tuple[Incident, ...] = ()
    already_acknowledged: tuple[Incident, ...] = ()
    over: tuple[Incident, ...] = ()


class AlertService:
    """Everything that a person does with one alert, or with those of one message."""

    def __init__(  # noqa: PLR0913, PLR0917 - its dependencies
        self,
        store: Store,
        access: Authorizer,
        directory: ServerDirectory,
        audit: Audit,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when there is something new to send."""
        self._store = store
        self._access = access
        self._directory = directory
        self._audit = audit
        self._clock = clock
        self._wake = wake

    async def active(self, rights: Rights, server: ServerKey | None = None) -> tuple[Incident, ...]:
        """List the active alerts that this person may see, most urgent first."""
        async with self._store.read() as conn:
            incidents = await alerts.active(conn, [*rights.standings], server, guild_id=rights.actor.guild_id)
        return visible_by_priority(rights, without_inhibited(incidents), self._directory)

    async def history(
        self, rights: Rights, since: datetime, server: ServerKey | None = None
    ) -> tuple[Incident, ...]:
        """List visible incidents that began since then or are active; latest first."""
        async with self._store.read() as conn:
            incidents = await alerts.history(
                conn, [*rights.standings], since=since, server=server, guild_id=rights.actor.guild_id
            )
        return visible(rights, incidents, self._directory)

    async def visible(self, rights: Rights, incidents: Iterable[Incident]) -> tuple[Incident, ...]:
        """Leave out incidents that this person may not see."""
        return visible_by_priority(rights, incidents, self._directory)

    async def of_message(self, message_id: int, guild_id: int | None) -> tuple[Message, tuple[Incident, ...]]:
        """Read a message of a guild and its incidents; raises BadInput when it was deleted."""
        async with self._store.read() as conn:
            message = await notifications.get(conn, message_id)
            incidents = await notifications.incidents_of(conn, message_id)
        if message is None or message.guild_id != guild_id:
            raise BadInput(_NOT_THERE, next_step=_("See active alerts with `/alerts list`."))
        return message, incidents

    async def find(self, rights: Rights, number: int) -> Incident:
        """Read one alert; raises BadInput when there is none that this person may see."""
        async with self._store.read() as conn:
            incidents = await alerts.get(conn, [number], guild_id=rights.actor.guild_id)
        for incident in visible(rights, incidents, self._directory):
            return incident
        raise BadInput(_NOT_THERE, next_step=_("Choose from the list that appears while you type."))

    async def acknowledge(self, actor: Actor, incidents: Sequence[Incident]) -> HandlingResult:
        """End this guild's reminders of alerts. The first person to do so is shown as handling them."""
        now, guild_id = self._clock.now(), actor.guild_id or 0

        async def change(conn: "AsyncConnection", lasting: Sequence[Incident]) -> Sequence[Incident]:
            free = [incident for incident in lasting if incident.acknowledged_by is None]
            await alert_handling.acknowledge(conn, free, guild_id=guild_id, by=actor.user_id, at=now)
            return [
                replace(incident, acknowledged_by=actor.user_id, acknowledged_at=now) for incident in free
            ]

        return await self._change(actor, incidents, "alert.acknowledge", {}, change)

    async def silence(
        self, actor: Actor, incidents: Sequence[Incident], until: datetime | None
    ) -> HandlingResult:
        """Silence alerts for this guild until then; None ends the silence."""
        guild_id = actor.guild_id or 0

        async def change(conn: "AsyncConnection", lasting: Sequence[Incident]) -> Sequence[Incident]:
            changed = [incident for incident in lasting if incident.silenced_until != until]
            await alert_handling.silence(conn, changed, guild_id=guild_id, until=until)
            return [replace(incident, silenced_until=until) for incident in changed]

        facts: Facts = {"until": until.isoformat(timespec="minutes") if until else "now"}
        return await self._change(actor, incidents, "alert.snooze", facts, change)

    async def note(self, actor: Actor, incident: Incident, text: str) -> Incident:
        """Store this guild's note about an alert, replacing the previous one."""
        text = text.strip()
        if not text or len(text) > NOTE_LIMIT:
            raise BadInput(_("A note has 1 to {note_limit} characters.", note_limit=NOTE_LIMIT))
        check_may_act(await self._access.rights(actor), incident.subject)

        guild_id = actor.guild_id or 0

        async def change(conn: "AsyncConnection") -> Incident:
            await alert_handling.write_note(conn, incident.id, guild_id=guild_id, text=text, by=actor.user_id)
            await self._refresh_messages(conn, guild_id, incident)
            (noted,) = await alerts.get(conn, [incident.id], guild_id=guild_id) or (incident,)
            return noted

        facts = {"incident": incident.id, **of_text(text)}
        async with self._audit.act(actor, "alert.note", facts, site=_site(incident)):
            noted = await self._store.write(change)
        self._wake()
        return noted

    async def _change(
        self, actor: Actor, incidents: Sequence[Incident], action: str, facts: Facts, change: Change
    ) -> HandlingResult:
        rights = await self._access.rights(actor)
        for incident in incidents:
            check_may_act(rights, incident.subject)
        lasting = [incident for incident in incidents if incident.active]
        if not lasting:
            return HandlingResult(over=tuple(incidents))
        async with AsyncExitStack() as book:
            acts = {
                incident.id: await book.enter_async_context(
                    self._audit.act(
                        actor,
                        action,
                        {"incident": incident.id, "rule": incident.rule.value, **facts},
                        site=_site(incident),
                    )
                )
                for incident in lasting
            }
            guild_id = actor.guild_id or 0
            handled = await self._store.write(lambda conn: self._all(conn, guild_id, [*acts], change))
            for incident in (*handled.already_acknowledged, *handled.over):
                acts[incident.id].outcome = Outcome.FAILED
        self._wake()
        before = tuple(incident for incident in incidents if not incident.active)
        return replace(handled, over=(*handled.over, *before))

    async def _all(
        self, conn: "AsyncConnection", guild_id: int, ids: Sequence[int], change: Change
    ) -> HandlingResult:
        """Change incidents that are still unchanged; the first writer wins."""
        incidents = await alerts.get(conn, ids, guild_id=guild_id)
        lasting = [incident for incident in incidents if incident.active]
        done = tuple(await change(conn, lasting))
        changed = {incident.id for incident in done}
        await self._refresh_messages(conn, guild_id, *done)
        taken = tuple(incident for incident in lasting if incident.id not in changed)
        return HandlingResult(done, taken, tuple(incident for incident in incidents if not incident.active))

    async def _refresh_messages(self, conn: "AsyncConnection", guild_id: int, *incidents: Incident) -> None:
        for message in await notifications.of_incidents(conn, [incident.id for incident in incidents]):
            if message.guild_id == guild_id and message.kind in _DRAWN_AGAIN:
                await outbox.touch(conn, message.id, self._clock.now())


def _site(incident: Incident) -> Site:
    return Site(incident.subject.panel_id, incident.subject.server_uuid)
