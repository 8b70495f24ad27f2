"""Summarises a server's players over a period: mean, peak, busiest hours. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.usage_history import Point

BUSY_HOURS = 3
"""How many hours in a row the busiest ones are."""
_DAY_HOURS = 24
_LEAST = timedelta(days=1)
"""Hours of the day can be compared only over a whole day."""


@dataclass(frozen=True, slots=True)
class PlayerPeriod:
    """A period in numbers. `peak_at` is the beginning of the step of `peak`.

    `known_percent` is how much of the observed time the game answered. `busiest` is the beginning of the
    hours with the most players, on the last day of the period, and `busiest_mean` their mean; None where no
    hours stand out, or the period is shorter than a day.
    """

    mean: float
    peak: int
    peak_at: datetime
    limit: int | None
    known_percent: float
    busiest: datetime | None = None
    busiest_mean: float = 0.0


def player_period(points: Sequence[Point], since: datetime, until: datetime) -> PlayerPeriod | None:
    """Summarise the players of a period; None when the game never answered."""
    known = [(point, point.players) for point in points if point.players is not None]
    if not known:
        return None
    weight = sum(point.observations for point, _ in known)
    peak_point, peak = max(known, key=lambda pair: (pair[1].high, pair[0].at))
    mean = sum(band.mean * point.observations for point, band in known) / weight
    limits = [point.player_limit for point, _ in known if point.player_limit is not None]
    busiest, busiest_mean = _busiest(points, until) if until - since >= _LEAST else (None, 0.0)
    return PlayerPeriod(
        mean,
        round(peak.high),
        datetime.fromtimestamp(peak_point.at, UTC),
        limits[-1] if limits else None,
        100.0 * weight / sum(point.observations for point in points),
        busiest if busiest_mean > mean else None,
        busiest_mean,
    )


def _busiest(points: Sequence[Point], until: datetime) -> tuple[datetime | None, float]:
    """Find the hours in a row, by the hour of the day, that had the most players on average."""
    hours: list[list[tuple[float, int]]] = [[] for _ in range(_DAY_HOURS)]
    for point in points:
        if point.players is not None:
            hour = datetime.fromtimestamp(point.at, UTC).hour
            hours[hour].append((point.players.mean, point.observations))
    best: tuple[float, int] | None = None
    for first in range(_DAY_HOURS):
        window = [hours[(first + hour) % _DAY_HOURS] for hour in range(BUSY_HOURS)]
        if not all(window):
            continue
        values = [value for hour in window for value in hour]
        mean = sum(players * count for players, count in values) / sum(count for _, count in values)
        if best is None or mean > best[0]:
            best = (mean, first)
    if best is None:
        return None, 0.0
    mean, first = best
    begin = until.astimezone(UTC).replace(hour=first, minute=0, second=0, microsecond=0)
    return begin if begin <= until else begin - timedelta(days=1), mean
