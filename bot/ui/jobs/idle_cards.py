"""What people see of a server that stops when it is empty: the rule, and the message of each stop."""

from datetime import timedelta

from bot.core.i18n import N_, _
from bot.domain.formatting import about, discord_time
from bot.domain.idle import IdleRule
from bot.domain.jobs import CalledOff, Job, JobEnding, StepKind, reason_in
from bot.panel.models import Server
from bot.ui.jobs.reference import reference
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import neutralise

_NAME_ROOM = 60
_WHY_ONLINE = {
    CalledOff.JOINED: N_("**Somebody joined.**"),
    CalledOff.UNCOUNTED: N_("**Players couldn't be counted**, so it isn't certain that it is empty."),
    CalledOff.MISSED: N_("**Quetzal was off** when it would have stopped."),
}


def idle_prompt(server: Server, after: timedelta) -> Prompt:
    """Ask before a server is stopped whenever it is empty."""
    text = _(
        "After **{time}** without players. A message is posted here first, with a button that keeps it "
        "running.\nEverybody who can see the server can start it again.",
        time=about(after.total_seconds()),
    )
    name = neutralise(server.name, _NAME_ROOM)
    card = theme.card(_("Stop {server} when it's empty?", server=name), text, colour=theme.CAREFUL)
    return Prompt(card, confirm=_("Stop when empty"), undoable=True)


def switched_on(server: Server, after: timedelta) -> Card:
    """Say that it is on."""
    return theme.card(
        _("🌙 {server} stops when it's empty", server=neutralise(server.name, _NAME_ROOM)),
        _("After {time} without players.", time=about(after.total_seconds())),
        colour=theme.GOOD,
    )


def switched_off(server: Server, *, was_on: bool) -> Card:
    """Say that it is off."""
    name = neutralise(server.name, _NAME_ROOM)
    if not was_on:
        return theme.card(_("{server} isn't stopped when it's empty", server=name), colour=theme.QUIET)
    return theme.card(_("✅ {server} stays online when it's empty", server=name), colour=theme.GOOD)


def rule(server: Server, rule: IdleRule | None, *, is_paused: bool, problem: str | None = None) -> Card:
    """Show what is set up; `problem` says what keeps the message from being posted."""
    name = neutralise(server.name, _NAME_ROOM)
    if rule is None:
        return theme.card(
            _("{server} isn't stopped when it's empty", server=name),
            _("Stop it when nobody has played for:"),
            colour=theme.QUIET,
        )
    lines = [
        _(
            "After {time} without players. A message is posted in <#{channel}> first.",
            time=about(rule.after_s),
            channel=rule.channel_id,
        )
    ]
    if problem is not None:
        lines.append(
            _("🔴 It can't be posted there: {problem} Set it up again in another channel.", problem=problem)
        )
    if rule.stopped_at is not None:
        lines.append(_("Stopped because it was empty · {time}", time=discord_time(rule.stopped_at)))
    if is_paused:
        lines.append(_("⚠️ Paused: whoever set it up lost the access for it. See `/quetzal access review`."))
    set_at = discord_time(rule.set_at)
    lines.append(_("-# Set up by <@{user}> {time}", user=rule.set_by, time=set_at))
    return theme.card(
        _("🌙 {server} stops when it's empty", server=name), "\n".join(lines), colour=theme.QUETZAL
    )


def idle_stop(job: Job, trouble: str | None) -> Card:
    """Draw the message of a stop."""
    name = neutralise(job.server.name, _NAME_ROOM)
    card = _ended(job, name) if job.ending is not None else _under_way(job, name)
    description = "\n".join(filter(None, (card.description, f"⚠️ {trouble}" if trouble else "")))
    footer = reference(job).below(_("Set up by <@{user}>", user=job.user_id))
    return theme.card(card.title, description, colour=card.colour or theme.QUIET, footer=footer)


def _under_way(job: Job, name: str) -> Card:
    stop = job.step(StepKind.STOP)
    if stop is not None:
        text = _("**Stopping** · began {begun}", begun=discord_time(stop.begun_at))
        return theme.card(_("🌙 {server} is stopping", server=name), text, colour=theme.BUSY)
    if job.called_off is not None or job.due_at is None:
        return theme.card(_("{server} stays online", server=name), colour=theme.GOOD)
    text = _("**Stops {due}** unless somebody joins", due=discord_time(job.due_at))
    return theme.card(_("🌙 {server} is empty", server=name), text, colour=theme.CAREFUL)


def _ended(job: Job, name: str) -> Card:
    if job.ending is JobEnding.DONE:
        at = discord_time(job.ended_at) if job.ended_at is not None else ""
        text = _("**Stopped because it was empty** · {time}", time=at)
        return theme.card(_("🌙 {server} is stopped", server=name), text, colour=theme.QUIET)
    if job.ending is JobEnding.FAILED:
        title = _("❌ {server} wasn't stopped", server=name)
        return theme.card(title, reason_in(job.detail), colour=theme.BAD)
    if job.called_off is CalledOff.OFFLINE:
        return theme.card(_("{server} is offline already", server=name), colour=theme.QUIET)
    if job.called_off in _WHY_ONLINE:
        why = _(_WHY_ONLINE[job.called_off])
    else:
        why = _("Kept running by <@{user}>.", user=job.called_off_by)
    return theme.card(_("{server} stays online", server=name), why, colour=theme.GOOD)
