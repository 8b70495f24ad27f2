"""What people read of a server's history, and what a chart of it says to those who do not see it."""

from collections.abc import Callable

from bot.domain.formatting import counted, percent, size
from bot.domain.performance import TREND_SPAN, Report, Usage
from bot.domain.trends import TooEarly, describe_change, describe_forecast
from bot.domain.usage_scale import UsageLevel, usage_level
from bot.services.servers import Performance
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import neutralise, shorten

CHART = "performance.png"
ALT_LIMIT = 1024
"""Discord's limit for the description of an attachment."""
_NAME_ROOM = 80
_WELL_SEEN = 95.0


def performance(figures: Performance, *, drawn: bool = True) -> Card:
    """Say what a period was like. `drawn`: there is a chart beside it."""
    name = neutralise(figures.server.name, _NAME_ROOM)
    title = f"📈 {name}, {figures.past.period.words}"
    if figures.report is None:
        return _nothing(figures, title)
    report = figures.report
    fields = [
        ("Memory", _use(report, report.memory, size, judged=not figures.java), False),
        ("CPU", _use(report, report.cpu, percent), False),
        ("Disk", _use(report, report.disk, size), False),
    ]
    if figures.limits.disk_bytes:
        fields.append(("Disk forecast", describe_forecast(report.full) if report.full else "not known", True))
    received, sent = report.rates
    if received is not None and sent is not None:
        fields.append(("Network (average)", f"⬇️ {size(received)}/s  ⬆️ {size(sent)}/s", True))
    fields.append(
        (
            "What to do",
            "\n".join(f"➡️ {line}" for line in report.advice) or "✅ Nothing to do",
            False,
        )
    )
    return theme.card(
        title,
        "\n".join(_head(figures, report, drawn=drawn)),
        colour=theme.CAREFUL if report.advice else theme.QUETZAL,
        fields=fields,
        footer=_footer(report),
    )


def alt_text(figures: Performance) -> str:
    """Say in words what the chart shows; fits Discord's limit."""
    period = figures.past.period.words
    if figures.report is None:
        return f"An empty chart: no data in {period}."
    report = figures.report
    until = f"{figures.past.until:%Y-%m-%d %H:%M} UTC"
    parts = [
        f"Chart of {period}, until {until}: five rows over one time axis.",
        _row(report, "Memory", report.memory, size),
        _row(report, "CPU", report.cpu, percent),
        _row(report, "Disk", report.disk, size),
        _network(report),
        f"State: running for {percent(report.total.uptime_percent)} of the time, "
        f"{counted(report.total.restarts, 'restart')}.",
    ]
    if report.seen_percent < _WELL_SEEN:
        parts.append(f"The rows have gaps: there is data for {percent(report.seen_percent)} of the time.")
    return shorten(" ".join(filter(None, parts)), ALT_LIMIT)


def _nothing(figures: Performance, title: str) -> Card:
    if figures.past.recent:
        text = (
            "No data for this time: Quetzal, the panel or the node was down.\n➡️ Choose a longer period below."
        )
    else:
        text = (
            "No history yet. Quetzal records one sample a minute while the server runs.\n"
            "➡️ Come back in a few minutes; trends need 6 hours. Current state: `/server status`."
        )
    return theme.card(title, text, colour=theme.QUIET)


def _head(figures: Performance, report: Report, *, drawn: bool) -> list[str]:
    restarts = counted(report.total.restarts, "restart") if report.total.restarts else "no restart"
    lines = [f"**Up {percent(report.total.uptime_percent)}** · {restarts}"]
    if report.seen_percent < _WELL_SEEN:
        lines.append(f"Data for {percent(report.seen_percent)} of the time; gaps are blank and not counted.")
    if figures.java:
        lines.append("Java keeps its heap, so high memory usage is normal.")
    if not drawn:
        lines.append("The chart couldn't be drawn, but the numbers are complete.")
    return lines


def _footer(report: Report) -> str:
    bounds = "(95% range in brackets)"
    if report.past.period.is_short:
        return f"Trend of this period {bounds}"
    days = max(TREND_SPAN, report.past.period.span).days
    return f"{days}-day trend {bounds}"


def _use(report: Report, use: Usage, unit: Callable[[float], str], *, judged: bool = True) -> str:
    mean, peak = use.percent(use.band.mean), use.percent(use.band.high)
    trend = describe_change(use.trend, use.limit, unit, hourly=report.past.period.is_short)
    if mean is None or peak is None or use.limit is None:
        return f"mean {unit(use.band.mean)}, peak {unit(use.band.high)}, no limit\n{trend}"
    step = usage_level(peak) if judged else UsageLevel.NORMAL
    mark = "" if step is UsageLevel.NORMAL else f"\n{theme.SCALE_MARK[step]} {step.value} at its peak"
    return f"mean {percent(mean)}, peak {percent(peak)} of {unit(use.limit)}{mark}\n{trend}"


def _row(report: Report, name: str, use: Usage, unit: Callable[[float], str]) -> str:
    limit = use.limit

    def put(value: float) -> str:
        return unit(value) if limit is None else percent(100 * value / limit)

    limit_text = "no limit" if limit is None else f"of {unit(limit)}"
    described = describe_change(use.trend, limit, unit, hourly=report.past.period.is_short)
    trend = "" if isinstance(use.trend, TooEarly) else f", {described[2:]}"
    low, mean, high = put(use.band.low), put(use.band.mean), put(use.band.high)
    return (
        f"{name} ({limit_text}): {put(use.now)} at the end, from {low} to {high}, {mean} on average{trend}."
    )


def _network(report: Report) -> str:
    received, sent = report.rates
    if received is None or sent is None:
        return ""
    return f"Network: {size(received)}/s in and {size(sent)}/s out on average."
