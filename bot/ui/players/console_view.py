"""Asks a Minecraft server's console who is on, where it answers no query."""

import discord
from typing_extensions import override

from bot.core.errors import Refused
from bot.core.i18n import N_, _
from bot.domain.game_protocols import query_candidates
from bot.domain.levels import Level
from bot.domain.player_query import PlayerAnswers
from bot.domain.players import GameProtocol
from bot.panel.models import PowerState
from bot.ui.kit import theme
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton
from bot.ui.kit.text import neutralise
from bot.ui.kit.view import BaseView
from bot.ui.players.cards import ServerPlayers, who

_NAME_ROOM = 50
_WITH_LIST = frozenset({GameProtocol.MINECRAFT, GameProtocol.BEDROCK})
"""Games whose console command `list` is read."""


class NotListed(Refused):
    """The console didn't say who is on."""

    title = N_("The console didn't say who is on")
    happened = N_("`list` was typed into the console, but nothing in its output says who is on.")
    state = N_("Nothing was changed.")
    next_step = N_("Open the console to see what it says.")


def can_ask_console(seen: ServerPlayers) -> bool:
    """Whether a server runs a game whose console says what no query does."""
    if seen.state is not PowerState.RUNNING or seen.now is not None:
        return False
    return any(candidate.protocol in _WITH_LIST for candidate in query_candidates(seen.server))


async def ask_console(context: ServerContext, *, hides_names: bool) -> None:
    """Type `list`, and show who is on."""
    permit, services = await context.permit(), context.services

    async def begins() -> None:
        name = neutralise(context.server.name, _NAME_ROOM)
        card = theme.card(_("👥 Asking the console of {name}…", name=name), _("This takes a few seconds."))
        await show_progress(context.interaction, card=card)

    answer = await services.players.ask_console(permit, begins)
    if answer is None:
        raise NotListed
    answers = PlayerAnswers(last=answer, asked_at=answer.at)
    seen = ServerPlayers(context.target, answers, PowerState.RUNNING, answer.at)
    card = who(seen, hides_names=hides_names, every=True)
    await respond(context.interaction, card=card, view=ConsoleAnswerView(context))


class AskConsoleButton(discord.ui.Button[BaseView]):
    """Asks the console; what is typed there is in the audit."""

    required_level = Level.OPERATOR

    def __init__(self, context: ServerContext, *, hides_names: bool, row: int) -> None:
        super().__init__(label=_("Ask the console"), row=row)
        self._context = context
        self._hides_names = hides_names

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction).raised_to(self.required_level)
        await ask_console(context, hides_names=self._hides_names)


class ConsoleAnswerView(BaseView):
    """The way to the console."""

    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access)
        self.add_item(PageButton(HubPage.CONSOLE, context))
