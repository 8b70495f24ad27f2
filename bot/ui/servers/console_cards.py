"""The cards and sentences around a live console."""

from collections.abc import Sequence

import discord

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, joined_with_and
from bot.panel.errors import PanelError
from bot.services.line_feed import SavedLines
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import inline_code, neutralise
from bot.ui.servers.live_subject import LiveSubject

_NAME_ROOM = 80
KEY_CHANGED = N_("The panel key that read it was linked, replaced or unlinked.")
RESTARTED = N_("Quetzal was restarted.")


def opened(subject: LiveSubject, thread: discord.Thread) -> Card:
    """Say where it is shown."""
    return theme.card(
        subject.title,
        _(
            "It's live in {mention}, a private thread. You and members with Manage Threads can read it.",
            mention=thread.mention,
        ),
        colour=theme.GOOD,
    )


def open_already(subject: LiveSubject, thread: discord.Thread) -> Card:
    """Say where the person has it open."""
    return theme.card(subject.title, _("It's already open in {mention}.", mention=thread.mention))


def opening(subject: LiveSubject) -> Card:
    """Show that it is on its way."""
    return theme.card(subject.title, _("Connecting to the node…"), colour=theme.BUSY)


def connecting(subject: LiveSubject) -> Card:
    """Show in a private message that its first lines are on their way."""
    return theme.card(subject.title, _("Connecting…"), colour=theme.BUSY)


def closing() -> Card:
    """Say that it ends at the next update."""
    return theme.card("", _("It ends now."), colour=theme.QUIET)


def instead_of_thread(why: str) -> str:
    """Say above the lines in a private message why it is no thread."""
    return _("⚠️ {why} This message shows the lines for up to 15 minutes instead.", why=why)


def ended(subject: LiveSubject, reason: str) -> Card:
    """Say that it ended, and why."""
    again = _("Open it again with `{command}`.", command=subject.command)
    return theme.card(_("{title} ended", title=subject.title), f"{reason}\n➡️ {again}", colour=theme.QUIET)


def ended_by_restart() -> Card:
    """Say in the thread of an earlier run that nothing comes any more."""
    again = _("Open it again with `/server console` or `/files tail`.")
    return theme.card(_("This has ended"), f"{RESTARTED}\n➡️ {again}", colour=theme.QUIET)


def closed_by(name: str) -> str:
    """Say who closed it."""
    return _("{name} closed it.", name=neutralise(name, _NAME_ROOM))


def left(name: str) -> str:
    """Say that the person who opened it left."""
    return _("{name} left this Discord server.", name=neutralise(name, _NAME_ROOM))


def lost_access(name: str) -> str:
    """Say that the person who opened it may not see it any more."""
    return _("{name} no longer has the level operator on this server.", name=neutralise(name, _NAME_ROOM))


def sent(line: str, unanswered: PanelError | None) -> Card:
    """Say what became of a line that was typed."""
    code = inline_code("> " + line, 300)
    if unanswered is None:
        return theme.card(
            _("Sent"), _("{code}\nThe console shows the response.", code=code), colour=theme.GOOD
        )
    return theme.card(
        _("Not confirmed"),
        _(
            "{code}\n{happened} It may or may not have arrived.\n➡️ Check the console before you send it "
            "again.",
            code=code,
            happened=unanswered.happened,
        ),
        colour=theme.CAREFUL,
    )


def filtered(search: str) -> Card:
    """Say what is shown from now on."""
    if not search:
        return theme.card(_("Filter off"), _("Every line is shown again."), colour=theme.GOOD)
    text = _(
        "From now on, only lines with {search} are shown. Save as file has all lines.",
        search=inline_code(search),
    )
    return theme.card(_("Filter on"), text, colour=theme.GOOD)


def saved(lines: SavedLines) -> Card:
    """Say what the file holds."""
    text = _("{lines}, oldest first.", lines=counted(len(lines.lines), "line", "lines"))
    if lines.dropped:
        more = counted(lines.dropped, "more line", "more lines")
        text += _("\n{more} came earlier or too fast to be kept; the server's own log has them.", more=more)
    return theme.card(_("Lines as a file"), text, colour=theme.GOOD)


def missing(permissions: Sequence[str]) -> str:
    """Say which permissions a thread needs and Quetzal lacks."""
    return _(
        "Quetzal is missing {permissions} here, so it can't open a private thread.",
        permissions=joined_with_and(permissions),
    )
