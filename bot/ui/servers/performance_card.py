"""What people read of a server's history, and the description of its chart for those who don't see it."""

import math
from collections.abc import Callable

from bot.core.i18n import _
from bot.domain.formatting import cores, counted, percent, size
from bot.domain.performance import TREND_SPAN, Period, Report, Usage
from bot.domain.player_history import player_period
from bot.domain.trends import Forecast, Slope, TooEarly, describe_change, describe_forecast
from bot.domain.usage_advice import Measure
from bot.domain.usage_scale import UsageLevel, usage_level
from bot.services.servers import Performance
from bot.ui.kit import theme
from bot.ui.kit.card import ALT_LIMIT, Card
from bot.ui.kit.text import first_up, neutralise, shorten
from bot.ui.players.words import mean_players

CHART = "performance.png"
_NAME_ROOM = 80
_WELL_SEEN = 95.0
_USAGES = (Measure.MEMORY, Measure.CPU, Measure.DISK)


def performance(figures: Performance, measure: Measure | None = None, *, drawn: bool = True) -> Card:
    """Say what a period was like, of one measure or of all; `drawn`: there is a chart beside it."""
    name = neutralise(figures.server.name, _NAME_ROOM)
    title = f"📈 {name} · {figures.past.period.value}"
    if figures.report is None:
        return _nothing(figures, title)
    report = figures.report
    items = [item for item in report.advice if measure in (None, item.measure)]
    advice = [item.text for item in items]
    lines = [_status(report)]
    if not drawn:
        lines.append(_("The chart couldn't be drawn, but the numbers are complete."))
    players = _players(figures)
    if measure is None:
        lines += [f"➡️ {text}" for text in advice[:1]]
        lines += [f"**{usage.text}** {_use(report, usage)}" for usage in _USAGES]
        lines += _filling(figures, report)
        lines += [f"**{Measure.PLAYERS.text}** {players}"] if players else []
    elif measure is Measure.PLAYERS:
        lines.append(first_up(players) if players else _("The game didn't answer in this time."))
    elif measure is Measure.NETWORK:
        lines.append(_network(report) or _("No network figures for this time."))
    else:
        lines += [f"➡️ {text}" for text in advice]
        lines += _details(figures, report, measure)
    return theme.card(
        title,
        "\n".join(lines),
        colour=theme.CAREFUL if any(item.is_warning for item in items) else theme.QUETZAL,
        footer=_footer(figures, report, measure),
    )


def alt_text(figures: Performance, measure: Measure | None = None) -> str:
    """Say in words what the chart shows; fits Discord's limit."""
    period = figures.past.period.words
    if figures.report is None:
        return _("An empty chart: no data in {period}.", period=period)
    report = figures.report
    until = f"{figures.past.until:%Y-%m-%d %H:%M} UTC"
    parts = [
        _(
            "Chart of {measure} in {period}, until {until}.",
            measure=_("everything") if measure is None else measure.text,
            period=period,
            until=until,
        )
    ]
    parts += [_row(report, usage) for usage in _USAGES if measure in (None, usage)]
    if measure in (None, Measure.NETWORK):
        parts.append(_("Network: {network}.", network=_network(report) or _("no figures")))
    if players := _players(figures):
        parts.append(_("Players: {players}.", players=players))
    parts.append(
        _(
            "State: running for {uptime} of the time, {restarts}.",
            uptime=percent(report.total.uptime_percent),
            restarts=counted(report.total.restarts, "restart", "restarts"),
        )
    )
    if report.seen_percent < _WELL_SEEN:
        parts.append(
            _("The chart has gaps: there is data for {seen} of the time.", seen=percent(report.seen_percent))
        )
    return shorten(" ".join(parts), ALT_LIMIT)


def _nothing(figures: Performance, title: str) -> Card:
    if figures.past.recent:
        text = _(
            "No data for this time: Quetzal, the panel or the node was down.\n➡️ Choose a longer period below."
        )
    else:
        text = _(
            "No history yet. Quetzal records one sample a minute while the server runs.\n"
            "➡️ Come back in a few minutes; trends need 6 hours. Current state: `/server status`."
        )
    return theme.card(title, text, colour=theme.QUIET)


def _status(report: Report) -> str:
    restarts = (
        f"{counted(report.total.restarts, 'restart', 'restarts')} ▲"
        if report.total.restarts
        else _("no restarts")
    )
    seen = (
        _(" · data for {seen}", seen=percent(report.seen_percent)) if report.seen_percent < _WELL_SEEN else ""
    )
    return _(
        "**Up {uptime} · {restarts}**{seen}",
        uptime=percent(report.total.uptime_percent),
        restarts=restarts,
        seen=seen,
    )


