"""What everything that works on copies shares."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.copies import CopyTarget
from bot.core.clock import Clock
from bot.domain.audit import Facts
from bot.domain.backup_copies import BackupCopy
from bot.domain.levels import Actor
from bot.services.audit import Audit, Site
from bot.services.backup_copies.errors import TargetRemoved
from bot.services.jobs import JobAuthority
from bot.storage import Store
from bot.storage.repositories import backup_copies


@dataclass(frozen=True, slots=True)
class CopyPlace:
    """A target, and how many copies of a server's backups are kept there."""

    target: CopyTarget
    keep: int
    folder: str = ""
    """Where people find the files there: what comes before their keys."""


@dataclass(frozen=True, slots=True)
class CopyProgress:
    """How far a copy is in this run of the bot: bytes sent and there already, or read back."""

    done_bytes: int = 0
    bytes_per_s: float | None = None
    trouble: str | None = None
    """Why it can't go on at the moment, in a sentence; it is tried again."""
    is_waiting: bool = False
    """Whether another copy to the same target comes first."""


NOT_BEGUN = CopyProgress()


@dataclass
class CopyNews:
    """What is known of the copies under way beside the store, and who waits for something new."""

    progress: dict[int, CopyProgress] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a copy is no longer worked on."""
    _waiting: dict[int, set[asyncio.Event]] = field(default_factory=dict)

    def publish(self, copy_id: int, progress: CopyProgress) -> None:
        """Keep how far a copy is, and wake whoever waits for that."""
        self.progress[copy_id] = progress
        self.changed(copy_id)

    def changed(self, copy_id: int) -> None:
        """Wake whoever waits for news of a copy."""
        for event in self._waiting.get(copy_id, ()):
            event.set()

    def forget(self, copy_id: int) -> None:
        """Forget how far a copy is, which is in the store by now."""
        self.progress.pop(copy_id, None)
        self.ended.set()
        self.changed(copy_id)

    def is_followed(self, copy_id: int) -> bool:
        """Return whether news of a copy is waited for."""
        return bool(self._waiting.get(copy_id))

    @contextmanager
    def following(self, copy_id: int) -> Iterator[asyncio.Event]:
        """Give an event that is set by each news of a copy."""
        event = asyncio.Event()
        events = self._waiting.setdefault(copy_id, set())
        events.add(event)
        try:
            yield event
        finally:
            events.discard(event)
            if not events:
                self._waiting.pop(copy_id, None)


@dataclass(frozen=True, slots=True)
class CopyNeeds:
    """The store, the targets by name, and on whose behalf copies are made."""

    store: Store
    clock: Clock
    audit: Audit
    authority: JobAuthority
    places: Mapping[str, CopyPlace]
    news: CopyNews = field(default_factory=CopyNews)

    async def read(self, copy_id: int) -> BackupCopy | None:
        """Read a copy."""
        async with self.store.read() as conn:
            return await backup_copies.get(conn, copy_id)

    def place(self, copy: BackupCopy) -> CopyPlace:
        """Return the place of a copy; raises TargetRemoved."""
        if copy.target not in self.places:
            raise TargetRemoved
        return self.places[copy.target]


def asked_by(copy: BackupCopy) -> Actor:
    """Return who asked for a copy, for the audit."""
    return Actor(copy.asked_by, "", copy.guild_id, interaction_id=copy.interaction_id)


def deleted_by(copy: BackupCopy) -> Actor:
    """Return who deletes a good copy, for the audit: a person, or the retention for whoever asked for it."""
    if copy.deleted_by is None:
        return Actor.standing(copy.guild_id, copy.asked_by)
    return Actor(copy.deleted_by, "", copy.guild_id)


def site(copy: BackupCopy) -> Site:
    """Return the server of a copy, for the audit."""
    return Site(copy.panel_id, copy.server_uuid)


def facts(copy: BackupCopy) -> Facts:
    """Describe a copy for the audit."""
    return {
        "backup": copy.backup_uuid,
        "name": copy.backup_name,
        "to": copy.target,
        "size_bytes": copy.size_bytes,
    }
