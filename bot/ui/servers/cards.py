"""What people see of servers."""

from collections.abc import Sequence

import discord

from bot.core.i18n import N_, _
from bot.domain.alerts.advice import advise_end, cause_of_end
from bot.domain.availability import unavailable_text
from bot.domain.formatting import WORTH_SAYING_S, counted, duration, percent, size
from bot.domain.power_progress import GOALS, Ending
from bot.domain.quoting import shown_address
from bot.panel.errors import ServerStateConflict
from bot.panel.models import PowerSignal, PowerState, Server
from bot.services.servers import ConsoleOutcome, OverDisk, PowerOutcome, RenameResult, ServerStatus
from bot.ui.alerts.incident_fields import cause_field
from bot.ui.kit import console_text, theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_NAME_ROOM = 80
_FEW_LINES = 12

_DOING = {
    PowerSignal.START: N_("Starting"),
    PowerSignal.STOP: N_("Stopping"),
    PowerSignal.RESTART: N_("Restarting"),
    PowerSignal.KILL: N_("Killing"),
}
_SAID_BY = {
    PowerSignal.START: (PowerState.STARTING,),
    PowerSignal.STOP: (PowerState.STOPPING,),
    PowerSignal.KILL: (PowerState.STOPPING,),
}
"""States that the title says already."""
_DONE = {
    PowerSignal.START: N_("is running"),
    PowerSignal.STOP: N_("is stopped"),
    PowerSignal.RESTART: N_("was restarted and is running"),
    PowerSignal.KILL: N_("was killed and is offline"),
}
_CONSEQUENCE = {
    PowerSignal.STOP: N_("Players are disconnected. It stays offline until somebody starts it."),
    PowerSignal.RESTART: N_("Players are disconnected until it is back."),
    PowerSignal.KILL: N_("It ends at once **without saving**: recent changes are lost. Try Stop first."),
}

_FREE_SPACE = N_(
    "Delete what you don't need forever (`/files delete` with `permanent`; the trash in `/files history` "
    "counts too), or have the limit raised in the panel."
)


def no_servers(search: str) -> Card:
    """Say that there are none, and what to do about it."""
    if search:
        return theme.card(
            _("No server found"),
            _(
                "Nothing matches “{search}”.\n➡️ See all of them with `/server list`.",
                search=neutralise(search, 60),
            ),
            colour=theme.QUIET,
        )
    return theme.card(
        _("No servers yet"),
        _(
            "➡️ Whoever runs the bot can give this Discord server some in the settings. The panel account "
            "that Quetzal uses needs access to them too."
        ),
        colour=theme.QUIET,
    )


def power_prompt(server: Server, signal: PowerSignal, over_disk: OverDisk | None) -> Prompt:
    """Ask before a signal that takes the server from people, who may not get it back."""
    name = neutralise(server.name, _NAME_ROOM)
    title, button = f"{signal.text.capitalize()} {name}?", signal.text.capitalize()
    if over_disk is None:
        is_final = signal is PowerSignal.KILL
        colour = theme.BAD if is_final else theme.CAREFUL
        return Prompt(
            theme.card(title, _(_CONSEQUENCE[signal]), colour=colour), button, undoable=not is_final
        )
    text = _(
        "{consequence}\n\n⚠️ **It won't start again:** it uses {use_of}, and a node doesn't start servers "
        "over their disk limit.\n➡️ {free_space}",
        consequence=_CONSEQUENCE[signal],
        use_of=_use_of(over_disk),
        free_space=_FREE_SPACE,
    )
    return Prompt(theme.card(title, text, colour=theme.BAD), confirm=_("{button} anyway", button=button))


def power_progress(server: Server, signal: PowerSignal, state: PowerState | None, elapsed_s: float) -> Card:
    """Show how far a signal has come."""
    is_in_title = state in _SAID_BY.get(signal, ())
    if state is None:
        doing = _("Sending the signal…")
    elif elapsed_s < WORTH_SAYING_S:
        doing = "" if is_in_title else f"{state.text.capitalize()}."
    elif is_in_title:
        doing = _("{elapsed} so far.", elapsed=duration(elapsed_s))
    else:
        doing = _("{state}, {elapsed} so far.", state=state.text.capitalize(), elapsed=duration(elapsed_s))
    return theme.card(f"{_DOING[signal]} {neutralise(server.name, _NAME_ROOM)}…", doing, colour=theme.BUSY)


def power_outcome(server: Server, outcome: PowerOutcome) -> Card:
    """Say truthfully what was reached; when it was not, with the cause, or the last console lines."""
    name = neutralise(server.name, _NAME_ROOM)
    took = duration(outcome.took_s)
    state = outcome.state.text if outcome.state else _("in an unknown state")
    if outcome.over_disk is not None:
        return _no_disk_left(name, outcome.over_disk)
    match outcome.ending:
        case Ending.REACHED:
            text = _("It took {took}.", took=took) if outcome.took_s >= WORTH_SAYING_S else ""
            return theme.card(f"✅ {name} {_DONE[outcome.signal]}", text, colour=theme.GOOD)
        case Ending.ALREADY:
            goal = GOALS[outcome.signal].text
            return theme.card(_("{name} is already {goal}", name=name, goal=goal), colour=theme.QUIET)
        case Ending.FELL_BACK:
            title, text = (
                _("❌ {name} went offline again", name=name),
                _("It didn't come up: offline after {took}.", took=took),
            )
            if outcome.signal is PowerSignal.START and outcome.was_up:
                title = _("❌ {name} went offline", name=name)
                text = _(
                    "It was already {before}, so its node ignored the start. ", before=outcome.before.text
                )
                text += _("That process ended: offline after {took}.\n➡️ Start it now.", took=took)
            return _with_cause(theme.card(title, text, colour=theme.BAD), outcome)
        case Ending.NOT_YET:
            title = _("⏳ {name} isn't {goal} yet", name=name, goal=GOALS[outcome.signal].text)
            text = _(
                "After {took} it is {state}. Quetzal stopped watching, but it may still get there.",
                took=took,
                state=state,
            )
            if outcome.state is None and outcome.unreadable is not None:
                title = _("❔ The state of {name} is unknown", name=name)
                text = _("The panel took the signal, but the state couldn't be read for {took}: ", took=took)
                text += _(
                    "{happened}\n➡️ Check the server in the panel.", happened=outcome.unreadable.happened
                )
            if outcome.signal in (PowerSignal.STOP, PowerSignal.RESTART):
                text += _("\n➡️ If it doesn't stop, kill it with `/server power kill`.")
        case Ending.UNKNOWN:
            title = _("❔ {name} may not have got the signal", name=name)
            text = _(
                "The panel didn't confirm it, and nothing has changed in {took}. It is {state}.",
                took=took,
                state=state,
            )
            text += _("\n➡️ Check `/server status` before you try again.")
    return theme.card(title, text + _last_lines(outcome.lines), colour=theme.BAD)


