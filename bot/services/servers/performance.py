"""Reports on a server's history. Sends no request, so it works while the panel is down."""

from dataclasses import dataclass

from bot.core.clock import Clock
from bot.domain.java_detection import runs_java
from bot.domain.observation import Limits
from bot.domain.performance import FORECAST_SPAN, TREND_SPAN, PastPeriod, Period, Report, report
from bot.panel.models import Server
from bot.services.access import Permit
from bot.storage import Store
from bot.storage.repositories import metrics


@dataclass(frozen=True, slots=True)
class Performance:
    """A server's period; `report` is None when nothing of it was observed."""

    server: Server
    limits: Limits
    java: bool
    past: PastPeriod
    report: Report | None


class PerformanceService:
    """Reads the history of a server."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def fetch(self, permit: Permit, period: Period) -> Performance:
        """Read a period, and the history for trends and forecast."""
        server, until = permit.server, self._clock.now()
        since = until - period.span
        async with self._store.read() as conn:
            history = await metrics.read(conn, permit.key, since, until)
            longer = history
            if not period.is_short and period.span < TREND_SPAN:
                longer = await metrics.read(conn, permit.key, until - TREND_SPAN, until)
            recent = await metrics.read(conn, permit.key, until - FORECAST_SPAN, until)
        past = PastPeriod(period, since, until, history.step_s, history.points, longer.points, recent.points)
        limits, java = limits_of(server), runs_java(server)
        return Performance(server, limits, java, past, report(past, limits, java=java))


def limits_of(server: Server) -> Limits:
    """Return the limits that a server's usage is measured against."""
    return Limits(server.limits.memory_bytes, server.limits.cpu_limit_percent, server.limits.disk_bytes)
