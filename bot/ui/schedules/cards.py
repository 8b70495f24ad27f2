"""What people see of the panel's schedules: a calendar, and one schedule with its tasks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time

import discord

from bot.core.i18n import _
from bot.domain.formatting import counted, discord_time
from bot.domain.schedules import (
    AnyTask,
    backs_up,
    delay_text,
    describe_task,
    describe_times,
    is_own_backups,
    left_out_times,
)
from bot.panel.models import Schedule, Server
from bot.services.schedules import ScheduleList
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import first_up, neutralise

NAME_ROOM = 80
ROW_ROOM = 40


def schedule_list(server: Server, listed: ScheduleList, rows: Sequence[Row]) -> Card:
    """Draw one page of schedules, what runs next first."""
    title = _("📅 Schedules of {server}", server=neutralise(server.name, NAME_ROOM))
    if not listed.schedules:
        text = _("None yet. The panel runs a schedule by itself, whether Quetzal is online or not.")
        return theme.card(title, text, colour=theme.QUIET)
    following = next((schedule for schedule in listed.schedules if listed.next_runs(schedule)), None)
    paused = sum(not schedule.is_active for schedule in listed.schedules)
    head = _("**All are paused**")
    if following is not None and following.next_run_at is not None:
        head = _(
            "**Next: {following}** {next_run}",
            following=neutralise(following.name, ROW_ROOM),
            next_run=discord_time(following.next_run_at),
        )
        head += _(" · {paused} paused", paused=paused) if paused else ""
    card = theme.card(title, head, footer=zone_line(listed))
    return replace(card, rows=tuple(rows))


def row_text(schedule: Schedule, listed: ScheduleList) -> str:
    """Describe a schedule and when it runs, in the lines of a row."""
    lines = [
        f"{mark(schedule)} **{neutralise(schedule.name, ROW_ROOM)}**",
        f"-# {describe_times(schedule.cron, listed.at)} · {_short_state(schedule, listed)}",
    ]
    if not schedule.tasks:
        lines.append(_("-# ⚠️ has no tasks"))
    return "\n".join(lines)


def one_schedule(server: Server, schedule: Schedule, listed: ScheduleList, *, hides_secrets: bool) -> Card:
    """Draw one schedule: when it runs, what it does, and how it ended last."""
    times = describe_times(schedule.cron, listed.at)
    lines = [f"**{first_up(times)}**", *_when(schedule, listed)]
    if schedule.only_when_online:
        lines.append(_("Only while the server is online"))
    card = theme.card(
        f"{mark(schedule)} {neutralise(schedule.name, NAME_ROOM)}",
        "\n".join(lines),
        colour=_colour(schedule, listed),
        footer=f"{neutralise(server.name, NAME_ROOM)} · {zone_line(listed)}",
    )
    card = card.with_field(
        _("What it does"), "\n".join(task_lines(schedule.tasks, hides_secrets=hides_secrets))
    )
    notes = [*_left_out(schedule, listed), *_notes(server, schedule), *_change_of_clocks(schedule, listed)]
    return card.with_field(_("Good to know"), "\n".join(notes)) if notes else card


def task_lines(tasks: Sequence[AnyTask], *, hides_secrets: bool) -> Iterator[str]:
    """Write a numbered list of the tasks in the order in which they run, each with its delay."""
    if not tasks:
        yield _("⚠️ Nothing yet: it has no tasks.")
        return
    for number, task in enumerate(tasks, 1):
        deed = describe_task(task, hides_secrets=hides_secrets)
        if task.continue_on_failure:
            deed = _("{deed} (goes on if that fails)", deed=deed)
        after = delay_text(task.delay_s)
        if number == 1:
            yield (
                _("1. After {after}: {deed}", after=after, deed=deed)
                if task.delay_s
                else f"1. {first_up(deed)}"
            )
        else:
            yield (
                _("{number}. Then, {after} later: {deed}", number=number, after=after, deed=deed)
                if task.delay_s
                else _("{number}. Then {deed}", number=number, deed=deed)
            )


def mark(schedule: Schedule) -> str:
    """Return the symbol for its state."""
    if schedule.is_processing:
        return "🔵"
    return "🟢" if schedule.is_active else "⏸️"


def zone_line(listed: ScheduleList) -> str:
    """Say in which time zone the times of a schedule are meant."""
    if listed.zone.contradicted is not None:
        return _(
            "Times are in the panel's time zone, {zone}. The settings say {wrong}, but "
            "its runs don't match that",
            zone=listed.zone.name,
            wrong=listed.zone.contradicted.key,
        )
    if listed.zone.is_known:
        return _("Times are in the panel's time zone, {zone}", zone=listed.zone.name)
    return _("Times are in the panel's time zone, which is assumed to be UTC")


def _when(schedule: Schedule, listed: ScheduleList) -> Iterator[str]:
    if schedule.is_processing:
        yield _("🔵 Running now")
    if listed.is_overdue(schedule) and schedule.next_run_at is not None:
        yield _(
            "⚠️ Overdue: the panel should have run it {relative}. Whoever runs the panel can check that "
            "its scheduler (cron and queue worker) runs.",
            relative=discord_time(schedule.next_run_at),
        )
    elif runs := listed.next_runs(schedule):
        time, relative = discord_time(runs[0], "f"), discord_time(runs[0])
        yield _("Next: {time} ({relative})", time=time, relative=relative)
        if runs[1:]:
            yield _("-# then {runs}", runs=" · ".join(discord_time(run, "f") for run in runs[1:]))
    elif not schedule.is_active:
        yield _("⏸️ Paused: it doesn't run by itself")
    if schedule.last_run_at is not None:
        ended = discord_time(schedule.last_run_at)
        yield _("-# Last run ended {ended}; the panel doesn't record whether it worked", ended=ended)


def _left_out(schedule: Schedule, listed: ScheduleList) -> Iterator[str]:
    """Say which form of its times the panel runs as it reads, where it doesn't run this one."""
    if error := left_out_times(schedule.cron, listed.at):
        yield f"⚠️ {error.happened} {error.next_step}"


