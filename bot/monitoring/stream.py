"""One stream of observations from all sources: reduced on arrival, and compared in order.

An unchanged observation is dropped, and its usage goes into one sample per interval. A change is read at
once. For each server, one observation is read at a time, and the next only after that is stored, so that each
is compared with the previous one.
"""

import asyncio
import heapq
import logging
import math
from collections.abc import Iterable
from zlib import crc32

from bot.core.clock import Clock
from bot.core.defect_log import DefectLog
from bot.core.detached_task import cancel_all
from bot.domain.alerts import DEFAULTS, RuleKind
from bot.domain.observation import (
    Missing,
    Observation,
    Source,
    is_outdated,
    lacks_figures,
    restarted_unseen,
)
from bot.domain.process_end import ProcessEnd
from bot.monitoring.batch import ServerCheck
from bot.monitoring.interval_usage import IntervalUsage
from bot.monitoring.observer import ServerObserver
from bot.monitoring.reachability import ReachabilityTracker
from bot.monitoring.sources import SourceRouter
from bot.monitoring.stream_entry import ServerEntry, WaitingReport
from bot.panel.errors import ConflictReason
from bot.panel.models import PowerState, Server

log = logging.getLogger(__name__)

SAMPLE_S = 60.0
"""How often the continuous reports of a live source are stored and evaluated."""
CHANGED_S = 600.0
"""How long a server takes priority after its state changed."""
SURE_AFTER_S = 1.5
"""For how long a process has to seem another one, by when it began, to count as one."""
AGAIN_S = 5.0
"""When to read again what could not be stored."""
_MOST_WAITING = 64
_PUSH_FOR_S = (DEFAULTS[RuleKind.STATE].push_for or (10.0, 1))[0] + 0.1
"""When to check a server again that went offline: its rule waits so long."""


