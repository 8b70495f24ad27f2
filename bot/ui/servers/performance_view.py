"""A server's history as a chart and in words, with a button for each period."""

import discord
from typing_extensions import override

from bot.domain.performance import Period
from bot.services.servers import Performance
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers import performance_embed as embeds
from bot.ui.servers.chart import PerformanceChart, draw_performance


async def show_performance(context: ServerContext, period: Period) -> None:
    """Read the history and show it; without a chart when it cannot be drawn."""
    services = context.services
    performance = await services.performance.fetch(await context.permit(), period)
    view = PerformanceView(context, period)
    png = await services.charts.draw(draw_performance, _chart(performance)) if performance.report else None
    card = embeds.performance(performance, drawn=png is not None)
    if png is None:
        await respond(context.interaction, card=card, view=view)
        return
    await respond(
        context.interaction,
        card=card.with_picture(embeds.CHART, png, embeds.alt_text(performance)),
        view=view,
    )


class PerformanceView(BaseView):
    """The other periods."""

    def __init__(self, context: ServerContext, shown: Period) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        for period in Period:
            self.add_item(_PeriodButton(period, shown=period is shown))


class _PeriodButton(discord.ui.Button[PerformanceView]):
    def __init__(self, period: Period, *, shown: bool) -> None:
        style = discord.ButtonStyle.primary if shown else discord.ButtonStyle.secondary
        super().__init__(label=period.value, style=style, disabled=shown)
        self._period = period

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_performance(view_of(self).context.continued_by(interaction), self._period)


def _chart(performance: Performance) -> PerformanceChart:
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
    )
