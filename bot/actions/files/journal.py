"""The book of changes: one at a time on each server, written down before it is made."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from bot.actions.access import Permit
from bot.actions.audit import Act, Audit
from bot.actions.clock import Clock
from bot.actions.files.looking import Seen
from bot.domain import files
from bot.domain.audit import AuditFilter, Outcome
from bot.domain.changes import Change, Kept, Kind, new_id
from bot.domain.saved import SAFE_FOR
from bot.errors import QuetzalError
from bot.panel.errors import OutcomeUnknown
from bot.store import Store, changes
from bot.store.errors import StoreError

log = logging.getLogger(__name__)

UNPACK = "files.unpack"
"""What the audit calls an unpacking."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An unpacking that nobody saw the end of, because the bot was stopped or gave up.

    `staged` is where that lies which came out; `archive_changed_at` is when the archive was changed last.
    """

    archive: str
    archive_changed_at: str
    to: str
    staged: str
    at: datetime


@dataclass(slots=True)
class Doing:
    """A change under way."""

    change: Change
    _act: Act

    def unsure(self) -> None:
        """Say that nobody knows how it ended, whatever is raised."""
        self._act.outcome = Outcome.UNKNOWN


class Journal:
    """Audit and store of changes."""

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
        self.under_way: set[str] = set()
        """What lies aside and is being worked on by this process."""
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def plan(
        self, permit: Permit, kind: Kind, before: Seen, *, kept: Kept, after: str | None = None
    ) -> Change:
        """Make the record of a change that is about to be made."""
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
        """Make an id for a change, or for something staged."""
        return new_id(self._clock.now(), self._token())

    async def unfinished(self, permit: Permit, names: Collection[str]) -> list[Unfinished]:
        """Find the guild's unpackings of a day that lie among these names of the trash, newest first."""
        wanted = AuditFilter(
            permit.actor.guild_id or 0,
            server_uuid=permit.uuid,
            action=UNPACK,
            outcome=Outcome.UNKNOWN,
            since=self._clock.now() - SAFE_FOR,
        )
        found = []
        for act in (await self._audit.page(wanted)).acts:
            staged, what = str(act.what.get("staged", "")), act.what
            is_free = files.name_of(staged) in names and staged not in self.under_way
            if act.panel_id == permit.panel_id and staged and is_free:
                changed_at = str(what.get("changed_at"))
                found.append(Unfinished(str(what["path"]), changed_at, str(what["target"]), staged, act.at))
        return found

    @asynccontextmanager
    async def alone(self, permit: Permit) -> AsyncIterator[None]:
        """Be the only one who changes files of this server through this bot."""
        key = (permit.panel_id, permit.uuid)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    @asynccontextmanager
    async def doing(self, permit: Permit, change: Change, interaction_id: int | None) -> AsyncIterator[Doing]:
        """Make a change inside: in audit and store before it begins, settled when it ended.

        Should the bot die in the middle, both say that nobody knows, and what was kept is in the history.
        """
        action = f"files.{change.kind}"
        async with self._audit.act(permit, action, change.facts, interaction_id) as act:
            await self._store.write(lambda conn: changes.begin(conn, change))
            doing = Doing(change, act)
            try:
                yield doing
            except OutcomeUnknown:
                doing.unsure()
                raise
            except QuetzalError:
                await self._settle(doing, act.outcome or Outcome.FAILED)
                raise
            await self._settle(doing, act.outcome or Outcome.DONE)

    async def _settle(self, doing: Doing, outcome: Outcome) -> None:
        doing.change = replace(doing.change, outcome=outcome)
        try:
            await self._store.write(lambda conn: changes.settle(conn, doing.change.id, outcome))
        except StoreError:
            log.exception("change %s ended as %s, which could not be kept", doing.change.id, outcome)
