"""From what was seen of a server, and what is remembered of it, to one look for the rules."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.actions.clock import Clock
from bot.domain import stops
from bot.domain.alerts import Crash, Look, apart
from bot.domain.incidents import Evidence
from bot.domain.observation import Missing, Observation, sample
from bot.domain.stops import Asked, Happened
from bot.monitor.batch import Seen
from bot.monitor.facts import Known
from bot.monitor.intentions import Found, Intentions, circumstances, last_process
from bot.panel.errors import ConflictReason
from bot.panel.models import PowerState, Server, ServerStatus
from bot.store.sights import Memory

_FORGOTTEN = Memory()
_STRANGE = (PowerState.UNKNOWN, PowerState.MISSING)
_TRIES = 3
_INSTALL_FAILED = (ServerStatus.INSTALL_FAILED, ServerStatus.REINSTALL_FAILED)


class FactsOf(Protocol):
    """Gives what is slowly known of a server."""

    def of(self, uuid: str, now: datetime) -> Known:
        """Tell what is known by now."""


@dataclass(slots=True)
class _Record:
    """What is kept in memory of a server; `seen_s` is the monotonic time of its last look.

    `evidence` is about a stop that nobody asked for, while it lasts: the alert begins some looks later.
    """

    memory: Memory = _FORGOTTEN
    looks: int = 0
    seen_s: float | None = None
    tries: int = 0
    evidence: Evidence | None = None


class Looks:
    """Reads sights of one panel's servers in the light of what was seen before.

    What is remembered moves on only when `keep` is called: a look that could not be kept is made anew.
    """

    def __init__(
        self, known: dict[str, Memory], intentions: Intentions, facts: FactsOf, clock: Clock
    ) -> None:
        self._records = {uuid: _Record(memory) for uuid, memory in known.items()}
        self._intentions = intentions
        self._facts = facts
        self._clock = clock
        self._apart = apart(0.0)

    def are_every(self, interval_s: float) -> None:
        """Take notice of how often each server is looked at."""
        self._apart = apart(interval_s)

    @property
    def known(self) -> Set[str]:
        """Name the servers of which something is remembered."""
        return self._records.keys()

    async def observed(self, server: Server, now: Observation) -> Seen:
        """Read an observation; asks who wanted it when the server stopped or restarted."""
        record = self._records.get(server.uuid) or _Record()
        memory, looks = record.memory, record.looks + 1
        if now.state in _STRANGE:
            return Seen(server, self._look(server, sight=now, looks=looks, asked=memory.asked), memory)
        what = stops.happened(memory.last, now)
        passed = None if record.seen_s is None else timedelta(seconds=self._clock.monotonic() - record.seen_s)
        judged = await self._judged(server, what, record, now, passed)
        entry = sample(memory.last, now)
        if judged is None:  # who wanted it cannot be found out yet: it stays to be found out
            return Seen(server, self._look(server, looks=looks), memory, entry)
        look = self._look(server, sight=now, looks=looks, asked=judged.memory.asked, crashes=judged.crashes)
        evidence = {**circumstances(server), **(judged.evidence or {})}
        return Seen(server, look, judged.memory, entry, evidence)

    def missing(self, server: Server, sight: Missing | None) -> Seen:
        """Read that nothing was seen of a server."""
        record = self._records.get(server.uuid) or _Record()
        return Seen(server, self._look(server, sight=sight, looks=record.looks), record.memory)

    def busy(self, server: Server, reason: ConflictReason) -> Seen:
        """Read that the panel lets nobody at the server: whatever its process does meanwhile is wanted."""
        record = self._records.get(server.uuid) or _Record()
        memory = replace(record.memory, asked=True, asked_by=f"the panel: {reason.value}")
        if memory.last is None:
            memory = record.memory
        suspended = True if reason is ConflictReason.SUSPENDED else None
        look = self._look(server, looks=record.looks, asked=True, suspended=suspended)
        return Seen(server, look, memory)

    def keep(self, seen: Iterable[Seen]) -> None:
        """Remember what was kept."""
        now_s = self._clock.monotonic()
        for one in seen:
            record = self._records.setdefault(one.server.uuid, _Record())
            record.memory = one.memory
            if one.sample is not None:
                record.looks = one.look.looks
            last = one.memory.last
            if one.look.sight is last and last is not None:
                record.seen_s, record.tries = now_s, 0
                alone = last.state is PowerState.OFFLINE and not one.memory.asked
                record.evidence = one.evidence if alone else None

    def forget(self, uuids: Iterable[str]) -> None:
        """Forget servers that are not there any more."""
        for uuid in uuids:
            self._records.pop(uuid, None)

    async def _judged(
        self,
        server: Server,
        what: Happened,
        record: _Record,
        now: Observation,
        passed: timedelta | None,
    ) -> "_Judged | None":
        memory, before = record.memory, record.memory.last
        offline = now.state is PowerState.OFFLINE
        match what:
            case Happened.CAME_UP:
                return await self._came_up(server, record, now)
            case Happened.STOPPED | Happened.RESTARTED if before is not None and not memory.asked:
                return await self._went(server, record, before, now, passed)
            case Happened.STILL_OFFLINE:
                return _Judged(_after(memory, now, asked=memory.asked), evidence=record.evidence)
            case _:
                # What was offline when first seen counts as asked, and so does what stopped while it was
                # suspended, restored or installed.
                return _Judged(_after(memory, now, asked=offline))

    async def _went(
        self,
        server: Server,
        record: _Record,
        before: Observation,
        now: Observation,
        passed: timedelta | None,
    ) -> "_Judged | None":
        """Judge a process that is gone: somebody wanted it, or it is a crash."""
        memory, offline = record.memory, now.state is PowerState.OFFLINE
        found = await self._intentions.of(server.uuid, stops.window(before, now.at, passed, memory.asked_at))
        asked = found.asked or _unnamed(before, now)
        if asked is not None:
            return _Judged(_after(memory, now, asked=offline, by=asked))
        if not self._settled(record, found):
            return None
        evidence = {**last_process(before, now), **found.evidence}
        if offline:
            return _Judged(_after(memory, now, asked=False), evidence=evidence)
        evidence |= await self._intentions.console(server.uuid)
        return _Judged(_after(memory, now, asked=False), (Crash(stops.began(now)),), evidence)

    async def _came_up(self, server: Server, record: _Record, now: Observation) -> "_Judged | None":
        """Judge what was offline: when nobody asked for it and the node mended it, it was a crash."""
        memory = record.memory
        since = memory.offline_since
        plain = _Judged(_after(memory, now, asked=False))
        if memory.asked or since is None or stops.began(now) - since > stops.BY_ITSELF:
            return plain
        found = await self._intentions.of(
            server.uuid, stops.Window(since - stops.CLOCKS_DIFFER, now.at + stops.CLOCKS_DIFFER), up=True
        )
        if found.asked is not None:
            return plain
        if not self._settled(record, found):
            return None
        evidence = {**(record.evidence or {}), **found.evidence}
        evidence |= await self._intentions.console(server.uuid)
        # A wall clock that was set back must not put the crash into the future.
        return replace(plain, crashes=(Crash(min(since, stops.began(now))),), evidence=evidence)

    def _settled(self, record: _Record, found: Found) -> bool:
        """Whether to go by what was found; what could not be read is tried again, but not for ever."""
        record.tries += 1
        return found.certain or record.tries >= _TRIES

    def _look(  # noqa: PLR0913 - the fields of a look
        self,
        server: Server,
        *,
        sight: Observation | Missing | None = None,
        looks: int,
        asked: bool = False,
        crashes: tuple[Crash, ...] = (),
        suspended: bool | None = None,
    ) -> Look:
        known = self._facts.of(server.uuid, self._clock.now())
        return Look(
            sight,
            looks,
            asked,
            crashes,
            known.hours_to_full,
            known.backup_age_days,
            known.backup_trouble,
            server.status in _INSTALL_FAILED,
            suspended or server.is_suspended or server.status is ServerStatus.SUSPENDED,
            apart=self._apart,
        )


@dataclass(frozen=True, slots=True)
class _Judged:
    memory: Memory
    crashes: tuple[Crash, ...] = ()
    evidence: Evidence | None = None


def _after(memory: Memory, now: Observation, *, asked: bool, by: Asked | None = None) -> Memory:
    offline = now.state is PowerState.OFFLINE
    since = (memory.offline_since or now.at) if offline else None
    if by is not None:
        return Memory(now, asked, by.by, by.at, since)
    return Memory(now, asked, memory.asked_by, memory.asked_at, since)


def _unnamed(before: Observation, now: Observation) -> Asked | None:
    """Excuse a process that was seen stopping: somebody told it to, unless the node did, for the disk."""
    if before.state is not PowerState.STOPPING or stops.over_disk_limit(now) or stops.over_disk_limit(before):
        return None
    return Asked("a stop that nobody wrote down", now.at)
