"""How a server's game is asked for its players, and what it answered last."""

from collections.abc import Iterator

import discord
from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.formatting import discord_time, milliseconds
from bot.domain.levels import Level
from bot.domain.player_query import PlayerAnswers, PlayerQuery
from bot.domain.players import GameProtocol
from bot.panel.models import PowerState
from bot.services.access import Scope
from bot.services.players import QueryChoice
from bot.ui.kit import theme
from bot.ui.kit.authorize import actor, command_level
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.option import CHOICES_LIMIT, Choice, SuggestingTransformer
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton
from bot.ui.kit.text import inline_code, neutralise
from bot.ui.kit.view import BaseView, view_of
from bot.ui.players.who_view import players_of
from bot.ui.players.words import players_online

AUTO = "auto"
_NAME_ROOM, _TEXT_ROOM = 50, 80


class ProtocolTransformer(SuggestingTransformer):
    """A protocol by its name, or `auto`."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        access, level = interaction.client.services.access, command_level(interaction)
        if level is None or (await access.rights(actor(interaction))).level(Scope.ANY_SERVER) < level:
            return []
        names = [AUTO, *(protocol.value for protocol in GameProtocol)]
        fitting = [name for name in names if typed.casefold().strip() in name]
        return [app_commands.Choice(name=name, value=name) for name in fitting[:CHOICES_LIMIT]]


ProtocolOption = app_commands.Transform[str, ProtocolTransformer]


async def show_query(context: ServerContext, protocol: str | None, port: int | None) -> None:
    """Show how the game is asked; with a protocol or a port, ask it so from now on."""
    permit, services = await context.permit(), context.services
    if protocol is None and port is None:
        await _show(context)
        return
    known = services.players.answers.of(permit.key).query
    choice = QueryChoice(_read(protocol, known), port)
    name = neutralise(context.server.name, _NAME_ROOM)
    await show_progress(
        context.interaction,
        card=theme.card(_("🔎 Asking {name}…", name=name), _("This takes a few seconds.")),
    )
    await services.players.choose(permit, choice)
    await _show(context)


def _read(protocol: str | None, known: PlayerQuery | None) -> GameProtocol | None:
    """Read what was typed; a port alone keeps the protocol."""
    if protocol is None and known is not None:
        return known.protocol
    typed = (protocol or "").casefold().strip()
    if typed == AUTO:
        return None
    if typed not in {known_protocol.value for known_protocol in GameProtocol}:
        raise BadInput(
            _("That isn't a protocol Quetzal knows.") if typed else _("A port needs a protocol, too."),
            next_step=_("Choose a protocol from the list that appears while you type."),
        )
    return GameProtocol(typed)


async def _show(context: ServerContext) -> None:
    seen = players_of(context.services, context.target)
    is_running = seen.state is PowerState.RUNNING
    title = _("🔎 Player query of {server}", server=neutralise(context.server.name, _NAME_ROOM))
    card = Card(title, "\n".join(_lines(seen.answers, is_running=is_running)), theme.QUETZAL)
    await respond(context.interaction, card=card, view=QueryView(context))


def _lines(answers: PlayerAnswers, *, is_running: bool) -> Iterator[str]:
    query = answers.query
    if query is None:
        yield _("**Not found yet**")
        if is_running:
            yield _("The game doesn't answer on any of the server's ports.")
            yield _("➡️ Give the server an allocation for its query port, or choose protocol and port here.")
        else:
            yield _("Quetzal tries the server's ports when it runs.")
        return
    if query.protocol is GameProtocol.PANEL:
        yield _("**Counted by the panel's own plugin**")
    else:
        yield _("**{protocol} on port {port}**", protocol=inline_code(query.protocol.value), port=query.port)
    yield (
        _("Found by Quetzal")
        if query.chosen_by is None
        else _("Chosen by <@{chosen_by}>", chosen_by=query.chosen_by)
    )
    if query.answered_at is None:
        yield _("🟠 It has never answered.") if is_running else _("It's checked once the server runs.")
    elif answers.silent_since is not None:
        yield _("🟠 Stopped answering {silent_since}", silent_since=discord_time(answers.silent_since))
    else:
        yield _("Last answer {answered}", answered=discord_time(query.answered_at))
    yield from _last(answers)


def _last(answers: PlayerAnswers) -> Iterator[str]:
    if answers.last is None:
        return
    count = answers.last.count
    yield f"👥 {players_online(answers.last)}"
    facts = [neutralise(fact, _TEXT_ROOM) for fact in (count.name, count.version, count.map) if fact]
    if facts:
        yield f"-# {' · '.join(facts)}"
    if count.latency_ms is not None:
        yield _("-# Answered in {time}", time=milliseconds(count.latency_ms))


class QueryView(BaseView):
    """Finding out again, and who is on."""

    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.add_item(_FindButton())
        self.add_item(PageButton(HubPage.PLAYERS, context))


class _FindButton(discord.ui.Button[QueryView]):
    required_level = Level.MANAGER

    def __init__(self) -> None:
        super().__init__(label=_("Find again"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_query(view_of(self).context.continued_by(interaction), AUTO, None)
