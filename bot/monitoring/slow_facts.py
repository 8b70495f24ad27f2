"""Facts that change slowly: backups, and how fast the disk fills. Read at most hourly for each server."""

import logging
import math
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.clock import Clock
from bot.core.supervisor import Pulse
from bot.domain.backup_copies import only_copies
from bot.domain.backups import analyse
from bot.domain.observation import Limits, ServerKey
from bot.domain.performance import FORECAST_SPAN, disk_forecast
from bot.domain.trends import TooEarly
from bot.panel import Lane, PanelClient
from bot.panel.availability import unavailable_reason
from bot.panel.budget import RESERVE, URGENT_RESERVE, BudgetView
from bot.panel.errors import PanelError, PermissionMissing
from bot.panel.models import Server
from bot.services.servers import ServerDirectory
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import alerts, audit, backup_copies, metrics

log = logging.getLogger(__name__)

FRESH_S = 3600.0
PER_MINUTE = 20
"""How many servers are read per minute at most, also after the start."""
_AGAIN_S = 300.0
_IDLE_S = 30.0
_DAY_S = 86_400.0
_OURS = (
    "backup.create",
    "backup.end",
    "backup.delete",
    "backup.copy_end",
    "backup.copy_delete",
    "backup.copy_found",
)


@dataclass(frozen=True, slots=True)
class SlowFacts:
    """The facts that are known; None: not known."""

    hours_to_full: float | None = None
    backup_age_days: float | None = None
    backup_trouble: bool | None = None


NOTHING = SlowFacts()


@dataclass(frozen=True, slots=True)
class _Entry:
    due_s: float
    hours_to_full: float | None = None
    last_good: datetime | None = None
    none_allowed: bool = False
    trouble: bool | None = None


def reads_per_minute(budget: BudgetView, tokens_per_minute: float) -> float:
    """Return how many servers may be read per minute.

    A quarter of what live connections and people leave, or half of what was not used in the last minute:
    people's reserve is rarely used up, and half of it stays theirs.
    """
    if budget.limit is None:
        return PER_MINUTE
    spare = budget.limit * (1 - RESERVE) - tokens_per_minute
    unused = budget.limit * (1 - URGENT_RESERVE) - sum(budget.used.values())
    return min(PER_MINUTE, max(1.0, spare / 4, unused / 2))


class SlowFactsCache:
    """Reads one panel's slow facts in the background; a few seconds after the bot's own backups, too."""

    def __init__(self, panel: PanelClient, directory: ServerDirectory, store: Store, clock: Clock) -> None:
        self._panel = panel.on(Lane.URGENT)
        self._panel_id = panel.config.id
        self._directory = directory
        self._store = store
        self._clock = clock
        self._kept: dict[str, _Entry] = {}
        self._heard: int | None = None

    def get_for(self, uuid: str, now: datetime) -> SlowFacts:
        """Return what is known about a server."""
        kept = self._kept.get(uuid)
        if kept is None:
            return NOTHING
        age = None if kept.last_good is None else max(0.0, (now - kept.last_good).total_seconds() / _DAY_S)
        return SlowFacts(kept.hours_to_full, 0.0 if kept.none_allowed else age, kept.trouble)

    async def keep_fresh(self, pulse: Pulse) -> None:
        """Read forever; start it under the supervisor."""
        while True:
            await self._schedule_changed()
            server = self._next()
            if server is not None:
                await self._read(server)
            pulse.beat()
            per_minute = reads_per_minute(self._panel.budget, self._panel.sockets.hub.tokens_per_minute)
            await self._clock.sleep(_IDLE_S if server is None else 60.0 / per_minute)

    async def _schedule_changed(self) -> None:
        """Schedule reads for servers whose backups the bot created or deleted."""
        try:
            async with self._store.read() as conn:
                if self._heard is None:
                    self._heard = await audit.last_id(conn)
                acts = await audit.after(conn, self._panel_id, _OURS, act_id=self._heard)
        except StoreError as error:
            log.debug("cannot read which backups Quetzal made: %s", error)
            return
        for act in acts:
            self._heard = act.id if act.id is not None else self._heard
            if act.server_uuid is not None and act.server_uuid in self._kept:
                self._put_off(act.server_uuid, 0.0)

    def _next(self) -> Server | None:
        """Choose the server that has waited the longest."""
        targets = self._directory.get_for(self._panel_id) or ()
        if len(self._kept) > 2 * len(targets):
            current = {target.server.uuid for target in targets}
            self._kept = {uuid: kept for uuid, kept in self._kept.items() if uuid in current}
        now_s = self._clock.monotonic()
        due = ((self._due_s(target.server.uuid), at) for at, target in enumerate(targets))
        first = min(due, default=None)
        return None if first is None or first[0] > now_s else targets[first[1]].server

    def _due_s(self, uuid: str) -> float:
        kept = self._kept.get(uuid)
        return -math.inf if kept is None else kept.due_s

    async def _read(self, server: Server) -> None:
        if unavailable_reason(server) is not None:
            self._put_off(server.uuid, _AGAIN_S)
            return
        due_s = self._clock.monotonic() + FRESH_S
        try:
            hours = await self._hours_to_full(server)
            self._kept[server.uuid] = await self._backups(server, _Entry(due_s, hours))
        except PermissionMissing:
            self._kept[server.uuid] = _Entry(due_s, hours)
        except (PanelError, StoreError) as error:
            log.debug("cannot read the slow facts of %s: %s", server.uuid, error)
            self._put_off(server.uuid, _AGAIN_S)

    def _put_off(self, uuid: str, seconds: float) -> None:
        due_s = self._clock.monotonic() + seconds
        self._kept[uuid] = replace(self._kept.get(uuid) or _Entry(due_s), due_s=due_s)

    async def _backups(self, server: Server, kept: _Entry) -> _Entry:
        """Read the last good backup and whether others failed; neither counts without a backup limit."""
        limit = server.feature_limits.backups or 0
        if limit == 0:
            return _Entry(kept.due_s, kept.hours_to_full, none_allowed=True, trouble=False)
        backups = await self._panel.backups.list_all(server.uuid)
        async with self._store.read() as conn:
            back_at = await alerts.node_back_at(conn, self._panel_id, server.node)
            copies = await backup_copies.of_server(conn, ServerKey(self._panel_id, server.uuid))
        now = self._clock.now()
        elsewhere = only_copies(copies, backups, now)
        analysis = analyse(backups, now, limit=limit, node_back_at=back_at, elsewhere=elsewhere)
        good = None if analysis.last_good is None else analysis.last_good.created_at
        trouble = analysis.failed_since_good > 0 or analysis.stuck > 0
        return _Entry(kept.due_s, kept.hours_to_full, good, trouble=trouble)

    async def _hours_to_full(self, server: Server) -> float | None:
        """Forecast as for people; growth that may be zero gives no forecast."""
        limit = server.limits.disk_bytes
        if limit is None:
            return math.inf
        key, now = ServerKey(self._panel_id, server.uuid), self._clock.now()
        async with self._store.read() as conn:
            history = await metrics.read(conn, key, now - FORECAST_SPAN, now)
        forecast = disk_forecast(history.points, Limits(disk_bytes=limit))
        if forecast is None or isinstance(forecast, TooEarly):
            return None
        return forecast.days * 24 if math.isfinite(forecast.latest) else math.inf
