"""What people see of servers."""

from collections.abc import Mapping, Sequence

import discord

from bot.actions.console import ConsoleOutcome
from bot.actions.power import PowerOutcome
from bot.actions.status import ServerNow
from bot.domain.formatting import bar, counted, duration, percent, size
from bot.domain.power import GOALS, Ending
from bot.domain.scale import Scale, scale, share
from bot.panel.errors import ServerStateConflict
from bot.panel.models import PowerSignal, PowerState, Server, ServerStatus
from bot.ui import theme
from bot.ui.confirm import Prompt
from bot.ui.text import code_block, inline_code, label, neutralise

_NAME_ROOM = 80
_CONSOLE_ROOM = 1_800

_STATUS_WORDS = {
    ServerStatus.INSTALLING: "being installed",
    ServerStatus.INSTALL_FAILED: "not installed: the installation failed",
    ServerStatus.REINSTALL_FAILED: "reinstalled without success",
    ServerStatus.SUSPENDED: "suspended",
    ServerStatus.RESTORING_BACKUP: "being restored from a backup",
}
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
    PowerSignal.STOP: "Players are disconnected. It stays off until somebody starts it.",
    PowerSignal.RESTART: "Players are disconnected until it is up again.",
    PowerSignal.KILL: "The process ends at once **without saving**: recent changes are lost. Try stop first.",
}


def server_list(
    page: Sequence[ServerNow], *, total: int, troubles: Mapping[str, str], search: str
) -> discord.Embed:
    """Draw one page of servers at a glance. `troubles`: why a panel's list is old, in a sentence each."""
    found = f" matching “{neutralise(search, 40)}”" if search else ""
    lines = [f"⚠️ Panel {neutralise(panel_id, 32)}: {sentence}" for panel_id, sentence in troubles.items()]
    lines += [_glance(now, panel_told=now.target.panel_id in troubles) for now in page]
    return theme.card(f"{counted(total, 'server')}{found}", "\n".join(lines))


def no_servers(search: str) -> discord.Embed:
    """Say that there are none, and what to do about it."""
    if search:
        return theme.card(
            "No server found",
            f"Nothing matches “{neutralise(search, 60)}”.\n➡️ See them all with `/server list`.",
            colour=theme.QUIET,
        )
    return theme.card(
        "No servers yet",
        "This Discord server may see none.\n"
        "➡️ Whoever runs the bot names them in its settings; the panel account behind it needs access too.",
        colour=theme.QUIET,
    )


def status(now: ServerNow) -> discord.Embed:
    """Draw the live report of one server."""
    server = now.server
    if now.resources is None:
        return theme.card(
            f"{_mark(now)} {neutralise(server.name, _NAME_ROOM)}",
            f"{_why_unknown(now)}\n\n{_where(server)}",
            colour=theme.CAREFUL,
        )
    use, limits = now.resources, server.limits
    uptime = f" for {duration(use.uptime_ms / 1000)}" if use.uptime_ms else ""
    lines = [f"**{use.state.value.capitalize()}**{uptime}"]
    if word := _status_word(server):
        lines.append(f"⚠️ It is {word}.")
    lines.append(_where(server))
    fields = [
        ("Memory", _meter(use.memory_bytes, limits.memory_bytes), True),
        ("CPU", _cpu_meter(use.cpu_absolute_percent, limits.cpu_limit_percent), True),
        ("Disk", _meter(use.disk_bytes, limits.disk_bytes), True),
    ]
    if use.state in (PowerState.RUNNING, PowerState.STARTING):
        network = f"⬇️ {size(use.network_rx_bytes)}  ⬆️ {size(use.network_tx_bytes)}\nsince its start"
        fields.append(("Network", network, True))
    return theme.card(
        f"{theme.STATE_MARK[use.state]} {neutralise(server.name, _NAME_ROOM)}",
        "\n".join(lines),
        colour=theme.STATE_COLOUR[use.state],
        fields=fields,
        footer="The panel's figures may be 20 seconds old.",
    )


def power_prompt(server: Server, signal: PowerSignal) -> Prompt:
    """Ask before a signal that takes the server from people."""
    name = neutralise(server.name, _NAME_ROOM)
    embed = theme.card(f"{signal.value.capitalize()} {name}?", _CONSEQUENCE[signal], colour=theme.CAREFUL)
    return Prompt(embed, confirm=signal.value.capitalize())


def power_progress(
    server: Server, signal: PowerSignal, state: PowerState | None, elapsed_s: float
) -> discord.Embed:
    """Show how far a signal has come."""
    doing = f"Now {state.value}, after {duration(elapsed_s)}." if state else "The signal is on its way."
    return theme.card(f"{_DOING[signal]} {neutralise(server.name, _NAME_ROOM)}…", doing, colour=theme.BUSY)


