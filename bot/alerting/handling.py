"""How guilds handle the alerts of one batch: acknowledgements and silences, in the batch's transaction."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import AlertState, Event, RuleKind
from bot.domain.alerts.handling import UNHANDLED, Acknowledgement, Handling, Silence, missed, of_incident
from bot.domain.incidents import Incident, Subject
from bot.domain.notifications import MessageKind
from bot.storage.repositories import alert_handling


class BatchHandling:
    """Reads the handling of a batch's subjects once, and writes what ends or was missed."""

    def __init__(self, conn: AsyncConnection, panel_id: str, now: datetime) -> None:
        self._conn = conn
        self._panel_id = panel_id
        self._now = now
        self._acknowledgements: defaultdict[int, list[Acknowledgement]] = defaultdict(list)
        self._silences: defaultdict[tuple[str, RuleKind], list[Silence]] = defaultdict(list)

    async def load(self, about: Collection[str], incident_ids: Collection[int]) -> None:
        """Read the silences of these subjects and the acknowledgements of these incidents."""
        if incident_ids:
            for acknowledged in await alert_handling.acknowledged(self._conn, incident_ids):
                self._acknowledgements[acknowledged.incident_id].append(acknowledged)
        for silence in await alert_handling.silenced(self._conn, self._panel_id, about):
            self._silences[silence.about, silence.rule].append(silence)

    def of(self, subject: Subject, kind: RuleKind, incident: Incident | None) -> Handling:
        """Return the handling of one alert."""
        silences = self._silences.get((subject.about, kind), ())
        acknowledged = self._acknowledgements.get(incident.id, ()) if incident is not None else ()
        return of_incident(acknowledged, silences) if acknowledged or silences else UNHANDLED

    async def drop_outgrown(self, handled: Handling, before: AlertState, after: AlertState) -> Handling:
        """Delete acknowledgements of an alert that is worse now."""
        outgrown = handled.outgrown(before, after)
        await alert_handling.end_acknowledgements(self._conn, outgrown)
        gone = {acknowledgement.guild_id for acknowledgement in outgrown}
        kept = (
            acknowledgement
            for acknowledgement in handled.acknowledgements.values()
            if acknowledgement.guild_id not in gone
        )
        return of_incident(kept, handled.silences.values()) if gone else handled

    async def note_missed(self, handled: Handling, event: Event, guild_ids: Collection[int]) -> None:
        """Note for each silenced guild among these that it missed an event, unless it is suppressed."""
        kind = missed(event.kind) if event.suppression is None else None
        if kind is None:
            return
        for guild_id in handled.silenced(self._now).intersection(guild_ids):
            silence = handled.silences[guild_id]
            if silence.missed is not MessageKind.ALERT:
                await alert_handling.put_silence(self._conn, replace(silence, missed=kind))

    async def end_silences(self, handled: Handling, *, owed: bool) -> bool:
        """Delete silences that are over, and return whether one ran out.

        With `owed`, what was missed stays until the guild is notified or the alert has ended.
        """
        ran_out = False
        for silence in handled.silences.values():
            if silence.is_active(self._now):
                continue
            left = replace(silence, until=None, missed=silence.missed if owed else None)
            await alert_handling.put_silence(self._conn, left)
            ran_out = ran_out or silence.until is not None
        return ran_out
