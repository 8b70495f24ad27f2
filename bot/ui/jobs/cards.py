"""What people see of a restart: the question before it, how far it is, and how it ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, discord_time, duration, joined
from bot.domain.jobs import (
    BulkPlan,
    CalledOff,
    CountdownPlan,
    Job,
    JobEnding,
    JobKind,
    JobStep,
    StepKind,
    StepOutcome,
    reason_in,
)
from bot.panel.models import Server
from bot.services.servers import OverDisk
from bot.ui.jobs.bulk_cards import bulk, bulk_failure
from bot.ui.jobs.idle_cards import idle_stop
from bot.ui.jobs.reference import reference
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.console_text import field
from bot.ui.kit.text import inline_code, neutralise

NAME_ROOM = 60
_MINUTE_S = 60
_STAYS = N_("The server stays online.")
_WHY_OFF = {
    CalledOff.MISSED: N_("Quetzal was off at that time, and it is too late now."),
    CalledOff.OFFLINE: N_("It was offline already."),
}


@dataclass(frozen=True, slots=True)
class RestartQuestion:
    """What is known before a restart. `players` None: they can't be counted."""

    server: Server
    plan: CountdownPlan
    due_at: datetime | None
    players: int | None
    has_chat: bool
    """Whether Quetzal knows the game's command for messages to players."""
    over_disk: OverDisk | None = None


def mark_text(seconds: int) -> str:
    """Write when a warning comes: `5 min`, `10 s`."""
    return duration(seconds)


def restart_prompt(asked: RestartQuestion) -> Prompt:
    """Ask before a restart, with what comes in which order."""
    name, plan = neutralise(asked.server.name, NAME_ROOM), asked.plan
    lines = [_when(asked), *_warnings(asked)]
    if plan.backup:
        lines.append(_("💾 A backup is made first. If it fails, the server stays online."))
    if asked.over_disk is not None:
        lines.append(_("⚠️ **It won't start again:** it is over its disk limit."))
    question = theme.card(
        _("Restart {name}?", name=name),
        "\n".join(lines),
        colour=theme.CAREFUL if asked.over_disk is None else theme.BAD,
        footer=_("Progress and Abort are posted in this channel."),
    )
    return Prompt(question, confirm=_("Restart"), undoable=asked.over_disk is None)


def _when(asked: RestartQuestion) -> str:
    plan, due_at = asked.plan, asked.due_at
    if plan.when_empty and due_at is not None:
        return _("**When nobody is on**, at the latest {due}.", due=discord_time(due_at, "f"))
    if due_at is not None:
        return f"**{discord_time(due_at, 'f')}** ({discord_time(due_at)})"
    if not plan.marks or asked.players == 0:
        return _("**Now.**") if not plan.backup else _("**After the backup.**")
    left = duration(max(plan.marks))
    return _("**{left}** after the backup.", left=left) if plan.backup else _("**In {left}.**", left=left)


def _warnings(asked: RestartQuestion) -> Iterator[str]:
    marks = asked.plan.marks
    if asked.players == 0:
        yield _("👥 Nobody is on.")
        return
    if asked.players is not None:
        yield _("👥 {players} on.", players=counted(asked.players, "player", "players"))
    if not marks:
        yield _("Players are disconnected without a warning.")
    elif not asked.has_chat:
        yield _("⚠️ Players can't be warned: Quetzal doesn't know a chat command of this game.")
    else:
        yield _("Players are warned {marks} before.", marks=_marks(marks))


def _marks(marks: Sequence[int]) -> str:
    *earlier, last = (mark_text(mark) for mark in sorted(marks, reverse=True))
    # "1 min and 10 s before" would be read as one warning, 70 seconds before.
    return _("{earlier}, then {last}", earlier=joined(earlier), last=last) if earlier else last


def begun(job: Job) -> Card:
    """Say that it is under way, to the person who asked."""
    name = neutralise(job.server.name, NAME_ROOM)
    # True whatever becomes of it: it may be aborted, and this message stays as it is.
    return theme.card(
        _("✅ Restart of {name} is planned", name=name), _("Progress is posted below."), colour=theme.GOOD
    )


def nothing_to_restart(server: Server) -> Card:
    """Say that it is offline, where it can be started instead."""
    name = neutralise(server.name, NAME_ROOM)
    return theme.card(
        _("{name} is offline", name=name), _("There is nothing to restart."), colour=theme.QUIET
    )


def aborting(job: Job) -> Card:
    """Say that it is called off, to the person who did it."""
    if job.kind is JobKind.BULK:
        return theme.card(_("✅ Aborted"), _("Servers already in progress will finish."), colour=theme.GOOD)
    name = neutralise(job.server.name, NAME_ROOM)
    return theme.card(_("✅ {name} stays online", name=name), _left_over(job), colour=theme.GOOD)


def card(job: Job, *, players: int | None, trouble: str | None) -> Card:
    """Draw the message of a job, as it is now."""
    if isinstance(job.plan, BulkPlan):
        return bulk(job, job.plan)
    if job.kind is JobKind.IDLE:
        return idle_stop(job, trouble)
    name = neutralise(job.server.name, NAME_ROOM)
    drawn = _ended(job, name) if job.ending is not None else _under_way(job, name, players)
    steps = "\n".join(_steps(job))
    lines = filter(None, (drawn.description, f"⚠️ {trouble}" if trouble else "", steps))
    return replace(
        drawn,
        description="\n".join(lines),
        footer=reference(job).below(_("Requested by <@{user_id}>", user_id=job.user_id)),
    )


