"""A server's history as a chart and in words, with a button for each measure and each period."""

import discord
from typing_extensions import override

from bot.domain.performance import Period
from bot.domain.trends import Measure
from bot.services.servers import Performance
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers import performance_card as cards
from bot.ui.servers.chart import PerformanceChart, draw_performance


async def show_performance(context: ServerContext, period: Period, measure: Measure | None = None) -> None:
    """Read the history and show it, of one measure or of all; without a chart when it cannot be drawn."""
    await with_retry(context, lambda context: _show(context, period, measure))


async def _show(context: ServerContext, period: Period, measure: Measure | None) -> None:
    services = context.services
    performance = await services.performance.fetch(await context.permit(), period)
    view = PerformanceView(context, period, measure, with_measures=performance.report is not None)
    png = (
        await services.charts.draw(draw_performance, _chart(performance, measure))
        if performance.report
        else None
    )
    card = cards.performance(performance, measure, drawn=png is not None)
    if png is not None:
        card = card.with_picture(cards.CHART, png, cards.alt_text(performance, measure))
    await respond(context.interaction, card=card, view=view)


class PerformanceView(BaseView):
    """The other measures and periods."""

    def __init__(
        self, context: ServerContext, period: Period, measure: Measure | None, *, with_measures: bool
    ) -> None:
        """Begin with what is shown; `with_measures`: there is something to choose from."""
        super().__init__(context.interaction, context.access)
        self.context = context
        self.period = period
        self.measure = measure
        if with_measures:
            for other in (*Measure, None):
                self.add_item(_MeasureButton(other, shown=other is measure))
        for other_period in Period:
            self.add_item(_PeriodButton(other_period, shown=other_period is period))


class _MeasureButton(discord.ui.Button[PerformanceView]):
    def __init__(self, measure: Measure | None, *, shown: bool) -> None:
        super().__init__(label=measure or "All", style=_style(shown=shown), disabled=shown, row=0)
        self._measure = measure

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await show_performance(view.context.continued_by(interaction), view.period, self._measure)


class _PeriodButton(discord.ui.Button[PerformanceView]):
    def __init__(self, period: Period, *, shown: bool) -> None:
        super().__init__(label=period.value, style=_style(shown=shown), disabled=shown, row=1)
        self._period = period

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await show_performance(view.context.continued_by(interaction), self._period, view.measure)


def _style(*, shown: bool) -> discord.ButtonStyle:
    return discord.ButtonStyle.primary if shown else discord.ButtonStyle.secondary


def _chart(performance: Performance, measure: Measure | None) -> PerformanceChart:
    past, limits = performance.past, performance.limits
    return PerformanceChart(
        past.points,
        past.step_s,
        past.since,
        past.until,
        limits.memory_bytes,
        limits.cpu_percent,
        limits.disk_bytes,
        java=performance.java,
        measure=measure,
    )
