"""What people see of servers."""

from collections.abc import Sequence

import discord

from bot.domain.availability import unavailable_text
from bot.domain.formatting import counted, duration, percent, size
from bot.domain.power_progress import GOALS, Ending
from bot.domain.quoting import shown_address
from bot.panel.errors import ServerStateConflict
from bot.panel.models import PowerSignal, PowerState, Server
from bot.services.servers import ConsoleOutcome, OverDisk, PowerOutcome, RenameResult, ServerStatus
from bot.ui.kit import console_text, theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_NAME_ROOM = 80

_DOING = {
    PowerSignal.START: "Starting",
    PowerSignal.STOP: "Stopping",
    PowerSignal.RESTART: "Restarting",
    PowerSignal.KILL: "Killing",
}
_DONE = {
    PowerSignal.START: "is running",
    PowerSignal.STOP: "is stopped",
    PowerSignal.RESTART: "was restarted and is running",
    PowerSignal.KILL: "was killed and is offline",
}
_CONSEQUENCE = {
    PowerSignal.STOP: "Players are disconnected. It stays offline until somebody starts it.",
    PowerSignal.RESTART: "Players are disconnected until it is back.",
    PowerSignal.KILL: "It ends at once **without saving**: recent changes are lost. Try Stop first.",
}

_FREE_SPACE = (
    "Delete what you don't need forever (`/files delete` with `permanent`; the trash in "
    "`/files history` counts too), or have the limit raised in the panel."
)


def no_servers(search: str) -> Card:
    """Say that there are none, and what to do about it."""
    if search:
        return theme.card(
            "No server found",
            f"Nothing matches “{neutralise(search, 60)}”.\n➡️ See all of them with `/server list`.",
            colour=theme.QUIET,
        )
    return theme.card(
        "No servers yet",
        "➡️ Whoever runs the bot can give this Discord server some in the settings. The panel account that "
        "Quetzal uses needs access to them too.",
        colour=theme.QUIET,
    )


def power_prompt(server: Server, signal: PowerSignal, over_disk: OverDisk | None) -> Prompt:
    """Ask before a signal that takes the server from people, who may not get it back."""
    name = neutralise(server.name, _NAME_ROOM)
    title, button = f"{signal.value.capitalize()} {name}?", signal.value.capitalize()
    if over_disk is None:
        is_final = signal is PowerSignal.KILL
        colour = theme.BAD if is_final else theme.CAREFUL
        return Prompt(theme.card(title, _CONSEQUENCE[signal], colour=colour), button, undoable=not is_final)
    text = (
        f"{_CONSEQUENCE[signal]}\n\n⚠️ **It won't start again:** it uses {_use_of(over_disk)}, and a "
        f"node doesn't start servers over their disk limit.\n➡️ {_FREE_SPACE}"
    )
    return Prompt(theme.card(title, text, colour=theme.BAD), confirm=f"{button} anyway")


def power_progress(server: Server, signal: PowerSignal, state: PowerState | None, elapsed_s: float) -> Card:
    """Show how far a signal has come."""
    doing = f"{state.value.capitalize()} after {duration(elapsed_s)}." if state else "Sending the signal…"
    return theme.card(f"{_DOING[signal]} {neutralise(server.name, _NAME_ROOM)}…", doing, colour=theme.BUSY)


def power_outcome(server: Server, outcome: PowerOutcome) -> Card:
    """Say truthfully what was reached, with the last console lines when it was not."""
    name = neutralise(server.name, _NAME_ROOM)
    took = duration(outcome.took_s)
    state = outcome.state.value if outcome.state else "in an unknown state"
    if outcome.over_disk is not None:
        return _no_disk_left(name, outcome.over_disk)
    match outcome.ending:
        case Ending.REACHED:
            return theme.card(f"✅ {name} {_DONE[outcome.signal]}", f"It took {took}.", colour=theme.GOOD)
        case Ending.ALREADY:
            goal = GOALS[outcome.signal].value
            return theme.card(f"{name} is already {goal}", colour=theme.QUIET)
        case Ending.FELL_BACK:
            title, text = f"❌ {name} went offline again", f"It didn't come up: offline after {took}."
            if outcome.signal is PowerSignal.START and outcome.was_up:
                title = f"❌ {name} went offline"
                text = f"It was already {outcome.before.value}, so its node ignored the start. "
                text += f"That process ended: offline after {took}.\n➡️ Start it now."
        case Ending.NOT_YET:
            title = f"⏳ {name} isn't {GOALS[outcome.signal].value} yet"
            text = f"After {took} it is {state}. Quetzal stopped watching, but it may still get there."
            if outcome.state is None and outcome.unreadable is not None:
                title = f"❔ The state of {name} is unknown"
                text = f"The panel took the signal, but the state couldn't be read for {took}: "
                text += f"{outcome.unreadable.happened}\n➡️ Check the server in the panel."
            if outcome.signal in (PowerSignal.STOP, PowerSignal.RESTART):
                text += "\n➡️ If it doesn't stop, kill it with `/server power kill`."
        case Ending.UNKNOWN:
            title = f"❔ {name} may not have got the signal"
            text = f"The panel didn't confirm it, and nothing has changed in {took}. It is {state}."
            text += "\n➡️ Check `/server status` before you try again."
    return theme.card(title, text + _last_lines(outcome.lines), colour=theme.BAD)