def _with_cause(card: Card, outcome: PowerOutcome) -> Card:
    """Add why its process ended, as an alert says it: with the line that proves it, or its last lines."""
    known = outcome.known
    card = card.with_field(*cause_field(cause_of_end(known), known))
    lines = known.lines or outcome.lines[-_FEW_LINES:]
    if lines and not known.is_proven:
        more = _(" (more in the file)") if console_file(outcome) else ""
        card = card.with_field(_("Last console lines{more_in}", more_in=more), console_text.field(lines)[0])
    return card.with_field(_("What to do"), f"• {advise_end(known, lines_at=N_('above'))}")


def already_offline(server: Server) -> Card:
    """Say that there is nothing to stop."""
    return theme.card(
        _("{server} is already offline", server=neutralise(server.name, _NAME_ROOM)), colour=theme.QUIET
    )


def _no_disk_left(name: str, over: OverDisk) -> Card:
    return theme.card(
        _("❌ {name} is over its disk limit", name=name),
        _(
            "It uses {use_of}, and a node doesn't start servers over their limit.\n➡️ {free_space} Then "
            "start it again.",
            use_of=_use_of(over),
            free_space=_FREE_SPACE,
        ),
        colour=theme.BAD,
    )


def _use_of(over: OverDisk) -> str:
    share = percent(100 * over.used_bytes / over.limit_bytes)
    return f"{size(over.used_bytes)} / {size(over.limit_bytes)} ({share})"


def console_sending(server: Server, line: str) -> Card:
    """Show that a console line is on its way."""
    return theme.card(
        _("Console of {server}", server=neutralise(server.name, _NAME_ROOM)),
        _("Sending {line}…", line=inline_code("> " + line, 300)),
        colour=theme.BUSY,
    )


def console(server: Server, line: str, outcome: ConsoleOutcome) -> Card:
    """Show a console line and what followed it."""
    head = [_("Sent {line}", line=inline_code("> " + line, 300))]
    if outcome.unanswered is not None:
        head = [
            _(
                "⚠️ {happened} {line} may or may not have arrived.",
                happened=outcome.unanswered.happened,
                line=inline_code("> " + line, 300),
            ),
            _("➡️ Check the lines below, or `/server status`, before you send it again."),
        ]
    if outcome.lines:
        block, is_whole = console_text.block(outcome.lines)
        head += [block] if is_whole else [_("The last lines (all of them are in the file):"), block]
    elif outcome.watched:
        head.append(_("The console printed nothing."))
    else:
        head.append(_("The console couldn't be read, so the response is unknown."))
        if outcome.unwatched is not None and outcome.unanswered is None:
            head.append(f"{outcome.unwatched.happened}\n➡️ {outcome.unwatched.next_step}")
    if outcome.dropped:
        head.append(
            _(
                "{lines} followed. See the server's log.",
                lines=counted(outcome.dropped, "more line", "more lines"),
            )
        )
    return theme.card(_("Console of {server}", server=neutralise(server.name, _NAME_ROOM)), "\n".join(head))


def renamed(result: RenameResult) -> Card:
    """Say that a server has its new name, and what it was called before."""
    text = _("It was {old}. Its address and files are unchanged.", old=neutralise(result.old, _NAME_ROOM))
    if not result.is_listed:
        text += _("\n`/server list` and suggestions show the new name within a minute.")
    return theme.card(
        _("✅ Renamed to {new}", new=neutralise(result.new, _NAME_ROOM)), text, colour=theme.GOOD
    )


def console_file(outcome: ConsoleOutcome | PowerOutcome) -> discord.File | None:
    """Give all that the console said as a file, when it is shown and does not fit into the message."""
    lines = outcome.lines
    if isinstance(outcome, PowerOutcome) and outcome.has_failed:
        is_whole = len(lines) <= _FEW_LINES and console_text.field(lines)[1]
        return None if is_whole or outcome.known.is_proven else console_text.as_file(lines)
    if isinstance(outcome, PowerOutcome) and (outcome.is_at_goal or outcome.over_disk):
        return None
    return None if console_text.block(lines)[1] else console_text.as_file(lines)


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
        return _("It is {word}.", word=word)
    return f"{now.trouble.happened}" if now.trouble else _("No data.")


def _last_lines(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown, is_whole = console_text.block(lines)
    return _(
        "\n\nLast console lines{rest}:\n{shown}",
        rest="" if is_whole else _(" (more in the file)"),
        shown=shown,
    )
