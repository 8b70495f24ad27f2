"""A server's history as a chart and in words, with a button for each measure and each period."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.performance import Period
from bot.domain.usage_advice import Measure
from bot.services.servers import Performance
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers import performance_card as cards
from bot.ui.servers.chart import draw_performance
from bot.ui.servers.chart_values import PerformanceChart

_MOST_IN_ROW = 5


async def show_performance(context: ServerContext, period: Period, measure: Measure | None = None) -> None:
    """Read the history and show it, of one measure or of all; without a chart when it cannot be drawn."""
    await with_retry(context, lambda context: _show(context, period, measure))


async def _show(context: ServerContext, period: Period, measure: Measure | None) -> None:
    services = context.services
    performance = await services.performance.fetch(await context.permit(), period)
    view = PerformanceView(context, period, measure, measures_of(performance))
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
        self,
        context: ServerContext,
        period: Period,
        measure: Measure | None,
        measures: Sequence[Measure | None],
    ) -> None:
        """Begin with what is shown; `measures` are there to choose from, None is all of them."""
        super().__init__(context.interaction, context.access)
        self.context = context
        self.period = period
        self.measure = measure
        first_row = len(measures) if len(measures) <= _MOST_IN_ROW else len(measures) // 2
        for place, other in enumerate(measures):
            self.add_item(_MeasureButton(other, shown=other is measure, row=int(place >= first_row)))
        for other_period in Period:
            self.add_item(_PeriodButton(other_period, shown=other_period is period))


def measures_of(performance: Performance) -> tuple[Measure | None, ...]:
    """Return what there is to choose from; players only where the game answered."""
    if performance.report is None:
        return ()
    has_players = _chart(performance, None).has_players
    return (*(measure for measure in Measure if has_players or measure is not Measure.PLAYERS), None)


class _MeasureButton(discord.ui.Button[PerformanceView]):
    def __init__(self, measure: Measure | None, *, shown: bool, row: int) -> None:
        super().__init__(
            label=_("All") if measure is None else measure.text,
            style=_style(shown=shown),
            disabled=shown,
            row=row,
        )
        self._measure = measure

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await show_performance(view.context.continued_by(interaction), view.period, self._measure)


class _PeriodButton(discord.ui.Button[PerformanceView]):
    def __init__(self, period: Period, *, shown: bool) -> None:
        super().__init__(label=period.text, style=_style(shown=shown), disabled=shown, row=2)
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