def already_offline(server: Server) -> Card:
    """Say that there is nothing to stop."""
    return theme.card(f"{neutralise(server.name, _NAME_ROOM)} is already offline", colour=theme.QUIET)


def _no_disk_left(name: str, over: OverDisk) -> Card:
    return theme.card(
        f"❌ {name} is over its disk limit",
        f"It uses {_use_of(over)}, and a node doesn't start servers over their limit.\n"
        f"➡️ {_FREE_SPACE} Then start it again.",
        colour=theme.BAD,
    )


def _use_of(over: OverDisk) -> str:
    share = percent(100 * over.used_bytes / over.limit_bytes)
    return f"{size(over.used_bytes)} / {size(over.limit_bytes)} ({share})"


def console_sending(server: Server, line: str) -> Card:
    """Show that a console line is on its way."""
    return theme.card(
        f"Console of {neutralise(server.name, _NAME_ROOM)}",
        f"Sending {inline_code('> ' + line, 300)}…",
        colour=theme.BUSY,
    )


def console(server: Server, line: str, outcome: ConsoleOutcome) -> Card:
    """Show a console line and what followed it."""
    head = [f"Sent {inline_code('> ' + line, 300)}"]
    if outcome.unanswered is not None:
        head = [
            f"⚠️ {outcome.unanswered.happened} {inline_code('> ' + line, 300)} may or may not have arrived.",
            "➡️ Check the lines below, or `/server status`, before you send it again.",
        ]
    if outcome.lines:
        block, is_whole = console_text.block(outcome.lines)
        head += [block] if is_whole else ["The last lines (all of them are in the file):", block]
    elif outcome.watched:
        head.append("The console printed nothing.")
    else:
        head.append("The console couldn't be read, so the response is unknown.")
        if outcome.unwatched is not None and outcome.unanswered is None:
            head.append(f"{outcome.unwatched.happened}\n➡️ {outcome.unwatched.next_step}")
    if outcome.dropped:
        head.append(f"{counted(outcome.dropped, 'more line')} followed. See the server's log.")
    return theme.card(f"Console of {neutralise(server.name, _NAME_ROOM)}", "\n".join(head))


def renamed(result: RenameResult) -> Card:
    """Say that a server has its new name, and what it was called before."""
    text = f"It was {neutralise(result.old, _NAME_ROOM)}. Its address and files are unchanged."
    if not result.is_listed:
        text += "\n`/server list` and suggestions show the new name within a minute."
    return theme.card(f"✅ Renamed to {neutralise(result.new, _NAME_ROOM)}", text, colour=theme.GOOD)


def console_file(outcome: ConsoleOutcome | PowerOutcome) -> discord.File | None:
    """Give all that the console said as a file, when it is shown and does not fit into the message."""
    if isinstance(outcome, PowerOutcome) and (outcome.is_at_goal or outcome.over_disk):
        return None
    return None if console_text.block(outcome.lines)[1] else console_text.as_file(outcome.lines)


def address(server: Server) -> str:
    """Give the address at which people join, for copying; nothing when it has none."""
    primary = server.primary_allocation
    if primary is None:
        return ""
    return inline_code(shown_address(primary.ip_alias or primary.ip, primary.port), 100)


def mark(now: ServerStatus) -> str:
    """Give the sign of its state."""
    if now.resources is not None:
        return theme.STATE_MARK[now.resources.state]
    return theme.BARRED_MARK if isinstance(now.trouble, ServerStateConflict) else theme.UNKNOWN_MARK


def barred(now: ServerStatus) -> str | None:
    """Say in words what forbids everything but looking at the server."""
    return unavailable_text(now.server) if isinstance(now.trouble, ServerStateConflict) else None


def why_unknown(now: ServerStatus) -> str:
    """Say why nothing is known of its state."""
    if word := barred(now):
        return f"It is {word}."
    return f"{now.trouble.happened}" if now.trouble else "No data."


def _last_lines(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown, is_whole = console_text.block(lines)
    return f"\n\nLast console lines{'' if is_whole else ' (more in the file)'}:\n{shown}"
