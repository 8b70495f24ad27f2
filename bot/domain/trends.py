"""Trends of a period of history: slope, forecast, summary, advice."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations, groupby

from bot.core.i18n import Worded, _, number
from bot.domain import formatting
from bot.domain.alerts.rules import DEFAULTS, RuleKind

MINIMUM_S = 6 * 3600.0
"""A trend needs this much history."""
DAILY_MINIMUM_S = 3 * 86_400.0
"""A trend over days needs this much: from one day to the next is no trend yet."""
_POINTS = 120
_FEWEST = 6
_FEWEST_PAIRS = 12
_Z = 1.96
_DAY_S, _HOUR_S, _HOURS_A_DAY = 86_400.0, 3600.0, 24
_FAR_DAYS = 365.0

Series = Sequence[tuple[float, float]]
"""Seconds and value, in order of time."""


@dataclass(frozen=True, slots=True)
class Slope:
    """Change per second, with its 95% confidence bounds."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a limit is reached, in days from the last point; infinite: not within a year, or never."""

    days: float
    soonest: float
    latest: float


@dataclass(frozen=True, slots=True)
class TooEarly:
    """There is not enough history yet."""

    seconds_left: float


def slope(series: Series, minimum_s: float = MINIMUM_S) -> Slope | TooEarly:
    """Return the median of the slopes between all pairs (Theil-Sen), which is robust against outliers.

    Bounds are Sen's, from the normal approximation of Kendall's statistic (Sen 1968,
    https://doi.org/10.1080/01621459.1968.10480934). Neighbouring points of a series resemble each other, so
    the true uncertainty is rather larger.
    """
    covered_s = series[-1][0] - series[0][0] if series else 0.0
    if covered_s < minimum_s:
        return TooEarly(minimum_s - covered_s)
    points = _thinned(series)
    if len(points) < _FEWEST:
        return TooEarly(minimum_s)
    return _middle([_slopes(points)], [len(points)])