def _notes(server: Server, schedule: Schedule) -> Iterator[str]:
    if is_own_backups(schedule):
        yield _("This is Quetzal's own backup schedule; `/backup schedule` changes it.")
    elif backs_up(schedule.tasks):
        yield about_backups(server)


def _change_of_clocks(schedule: Schedule, listed: ScheduleList) -> Iterator[str]:
    """Say when the panel runs it twice, or not at all, because the clocks change."""
    unusual = listed.unusual_day(schedule)
    if unusual is None:
        return
    day, is_more = unusual
    noon = discord_time(datetime.combine(day, time(12), listed.zone.named), "D")
    if is_more:
        yield _("⚠️ The clocks go back on {day}: the panel runs it more often that day.", day=noon)
    else:
        yield _("⚠️ The clocks go forward on {day}: the panel leaves out a run that day.", day=noon)


def about_backups(server: Server) -> str:
    """Say what becomes of older backups when a schedule makes new ones."""
    limit = server.feature_limits.backups or 0
    return _(
        "The server has {slots}. When all are used, the panel deletes the oldest unlocked backup for each "
        "new one.",
        slots=counted(limit, "backup slot", "backup slots"),
    )


def _short_state(schedule: Schedule, listed: ScheduleList) -> str:
    if schedule.is_processing:
        return _("running")
    if not schedule.is_active:
        return _("paused")
    if listed.is_overdue(schedule):
        return _("⚠️ overdue")
    return discord_time(schedule.next_run_at) if schedule.next_run_at else _("active")


def _colour(schedule: Schedule, listed: ScheduleList) -> discord.Colour:
    if not schedule.tasks or listed.is_overdue(schedule):
        return theme.CAREFUL
    if schedule.is_processing:
        return theme.BUSY
    return theme.GOOD if schedule.is_active else theme.QUIET
