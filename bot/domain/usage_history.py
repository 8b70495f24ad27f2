"""What a server used over a period, step by step and in numbers."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """The range and mean of a value."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class Point:
    """One step of history. Bytes; cpu in percent of one core; rates in bytes a second.

    Counts are of observations in this step; without any, there is no point. `at` is its beginning, in seconds
    since 1970. `players` is None where the game was not asked or did not answer.
    """

    at: int
    memory: Band
    cpu: Band
    disk: Band
    rx_rate: float | None
    tx_rate: float | None
    observations: int
    running: int
    offline: int
    restarts: int
    players: Band | None = None
    player_limit: int | None = None


def columns(
    points: Sequence[Point], since_s: float, until_s: float, count: int, value: Callable[[Point], float]
) -> list[float | None]:
    """Split a time into equal parts and return the mean of each; None without observations."""
    width = (until_s - since_s) / count
    parts: list[list[tuple[float, int]]] = [[] for _ in range(count)]
    for point in points:
        part = math.floor((point.at - since_s) / width)
        if 0 <= part < count:
            parts[part].append((value(point), point.observations))
    return [
        sum(mean * observations for mean, observations in part)
        / sum(observations for _, observations in part)
        if part
        else None
        for part in parts
    ]


@dataclass(frozen=True, slots=True)
class Summary:
    """A period in numbers. Shares refer to observations: gaps don't count."""

    memory: Band
    cpu: Band
    disk: Band
    uptime_percent: float
    restarts: int
    observations: int


def summary(points: Sequence[Point]) -> Summary | None:
    """Summarise a period; None without history."""
    observations = sum(point.observations for point in points)
    if not observations:
        return None
    return Summary(
        _over([(point.memory, point.observations) for point in points]),
        _over([(point.cpu, point.observations) for point in points]),
        _over([(point.disk, point.observations) for point in points]),
        100.0 * sum(point.running for point in points) / observations,
        sum(point.restarts for point in points),
        observations,
    )


def _over(bands: list[tuple[Band, int]]) -> Band:
    observations = sum(count for _, count in bands)
    mean = sum(band.mean * count for band, count in bands) / observations
    return Band(min(band.low for band, _ in bands), mean, max(band.high for band, _ in bands))