def daily_slope(series: Series) -> Slope | TooEarly:
    """Return the median of slopes between the same hours of different days, so that evenings don't count.

    That is the seasonal Kendall slope (Hirsch, Slack and Smith 1982,
    https://doi.org/10.1029/WR018i001p00107), the seasons being the hours of the day. It needs three days.
    """
    covered_s = series[-1][0] - series[0][0] if series else 0.0
    if covered_s < DAILY_MINIMUM_S:
        return TooEarly(DAILY_MINIMUM_S - covered_s)
    hours: dict[int, list[tuple[float, float]]] = {}
    for hour, part in groupby(series, key=lambda point: int(point[0] // _HOUR_S)):
        mean = statistics.fmean(value for _, value in part)
        hours.setdefault(hour % _HOURS_A_DAY, []).append((hour * _HOUR_S, mean))
    seasons = [season for season in hours.values() if len(season) > 1]
    slopes = [_slopes(season) for season in seasons]
    if sum(map(len, slopes)) < _FEWEST_PAIRS:
        return TooEarly(DAILY_MINIMUM_S)
    return _middle(slopes, [len(season) for season in seasons])


def forecast(series: Series, limit: float) -> Forecast | TooEarly:
    """Forecast when a growing value reaches its limit."""
    trend = slope(series)
    if isinstance(trend, TooEarly):
        return trend
    now = statistics.median(value for _, value in series[-3:])
    return Forecast(*(_days(limit - now, rate) for rate in (trend.middle, trend.high, trend.low)))


def describe_forecast(forecast: Forecast | TooEarly) -> str:
    """Describe a disk's forecast, with its uncertainty."""
    if isinstance(forecast, TooEarly):
        return _(
            "too early to tell: {seconds_left} of history to go",
            seconds_left=formatting.duration(forecast.seconds_left),
        )
    if forecast.days > _FAR_DAYS:
        return _("not filling up")
    full, soonest = _format_days(forecast.days), _format_days(forecast.soonest)
    if forecast.latest > _FAR_DAYS:
        sooner = "" if soonest == full else _(", at the soonest in {soonest}", soonest=soonest)
        return _("may be full in about {full}{sooner}", full=full, sooner=sooner)
    latest = _format_days(forecast.latest)
    return _("full in about {full}", full=full) + (
        _(" (between {soonest} and {latest})", soonest=soonest, latest=latest) if soonest != latest else ""
    )


def describe_change(
    trend: Slope | TooEarly, limit: float | None, unit: Callable[[float], str], *, hourly: bool = False
) -> str:
    """Describe a trend: the change with its bounds, in points of the limit if there is one."""
    if isinstance(trend, TooEarly):
        return _(
            "too early for a trend: {seconds_left} to go",
            seconds_left=formatting.duration(trend.seconds_left),
        )
    factor = (_HOUR_S if hourly else _DAY_S) * (100.0 / limit if limit else 1.0)
    middle, low, high = (rate * factor for rate in (trend.middle, trend.low, trend.high))
    put = (lambda value: number(value, ".1f")) if limit else unit
    nothing = put(0.0)
    suffix = f"{(_(' points') if limit else '')} {(_('an hour') if hourly else _('a day'))}"

    def signed(value: float) -> str:
        size = put(abs(value))
        return size if size == nothing else f"{'-' if value < 0 else '+'}{size}"

    if low <= 0 <= high or put(abs(middle)) == nothing:
        around = nothing == put(abs(low)) == put(abs(high))
        return (
            _("→ steady")
            if around
            else _(
                "→ steady ({signed} to {signed_2}{suffix})",
                signed=signed(low),
                signed_2=signed(high),
                suffix=suffix,
            )
        )
    arrow, word = ("↗", "rising") if middle > 0 else ("↘", "falling")
    nearer, farther = sorted((abs(low), abs(high)))
    return _(
        "{arrow} {word} {put}{suffix} ({put_2} to {put_3})",
        arrow=arrow,
        word=word,
        put=put(abs(middle)),
        suffix=suffix,
        put_2=put(nearer),
        put_3=put(farther),
    )


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


class Measure(Worded, StrEnum):
    """What is measured of a server, by the name that people read."""

    MEMORY = "Memory"
    CPU = "CPU"
    DISK = "Disk"
    NETWORK = "Network"
    PLAYERS = "Players"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a measure, in a sentence."""

    measure: Measure
    text: str
    is_warning: bool = False
    """Whether the alert's threshold is passed, too; otherwise there is time."""


def advice(
    *, memory: float | None, cpu: float | None, disk: float | None, java: bool, full: Forecast | None = None
) -> list[Advice]:
    """Return advice about mean percentages of the limits (None: no limit), the most urgent first.

    `full`: the forecast of the disk, where it is urgent.
    """
    remarks: list[Advice] = []
    if full is not None:
        text = _(
            "The disk is {describe_forecast}. Free space or raise the limit before that.",
            describe_forecast=describe_forecast(full),
        )
        remarks.append(Advice(Measure.DISK, text, is_warning=True))
    if disk is not None and disk > _DISK:
        text = _(
            "The disk is at {disk}. Delete old logs, worlds and archives.", disk=formatting.percent(disk)
        )
        remarks.append(Advice(Measure.DISK, text, _passes(RuleKind.DISK, disk)))
    if memory is not None and memory > _MEMORY and not java:
        text = _(
            "Memory averaged {memory}. Raise the limit or reduce the load.", memory=formatting.percent(memory)
        )
        remarks.append(Advice(Measure.MEMORY, text, _passes(RuleKind.MEMORY, memory)))
    if cpu is not None and cpu > _CPU:
        text = _("CPU averaged {cpu} of its limit. Find out what is busy.", cpu=formatting.percent(cpu))
        remarks.append(Advice(Measure.CPU, text, _passes(RuleKind.CPU, cpu)))
    return remarks


def _passes(kind: RuleKind, percent: float) -> bool:
    threshold = DEFAULTS[kind].warn
    return threshold is not None and percent > threshold


_MEMORY, _DISK, _CPU = 70.0, 80.0, 60.0


def _format_days(days: float) -> str:
    """Format days as a forecast can know them."""
    return formatting.about(days * _DAY_S)


def _days(room: float, rate: float) -> float:
    if room <= 0:
        return 0.0
    days = room / rate / _DAY_S if rate > 0 else math.inf
    return days if days <= _FAR_DAYS else math.inf


def _slopes(points: Series) -> list[float]:
    return [(b - a) / (later - at) for (at, a), (later, b) in combinations(points, 2)]


def _middle(slopes: Sequence[Sequence[float]], counts: Sequence[int]) -> Slope:
    """Return the median with Sen's bounds; the variances of Kendall's statistic add up over the seasons."""
    ordered = sorted(chain.from_iterable(slopes))
    spread = _Z * math.sqrt(sum(count * (count - 1) * (2 * count + 5) / 18 for count in counts))
    low = max(0, math.floor((len(ordered) - spread) / 2))
    return Slope(statistics.median(ordered), ordered[low], ordered[len(ordered) - 1 - low])


def _thinned(series: Series) -> list[tuple[float, float]]:
    """Return medians of equal intervals, so that there are few pairs."""
    size = math.ceil(len(series) / _POINTS)
    parts = [series[start : start + size] for start in range(0, len(series), size)]
    return [
        (statistics.fmean(at for at, _ in part), statistics.median(value for _, value in part))
        for part in parts
    ]


def _over(bands: list[tuple[Band, int]]) -> Band:
    observations = sum(count for _, count in bands)
    mean = sum(band.mean * count for band, count in bands) / observations
    return Band(min(band.low for band, _ in bands), mean, max(band.high for band, _ in bands))
