"""What people see before and after a restore, and of retention and schedules."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.domain.backups import Plan, RetentionRule
from bot.domain.formatting import counted, discord_time, duration, size
from bot.domain.retention_policy import Policy
from bot.panel.models import Backup, Schedule, Server, TaskAction
from bot.services.backups import (
    SILENCE_S,
    TRUNCATE_SILENCE_S,
    RestoreEnd,
    RestorePreview,
    RestoreProgress,
    RestoreResult,
    RetentionResult,
    ScheduleTimes,
)
from bot.ui.backups.embeds import NAME_ROOM
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_SHOWN = 12
_RESTORE_S = 600.0


def restore_prompt(
    server: Server,
    before: RestorePreview,
    *,
    trash: str,
    others: tuple[discord.ui.Button[Any], ...] = (),
) -> Prompt:
    """Say exactly what is lost, and how old what comes back is."""
    name, backup = neutralise(server.name, NAME_ROOM), before.backup
    lines = [
        f"**{neutralise(backup.name, NAME_ROOM)}**, {size(backup.size_bytes)}, is "
        f"**{duration(before.age.total_seconds())} old** (made {discord_time(backup.created_at, 'f')}).",
        "",
    ]
    if before.truncate:
        items = "" if before.entries is None else f" ({counted(before.entries, 'top-level item')})"
        lines.append(
            f"⚠️ **Deletes all files on the server first**{items}. This can't be undone, and files that the "
            "backup excludes don't come back."
        )
        lines.append(
            f"That includes {inline_code(trash)}: {counted(before.trash_entries, 'saved file')} of "
            "Quetzal's trash and snapshots, so `/files undo` and `/files history` will be empty."
            if before.trash_entries
            else f"That includes {inline_code(trash)}, Quetzal's own trash and snapshots."
        )
        lines += ["", "Quetzal checks first that the backup's archive exists.", ""]
    else:
        lines.append(
            "⚠️ Files in the backup **overwrite** those of the same name, and later changes in them are lost. "
            "Other files stay."
        )
        lines.append("")
    lines.append("The server is stopped and **not** restarted. Nothing else can be done with it until then.")
    newest = before.last_good
    if newest is not None and newest.uuid != backup.uuid:
        lines.append(
            f"There is a newer good backup: {neutralise(newest.name, 60)}, {discord_time(newest.created_at)}."
        )
    lines += ["", "➡️ To save the current files, press “Back up first”."]
    card = theme.card(
        f"{'Delete all files and restore' if before.truncate else 'Restore'} {name}?",
        "\n".join(lines),
        colour=theme.BAD if before.truncate else theme.CAREFUL,
    )
    typed = server.name if before.truncate else None
    # Longer than a yes takes: “Back up first” has its time, too, and the question is still there after it.
    return Prompt(card, confirm="Restore", typed=typed, others=others, patience_s=_RESTORE_S)


def asking_to_restore(server: Server, backup: Backup) -> Card:
    """Show that the panel is being asked."""
    return theme.card(
        f"⏳ Asking the panel to restore {neutralise(server.name, NAME_ROOM)}…",
        f"From **{neutralise(backup.name, NAME_ROOM)}**. This may take 30 seconds if the node is slow.",
        colour=theme.BUSY,
    )


def restoring(server: Server, backup: Backup, so_far: RestoreProgress, *, truncate: bool) -> Card:
    """Show that it runs, or that nobody knows yet whether it does."""
    if so_far.unanswered is not None:
        lost = " The files may have been deleted already." if truncate else ""
        patience_s = TRUNCATE_SILENCE_S if truncate else SILENCE_S
        return theme.card(
            f"❔ Restore of {neutralise(server.name, NAME_ROOM)} not confirmed yet",
            f"{so_far.unanswered.happened} The request may or may not have arrived.{lost}\n"
            f"Quetzal is watching the server and the panel's activity log for the restore, for up "
            f"to {duration(patience_s)}; {duration(so_far.took_s)} so far.\n"
            "➡️ Don't start the server or restore again yet.",
            colour=theme.CAREFUL,
        )
    return theme.card(
        f"⏳ Restoring {neutralise(server.name, NAME_ROOM)}…",
        f"From **{neutralise(backup.name, NAME_ROOM)}**, for {duration(so_far.took_s)}. "
        "The server can't be used meanwhile.",
        colour=theme.BUSY,
    )


def restored(server: Server, outcome: RestoreResult) -> Card:
    """Say truthfully how it ended."""
    name, backup = neutralise(server.name, NAME_ROOM), neutralise(outcome.backup.name, NAME_ROOM)
    took = duration(outcome.took_s)
    match outcome.end:
        case RestoreEnd.DONE:
            return theme.card(
                f"✅ {name} is restored",
                f"From **{backup}**, in {took}. The server is offline.\n➡️ Start it when you're ready.",
                colour=theme.GOOD,
            )
        case RestoreEnd.FAILED:
            lost = (
                "All files were deleted first, so **the server may be empty or half restored**."
                if outcome.truncate
                else "Some files may be from the backup, others not."
            )
            title = f"❌ Restoring {name} failed"
            text = (
                f"It failed after {took}: the archive may be damaged, or the server didn't stop within two "
                f"minutes. {lost}\n"
                "➡️ Don't start it. Restore another backup, or kill the server first and restore again."
            )
        case RestoreEnd.UNCONFIRMED:
            title = f"❔ The restore of {name} is unconfirmed"
            text = (
                f"It ended after {took}, but Quetzal couldn't confirm in the panel's activity log whether it "
                "worked.\n➡️ Check `/files list` before you start the server."
            )
        case RestoreEnd.NO_TRACE:
            title = f"❔ The restore of {name} may not have started"
            why = f" {outcome.unanswered.happened}" if outcome.unanswered else ""
            lost = (
                "**The files may have been deleted already**, and it"
                if outcome.truncate
                else "It deletes nothing first, but"
            )
            text = (
                f"The request was sent, no answer came back, and there was no sign of a restore for {took}."
                f"{why} {lost} may still be running.\n➡️ Check `/files list`. Once nothing changes there, "
                "start the server or restore again."
            )
        case RestoreEnd.STILL_RUNNING:
            title = f"⏳ The restore of {name} is still running"
            text = (
                f"It has been running for {took}, or the panel can't be reached. Quetzal stopped "
                "watching; the restore continues.\n➡️ Check `/server status` later."
            )
    return theme.card(title, text, colour=theme.BAD)


def rule_words(rule: RetentionRule) -> str:
    """Put a rule into words."""
    parts = [
        f"the last {rule.last}" if rule.last else "",
        f"one a day for {rule.daily} days" if rule.daily else "",
        f"one a week for {rule.weekly} weeks" if rule.weekly else "",
        f"one a month for {rule.monthly} months" if rule.monthly else "",
    ]
    return ", ".join(filter(None, parts)) or "everything"


def retention_prompt(server: Server, rule: RetentionRule, plan: Plan, *, stay_on: bool) -> Prompt:
    """Show what would go and what stays, and why."""
    lines = [f"Keep {rule_words(rule)}. Locked backups and the last good one are never deleted.", ""]
    if plan.delete:
        lines.append(
            f"🗑️ **{counted(len(plan.delete), 'backup')} would be deleted** ({size(plan.freed_bytes)}):"
        )
        lines += [
            f"-# {neutralise(backup.name, 60)} · {discord_time(backup.created_at)}"
            for backup in plan.delete[:_SHOWN]
        ]
        if len(plan.delete) > _SHOWN:
            lines.append(f"-# and {len(plan.delete) - _SHOWN} more")
    else:
        lines.append("Nothing would be deleted now.")
    lines.append(f"\n💾 **{counted(len(plan.keep), 'backup')} would stay:**")
    lines += [
        f"-# {neutralise(kept_backup.backup.name, 60)} · {', '.join(kept_backup.reasons)}"
        for kept_backup in plan.keep[:_SHOWN]
    ]
    if stay_on:
        lines.append("\nQuetzal then applies this **after each new backup**, until you turn it `off`.")
    card = theme.card(
        f"Backup policy for {neutralise(server.name, NAME_ROOM)}?",
        "\n".join(lines),
        colour=theme.BAD if plan.delete else theme.CAREFUL,
    )
    confirm = f"Delete {counted(len(plan.delete), 'backup')}" if plan.delete else "Turn on"
    return Prompt(card, confirm=confirm)


def retention_done(server: Server, applied: RetentionResult, *, on: bool) -> Card:
    """Say what went and what did not."""
    lines = [f"{counted(len(applied.deleted), 'backup')} deleted, {size(applied.freed_bytes)} freed."]
    for backup, error in applied.failed:
        lines.append(f"⚠️ {neutralise(backup.name, 60)} couldn't be deleted: {error.happened}")
    if on:
        lines.append("The policy is on: it applies after each new backup.")
    name = neutralise(server.name, NAME_ROOM)
    return theme.card(
        f"Backup policy of {name}", "\n".join(lines), colour=theme.CAREFUL if applied.failed else theme.GOOD
    )


def retention_now(
    server: Server, policy: Policy | None, *, is_stopped: bool = False, is_ours: bool = True
) -> Card:
    """Tell which policy is on."""
    name = neutralise(server.name, NAME_ROOM)
    if policy is None:
        text = "Off.\n➡️ For example: `/backup retention keep_last:3 keep_daily:7`"
        return theme.card(f"Backup policy of {name}", text, colour=theme.QUIET)
    text = (
        f"On since {discord_time(policy.set_at, 'f')} by <@{policy.set_by}>: keep {rule_words(policy.rule)}."
    )
    if not is_ours:
        text = (
            f"On since {discord_time(policy.set_at, 'f')}: keep {rule_words(policy.rule)}.\n"
            "It was set up in another Discord server that sees this server, and can only be changed there."
        )
    elif is_stopped:
        text += (
            f"\n⏸️ Stopped: <@{policy.set_by}> no longer has the level for it, so no backup is deleted.\n"
            "➡️ Take it over with `/quetzal access review`, or set it up again."
        )
    return theme.card(f"Backup policy of {name}", text)


def retention_off(server: Server, *, was_on: bool) -> Card:
    """Say that nothing is deleted any more."""
    text = "Turned off: Quetzal no longer deletes backups." if was_on else "It was already off."
    return theme.card(f"Backup policy of {neutralise(server.name, NAME_ROOM)}", text, colour=theme.GOOD)


def schedule_prompt(server: Server, rhythm: ScheduleTimes, *, only_when_online: bool) -> Prompt:
    """Ask before the panel makes backups by the clock."""
    limit = server.feature_limits.backups or 0
    lines = [
        f"{inline_code(str(rhythm.cron))}: {neutralise(rhythm.words)}.",
        f"Only while the server is online: {'yes' if only_when_online else 'no'}.",
        "Times are in the panel's time zone.",
        "Excluded files are those in `.pteroignore` **now**: run this again when that file changes.",
        f"⚠️ When all {limit} slots are used, the panel **deletes the oldest unlocked backup** for each new "
        "one. Lock the ones you need.",
    ]
    title = f"Schedule automatic backups for {neutralise(server.name, NAME_ROOM)}?"
    return Prompt(theme.card(title, "\n".join(lines), colour=theme.CAREFUL), confirm="Schedule")


def schedules(server: Server, listed: Sequence[Schedule]) -> Card:
    """List what makes backups by the clock."""
    name = neutralise(server.name, NAME_ROOM)
    if not listed:
        text = "None yet.\n➡️ For example: `/backup schedule cron:0 4 * * *`"
        return theme.card(f"Scheduled backups of {name}", text, colour=theme.QUIET)
    return theme.card(
        f"Scheduled backups of {name}", "\n".join(_schedule(schedule) for schedule in listed[:_SHOWN])
    )


def schedule_off(server: Server, *, was_on: bool) -> Card:
    """Say that it is off."""
    text = "Quetzal's schedule is deleted." if was_on else "Quetzal has no schedule here."
    return theme.card(
        f"Scheduled backups of {neutralise(server.name, NAME_ROOM)}",
        f"{text} Schedules made in the panel are unchanged.",
        colour=theme.GOOD,
    )


def _schedule(schedule: Schedule) -> str:
    when = (
        f"next {discord_time(schedule.next_run_at, 'f')}"
        if schedule.next_run_at and schedule.is_active
        else "not active"
    )
    online = ", only when online" if schedule.only_when_online else ""
    backs_up = any(task.action is TaskAction.BACKUP for task in schedule.tasks)
    missing = "" if backs_up else " · ⚠️ without a backup task"
    return (
        f"**{neutralise(schedule.name, 60)}** {inline_code(str(schedule.cron))}{online}\n-# {when}{missing}"
    )