def _use(report: Report, measure: Measure, *, short: bool = True) -> str:
    """Write its mean and peak, with a mark where the peak was high."""
    usage, unit = _usage_of(report, measure)
    mean, peak = usage.percent(usage.band.mean), usage.percent(usage.band.high)
    if mean is None or peak is None or usage.limit is None:
        return _(
            "mean {unit}, peak {unit_2}{rest}",
            unit=unit(usage.band.mean),
            unit_2=unit(usage.band.high),
            rest="" if short else _(", no limit"),
        )
    is_judged = not (report.java and measure is Measure.MEMORY)
    level = usage_level(peak) if is_judged else UsageLevel.NORMAL
    mark = "" if level is UsageLevel.NORMAL else f" {theme.SCALE_MARK[level]}"
    limit = "" if short else _(" of {limit}", limit=_limit(usage.limit, measure))
    return _(
        "mean {mean}, peak {peak}{limit}{mark}",
        mean=percent(mean),
        peak=percent(peak),
        limit=limit,
        mark=mark,
    )


def _details(figures: Performance, report: Report, measure: Measure) -> list[str]:
    usage, unit = _usage_of(report, measure)
    lines = [first_up(_use(report, measure, short=False))]
    if not _grows_only_lately(report, measure):
        change = describe_change(usage.trend, usage.limit, unit, hourly=report.past.period.is_short)
        lines.append(first_up(change))
    if measure is Measure.DISK:
        lines += _forecast(figures, report, _("Forecast of the last 2 days"))
    if measure is Measure.MEMORY and report.java:
        lines.append(_("Java keeps its heap, so high memory usage is normal."))
    return lines


def _filling(figures: Performance, report: Report) -> list[str]:
    """Say when the disk will be full, if it will."""
    return _forecast(figures, report, _("Disk forecast")) if _is_filling(report) else []


def _is_filling(report: Report) -> bool:
    return isinstance(report.full, Forecast) and math.isfinite(report.full.days)


def _grows_only_lately(report: Report, measure: Measure) -> bool:
    """Whether the disk's forecast says that it fills up while its trend, which goes back farther, doesn't.

    "Steady" beside "full in 3 days" would be read as a contradiction, as after files were deleted; what
    matters is when it is full.
    """
    trend = report.disk.trend
    return measure is Measure.DISK and _is_filling(report) and isinstance(trend, Slope) and trend.low <= 0


def _forecast(figures: Performance, report: Report, name: str) -> list[str]:
    if report.full is None or not figures.limits.disk_bytes:
        return []
    forecast = describe_forecast(report.full)
    said = any(forecast in item.text for item in report.advice)
    return [] if said else [f"{name}: {forecast}"]


def _footer(figures: Performance, report: Report, measure: Measure | None) -> str:
    shown = _USAGES if measure is None else (measure,)
    is_scaled = any(
        _usage_of(report, usage)[0].limit and not (usage is Measure.MEMORY and figures.java)
        for usage in shown
        if usage in _USAGES
    )
    parts = [_("Dashed: 70/85/95%.")] if is_scaled else []
    parts += [] if measure is Measure.NETWORK else [_("Shaded: min–max.")]  # noqa: RUF001 - a range
    legend = " ".join([*parts, "UTC"])
    if measure not in _USAGES or _grows_only_lately(report, measure):
        return legend
    return _(
        "{trend_span} trend (95% range in brackets)\n{legend}",
        trend_span=_trend_span(report.past.period),
        legend=legend,
    )


def _trend_span(period: Period) -> str:
    if period.is_short:
        return _("{hours}-hour", hours=round(period.span.total_seconds() / 3600))
    return _("{days}-day", days=max(TREND_SPAN, period.span).days)


def _row(report: Report, measure: Measure) -> str:
    usage, unit = _usage_of(report, measure)
    limit = usage.limit

    def put(value: float) -> str:
        return unit(value) if limit is None else percent(100 * value / limit)

    limit_text = _("no limit") if limit is None else _("of {limit}", limit=_limit(limit, measure))
    described = describe_change(usage.trend, limit, unit, hourly=report.past.period.is_short)
    is_left_out = isinstance(usage.trend, TooEarly) or _grows_only_lately(report, measure)
    trend = "" if is_left_out else f", {described[2:]}"
    low, mean, high = put(usage.band.low), put(usage.band.mean), put(usage.band.high)
    figures = _(
        "{put} at the end, from {low} to {high}, {mean} on average",
        put=put(usage.now),
        low=low,
        high=high,
        mean=mean,
    )
    return f"{measure.text} ({limit_text}): {figures}{trend}."


def _usage_of(report: Report, measure: Measure) -> tuple[Usage, Callable[[float], str]]:
    if measure is Measure.MEMORY:
        return report.memory, size
    return (report.cpu, percent) if measure is Measure.CPU else (report.disk, size)


def _limit(limit: float, measure: Measure) -> str:
    return cores(limit) if measure is Measure.CPU else size(limit)


def _players(figures: Performance) -> str:
    """Write the mean and the peak; empty where the game never answered."""
    past = figures.past
    period = player_period(past.points, past.since, past.until)
    if period is None:
        return ""
    of_limit = "" if period.limit is None else _(" of {limit:,}", limit=period.limit)
    return _(
        "mean {mean_players}, peak {peak:,}{of_limit}",
        mean_players=mean_players(period.mean),
        peak=period.peak,
        of_limit=of_limit,
    )


def _network(report: Report) -> str:
    received, sent = report.rates
    if received is None or sent is None:
        return ""
    return _("{received}/s in and {sent}/s out on average", received=size(received), sent=size(sent))
