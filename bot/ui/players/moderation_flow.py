"""Kick, ban, whitelist and message players by the game's own console commands; the answer is read back."""

from collections.abc import Mapping

from discord import app_commands
from typing_extensions import override

from bot.core.i18n import N_, Message, _
from bot.domain.game_commands import moderation_of
from bot.domain.moderation import LONGEST_TEXT, PlayerAction, answers, was_refused
from bot.panel.models import Server
from bot.services.access import Permit
from bot.services.servers import ConsoleOutcome
from bot.ui.kit import console_text, theme
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.option import CHOICE_CHARACTERS, Choice, suggested
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.kit.server_option import OnServerTransformer
from bot.ui.kit.text import neutralise
from bot.ui.servers.cards import console_file, console_sending

_NAME_ROOM = 60
_DONE: Mapping[PlayerAction, Message] = {
    PlayerAction.KICK: N_("✅ Kicked {player}"),
    PlayerAction.BAN: N_("✅ Banned {player}"),
    PlayerAction.UNBAN: N_("✅ {player} may join again"),
    PlayerAction.ALLOW: N_("✅ {player} is on the whitelist"),
    PlayerAction.DISALLOW: N_("✅ {player} is off the whitelist"),
    PlayerAction.LIST: N_("📋 Whitelist"),
    PlayerAction.MESSAGE: N_("✅ Message sent to {player}"),
}


class PlayerTransformer(OnServerTransformer):
    """A player: a name of those who are on, or anything that the game names players by."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List who is on."""
        now = interaction.client.services.players.latest(permit.key)
        names = [] if now is None else [player.name for player in now.count.players or ()]
        return [
            suggested(name, name[:CHOICE_CHARACTERS]) for name in names if typed.casefold() in name.casefold()
        ]


PlayerOption = app_commands.Transform[str, PlayerTransformer]


async def moderate(context: ServerContext, action: PlayerAction, player: str = "", text: str = "") -> None:
    """Send the game's command; a ban asks first. Raises BadInput where the game has none."""
    server = context.server
    line = moderation_of(server).line(action, player, text)
    if action is PlayerAction.BAN:
        confirmed = await context.confirm(_ban_prompt(server, player, text))
        if confirmed is None:
            return
        context = confirmed

    async def send(context: ServerContext) -> None:
        await _send(context, action, player.strip(), line)

    await with_retry_if_unchanged(context, send)


async def _send(context: ServerContext, action: PlayerAction, player: str, line: str) -> None:
    async def begins() -> None:
        await show_progress(context.interaction, card=console_sending(context.server, line))

    permit = await context.permit()
    outcome = await context.services.console.send(permit, line, begins)
    printed = answers(outcome.lines, line)
    is_done = outcome.unanswered is None and bool(printed) and not was_refused(printed)
    if is_done and action in (PlayerAction.KICK, PlayerAction.BAN):
        context.services.players.answers.left(permit.key, player)
    await respond(
        context.interaction,
        card=answer(context.server, action, player, line, outcome),
        view=None if outcome.unanswered is None else PagesView(context, HubPage.PLAYERS),
        file=console_file(outcome),
    )


def _ban_prompt(server: Server, player: str, reason: str) -> Prompt:
    name = neutralise(player.strip(), _NAME_ROOM)
    lines = [_("They can't join {server} until somebody unbans them.", server=neutralise(server.name))]
    if reason:
        lines.append(_("Reason: {reason}", reason=neutralise(reason, LONGEST_TEXT)))
    return Prompt(
        theme.card(_("Ban {player}?", player=name), "\n".join(lines), colour=theme.CAREFUL),
        confirm=_("Ban"),
        undoable=True,
    )


def answer(server: Server, action: PlayerAction, player: str, line: str, outcome: ConsoleOutcome) -> Card:
    """Say what the game answered to a console line."""
    name, footer = neutralise(player, _NAME_ROOM), neutralise(server.name, 100)
    printed = answers(outcome.lines, line)
    block = console_text.block(printed)[0] if printed else ""
    if outcome.unanswered is not None:
        text = _(
            "{happened} The command may or may not have arrived.\n➡️ Check with `/players list`.",
            happened=outcome.unanswered.happened,
        )
        return theme.card(_("⚠️ Not confirmed"), f"{text}\n{block}", colour=theme.CAREFUL, footer=footer)
    if was_refused(printed):
        title = _("The game didn't do it")
        return theme.card(title, block, colour=theme.CAREFUL, footer=footer)
    if not printed:
        text = (
            _("The game printed no answer, so check whether it worked.")
            if outcome.watched
            else _("The console couldn't be read, so check whether it worked.")
        )
        return theme.card(_("Sent, no answer"), text, colour=theme.QUIET, footer=footer)
    return theme.card(_(_DONE[action], player=name), block, colour=theme.GOOD, footer=footer)
