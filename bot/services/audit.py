"""The audit: who did what, recorded before the act and completed when its outcome is known."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.core.supervisor import Pulse
from bot.domain import audit as domain
from bot.domain.audit import SET_UP_BY, AuditCursor, AuditFilter, AuditPage, Facts, Outcome
from bot.domain.levels import Actor
from bot.panel.errors import OutcomeUnknown
from bot.services.clock_check import ClockCheck
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import audit

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = logging.getLogger(__name__)

_UNPOSTED_LIMIT = 1_000
_REFUSED_AGAIN_S = 3600.0
_REFUSALS_AN_HOUR = 60
_REMEMBERED = 1_000
_READS = frozenset(
    {
        "backup.download",
        "databases.read_password",
        "files.download",
        "files.link",
        "files.tail",
        "server.console",
    }
)
"""Acts that change nothing on the server."""
_DAY_S = 24 * 3600.0


class Permitted(Protocol):
    """A person who may act on a server: the part of a permit that the audit needs."""

    @property
    def actor(self) -> Actor:
        """The person who acts."""

    @property
    def panel_id(self) -> str:
        """The panel's id in the settings."""

    @property
    def uuid(self) -> str:
        """The server's uuid."""


@dataclass(frozen=True, slots=True)
class Site:
    """What an act is about without a permit: a server, a panel (no uuid), or the guild (neither)."""

    panel_id: str = ""
    server_uuid: str | None = None


@dataclass(slots=True)
class AuditFacts:
    """An act under way. Its block may add facts, or set the outcome where no error shows it."""

    facts: Facts
    outcome: Outcome | None = None
    """None: done when the block ends, failed when it raises an error of ours."""


