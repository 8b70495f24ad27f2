"""What people see of a restart: the question before it, how far it is, and how it ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.formatting import counted, discord_time, duration
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
)
from bot.panel.models import Server
from bot.services.servers import OverDisk
from bot.ui.jobs.bulk_cards import bulk, bulk_failure
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.console_text import field
from bot.ui.kit.text import inline_code, neutralise

NAME_ROOM = 60
_MINUTE_S = 60
_STAYS = "The server stays online."
_WHY_OFF = {
    CalledOff.JOINED: "Somebody joined.",
    CalledOff.UNCOUNTED: "Players couldn't be counted, so it isn't certain that it is empty.",
    CalledOff.MISSED: "Quetzal was off at that time, and it is too late by now.",
    CalledOff.OFFLINE: "It was offline already.",
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
        lines.append("💾 A backup is made first. If it fails, the server stays online.")
    if asked.over_disk is not None:
        lines.append("⚠️ **It won't start again:** it is over its disk limit.")
    question = theme.card(
        f"Restart {name}?",
        "\n".join(lines),
        colour=theme.CAREFUL if asked.over_disk is None else theme.BAD,
        footer="Progress and Abort are posted in this channel.",
    )
    return Prompt(question, confirm="Restart")


def _when(asked: RestartQuestion) -> str:
    plan, due_at = asked.plan, asked.due_at
    if plan.when_empty and due_at is not None:
        return f"**When nobody is on**, at the latest {discord_time(due_at, 'f')}."
    if due_at is not None:
        return f"**{discord_time(due_at, 'f')}** ({discord_time(due_at)})"
    if not plan.marks or asked.players == 0:
        return "**Now.**" if not plan.backup else "**After the backup.**"
    return f"**In {duration(max(plan.marks))}**" + (" after the backup." if plan.backup else ".")


def _warnings(asked: RestartQuestion) -> Iterator[str]:
    marks = asked.plan.marks
    if asked.players == 0:
        yield "👥 Nobody is on."
        return
    who = "Players" if asked.players is None else counted(asked.players, "player")
    if not marks:
        yield f"👥 {who} on it {'is' if asked.players == 1 else 'are'} disconnected without a warning."
    elif not asked.has_chat:
        yield "⚠️ Players can't be warned: Quetzal doesn't know a chat command of this game."
    else:
        yield f"👥 {who} {'is' if asked.players == 1 else 'are'} warned {_marks(marks)} before."


def _marks(marks: Sequence[int]) -> str:
    *earlier, last = (mark_text(mark) for mark in sorted(marks, reverse=True))
    return f"{', '.join(earlier)} and {last}" if earlier else last


def begun(job: Job) -> Card:
    """Say that it is under way, to the person who asked."""
    name = neutralise(job.server.name, NAME_ROOM)
    when = f"{discord_time(job.due_at)}." if job.due_at is not None else "Follow it below."
    return theme.card(f"✅ {name} will be restarted", when, colour=theme.GOOD)


def nothing_to_restart(server: Server) -> Card:
    """Say that it is offline, where it can be started instead."""
    name = neutralise(server.name, NAME_ROOM)
    return theme.card(f"{name} is offline", "There is nothing to restart.", colour=theme.QUIET)


def aborting(job: Job) -> Card:
    """Say that it is called off, to the person who did it."""
    if job.kind is JobKind.BULK:
        return theme.card("✅ Aborted", "What had begun goes on to its end.", colour=theme.GOOD)
    name = neutralise(job.server.name, NAME_ROOM)
    return theme.card(f"✅ {name} stays online", _left_over(job), colour=theme.GOOD)


def card(job: Job, *, players: int | None, trouble: str | None) -> Card:
    """Draw the message of a job, as it is now."""
    if isinstance(job.plan, BulkPlan):
        return bulk(job, job.plan)
    name = neutralise(job.server.name, NAME_ROOM)
    drawn = _ended(job, name) if job.ending is not None else _under_way(job, name, players)
    steps = "\n".join(_steps(job))
    lines = filter(None, (drawn.description, f"⚠️ {trouble}" if trouble else "", steps))
    return replace(
        drawn, description="\n".join(lines), footer=f"Requested by <@{job.user_id}> · {reference(job)}"
    )


def reference(job: Job) -> str:
    """Give what its message is recognised by."""
    return f"job {job.id}"


def failure(job: Job) -> str:
    """Say in a line what a lock screen shows: it went wrong, and what state the server is in."""
    if job.kind is JobKind.BULK:
        return bulk_failure(job)
    return f"🔴 {_failed_title(job, neutralise(job.server.name, NAME_ROOM))}"


def _under_way(job: Job, name: str, players: int | None) -> Card:
    stop, start = job.step(StepKind.STOP), job.step(StepKind.START)
    backup = job.step(StepKind.BACKUP)
    plan = job.plan
    colour, title = theme.BUSY, f"🔄 {name} is restarting"
    if start is not None:
        status = f"**Starting** since {discord_time(start.begun_at)}"
    elif stop is not None:
        is_off = stop.outcome is StepOutcome.DONE
        status = "**Starting**" if is_off else f"**Stopping** since {discord_time(stop.begun_at)}"
    elif job.called_off is not None:
        status = "**Aborting**"
    elif backup is not None and backup.outcome is None:
        title, status = f"🕓 {name} will restart", f"**Backing up** since {discord_time(backup.begun_at)}"
    elif isinstance(plan, CountdownPlan) and plan.when_empty and job.due_at is not None:
        title = f"🕓 {name} will restart"
        on = "" if players is None else f" · {counted(players, 'player')} on"
        status = f"**When nobody is on**{on}\nAt the latest {discord_time(job.due_at)}"
    elif job.due_at is not None:
        title, status = f"🕓 {name} will restart", f"**{discord_time(job.due_at)}**"
    else:
        status = "**Preparing**"
    return theme.card(title, status, colour=colour)


def _ended(job: Job, name: str) -> Card:
    match job.ending:
        case JobEnding.DONE:
            return theme.card(
                f"✅ {name} is back up", f"**Back up after {_downtime(job)}**", colour=theme.GOOD
            )
        case JobEnding.CALLED_OFF:
            why = _WHY_OFF.get(job.called_off or CalledOff.PERSON, f"Aborted by <@{job.called_off_by}>.")
            title = (
                f"{name} wasn't restarted" if job.called_off is CalledOff.OFFLINE else f"{name} stays online"
            )
            return theme.card(title, "\n".join(filter(None, (why, _left_over(job)))), colour=theme.QUIET)
        case _:
            sentence, *lines = job.detail.split("\n")
            text = f"{sentence}\n{_STAYS}" if not job.has_stopped else sentence
            if lines:
                text += f"\nLast console lines:\n{field(lines)[0]}"
            return theme.card(f"❌ {_failed_title(job, name)}", text, colour=theme.BAD)


def _failed_title(job: Job, name: str) -> str:
    if not job.has_stopped:
        return f"{name} wasn't restarted"
    if job.step(StepKind.START) is None:
        return f"{name} didn't stop"
    return f"{name} didn't come back"


def _left_over(job: Job) -> str:
    """Say what a job leaves that was called off."""
    backup = job.step(StepKind.BACKUP)
    if backup is not None and backup.outcome in (None, StepOutcome.UNKNOWN):
        return f"The backup {inline_code(backup.detail)} goes on."
    return ""


def _downtime(job: Job) -> str:
    stop, start = job.step(StepKind.STOP), job.step(StepKind.START)
    if stop is None or start is None or start.settled_at is None:
        return "a while"
    return duration((start.settled_at - stop.begun_at).total_seconds())


def _steps(job: Job) -> Iterator[str]:
    """Write a line for each thing that was done."""
    backup = job.step(StepKind.BACKUP)
    if backup is not None and backup.settled_at is not None and backup.outcome is StepOutcome.DONE:
        took = duration((backup.settled_at - backup.begun_at).total_seconds())
        yield f"-# 💾 Backup {inline_code(backup.detail)} · {took}"
    warned = [step for step in job.steps if step.kind is StepKind.WARNING]
    if (line := _warned(warned)) is not None:
        yield f"-# {line}"
    stop = job.step(StepKind.STOP)
    if stop is not None and stop.settled_at is not None and stop.outcome is StepOutcome.DONE:
        took = duration((stop.settled_at - stop.begun_at).total_seconds())
        yield f"-# ⏹️ Offline after {took}"


def _warned(warned: Sequence[JobStep]) -> str | None:
    sent = [step.number for step in warned if step.outcome in (StepOutcome.DONE, StepOutcome.UNKNOWN)]
    failed = [step for step in warned if step.outcome is StepOutcome.FAILED]
    if failed:
        return f"⚠️ A warning couldn't be sent: {failed[-1].detail}"
    if sent:
        return f"💬 Players warned {_marks(sent)} before"
    if any(step.outcome is StepOutcome.SKIPPED for step in warned):
        return "⚠️ Players weren't warned: this game has no known chat command"
    return None
