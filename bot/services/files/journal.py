"""The journal of file changes: one at a time on each server, recorded before it is made."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from weakref import WeakValueDictionary

from bot.core.clock import Clock
from bot.core.errors import QuetzalError, Refused
from bot.core.i18n import _
from bot.domain.audit import AuditEntry, AuditFilter, Outcome
from bot.domain.file_changes import (
    Change,
    ChangeKind,
    SavedAs,
    new_id,
)
from bot.panel.errors import OutcomeUnknown
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.audit import AuditFacts as ActUnderWay
from bot.services.files.stat import PathState
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import file_changes

log = logging.getLogger(__name__)


@dataclass(slots=True)
class JournalEntry:
    """A change under way."""

    change: Change
    _act: ActUnderWay

    def unsure(self) -> None:
        """Set the outcome to unknown, whatever is raised."""
        self._act.outcome = Outcome.UNKNOWN


class Journal:
    """Records changes in the audit and the store."""

    def __init__(
        self,
        store: Store,
        audit: Audit,
        clock: Clock,
        *,
        token: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._token = token
        self._under_way: set[str] = set()
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def plan(
        self, permit: Permit, kind: ChangeKind, before: PathState, *, kept: SavedAs, after: str | None = None
    ) -> Change:
        """Return the record of a change that is about to be made."""
        return Change(
            id=self.new_id(),
            guild_id=permit.actor.guild_id or 0,
            user_id=permit.actor.user_id,
            panel_id=permit.panel_id,
            server_uuid=permit.uuid,
            kind=kind,
            path=before.path,
            kept=kept,
            is_directory=before.is_directory,
            size_bytes=before.size_bytes,
            before=before.sha256,
            after=after,
        )

    def new_id(self) -> str:
        """Return a new id for a change or a staging folder."""
        return new_id(self._clock.now(), self._token())

    async def interrupted(self, permit: Permit, action: str, key: str, within: timedelta) -> list[AuditEntry]:
        """Return the guild's acts of this kind here with an unknown outcome, newest first.

        `key` is the fact that identifies the work: what this process works on is left out.
        """
        wanted = AuditFilter(
            permit.actor.guild_id or 0,
            server_uuid=permit.uuid,
            action=action,
            outcome=Outcome.UNKNOWN,
            since=self._clock.now() - within,
        )
        return [
            act
            for act in (await self._audit.page(wanted)).acts
            if act.panel_id == permit.panel_id
            and act.facts.get(key)
            and str(act.facts[key]) not in self._under_way
        ]

    @asynccontextmanager
    async def working_on(self, work: str, noun: str) -> AsyncIterator[None]:
        """Reserve work for this task. Raises Refused when another task of this process has reserved it."""
        if work in self._under_way:
            raise Refused(
                _("Somebody else is finishing that {noun} at this moment.", noun=noun),
                next_step=_("Wait until it is done."),
            )
        self._under_way.add(work)
        try:
            yield
        finally:
            self._under_way.discard(work)

    @asynccontextmanager
    async def exclusive(self, permit: Permit) -> AsyncIterator[None]:
        """Lock this server's files against other changes through this bot."""
        key = (permit.panel_id, permit.uuid)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    @asynccontextmanager
    async def record(self, permit: Permit, change: Change) -> AsyncIterator[JournalEntry]:
        """Record the change in the block: in audit and store before it begins, completed when it ends.

        If the bot dies meanwhile, both say unknown, and the previous version is in the history.
        """
        action = f"files.{change.kind}"
        async with self._audit.act(permit, action, change.facts) as act:
            await self._store.write(lambda conn: file_changes.begin(conn, change))
            doing = JournalEntry(change, act)
            try:
                yield doing
            except OutcomeUnknown:
                doing.unsure()
                raise
            except QuetzalError:
                await self._settle(doing, act.outcome or Outcome.FAILED)
                raise
            await self._settle(doing, act.outcome or Outcome.DONE)

    async def _settle(self, doing: JournalEntry, outcome: Outcome) -> None:
        doing.change = replace(doing.change, outcome=outcome)
        try:
            await self._store.write(lambda conn: file_changes.settle(conn, doing.change.id, outcome))
        except StoreError:
            log.exception("change %s ended as %s, which could not be stored", doing.change.id, outcome)
