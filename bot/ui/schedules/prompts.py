"""What is asked before schedules and their tasks are created, changed or deleted, and what is said after."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.i18n import _
from bot.domain.formatting import counted, discord_time
from bot.domain.schedules import backs_up, describe_task, describe_times, stops_server, timeline
from bot.panel.models import Schedule, ScheduleDraft, Server, Task, TaskAction, TaskDraft
from bot.services.backups import BackupInventory
from bot.services.schedules import ScheduleList
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import first_up, inline_code, neutralise
from bot.ui.schedules.cards import NAME_ROOM, ROW_ROOM, about_backups, task_lines, zone_line


def create_prompt(
    server: Server, draft: ScheduleDraft, tasks: Sequence[TaskDraft], listed: ScheduleList, *, warns: bool
) -> Prompt:
    """Show when it would run and what it would do; not `warns`: it should warn players, and can't."""
    times = describe_times(draft.cron, listed.at)
    lines = [f"**{first_up(times)}** {inline_code(str(draft.cron))}"]
    runs = " · ".join(discord_time(run, "f") for run in listed.preview(draft.cron))
    lines.append(_("Next: {runs}", runs=runs))
    if draft.only_when_online:
        lines.append(_("Only while the server is online"))
    card = theme.card(
        _("Create {draft}?", draft=neutralise(draft.name, NAME_ROOM)),
        "\n".join(lines),
        footer=zone_line(listed),
    )
    card = card.with_field(_("What it does"), "\n".join(task_lines(tasks, hides_secrets=False)))
    if not warns:
        unknown = _("Quetzal doesn't know how this game shows a text to its players, so they get no warning.")
        card = card.with_field(_("Good to know"), unknown)
    if backs_up(tasks):
        card = card.with_field(_("Good to know"), about_backups(server))
    return Prompt(card, confirm=_("Create"), undoable=True)


def run_prompt(schedule: Schedule, backups: BackupInventory | None) -> Prompt | None:
    """Ask before a run that stops the server, deletes a backup, or runs beside another one; else None.

    `backups`: those there are, where a task makes one.
    """
    risks = []
    if schedule.is_processing:
        risks.append(_("⚠️ It is running already. Its tasks would run twice."))
    if stops_server(schedule.tasks):
        risks.append(_("It stops or restarts the server, and everybody on it is disconnected."))
    if backups is not None and backups.is_full:
        risks.append(_first_to_go(backups))
    if not risks:
        return None
    card = theme.card(
        _("Run {schedule} now?", schedule=neutralise(schedule.name, NAME_ROOM)),
        "\n".join(risks),
        colour=theme.CAREFUL,
    )
    return Prompt(card, confirm=_("Run {schedule}", schedule=neutralise(schedule.name, ROW_ROOM)))


def running(server: Server, schedule: Schedule, now: datetime, *, hides_secrets: bool) -> Card:
    """Say what was done and what follows."""
    first, *later = timeline(schedule.tasks)
    deed = first_up(describe_task(first.task, hides_secrets=hides_secrets))
    is_done = first.task.action is TaskAction.COMMAND  # others take their time
    lines = [_("{deed}: done", deed=deed) if is_done else _("{deed}: started", deed=deed)]
    for timed in later:
        moment = now + timedelta(seconds=timed.after_s - first.after_s)
        lines.append(f"{discord_time(moment)}: {describe_task(timed.task, hides_secrets=hides_secrets)}")
    footer = _("The panel reports only whether the first task worked.") if later else ""
    return theme.card(
        f"▶️ {neutralise(schedule.name, NAME_ROOM)} {(_('is running') if later else _('has run'))}",
        "\n".join(lines),
        colour=theme.BUSY if later else theme.GOOD,
        footer="\n".join(filter(None, (footer, neutralise(server.name, NAME_ROOM)))),
    )


def delete_prompt(schedule: Schedule, listed: ScheduleList) -> Prompt:
    """Say what no longer happens."""
    times = describe_times(schedule.cron, listed.at)
    lines = [f"**{first_up(times)}**, {counted(len(schedule.tasks), 'task', 'tasks')}"]
    if schedule.is_processing:
        lines.append(_("⚠️ It is running now. Tasks that wait for their delay are dropped."))
    lines.append(_("You can undo this right afterwards."))
    name = neutralise(schedule.name, NAME_ROOM)
    card = theme.card(_("Delete {name}?", name=name), "\n".join(lines), colour=theme.CAREFUL)
    return Prompt(
        card, confirm=_("Delete {schedule}", schedule=neutralise(schedule.name, ROW_ROOM)), undoable=True
    )


def deleted(server: Server, schedule: Schedule) -> Card:
    """Say that it is gone."""
    return theme.card(
        _("🗑️ {schedule} deleted", schedule=neutralise(schedule.name, NAME_ROOM)),
        _("It no longer runs."),
        colour=theme.GOOD,
        footer=neutralise(server.name, NAME_ROOM),
    )


def one_task(schedule: Schedule, task: Task) -> Card:
    """Draw a task among those around it."""
    lines = [*task_lines(schedule.tasks, hides_secrets=False)]
    number, space, words = lines[task.sequence_id - 1].partition(" ")
    lines[task.sequence_id - 1] = f"{number}{space}**{words}**"  # a bold number would end the list
    return theme.card(
        _(
            "Task {sequence_id} of {schedule}",
            sequence_id=task.sequence_id,
            schedule=neutralise(schedule.name, NAME_ROOM),
        ),
        "\n".join(lines),
    )


def remove_task_prompt(schedule: Schedule, task: Task) -> Prompt:
    """Ask before a task is removed."""
    words = describe_task(task, hides_secrets=False)
    name = neutralise(schedule.name, NAME_ROOM)
    lines = [_("It no longer does this: {words}.", words=words)]
    if len(schedule.tasks) == 1:
        lines.append(_("⚠️ That is its only task, so it does nothing after that."))
    card = theme.card(
        _("Remove task {sequence_id} of {name}?", sequence_id=task.sequence_id, name=name),
        "\n".join(lines),
        colour=theme.BAD,
    )
    return Prompt(card, confirm=_("Remove task {sequence_id}", sequence_id=task.sequence_id))


def _first_to_go(backups: BackupInventory) -> str:
    oldest = backups.first_to_go
    if oldest is None:
        return _("⚠️ All backup slots are used by locked backups, so its backup will fail.")
    name, made = neutralise(oldest.name, ROW_ROOM), discord_time(oldest.created_at, "f")
    return _(
        "⚠️ All backup slots are used, so the panel deletes the oldest unlocked backup: **{name}** of {made}.",
        name=name,
        made=made,
    )
