"""Start, stop, restart or kill a server: ask, follow, and offer what comes next."""

from collections.abc import Iterable, Iterator

import discord
from typing_extensions import override

from bot.domain.levels import Level
from bot.domain.power_progress import GOALS, Ending
from bot.panel.models import PowerSignal, PowerState
from bot.services.servers import PowerOutcome
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton
from bot.ui.kit.view import BaseView
from bot.ui.servers import cards
from bot.ui.servers.fix_offer import add_fix

_STOPPING = (PowerSignal.STOP, PowerSignal.KILL)
POWER_STYLE = {
    PowerSignal.START: discord.ButtonStyle.success,
    PowerSignal.STOP: discord.ButtonStyle.secondary,
    PowerSignal.RESTART: discord.ButtonStyle.primary,
    PowerSignal.KILL: discord.ButtonStyle.danger,
}


async def change_power(context: ServerContext, signal: PowerSignal) -> bool:
    """Confirm (a start needs none), send, follow, and show what was reached; False when it was declined.

    What is offline already is neither stopped nor killed.
    """
    context = context.raised_to(Level.OPERATOR)
    if signal is PowerSignal.START:
        await with_retry(context, lambda again: _send(again, signal))
        return True
    power, permit = context.services.power, await context.permit()
    if signal in _STOPPING and await power.is_offline(permit):
        view = PowerResultView(context, [PowerSignal.START], [HubPage.STATUS])
        await respond(context.interaction, card=cards.already_offline(context.server), view=view)
        return True
    over_disk = await power.over_disk(permit)
    confirmed = await context.confirm(cards.power_prompt(context.server, signal, over_disk))
    if confirmed is None:
        return False
    await with_retry(confirmed, lambda again: _send(again, signal))
    return True


async def _send(context: ServerContext, signal: PowerSignal) -> None:
    """Send the signal, follow it, and show what was reached."""

    async def progress(state: PowerState | None, elapsed_s: float) -> None:
        await show_progress(
            context.interaction, card=cards.power_progress(context.server, signal, state, elapsed_s)
        )

    permit = await context.permit()
    await progress(None, 0.0)
    outcome = await context.services.power.run(permit, signal, progress)
    await respond(
        context.interaction,
        card=cards.power_outcome(context.server, outcome),
        view=await result_view(context, outcome),
        file=cards.console_file(outcome),
    )


async def result_view(context: ServerContext, outcome: PowerOutcome) -> "PowerResultView":
    """Make the buttons below an outcome, what removes the cause of a failure first."""
    view = PowerResultView(context)
    await add_fix(view, context, outcome)
    view.offer(_next_signals(outcome), _next_pages(outcome))
    return view


def _next_signals(outcome: PowerOutcome) -> list[PowerSignal]:
    """Name the signal that makes sense after this outcome, if there is one."""
    if outcome.over_disk is not None:
        return []
    match outcome.ending:
        case Ending.REACHED | Ending.ALREADY:
            return [PowerSignal.START] if GOALS[outcome.signal] is PowerState.OFFLINE else []
        case Ending.FELL_BACK:
            return [PowerSignal.START]
        case Ending.NOT_YET:
            return [] if outcome.signal is PowerSignal.START else [PowerSignal.KILL]
        case Ending.UNKNOWN:
            return [outcome.signal]


def _next_pages(outcome: PowerOutcome) -> Iterator[HubPage]:
    yield HubPage.STATUS
    if outcome.over_disk is not None:
        yield HubPage.FILES
    elif GOALS[outcome.signal] is PowerState.RUNNING or not outcome.is_at_goal:
        yield HubPage.CONSOLE


class PowerResultView(BaseView):
    """What makes sense next: a signal, and pages about the server."""

    def __init__(
        self, context: ServerContext, signals: Iterable[PowerSignal] = (), pages: Iterable[HubPage] = ()
    ) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.offer(signals, pages)

    def offer(self, signals: Iterable[PowerSignal], pages: Iterable[HubPage]) -> None:
        """Add buttons for these."""
        for signal in signals:
            self.add_item(SignalButton(self.context, signal))
        for page in pages:
            self.add_item(PageButton(page, self.context))


class SignalButton(discord.ui.Button[BaseView]):
    """Sends a signal, after a question where one is needed."""

    required_level = Level.OPERATOR

    def __init__(self, context: ServerContext, signal: PowerSignal) -> None:
        super().__init__(label=signal.text.capitalize(), style=POWER_STYLE[signal])
        self._context = context
        self._signal = signal

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await change_power(self._context.continued_by(interaction), self._signal)
