"""What people see of retention and schedules."""

from collections.abc import Sequence

from bot.domain.formatting import counted, discord_time, size
from bot.domain.retention_policy import Plan, Policy, RetentionRule
from bot.panel.models import Schedule, Server, TaskAction
from bot.services.backups import (
    RetentionResult,
    ScheduleTimes,
)
from bot.ui.backups.cards import NAME_ROOM
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_SHOWN = 12


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


def retention_off_prompt(server: Server, policy: Policy) -> Prompt:
    """Ask before old backups are no longer deleted."""
    lines = [
        f"Now: keep {rule_words(policy.rule)}, after each new backup.",
        "After that, old backups stay until somebody deletes them, and take up slots.",
    ]
    title = f"Turn off the backup policy of {neutralise(server.name, NAME_ROOM)}?"
    return Prompt(
        theme.card(title, "\n".join(lines), colour=theme.CAREFUL), confirm="Turn off", undoable=True
    )


def retention_off(server: Server, *, was_on: bool) -> Card:
    """Say that the policy is off."""
    text = "Turned off: Quetzal no longer deletes backups." if was_on else "It was already off."
    return theme.card(f"Backup policy of {neutralise(server.name, NAME_ROOM)}", text, colour=theme.GOOD)


def schedule_prompt(server: Server, times: ScheduleTimes, *, only_when_online: bool) -> Prompt:
    """Ask before the panel is given a schedule."""
    limit = server.feature_limits.backups or 0
    online = ", only while the server is online" if only_when_online else ""
    lines = [
        f"**{neutralise(times.words).capitalize()}**{online}",
        f"Next run: {discord_time(times.next_here, 'f')} if the panel's clock is set to UTC",
        f"⚠️ When all {limit} slots are used, the panel **deletes the oldest unlocked backup** for each new "
        "one. Lock the ones you need.",
    ]
    card = theme.card(
        f"Schedule automatic backups for {neutralise(server.name, NAME_ROOM)}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer="It excludes what .pteroignore lists now. Schedule it again when that file changes.",
    )
    return Prompt(card, confirm="Schedule", undoable=True)


def schedule_off_prompt(server: Server, ours: Schedule) -> Prompt:
    """Ask before Quetzal's schedule is deleted."""
    lines = [
        _schedule(ours),
        "No backup is made automatically after that. Existing backups stay.",
    ]
    title = f"Turn off automatic backups for {neutralise(server.name, NAME_ROOM)}?"
    return Prompt(
        theme.card(title, "\n".join(lines), colour=theme.CAREFUL), confirm="Turn off", undoable=True
    )


def schedules(server: Server, listed: Sequence[Schedule]) -> Card:
    """List the schedules that make backups."""
    name = neutralise(server.name, NAME_ROOM)
    if not listed:
        text = "None yet. Choose how often the panel makes a backup:"
        return theme.card(f"Automatic backups of {name}", text, colour=theme.QUIET)
    return theme.card(
        f"Automatic backups of {name}", "\n".join(_schedule(schedule) for schedule in listed[:_SHOWN])
    )


def schedule_off(server: Server, *, was_on: bool) -> Card:
    """Say that it is off."""
    text = "Quetzal's schedule is deleted." if was_on else "Quetzal has no schedule here."
    return theme.card(
        f"Automatic backups of {neutralise(server.name, NAME_ROOM)}",
        f"{text} Schedules made in the panel are unchanged.",
        colour=theme.GOOD,
    )


def _schedule(schedule: Schedule) -> str:
    when = "not active"
    if schedule.next_run_at and schedule.is_active:
        when = f"next run {discord_time(schedule.next_run_at, 'f')} ({discord_time(schedule.next_run_at)})"
    online = ", only when online" if schedule.only_when_online else ""
    backs_up = any(task.action is TaskAction.BACKUP for task in schedule.tasks)
    missing = "" if backs_up else " · ⚠️ without a backup task"
    return (
        f"**{neutralise(schedule.name, 60)}** {inline_code(str(schedule.cron))}{online}\n-# {when}{missing}"
    )