def failure(job: Job) -> str:
    """Say in a line what a lock screen shows: it went wrong, and what state the server is in."""
    if job.kind is JobKind.BULK:
        return bulk_failure(job)
    name = neutralise(job.server.name, NAME_ROOM)
    return f"🔴 {_failed_title(job, name)}"


def _under_way(job: Job, name: str, players: int | None) -> Card:
    stop, start = job.step(StepKind.STOP), job.step(StepKind.START)
    backup = job.step(StepKind.BACKUP)
    plan = job.plan
    colour, title = theme.BUSY, _("🔄 {name} is restarting", name=name)
    if start is not None:
        status = _("**Starting** · began {begun}", begun=discord_time(start.begun_at))
    elif stop is not None:
        is_off = stop.outcome is StepOutcome.DONE
        status = (
            _("**Starting**")
            if is_off
            else _("**Stopping** · began {begun}", begun=discord_time(stop.begun_at))
        )
    elif job.called_off is not None:
        status = _("**Aborting**")
    elif backup is not None and backup.outcome is None:
        title, status = (
            _("🕓 {name} will restart", name=name),
            _("**Backing up** · began {begun}", begun=discord_time(backup.begun_at)),
        )
    elif isinstance(plan, CountdownPlan) and plan.when_empty and job.due_at is not None:
        title = _("🕓 {name} will restart", name=name)
        on = "" if players is None else _(" · {players} on", players=counted(players, "player", "players"))
        status = _("**When nobody is on**{on}\nAt the latest {due}", on=on, due=discord_time(job.due_at))
    elif job.due_at is not None:
        title = _("🕓 {name} will restart", name=name)
        status = _("**Restarts {due}**", due=discord_time(job.due_at))
    else:
        status = _("**Preparing**")
    return theme.card(title, status, colour=colour)


def _ended(job: Job, name: str) -> Card:
    match job.ending:
        case JobEnding.DONE:
            return theme.card(
                _("✅ {name} was restarted", name=name),
                _("**Back up after {downtime}**", downtime=_downtime(job)),
                colour=theme.GOOD,
            )
        case JobEnding.CALLED_OFF:
            why = _WHY_OFF.get(
                job.called_off or CalledOff.PERSON,
                _("Aborted by <@{called_off_by}>.", called_off_by=job.called_off_by),
            )
            title = (
                _("{name} wasn't restarted", name=name)
                if job.called_off is CalledOff.OFFLINE
                else _("{name} stays online", name=name)
            )
            return theme.card(title, "\n".join(filter(None, (str(why), _left_over(job)))), colour=theme.QUIET)
        case _:
            sentence, lines = reason_in(job.detail), job.detail.split("\n")[1:]
            text = f"{sentence}\n{_STAYS}" if not job.has_stopped else sentence
            if lines:
                text += _("\nFrom the console:\n{field}", field=field(lines)[0])
            return theme.card(f"❌ {_failed_title(job, name)}", text, colour=theme.BAD)


def _failed_title(job: Job, name: str) -> str:
    if job.kind is JobKind.IDLE:
        return _("{name} wasn't stopped", name=name)
    if not job.has_stopped:
        return _("{name} wasn't restarted", name=name)
    if job.step(StepKind.START) is None:
        return _("{name} didn't stop", name=name)
    return _("{name} didn't come back", name=name)


def _left_over(job: Job) -> str:
    """Say what a job leaves that was called off."""
    backup = job.step(StepKind.BACKUP)
    if backup is not None and backup.outcome in (None, StepOutcome.UNKNOWN):
        return _("The backup {detail} continues.", detail=inline_code(backup.detail))
    return ""


def _downtime(job: Job) -> str:
    stop, start = job.step(StepKind.STOP), job.step(StepKind.START)
    if stop is None or start is None or start.settled_at is None:
        return _("a while")
    return duration((start.settled_at - stop.begun_at).total_seconds())


def _steps(job: Job) -> Iterator[str]:
    """Write a line for each thing that was done."""
    backup = job.step(StepKind.BACKUP)
    if backup is not None and backup.settled_at is not None and backup.outcome is StepOutcome.DONE:
        took = duration((backup.settled_at - backup.begun_at).total_seconds())
        yield _("-# 💾 Backup {detail} · {took}", detail=inline_code(backup.detail), took=took)
    warned = [step for step in job.steps if step.kind is StepKind.WARNING]
    if (line := _warned(warned)) is not None:
        yield f"-# {line}"
    stop = job.step(StepKind.STOP)
    if stop is not None and stop.settled_at is not None and stop.outcome is StepOutcome.DONE:
        took = duration((stop.settled_at - stop.begun_at).total_seconds())
        yield _("-# ⏹️ Offline after {took}", took=took)


def _warned(warned: Sequence[JobStep]) -> str | None:
    sent = [step.number for step in warned if step.outcome in (StepOutcome.DONE, StepOutcome.UNKNOWN)]
    failed = [step for step in warned if step.outcome is StepOutcome.FAILED]
    if failed:
        return _("⚠️ A warning couldn't be sent: {detail}", detail=reason_in(failed[-1].detail))
    if sent:
        return _("💬 Players warned {marks} before", marks=_marks(sent))
    if any(step.outcome is StepOutcome.SKIPPED for step in warned):
        return _("⚠️ Players weren't warned: this game has no known chat command")
    return None
