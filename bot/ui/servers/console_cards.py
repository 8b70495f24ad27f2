"""The cards and sentences around a live console."""

from collections.abc import Sequence

import discord

from bot.domain.formatting import counted
from bot.panel.errors import PanelError
from bot.services.line_feed import SavedLines
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import inline_code, neutralise
from bot.ui.servers.live_subject import LiveSubject

_NAME_ROOM = 80
KEY_CHANGED = "The panel key that read it was linked, replaced or unlinked."
RESTARTED = "Quetzal was restarted."


def opened(subject: LiveSubject, thread: discord.Thread) -> Card:
    """Say where it is shown."""
    return theme.card(
        subject.title,
        f"It's live in {thread.mention}, a private thread. You and members with Manage Threads can read it.",
        colour=theme.GOOD,
    )


def open_already(subject: LiveSubject, thread: discord.Thread) -> Card:
    """Say where the person has it open."""
    return theme.card(subject.title, f"It's already open in {thread.mention}.")


def opening(subject: LiveSubject) -> Card:
    """Show that it is on its way."""
    return theme.card(subject.title, "Connecting to the node…", colour=theme.BUSY)


def connecting(subject: LiveSubject) -> Card:
    """Show in a private message that its first lines are on their way."""
    return theme.card(subject.title, "Connecting…", colour=theme.BUSY)


def closing() -> Card:
    """Say that it ends at the next update."""
    return theme.card("", "It ends now.", colour=theme.QUIET)


def instead_of_thread(why: str) -> str:
    """Say above the lines in a private message why it is no thread."""
    return f"⚠️ {why} This message shows the lines for up to 15 minutes instead."


def ended(subject: LiveSubject, reason: str) -> Card:
    """Say that it ended, and why."""
    again = f"Open it again with `{subject.command}`."
    return theme.card(f"{subject.title} ended", f"{reason}\n➡️ {again}", colour=theme.QUIET)


def ended_by_restart() -> Card:
    """Say in the thread of an earlier run that nothing comes any more."""
    again = "Open it again with `/server console` or `/files tail`."
    return theme.card("This has ended", f"{RESTARTED}\n➡️ {again}", colour=theme.QUIET)


def closed_by(name: str) -> str:
    """Say who closed it."""
    return f"{neutralise(name, _NAME_ROOM)} closed it."


def left(name: str) -> str:
    """Say that the person who opened it left."""
    return f"{neutralise(name, _NAME_ROOM)} left this Discord server."


def lost_access(name: str) -> str:
    """Say that the person who opened it may not see it any more."""
    return f"{neutralise(name, _NAME_ROOM)} no longer has the level operator on this server."


def sent(line: str, unanswered: PanelError | None) -> Card:
    """Say what became of a line that was typed."""
    code = inline_code("> " + line, 300)
    if unanswered is None:
        return theme.card("Sent", f"{code}\nThe console shows the response.", colour=theme.GOOD)
    return theme.card(
        "Not confirmed",
        f"{code}\n{unanswered.happened} It may or may not have arrived.\n"
        "➡️ Check the console before you send it again.",
        colour=theme.CAREFUL,
    )


def filtered(search: str) -> Card:
    """Say what is shown from now on."""
    if not search:
        return theme.card("Filter off", "Every line is shown again.", colour=theme.GOOD)
    text = f"Only lines with {inline_code(search)} are shown now. Save as file has all lines."
    return theme.card("Filter on", text, colour=theme.GOOD)


def saved(lines: SavedLines) -> Card:
    """Say what the file holds."""
    text = f"{counted(len(lines.lines), 'line')}, oldest first."
    if lines.dropped:
        more = counted(lines.dropped, "more line")
        text += f"\n{more} came earlier or too fast to be kept; the server's own log has them."
    return theme.card("Lines as a file", text, colour=theme.GOOD)


def missing(permissions: Sequence[str]) -> str:
    """Say which permissions a thread needs and Quetzal lacks."""
    return f"Quetzal is missing {' and '.join(permissions)} here, so it can't open a private thread."
