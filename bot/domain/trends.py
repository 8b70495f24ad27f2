"""Trends of a period of history: slope and forecast."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, groupby

from bot.core.i18n import _, number
from bot.domain import formatting

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
    trend: Slope | TooEarly, limit: float | None, unit: Callable[[float], str], *, hourly: bool
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