class ObservationStream:
    """Collects the observations of one panel's servers from all sources, and turns them into checks.

    1. A source reports an observation: `observed`, `polled`, `missing` or `unavailable`. An outdated one is
       dropped, an unchanged one adds its usage to the interval's sample.
    2. The observer compares the others with the previous one of their server, one at a time.
    3. `take` returns the checks, and its caller stores them. `urgent` is set while one should be stored at
       once.
    4. After `settled`, the next observation of each server is read.
    """

    def __init__(self, router: SourceRouter, reachability: ReachabilityTracker, clock: Clock) -> None:
        self.router = router
        self.reachability = reachability
        self._clock = clock
        self._observer: ServerObserver | None = None
        self._entries: dict[str, ServerEntry] = {}
        self._ready: list[ServerCheck] = []
        self._rechecks: list[tuple[float, str]] = []
        self._reading: set[asyncio.Task[None]] = set()
        self._defects = DefectLog(log, "an observation could not be read")
        self.urgent = asyncio.Event()

    def begin(self, observer: ServerObserver) -> None:
        """Use this observer from now on; what was not stored before is dropped."""
        self._observer = observer
        self._entries.clear()
        self._ready.clear()
        self._rechecks.clear()

    async def close(self) -> None:
        """Cancel what is being read."""
        await cancel_all(self._reading)

    def set_interval(self, interval_s: float) -> None:
        """Set how often servers are polled."""
        if self._observer is not None:
            self._observer.set_interval(interval_s)

    # --- what live sources say ---

    def observed(self, server: Server, observation: Observation, end: ProcessEnd | None = None) -> None:
        """Process an observation of a live source (see `sources.SourceReports`)."""
        now_s = self._clock.monotonic()
        self.router.works(observation.source, server.uuid)
        entry = self._entry(server)
        last = self._last(entry)
        if last is not None and is_outdated(observation, last):
            if end is None or end.exit_code is None or last.state is not PowerState.OFFLINE:
                return
            observation = last  # another source was first, but this one knows the reason
        if last is not None and lacks_figures(observation, last):
            return
        known = entry.known
        is_changed = known is None or _is_change(known, observation)
        is_new = not is_changed and entry.has_begun_later(observation, now_s)
        if is_new and end is None and entry.doubt(now_s) < SURE_AFTER_S:  # it may only be read late
            return
        entry.know(observation, now_s)
        if is_changed or is_new or end is not None:
            if known is not None:
                entry.changed_s = now_s
                self.router.needs_assignment = True
            report = observation if entry.usage is None else entry.usage.cut_short_by(observation)
            self._put(entry, WaitingReport(report, end, known, is_new, known is not None))
            self._begin_interval(entry, now_s, first=known is None)
        elif entry.usage is None:
            entry.usage = IntervalUsage.of(observation)
        else:
            entry.usage.add(observation)
        if now_s >= entry.sample_due_s:
            self._put(
                entry, WaitingReport(observation if entry.usage is None else entry.usage.reduced(observation))
            )
            self._begin_interval(entry, now_s)

    def failed(self, source: Source, uuid: str, why: str) -> None:
        """Note that a source can't observe a server (see `sources.SourceReports`)."""
        self.router.failed(source, uuid, why)

    # --- what polling says ---

    async def polled(self, server: Server, observation: Observation) -> ServerCheck | None:
        """Read a polled observation; None when it may be older than what is known or being stored."""
        entry = self._entry(server)
        last = self._last(entry)
        if entry.item is not None or (last is not None and is_outdated(observation, last)):
            return None
        before, before_s, now_s = entry.known, entry.known_s, self._clock.monotonic()
        is_new = entry.has_begun_later(observation, now_s)
        entry.know(observation, now_s)
        reader: asyncio.Future[ServerCheck | None] = asyncio.get_running_loop().create_future()
        report = WaitingReport(observation, before=before, before_s=before_s, is_new=is_new, reader=reader)
        self._put(entry, report)
        return await reader

    def missing(self, server: Server, missing: Missing) -> None:
        """Read that nothing was observed of a server, unless a live source observes it."""
        if not self.router.is_covered(server.uuid):
            self._put(self._entry(server), WaitingReport(missing))

    def unavailable(self, server: Server, reason: ConflictReason) -> None:
        """Read that the panel refuses access to a server."""
        self._put(self._entry(server), WaitingReport(reason))

    # --- what came of it ---

    @property
    def has_checks(self) -> bool:
        """Whether something waits to be stored."""
        return bool(self._ready)

    def take(self) -> tuple[ServerCheck, ...]:
        """Return the checks to be stored; `settled` must be called afterwards."""
        self.urgent.clear()
        checks, self._ready = tuple(self._ready), []
        return checks

    def settled(self, checks: Iterable[ServerCheck], *, stored: bool) -> None:
        """Continue with the servers whose checks were stored.

        Changes that live sources report only once are read again later when they could not be stored, or when
        it is unknown yet who requested a stop. Other observations are repeated anyway: the next one is
        compared with what was known before.
        """
        checks = tuple(checks)
        if stored and self._observer is not None:
            self._observer.stored(checks)
        now_s = self._clock.monotonic()
        for check in checks:
            entry = self._entries.get(check.server.uuid)
            if entry is None or entry.item is None:
                continue
            item, entry.item = entry.item, None
            if item.is_urgent and not (stored and _is_settled(item, check)):
                entry.waiting.appendleft(item)
                self._recheck(check.server.uuid, now_s + AGAIN_S)
                continue
            if item.is_urgent and check.rule_input.is_unexpectedly_offline:
                self._recheck(check.server.uuid, now_s + _PUSH_FOR_S)
            if item.reader is not None and not entry.waiting and not (stored and _is_read(check)):
                entry.know(item.before, item.before_s)
            self._read_next(entry)

    def run_due(self) -> None:
        """Read again what is due: servers that just went offline, and what could not be stored."""
        now_s = self._clock.monotonic()
        while self._rechecks and self._rechecks[0][0] <= now_s:
            _, uuid = heapq.heappop(self._rechecks)
            entry = self._entries.get(uuid)
            if entry is None or entry.item is not None:
                continue
            known = entry.known
            is_still_seen = known is not None and known.source.is_live and self.router.is_covered(uuid)
            if not entry.waiting and known is not None and is_still_seen:
                self._put(entry, WaitingReport(known, is_urgent=True))
            else:
                self._read_next(entry)

    def next_due_s(self) -> float:
        """Return when `run_due` has something to do."""
        return self._rechecks[0][0] if self._rechecks else math.inf

    def known(self, uuid: str) -> Observation | None:
        """Return the last observation of a server, from any source."""
        entry = self._entries.get(uuid)
        return entry.known if entry is not None else None

    def has_changed_lately(self, uuid: str) -> bool:
        """Return whether a server's state changed recently."""
        entry = self._entries.get(uuid)
        return entry is not None and self._clock.monotonic() - entry.changed_s < CHANGED_S

    def forget(self, uuids: Iterable[str]) -> None:
        """Forget servers that do not exist any more."""
        for uuid in uuids:
            self._entries.pop(uuid, None)

    def _last(self, entry: ServerEntry) -> Observation | None:
        """Return the last observation of a server; the stored one until there is one since the start."""
        if entry.known is not None or self._observer is None:
            return entry.known
        return self._observer.last(entry.server.uuid)

    # --- in turn ---

    def _entry(self, server: Server) -> ServerEntry:
        entry = self._entries.get(server.uuid)
        if entry is None:
            entry = self._entries[server.uuid] = ServerEntry(server)
        entry.server = server
        return entry

    def _begin_interval(self, entry: ServerEntry, now_s: float, *, first: bool = False) -> None:
        """Begin a sample interval; the first is shorter, so that servers are stored at different times."""
        entry.usage = None
        spread = crc32(entry.server.uuid.encode()) % 1000 / 1000 if first else 1.0
        entry.sample_due_s = now_s + SAMPLE_S * max(spread, 0.05)

    def _put(self, entry: ServerEntry, item: WaitingReport) -> None:
        if len(entry.waiting) >= _MOST_WAITING:  # nothing can be stored: the newest ones matter most
            _drop(entry.waiting.popleft())
        entry.waiting.append(item)
        if item.is_urgent and entry.item is not None:  # the checks before it must not wait for more
            entry.item.is_urgent = True
            self.urgent.set()
        self._read_next(entry)

    def _read_next(self, entry: ServerEntry) -> None:
        if entry.item is not None or not entry.waiting or self._observer is None:
            return
        entry.item = entry.waiting.popleft()
        task = asyncio.create_task(
            self._read(self._observer, entry, entry.item), name=f"observation of {entry.server.uuid}"
        )
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _read(self, observer: ServerObserver, entry: ServerEntry, item: WaitingReport) -> None:
        check: ServerCheck | None = None
        try:
            check = await self._check(observer, entry.server, item)
            self._defects.clear()
        except Exception as error:  # noqa: BLE001 - a defect in the data of one server must not stop the others
            self._defects.note(error)
        finally:
            if item.reader is not None and not item.reader.done():
                item.reader.set_result(check)
            if check is None:
                entry.item = None
        if check is None:
            self._read_next(entry)
            return
        self._ready.append(check)
        if item.is_urgent:
            self.urgent.set()
        if isinstance(item.report, Observation) and item.report.source.is_live:
            self.reachability.record_live(entry.server.uuid, entry.server.node, item.report.at)

    async def _check(self, observer: ServerObserver, server: Server, item: WaitingReport) -> ServerCheck:
        match item.report:
            case Observation():
                return await observer.observed(
                    server, item.report, item.end, before=item.before, is_new=item.is_new
                )
            case Missing():
                return observer.missing(server, item.report)
            case _:
                return observer.unavailable(server, item.report)

    def _recheck(self, uuid: str, at_s: float) -> None:
        heapq.heappush(self._rechecks, (at_s, uuid))


def _is_change(known: Observation, now: Observation) -> bool:
    return now.state is not known.state or restarted_unseen(known, now)


def _is_settled(item: WaitingReport, check: ServerCheck) -> bool:
    """Whether it is known who requested what a live source saw; the observer gives up after some tries."""
    is_live = isinstance(item.report, Observation) and item.report.source.is_live
    return not is_live or _is_read(check)


def _is_read(check: ServerCheck) -> bool:
    return check.sample is None or check.rule_input.check is not None


def _drop(item: WaitingReport) -> None:
    if item.reader is not None and not item.reader.done():
        item.reader.set_result(None)
