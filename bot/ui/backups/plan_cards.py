"""What people see of retention and schedules."""

from collections.abc import Sequence

from bot.core.i18n import _
from bot.domain.formatting import counted, discord_time, joined, size
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
        _("the last {last}", last=rule.last) if rule.last else "",
        _("one a day for {daily} days", daily=rule.daily) if rule.daily else "",
        _("one a week for {weekly} weeks", weekly=rule.weekly) if rule.weekly else "",
        _("one a month for {monthly} months", monthly=rule.monthly) if rule.monthly else "",
    ]
    return joined(filter(None, parts)) or _("everything")


def retention_prompt(server: Server, rule: RetentionRule, plan: Plan, *, stay_on: bool) -> Prompt:
    """Show what would go and what stays, and why."""
    lines = [
        _(
            "Keep {rule_words}. Locked backups and the last good one are never deleted.",
            rule_words=rule_words(rule),
        ),
        "",
    ]
    if plan.delete:
        lines.append(
            _(
                "🗑️ **{backups} would be deleted** ({freed}):",
                backups=counted(len(plan.delete), "backup", "backups"),
                freed=size(plan.freed_bytes),
            )
        )
        lines += [
            f"-# {neutralise(backup.name, 60)} · {discord_time(backup.created_at)}"
            for backup in plan.delete[:_SHOWN]
        ]
        if len(plan.delete) > _SHOWN:
            lines.append(_("-# and {count} more", count=len(plan.delete) - _SHOWN))
    else:
        lines.append(_("Nothing would be deleted now."))
    lines.append(_("\n💾 **{backups} would stay:**", backups=counted(len(plan.keep), "backup", "backups")))
    lines += [
        f"-# {neutralise(kept_backup.backup.name, 60)} · {joined(kept_backup.reasons)}"
        for kept_backup in plan.keep[:_SHOWN]
    ]
    if stay_on:
        lines.append(_("\nQuetzal then applies this **after each new backup**, until you turn it off."))
    card = theme.card(
        _("Backup policy for {server}?", server=neutralise(server.name, NAME_ROOM)),
        "\n".join(lines),
        colour=theme.BAD if plan.delete else theme.CAREFUL,
    )
    confirm = (
        _("Delete {backups}", backups=counted(len(plan.delete), "backup", "backups"))
        if plan.delete
        else _("Turn on")
    )
    return Prompt(card, confirm=confirm)


def retention_done(server: Server, applied: RetentionResult, *, on: bool) -> Card:
    """Say what went and what did not."""
    lines = [
        _(
            "{backups} deleted, {freed} freed.",
            backups=counted(len(applied.deleted), "backup", "backups"),
            freed=size(applied.freed_bytes),
        )
    ]
    for backup, error in applied.failed:
        lines.append(
            _(
                "⚠️ {backup} couldn't be deleted: {happened}",
                backup=neutralise(backup.name, 60),
                happened=error.happened,
            )
        )
    if on:
        lines.append(_("The policy is on: it applies after each new backup."))
    name = neutralise(server.name, NAME_ROOM)
    return theme.card(
        _("Backup policy of {name}", name=name),
        "\n".join(lines),
        colour=theme.CAREFUL if applied.failed else theme.GOOD,
    )


def retention_now(
    server: Server, policy: Policy | None, *, is_stopped: bool = False, is_ours: bool = True
) -> Card:
    """Say which policy is on."""
    name = neutralise(server.name, NAME_ROOM)
    if policy is None:
        text = _("Off: no backup is deleted by itself. After each new backup, keep only:")
        return theme.card(_("Backup policy of {name}", name=name), text, colour=theme.QUIET)
    text = _(
        "On since {set} by <@{set_by}>: keep {rule_words}.",
        set=discord_time(policy.set_at, "f"),
        set_by=policy.set_by,
        rule_words=rule_words(policy.rule),
    )
    if not is_ours:
        text = _(
            "On since {set}: keep {rule_words}.\nIt was set up in another Discord server that sees this "
            "server, and can only be changed there.",
            set=discord_time(policy.set_at, "f"),
            rule_words=rule_words(policy.rule),
        )
    elif is_stopped:
        text += _(
            "\n⏸️ Stopped: <@{set_by}> no longer has the level for it, so no backup is deleted.\n"
            "➡️ Take it over with `/quetzal access review`, or set it up again.",
            set_by=policy.set_by,
        )
    return theme.card(_("Backup policy of {name}", name=name), text)


