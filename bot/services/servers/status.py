"""The present status of servers."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.clock import Clock
from bot.domain.availability import unavailable_text
from bot.domain.backup_copies import only_copies
from bot.domain.backups import Analysis, analyse
from bot.domain.health_checks import HealthFacts, checks, score
from bot.domain.health_score import Health
from bot.domain.java_detection import runs_java
from bot.domain.observation import observe
from bot.domain.performance import FORECAST_SPAN, disk_forecast
from bot.domain.target import Target
from bot.domain.usage_history import Point
from bot.panel import PanelClient
from bot.panel.errors import PanelError, PanelTimedOut
from bot.panel.models import Resources, Server
from bot.services.access import Permit, Rights
from bot.services.servers.latest_states import LatestStates
from bot.services.servers.performance import limits_of
from bot.services.servers.stored_state import StoredState, stored_state
from bot.storage import Store
from bot.storage.repositories import alerts, backup_copies, metrics, server_states

STATUS_HISTORY = timedelta(hours=1)
_GLANCE_S = 6.0
_BACKUPS_S = 3.0


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A server and its usage; `trouble` says why that is unknown.

    Only `fetch` sets health, the history of the hour before, and when the last good backup was made (None:
    there is none, or it is unknown).
    """

    target: Target
    resources: Resources | None
    trouble: PanelError | None = None
    at: datetime | None = None
    offline_since: datetime | None = None
    health: Health | None = None
    hour: tuple[Point, ...] = ()
    backed_up_at: datetime | None = None
    backups_known: bool = False

    @property
    def server(self) -> Server:
        """The server's own facts and limits."""
        return self.target.server


class StatusService:
    """Reads the status of one server in full, or of a page of servers in brief."""

    def __init__(self, store: Store, clock: Clock, latest: LatestStates) -> None:
        self._store = store
        self._clock = clock
        self._latest = latest

    async def fetch(self, permit: Permit) -> ServerStatus:
        """Fetch the server and its usage, and read the store. Raises if the panel doesn't show the server."""
        panel, target, at = permit.panel, permit.target, self._clock.now()
        server, now, backups, (past, hour, recent) = await asyncio.gather(
            panel.servers.view(permit.uuid),
            self._use(panel, target),
            self._backups(permit, at),
            self._past(permit, at),
        )
        health = None
        if now.resources is not None:
            facts = HealthFacts(
                observe(target.panel_id, server, now.resources, at),
                runs_java(server),
                past.stop_requested,
                barred=unavailable_text(server),
                disk_forecast=disk_forecast(recent, limits_of(server)),
                backups=backups,
                backup_limit=server.feature_limits.backups or 0,
                crashes_in_a_day=past.crashes_in_a_day,
                changing_since=past.changing_since.get(now.resources.state),
                alerts=past.alerts,
            )
            health = score(facts, checks(facts))
        age = backups.last_good_age if backups is not None else None
        return replace(
            now,
            target=Target(target.panel_id, server),
            at=at,
            offline_since=past.offline_since,
            health=health,
            hour=hour,
            backed_up_at=None if age is None else at - age,
            backups_known=backups is not None,
        )

    async def glance(self, rights: Rights, targets: Sequence[Target]) -> list[ServerStatus]:
        """Fetch the usage of each, concurrently and within seconds; a slow one is shown as not responding.

        Servers that the person may not see are left out.
        """
        seen = [target for target in targets if rights.sees(target)]
        async with self._store.read() as conn:
            offline_since = await _offline_since(conn, seen)
        used = await asyncio.gather(
            *(self._in_time(rights.panels[target.panel_id], target) for target in seen)
        )
        return [replace(now, offline_since=offline_since.get(now.server.uuid)) for now in used]

    async def _past(
        self, permit: Permit, at: datetime
    ) -> tuple[StoredState, tuple[Point, ...], tuple[Point, ...]]:
        """Read what monitoring stored, the last hour, and the history for the disk forecast."""
        async with self._store.read() as conn:
            hour = await metrics.read(conn, permit.key, at - STATUS_HISTORY, at)
            recent = await metrics.read(conn, permit.key, at - FORECAST_SPAN, at)
            return await stored_state(conn, permit, at), hour.points, recent.points

    async def _backups(self, permit: Permit, at: datetime) -> Analysis | None:
        """Analyse the backups; None where there are none to be had, or they are not listed within seconds."""
        limit = permit.server.feature_limits.backups
        if not limit:
            return None

        try:
            backups = await self._clock.timeout(_BACKUPS_S, permit.panel.backups.list_all(permit.uuid))
        except (PanelError, TimeoutError):
            return None
        async with self._store.read() as conn:
            back_at = await alerts.node_back_at(conn, permit.panel_id, permit.server.node)
            copies = await backup_copies.of_server(conn, permit.key)
        return analyse(
            backups, at, limit=limit, node_back_at=back_at, elsewhere=only_copies(copies, backups, at)
        )

    async def _in_time(self, panel: PanelClient, target: Target) -> ServerStatus:
        try:
            return await self._clock.timeout(_GLANCE_S, self._use(panel, target))
        except TimeoutError:
            return ServerStatus(target, None, PanelTimedOut())

    async def _use(self, panel: PanelClient, target: Target) -> ServerStatus:
        at = self._clock.now()
        try:
            resources = await panel.servers.resources(target.server.uuid)
        except PanelError as error:
            return ServerStatus(target, None, error)
        return ServerStatus(target, self._latest.resources(target, resources, at), at=at)


async def _offline_since(conn: AsyncConnection, targets: Sequence[Target]) -> dict[str, datetime]:
    """Read since when each has been offline, as far as monitoring knows."""
    uuids: defaultdict[str, list[str]] = defaultdict(list)
    for target in targets:
        uuids[target.panel_id].append(target.server.uuid)
    return {
        uuid: state.offline_since
        for panel_id in uuids
        for uuid, state in (await server_states.of(conn, panel_id, uuids[panel_id])).items()
        if state.offline_since is not None
    }