class Audit:
    """Records changes, and reads of secrets. Records contain no content and no secrets."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.unposted: asyncio.Queue[domain.AuditEntry] = asyncio.Queue(_UNPOSTED_LIMIT)
        """Completed acts to be posted to audit channels; when nobody reads it, the oldest are dropped."""
        self._begun: deque[int] = deque(maxlen=_REMEMBERED)
        # By guild, refused attempts of the last hour.
        self._refusals: dict[int, dict[tuple[int, str], float]] = {}

    async def note(
        self,
        principal: Permitted | Actor,
        action: str,
        facts: Facts,
        outcome: Outcome = Outcome.DONE,
        *,
        site: Site | None = None,
    ) -> None:
        """Record an act that is over. `site` is for an Actor: a Permit has its own."""
        row = replace(self._row(principal, action, facts, site), outcome=outcome)
        await self._store.write(lambda conn: audit.begin(conn, row))
        self._queue(row)

    async def note_change(  # noqa: PLR0913 - an act has a person, a name, facts, an outcome and a site
        self,
        principal: Actor,
        action: str,
        facts: Facts,
        change: Callable[["AsyncConnection"], Awaitable[bool]],
        outcome: Outcome = Outcome.DONE,
        *,
        site: Site,
    ) -> bool:
        """Change what is stored and record it, both or neither; False when there was nothing to change."""
        row = replace(self._row(principal, action, facts, site), outcome=outcome)

        async def change_and_note(conn: "AsyncConnection") -> bool:
            is_changed = await change(conn)
            if is_changed:
                await audit.begin(conn, row)
            return is_changed

        is_changed = await self._store.write(change_and_note)
        if is_changed:
            self._queue(row)
        return is_changed

    def has_begun(self, interaction_id: int) -> bool:
        """Whether this interaction has lately begun to change something."""
        return interaction_id in self._begun

    async def refused(self, actor: Actor, tried: str, why: str) -> None:
        """Record a refused attempt; repetitions don't fill the store.

        Once an hour for the same person and attempt, and at most sixty an hour in a guild: the last one says
        that there may be more.
        """
        guild_id, now = actor.guild_id or 0, self._clock.monotonic()
        recent = self._refusals.setdefault(guild_id, {})
        for key in [key for key, at in recent.items() if now - at >= _REFUSED_AGAIN_S]:
            del recent[key]
        key = (actor.user_id, tried)
        if key in recent or len(recent) >= _REFUSALS_AN_HOUR:
            return
        recent[key] = now
        facts: Facts = {"tried": tried, "why": why}
        if len(recent) == _REFUSALS_AN_HOUR:
            facts = {**facts, "more": True}
        await self.note(actor, "access.refused", facts, Outcome.FAILED)

    @asynccontextmanager
    async def act(
        self, principal: Permitted | Actor, action: str, facts: Facts, *, site: Site | None = None
    ) -> AsyncIterator[AuditFacts]:
        """Record the act in the block: done when it ends, failed on an error of ours, else unknown.

        It is stored as unknown before the block begins; if that fails, nothing is done.
        """
        row = self._row(principal, action, facts, site)
        if row.interaction_id is not None and action not in _READS:
            self._begun.append(row.interaction_id)
        act_id = await self._store.write(lambda conn: audit.begin(conn, row))
        act = AuditFacts(facts)
        try:
            yield act
        except OutcomeUnknown:
            await self._settle(row, act_id, act, Outcome.UNKNOWN)
            raise
        except QuetzalError:
            await self._settle(row, act_id, act, act.outcome or Outcome.FAILED)
            raise
        except BaseException:
            self._queue(row)  # a defect or a cancellation: the stored outcome, unknown, stays true
            raise
        await self._settle(row, act_id, act, act.outcome or Outcome.DONE)

    async def settle(self, act: domain.AuditEntry, outcome: Outcome) -> None:
        """Complete a stored act whose outcome was unknown until now."""
        act_id = act.id
        assert act_id is not None  # noqa: S101 - what is in the store has one
        await self._store.write(lambda conn: audit.settle(conn, act_id, outcome))

    async def page(
        self, wanted: AuditFilter, *, older_than: AuditCursor | None = None, size: int = 25
    ) -> AuditPage:
        """Read a page, newest first. The caller has checked access."""
        async with self._store.read() as conn:
            return await audit.page(conn, wanted, older_than=older_than, size=size)

    async def count(self, wanted: AuditFilter) -> int:
        """Count the acts that match."""
        async with self._store.read() as conn:
            return await audit.count(conn, wanted)

    async def actions(self, guild_id: int) -> list[str]:
        """List the kinds of acts of a guild, by name."""
        async with self._store.read() as conn:
            return await audit.actions(conn, guild_id)

    async def keep_pruned(self, days: int, clock_check: ClockCheck, pulse: Pulse) -> None:
        """Delete acts older than `days` once a day; start it under the supervisor."""
        while True:
            gone = await audit.prune(self._store, before=await clock_check.now() - timedelta(days=days))
            if gone:
                log.info("deleted %d acts older than %d days", gone, days)
            pulse.beat()
            await self._clock.sleep(_DAY_S)

    def _row(
        self, principal: Permitted | Actor, action: str, facts: Facts, site: Site | None
    ) -> domain.AuditEntry:
        if isinstance(principal, Actor):
            actor, site = principal, site or Site()
        else:
            actor, site = principal.actor, Site(principal.panel_id, principal.uuid)
        return domain.AuditEntry(
            at=self._clock.now(),
            guild_id=actor.guild_id or 0,
            user_id=actor.user_id,
            panel_id=site.panel_id,
            server_uuid=site.server_uuid,
            action=action,
            facts=_with_origin(actor, facts),
            interaction_id=actor.interaction_id,
        )

    async def _settle(self, row: domain.AuditEntry, act_id: int, act: AuditFacts, outcome: Outcome) -> None:
        """Store the outcome; if that fails, the act stays done and its row says unknown."""
        origin = row.facts.get(SET_UP_BY)
        facts = act.facts if origin is None else {**act.facts, SET_UP_BY: origin}
        try:
            await self._store.write(lambda conn: audit.settle(conn, act_id, outcome, facts))
        except StoreError:
            log.exception("act %d (%s) ended as %s, which could not be stored", act_id, row.action, outcome)
        self._queue(replace(row, facts=facts, outcome=outcome, id=act_id))

    def _queue(self, row: domain.AuditEntry) -> None:
        if self.unposted.full():
            self.unposted.get_nowait()
        self.unposted.put_nowait(row)


def _with_origin(actor: Actor, facts: Facts) -> Facts:
    """Add who set up the standing work."""
    return facts if actor.set_up_by is None else {**facts, SET_UP_BY: actor.set_up_by}