def retention_off_prompt(server: Server, policy: Policy) -> Prompt:
    """Ask before old backups are no longer deleted."""
    lines = [
        _("Now: keep {rule_words}, after each new backup.", rule_words=rule_words(policy.rule)),
        _("After that, old backups stay until somebody deletes them, and take up slots."),
    ]
    title = _("Turn off the backup policy of {server}?", server=neutralise(server.name, NAME_ROOM))
    return Prompt(
        theme.card(title, "\n".join(lines), colour=theme.CAREFUL), confirm=_("Turn off"), undoable=True
    )


def retention_off(server: Server, *, was_on: bool) -> Card:
    """Say that the policy is off."""
    text = _("Turned off: Quetzal no longer deletes backups.") if was_on else _("It was already off.")
    return theme.card(
        _("Backup policy of {server}", server=neutralise(server.name, NAME_ROOM)), text, colour=theme.GOOD
    )


def schedule_prompt(server: Server, times: ScheduleTimes, *, only_when_online: bool) -> Prompt:
    """Ask before the panel is given a schedule."""
    limit = server.feature_limits.backups or 0
    online = _(", only while the server is online") if only_when_online else ""
    lines = [
        f"**{neutralise(times.words).capitalize()}**{online}",
        _next_run(times),
        _(
            "⚠️ When all {limit} slots are used, the panel **deletes the oldest unlocked backup** for each "
            "new one. Lock the ones you need.",
            limit=limit,
        ),
    ]
    card = theme.card(
        _("Schedule automatic backups for {server}?", server=neutralise(server.name, NAME_ROOM)),
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=_("It excludes what the server's ignore file lists now. Schedule it again when that changes."),
    )
    return Prompt(card, confirm=_("Schedule"), undoable=True)


def schedule_off_prompt(server: Server, ours: Schedule) -> Prompt:
    """Ask before Quetzal's schedule is deleted."""
    lines = [
        _schedule(ours),
        _("No backup is made automatically after that. Existing backups stay."),
    ]
    title = _("Turn off automatic backups for {server}?", server=neutralise(server.name, NAME_ROOM))
    return Prompt(
        theme.card(title, "\n".join(lines), colour=theme.CAREFUL), confirm=_("Turn off"), undoable=True
    )


def schedules(server: Server, listed: Sequence[Schedule]) -> Card:
    """List the schedules that make backups."""
    name = neutralise(server.name, NAME_ROOM)
    if not listed:
        text = _("None yet. Choose how often the panel makes a backup:")
        return theme.card(_("Automatic backups of {name}", name=name), text, colour=theme.QUIET)
    return theme.card(
        _("Automatic backups of {name}", name=name),
        "\n".join(_schedule(schedule) for schedule in listed[:_SHOWN]),
    )


def schedule_off(server: Server, *, was_on: bool) -> Card:
    """Say that it is off."""
    text = _("Quetzal's schedule is deleted.") if was_on else _("Quetzal has no schedule here.")
    return theme.card(
        _("Automatic backups of {server}", server=neutralise(server.name, NAME_ROOM)),
        _("{text} Schedules made in the panel are unchanged.", text=text),
        colour=theme.GOOD,
    )


def _schedule(schedule: Schedule) -> str:
    when = _("not active")
    if schedule.next_run_at and schedule.is_active:
        when = _(
            "next run {next_run} ({next_run_2})",
            next_run=discord_time(schedule.next_run_at, "f"),
            next_run_2=discord_time(schedule.next_run_at),
        )
    online = _(", only when online") if schedule.only_when_online else ""
    backs_up = any(task.action is TaskAction.BACKUP for task in schedule.tasks)
    missing = "" if backs_up else _(" · ⚠️ without a backup task")
    return (
        f"**{neutralise(schedule.name, 60)}** {inline_code(str(schedule.cron))}{online}\n-# {when}{missing}"
    )


def _next_run(times: ScheduleTimes) -> str:
    next_run = discord_time(times.next_run, "f")
    if times.is_zone_known:
        return _("Next run: {next_run}", next_run=next_run)
    return _("Next run: {next_run} if the panel's clock is set to UTC", next_run=next_run)
