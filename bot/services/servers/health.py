"""Runs a full health check of a server; each part may fail independently."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.domain.availability import unavailable_text
from bot.domain.backup_copies import only_copies
from bot.domain.backups import Analysis, analyse
from bot.domain.health_check import Check
from bot.domain.health_checks import HealthFacts, checks, score
from bot.domain.health_score import Health
from bot.domain.java_detection import runs_java
from bot.domain.observation import Observation
from bot.domain.performance import FORECAST_SPAN, disk_forecast
from bot.domain.target import Target
from bot.domain.usage_history import Point
from bot.panel.errors import PanelError
from bot.panel.models import Resources, Server
from bot.services.access import Permit
from bot.services.servers.latest_states import LatestStates
from bot.services.servers.performance import limits_of
from bot.services.servers.stored_state import (
    StoredState,
    check_of,
    stored_state,
)
from bot.storage import Store
from bot.storage.repositories import alerts, backup_copies, metrics

T = TypeVar("T")
_History = tuple[StoredState, tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The result of a health check."""

    server: Server
    at: datetime
    checks: tuple[Check, ...]
    health: Health


class HealthService:
    """Runs health checks."""

    def __init__(self, store: Store, clock: Clock, latest: LatestStates) -> None:
        self._store = store
        self._latest = latest
        self._clock = clock

    async def examine(self, permit: Permit) -> HealthReport:
        """Read panel, node and store concurrently. Raises only errors that leave nothing to report."""
        now = self._clock.now()
        viewed, measured, backups, databases, history = await asyncio.gather(
            _or_error(permit.panel.servers.view(permit.uuid, fresh=True)),
            self._measured(permit),
            _or_error(self._backups(permit, now)),
            _or_error(permit.panel.databases.list(permit.uuid, cached=True)),
            _or_error(self._history(permit, now)),
        )
        server = permit.server if isinstance(viewed, QuetzalError) else viewed
        answer, took_s = measured
        past, recent = (StoredState(), ()) if isinstance(history, QuetzalError) else history
        limits, rooms = limits_of(server), server.feature_limits
        if isinstance(answer, Resources):
            answer = self._latest.resources(Target(permit.panel_id, server), answer, now)
        check = check_of(permit, server, answer, now)
        since = past.changing_since.get(check.state) if isinstance(check, Observation) else None
        facts = HealthFacts(
            check,
            runs_java(server),
            past.stop_requested,
            answered_s=took_s,
            barred=unavailable_text(server),
            disk_forecast=disk_forecast(recent, limits),
            backups=None if isinstance(backups, QuetzalError) else backups,
            backups_why=backups.happened if isinstance(backups, QuetzalError) else "",
            backup_limit=rooms.backups or 0,
            databases=None if isinstance(databases, QuetzalError) else len(databases),
            database_limit=rooms.databases,
            crashes_in_a_day=past.crashes_in_a_day,
            changing_since=since,
            alerts=past.alerts,
        )
        made = checks(facts)
        return HealthReport(server, now, tuple(made), score(facts, made))

    async def _measured(self, permit: Permit) -> tuple[Resources | PanelError, float]:
        began = self._clock.monotonic()
        answer: Resources | PanelError
        try:
            answer = await permit.panel.servers.resources(permit.uuid)
        except PanelError as error:
            answer = error
        return answer, self._clock.monotonic() - began

    async def _backups(self, permit: Permit, now: datetime) -> Analysis:
        backups = await permit.panel.backups.list_all(permit.uuid)
        async with self._store.read() as conn:
            back_at = await alerts.node_back_at(conn, permit.panel_id, permit.server.node)
            copies = await backup_copies.of_server(conn, permit.key)
        limit = permit.server.feature_limits.backups or 0
        return analyse(
            backups, now, limit=limit, node_back_at=back_at, elsewhere=only_copies(copies, backups, now)
        )

    async def _history(self, permit: Permit, now: datetime) -> _History:
        async with self._store.read() as conn:
            recent = await metrics.read(conn, permit.key, now - FORECAST_SPAN, now)
            return await stored_state(conn, permit, now), recent.points


async def _or_error(awaitable: Awaitable[T]) -> T | QuetzalError:
    try:
        return await awaitable
    except QuetzalError as error:
        return error
