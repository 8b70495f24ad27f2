"""What people see of whitelist requests."""

from bot.core.i18n import _
from bot.core.stored_text import sentences_of
from bot.domain.formatting import discord_time
from bot.domain.whitelist import (
    LONGEST_REASON,
    LONGEST_SENTENCE,
    RequestState,
    WhitelistForm,
    WhitelistRequest,
)
from bot.panel.models import Server
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import inline_code, neutralise
from bot.ui.kit.written import Reference

_NAME_ROOM = 60


def reference(request: WhitelistRequest) -> Reference:
    """Give what a request's message is recognised by."""
    return Reference(f"whitelist request {request.id}")


def setting(server: Server, form: WhitelistForm | None, *, has_board: bool, problem: str | None) -> Card:
    """Show whether a server takes requests; `problem` says what keeps them from being posted."""
    name = neutralise(server.name, _NAME_ROOM)
    if form is None:
        return theme.card(
            _("{server} takes no whitelist requests", server=name),
            _(
                "When they are on, everybody who sees the public board can ask to be on the whitelist. "
                "Requests are posted here, with Approve and Refuse for operators."
            ),
            colour=theme.QUIET,
        )
    lines = [
        _(
            "Requests are posted in <#{channel_id}>, turned on by <@{set_by}>.",
            channel_id=form.channel_id,
            set_by=form.set_by,
        )
    ]
    if not has_board:
        lines.append(_("⚠️ Nobody can ask yet: an admin has to post the public board with `/alerts board`."))
    if problem is not None:
        lines.append(
            _(
                "🔴 They can't be posted there: {problem} Run this command in another channel.",
                problem=problem,
            )
        )
    return theme.card(
        _("📝 {server} takes whitelist requests", server=name),
        "\n".join(lines),
        colour=theme.GOOD if has_board and problem is None else theme.CAREFUL,
    )


def asked(player: str, server: str) -> Card:
    """Say what comes next."""
    return theme.card(
        _("✅ Request sent"),
        _(
            "Staff decide whether **{player}** may join **{server}**. You'll get a private message, if you "
            "allow messages from this Discord server.",
            player=neutralise(player, _NAME_ROOM),
            server=neutralise(server, _NAME_ROOM),
        ),
        colour=theme.GOOD,
    )


def request(request: WhitelistRequest) -> Card:
    """Draw a request for those who decide it."""
    player, server = inline_code(request.player, _NAME_ROOM), neutralise(request.server_name, _NAME_ROOM)
    title, colour = _("📝 Whitelist request for {server}", server=server), theme.BUSY
    lines = []
    match request.state:
        case RequestState.DECIDING:
            lines.append(_("**Being approved** by <@{user_id}>…", user_id=request.decided_by))
        case RequestState.APPROVED:
            title, colour = _("✅ Whitelist request for {server}", server=server), theme.GOOD
            lines.append(_("**Approved** by <@{user_id}> {time}.", **_decided(request)))
        case RequestState.REFUSED:
            title, colour = _("🚫 Whitelist request for {server}", server=server), theme.QUIET
            lines.append(_("**Refused** by <@{user_id}> {time}.", **_decided(request)))
    if request.reason:
        lines.append(_("Reason: {reason}", reason=neutralise(request.reason, LONGEST_REASON)))
    if request.note:
        is_open = request.state is RequestState.OPEN
        happened = " ".join(sentences_of(request.note))
        lines.append(_("⚠️ **Not approved yet.** {happened}", happened=happened) if is_open else happened)
        colour = theme.CAREFUL if is_open else colour
    if request.is_unreached:
        lines.append(_("They don't accept private messages, so let them know yourself."))
    lines.append(
        _("<@{user_id}> asks to be on the whitelist as {player}.", user_id=request.user_id, player=player)
    )
    if request.sentence:  # last: some clients draw what follows as part of the quotation
        lines.append(f"> {neutralise(request.sentence, LONGEST_SENTENCE)}")
    return Card(
        title,
        "\n".join(lines),
        colour,
        footer=reference(request).below(_("Asked {time}", time=discord_time(request.requested_at))),
    )


def approving(request: WhitelistRequest) -> Card:
    """Show that the game's command is on its way."""
    player, server = neutralise(request.player, _NAME_ROOM), neutralise(request.server_name, _NAME_ROOM)
    return theme.card(
        _("Approving {player}", player=player),
        _("Sending the command to **{server}**…", server=server),
        colour=theme.BUSY,
    )


def refused(request: WhitelistRequest) -> Card:
    """Say that it is refused."""
    return theme.card(
        _("Request of {player} refused", player=neutralise(request.player, _NAME_ROOM)),
        _("Quetzal sends them a private message."),
        colour=theme.QUIET,
    )


def decision(request: WhitelistRequest, guild: str) -> Card:
    """Say how it was decided."""
    player = neutralise(request.player, _NAME_ROOM)
    server, guild = neutralise(request.server_name, _NAME_ROOM), neutralise(guild, _NAME_ROOM)
    if request.state is RequestState.APPROVED:
        return theme.card(
            _("✅ You're on the whitelist of {server}", server=server),
            _(
                "Staff of **{guild}** approved your request. Join as **{player}**.",
                guild=guild,
                player=player,
            ),
            colour=theme.GOOD,
        )
    lines = [_("Staff of **{guild}** refused your request for **{player}**.", guild=guild, player=player)]
    if request.reason:
        lines.append(_("Reason: {reason}", reason=neutralise(request.reason, LONGEST_REASON)))
    return theme.card(
        _("You aren't on the whitelist of {server}", server=server), "\n".join(lines), colour=theme.QUIET
    )


def _decided(request: WhitelistRequest) -> dict[str, object]:
    at = request.decided_at
    return {"user_id": request.decided_by, "time": "" if at is None else discord_time(at)}