def power_outcome(server: Server, outcome: PowerOutcome) -> discord.Embed:
    """Say truthfully what was reached, with the last console lines when it was not."""
    name = neutralise(server.name, _NAME_ROOM)
    took = duration(outcome.took_s)
    state = outcome.state.value if outcome.state else "not known"
    match outcome.ending:
        case Ending.REACHED:
            return theme.card(f"✅ {name} {_DONE[outcome.signal]}", f"It took {took}.", colour=theme.GOOD)
        case Ending.ALREADY:
            goal = GOALS[outcome.signal].value
            return theme.card(f"{name} was {goal} already", "Nothing had to change.", colour=theme.QUIET)
        case Ending.FELL_BACK:
            title, text = f"❌ {name} went offline again", f"It did not come up: offline after {took}."
        case Ending.NOT_YET:
            title = f"⏳ {name} is not there yet"
            text = f"After {took} it is {state}. Quetzal stopped following; it may still get there."
            if outcome.signal in (PowerSignal.STOP, PowerSignal.RESTART):
                text += "\n➡️ A server that does not stop can be killed with `/server power kill`."
        case Ending.UNKNOWN:
            title = f"❔ {name}: it is not known whether the panel took the signal"
            text = f"The panel did not answer, and nothing has moved in {took}. It is {state}."
            text += "\n➡️ Look at `/server status` before trying again."
    return theme.card(title, text + _last_lines(outcome.lines), colour=theme.BAD)


def console(server: Server, line: str, outcome: ConsoleOutcome) -> discord.Embed:
    """Show a console line and what followed it."""
    head = [f"Sent {inline_code('> ' + line, 300)}"]
    if not outcome.confirmed:
        head = [
            "⚠️ The panel did not say whether it took the line; look at what follows before sending it again."
        ]
    if outcome.lines:
        head.append(_console_block(outcome.lines))
    elif outcome.watched:
        head.append("The console stayed quiet.")
    else:
        head.append("The console could not be read, so what it said to that is not known.")
    if outcome.dropped:
        head.append(f"{counted(outcome.dropped, 'more line')} followed.")
    return theme.card(f"Console of {neutralise(server.name, _NAME_ROOM)}", "\n".join(head))


def option(now: ServerNow, value: str) -> discord.SelectOption:
    """Offer a server in a select."""
    state = now.resources.state.value if now.resources else _barred(now) or PowerState.UNKNOWN.value
    return discord.SelectOption(
        label=label(now.server.name),
        value=value,
        description=label(f"{state} · {now.server.node} · {now.server.identifier}"),
        emoji=_mark(now),
    )


def _glance(now: ServerNow, *, panel_told: bool) -> str:
    server, use = now.server, now.resources
    head = f"{_mark(now)} **{neutralise(server.name, 60)}** · {neutralise(server.node, 30)}"
    if use is None:
        return f"{head}\n-# {'state not known' if panel_told else _why_unknown(now)}"
    memory, disk = server.limits.memory_bytes, server.limits.disk_bytes
    used = [use.state.value, f"memory {_of(use.memory_bytes, memory)}", f"disk {_of(use.disk_bytes, disk)}"]
    if use.state is PowerState.OFFLINE:
        del used[1]
    return f"{head}\n-# {' · '.join(used)}"


def _of(used: float, limit: int | None) -> str:
    part = share(used, limit)
    if part is None or limit is None:
        return size(used)
    step = scale(part)
    mark = "" if step is Scale.NORMAL else f" {theme.SCALE_MARK[step]}"
    return f"{size(used)} of {size(limit)}{mark}"


def _meter(used: float, limit: int | None) -> str:
    part = share(used, limit)
    if part is None or limit is None:
        return f"{size(used)}\nno limit"
    return _gauge(part, f"{size(used)} of {size(limit)}")


def _cpu_meter(used_percent: float, limit_percent: int | None) -> str:
    part = share(used_percent, limit_percent)
    if part is None:
        return f"{percent(used_percent)} of one core\nno limit"
    return _gauge(part, f"{percent(used_percent)} of {limit_percent} %")


def _gauge(part: float, amount: str) -> str:
    step = scale(part)
    word = "" if step is Scale.NORMAL else f"{step.value}, "  # never by colour alone
    return f"`{bar(part)}` {percent(part)}\n{theme.SCALE_MARK[step]} {word}{amount}"


def _where(server: Server) -> str:
    address = server.primary_allocation
    at = f" · {inline_code(f'{address.ip_alias or address.ip}:{address.port}', 100)}" if address else ""
    return f"on {neutralise(server.node, 60)} · {inline_code(server.identifier)}{at}"


def _status_word(server: Server) -> str | None:
    if server.is_transferring:
        return "being moved to another machine"
    if server.is_node_under_maintenance:
        return "on a machine under maintenance"
    if server.is_suspended:
        return _STATUS_WORDS[ServerStatus.SUSPENDED]
    return _STATUS_WORDS.get(server.status) if server.status else None


def _mark(now: ServerNow) -> str:
    if now.resources is not None:
        return theme.STATE_MARK[now.resources.state]
    return theme.BARRED_MARK if isinstance(now.trouble, ServerStateConflict) else theme.UNKNOWN_MARK


def _barred(now: ServerNow) -> str | None:
    """Say in words what forbids everything but looking at the server."""
    return _status_word(now.server) if isinstance(now.trouble, ServerStateConflict) else None


def _why_unknown(now: ServerNow) -> str:
    if word := _barred(now):
        return f"It is {word}."
    return f"{now.trouble.happened}" if now.trouble else "Nothing is known."


def _last_lines(lines: Sequence[str]) -> str:
    return f"\n\nThe last console lines:\n{_console_block(lines)}" if lines else ""


def _console_block(lines: Sequence[str]) -> str:
    kept: list[str] = []
    room = _CONSOLE_ROOM
    for line in reversed(lines):
        room -= len(line) + 1
        if room < 0 and kept:
            break
        kept.append(label(line, 300))
    return code_block("\n".join(reversed(kept)))
