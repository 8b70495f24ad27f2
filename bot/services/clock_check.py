"""Checks whether this machine's clock may be trusted to delete by age."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.core.http_date import parse_http_date
from bot.core.i18n import N_, _
from bot.domain.formatting import duration

log = logging.getLogger(__name__)

TOLERANCE = timedelta(hours=1)
"""How far clocks may differ; what is deleted by age is days old."""
_READ_EVERY_S = 60.0
_VALID_FOR_S = 24 * 3600.0


class ClockUncertain(QuetzalError):
    """This machine's clock and the clocks of the panel and Discord do not agree."""

    happened = N_("This machine's clock is wrong, or those of the panel and Discord are.")
    state = N_("Nothing is deleted because of its age until they agree.")
    next_step = N_("Set the clock of this machine (turn on NTP).")


@dataclass(frozen=True, slots=True)
class _Reading:
    at: datetime
    monotonic_s: float


class ClockCheck:
    """Compares this machine's clock with the `Date` of answers from the panels and Discord.

    A clock that is a year ahead would empty the audit and every server's trash at the first check. So code
    that deletes by age gets the time from here, and only if another machine has confirmed it within a day.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._readings: dict[str, _Reading] = {}
        self._first = asyncio.Event()

    def note(self, source: str, date: str | None) -> None:
        """Record the `Date` header of an answer, at most once a minute a source; ignore what is no date."""
        monotonic_s = self._clock.monotonic()
        known = self._readings.get(source)
        if date is None or (known is not None and monotonic_s - known.monotonic_s < _READ_EVERY_S):
            return
        at = parse_http_date(date)
        if at is None:
            return
        self._readings[source] = _Reading(at, monotonic_s)
        self._first.set()

    def confirmed(self) -> datetime | None:
        """Return the time by this machine's clock, or None when no other clock has confirmed it."""
        now = self._clock.now()
        return now if any(abs(off) <= TOLERANCE for off in self._differences(now)) else None

    async def now(self) -> datetime:
        """Wait until another clock is known; return the time, or raise ClockUncertain when none agrees."""
        await self._first.wait()
        if (now := self.confirmed()) is not None:
            return now
        now = self._clock.now()
        off = min(self._differences(now), key=abs, default=None)
        detail = (
            _("no answer with a date for a day")
            if off is None
            else _("off by {off}", off=duration(abs(off).total_seconds()))
        )
        raise ClockUncertain(detail=detail)

    def _differences(self, now: datetime) -> list[timedelta]:
        monotonic_s = self._clock.monotonic()
        passed = ((reading.at, monotonic_s - reading.monotonic_s) for reading in self._readings.values())
        return [now - at - timedelta(seconds=ago_s) for at, ago_s in passed if ago_s <= _VALID_FOR_S]
