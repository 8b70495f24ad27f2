"""A server's past players as a chart and in words, with a button for each period."""

import discord
from typing_extensions import override

from bot.domain.performance import Period
from bot.domain.usage_advice import Measure
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.players import history_card
from bot.ui.servers.chart import draw_performance
from bot.ui.servers.chart_values import PerformanceChart


async def show_history(context: ServerContext, period: Period) -> None:
    """Read the past and show it; without a chart when it cannot be drawn."""
    services = context.services
    past = await services.players.history(await context.permit(), period)
    png = None
    if past.summary is not None:
        chart = PerformanceChart(past.points, past.step_s, past.since, past.until, measure=Measure.PLAYERS)
        png = await services.charts.draw(draw_performance, chart)
    card = history_card.history(past, drawn=png is not None)
    if png is not None and past.summary is not None:
        card = card.with_picture(history_card.CHART, png, history_card.alt_text(past, past.summary))
    await respond(context.interaction, card=card, view=HistoryView(context, period))


class HistoryView(BaseView):
    """The other periods."""

    def __init__(self, context: ServerContext, period: Period) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        for other in Period:
            self.add_item(_PeriodButton(other, shown=other is period))


class _PeriodButton(discord.ui.Button[HistoryView]):
    def __init__(self, period: Period, *, shown: bool) -> None:
        style = discord.ButtonStyle.primary if shown else discord.ButtonStyle.secondary
        super().__init__(label=period.text, style=style, disabled=shown, row=0)
        self._period = period

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_history(view_of(self).context.continued_by(interaction), self._period)
