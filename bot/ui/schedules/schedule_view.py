"""One schedule with what can be done with it."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.schedule_drafts import MOST_TASKS
from bot.domain.schedules import backs_up, is_own_backups
from bot.panel.models import Schedule
from bot.services.schedules import ScheduleList
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.schedules import cards, prompts
from bot.ui.schedules.edit_flow import CHANGES, ScheduleForm, delete, wish_of
from bot.ui.schedules.task_flow import AddTaskButton, TaskMenu


async def show_one(context: ServerContext, typed: str) -> None:
    """Show a schedule, with the actions that fit it and the person. Raises NoSuchSchedule."""

    async def show(context: ServerContext) -> None:
        permit = await context.permit()
        listed = await context.services.schedules.list(permit)
        await show_changed(context, listed.find(typed), listed)

    await with_retry(context, show)


async def run(context: ServerContext, typed: str) -> None:
    """Run a schedule now, after a question where something can be lost."""
    permit, services = await context.permit(), context.services
    schedule = (await services.schedules.list(permit)).find(typed)
    backups = await services.keep_backups.fetch_inventory(permit) if backs_up(schedule.tasks) else None
    prompt = prompts.run_prompt(schedule, backups)
    asked = context if prompt is None else await context.confirm(prompt)
    if asked is None:
        return
    permit = await asked.permit()
    await services.schedules.run(permit, schedule)
    card = prompts.running(
        context.server, schedule, services.clock.now(), hides_secrets=permit.level < CHANGES
    )
    await respond(asked.interaction, card=card, view=RunView(asked, schedule))


async def set_active(context: ServerContext, typed: str, *, is_active: bool) -> None:
    """Pause or resume a schedule, and show it."""
    permit, schedules = await context.permit(), context.services.schedules
    listed = await schedules.list(permit)
    after = await schedules.set_active(permit, listed.find(typed), is_active=is_active)
    await show_changed(context, after, listed.with_changed(after))


async def show_changed(context: ServerContext, schedule: Schedule, listed: ScheduleList) -> None:
    """Show a schedule as it is now, without reading it again."""
    permit = await context.permit()
    card = cards.one_schedule(context.server, schedule, listed, hides_secrets=permit.level < CHANGES)
    view = ScheduleView(context, schedule, level=permit.level)
    await respond(context.interaction, card=card, view=view)


class ScheduleView(BaseView):
    """Run it, pause or resume it, change it and its tasks, delete it."""

    def __init__(self, context: ServerContext, schedule: Schedule, *, level: Level) -> None:
        """Offer what fits the schedule and what this level allows."""
        super().__init__(context.interaction, context.access)
        self.context = context
        self.schedule = schedule
        if level < CHANGES:
            return
        if schedule.tasks:
            self.add_item(_RunButton())
        if is_own_backups(schedule):
            return
        self.add_item(_PauseButton(is_active=schedule.is_active))
        self.add_item(_EditButton())
        if len(schedule.tasks) < MOST_TASKS:
            style = discord.ButtonStyle.secondary if schedule.tasks else discord.ButtonStyle.primary
            self.add_item(AddTaskButton(context, schedule, show_changed, style))
        self.add_item(_DeleteButton())
        if schedule.tasks:
            self.add_item(TaskMenu(context, schedule, show_changed))


class _RunButton(discord.ui.Button[ScheduleView]):
    required_level = CHANGES

    def __init__(self) -> None:
        super().__init__(label=_("Run now"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await run(view.context.continued_by(interaction).raised_to(CHANGES), str(view.schedule.id))


class _PauseButton(discord.ui.Button[ScheduleView]):
    required_level = CHANGES

    def __init__(self, *, is_active: bool) -> None:
        super().__init__(label=_("Pause") if is_active else _("Resume"))
        self._activates = not is_active

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction).raised_to(CHANGES)
        await set_active(context, str(view.schedule.id), is_active=self._activates)


class _EditButton(discord.ui.Button[ScheduleView]):
    required_level = CHANGES
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Edit…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction).raised_to(CHANGES)
        form = ScheduleForm(context, wish_of(view.schedule), show_changed, schedule=view.schedule)
        await open_form(interaction, form)


class _DeleteButton(discord.ui.Button[ScheduleView]):
    required_level = CHANGES

    def __init__(self) -> None:
        super().__init__(label=_("Delete…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction).raised_to(CHANGES)
        await delete(context, str(view.schedule.id), show_changed)


class RunView(BaseView):
    """Shows the schedule that was run."""

    def __init__(self, context: ServerContext, schedule: Schedule) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.schedule = schedule
        self.add_item(_ShowButton())


class _ShowButton(discord.ui.Button[RunView]):
    def __init__(self) -> None:
        super().__init__(label=_("Schedule"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await show_one(view.context.continued_by(interaction), str(view.schedule.id))
