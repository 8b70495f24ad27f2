"""Creates, changes and deletes schedules, by options or by forms."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.game_commands import commands_of
from bot.domain.levels import Level
from bot.domain.schedule_drafts import (
    LONGEST_NAME,
    Preset,
    check_backups_allowed,
    draft_of_task,
    preset_tasks,
)
from bot.panel.models import Schedule
from bot.services.schedules import ScheduleList, draft_of
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.correction import offer_correction
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.kit.view import BaseModal, view_of
from bot.ui.schedules import prompts
from bot.ui.schedules.menus import FormMenu, YesNoMenu

Show: TypeAlias = Callable[[ServerContext, Schedule, ScheduleList], Awaitable[None]]
"""Shows a schedule as it is now."""
CHANGES = Level.MANAGER
"""The level that changes take."""
_LONGEST_TIMES = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """A schedule as people type it; what is left out stays, or is off for a new one."""

    name: str = ""
    when: str = ""
    preset: Preset = Preset.NOTHING
    only_when_online: bool | None = None


async def create(context: ServerContext, wish: Wish, show: Show) -> None:
    """Show when it would run and what it would do, ask, and create it. Raises BadInput."""
    schedules = context.services.schedules
    listed = await schedules.list(await context.permit())
    draft = listed.draft(wish.name, wish.when, only_when_online=bool(wish.only_when_online))
    commands = commands_of(context.server)
    tasks = preset_tasks(wish.preset, None if commands is None else commands.announcement)
    check_backups_allowed(tasks, context.server.feature_limits.backups)
    warns = wish.preset is not Preset.RESTART or commands is not None
    prompt = prompts.create_prompt(context.server, draft, tasks, listed, warns=warns)
    confirmed = await context.confirm(prompt)
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        made = await schedules.create(await context.permit(), draft, tasks)
        await show(context, made, listed.with_changed(made))

    await with_retry_if_unchanged(confirmed, change)


async def edit(context: ServerContext, typed: str, wish: Wish, show: Show) -> None:
    """Change what the wish names of a schedule, and show it. Raises BadInput."""
    schedules, permit = context.services.schedules, await context.permit()
    listed = await schedules.list(permit)
    schedule = listed.find(typed)
    before = draft_of(schedule)
    changed = listed.draft(
        wish.name or schedule.name,
        wish.when or str(schedule.cron),
        only_when_online=before.only_when_online if wish.only_when_online is None else wish.only_when_online,
    )
    draft = changed.model_copy(update={"is_active": schedule.is_active})
    after = schedule if draft == before else await schedules.edit(permit, schedule, draft)
    await show(context, after, listed.with_changed(after))


async def delete(context: ServerContext, typed: str, show: Show) -> None:
    """Ask, delete a schedule, and offer to create it again."""
    schedules = context.services.schedules
    listed = await schedules.list(await context.permit())
    schedule = listed.find(typed)
    confirmed = await context.confirm(prompts.delete_prompt(schedule, listed))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        await schedules.delete(await context.permit(), schedule)
        view = _DeletedView(context, schedule, show)
        await respond(context.interaction, card=prompts.deleted(context.server, schedule), view=view)

    await with_retry_if_unchanged(confirmed, change)


class _DeletedView(PagesView):
    def __init__(self, context: ServerContext, schedule: Schedule, show: Show) -> None:
        super().__init__(context)
        self.schedule = schedule
        self.show = show
        self.add_item(_UndoButton())
        self.offer(HubPage.SCHEDULES)


class _UndoButton(discord.ui.Button[_DeletedView]):
    required_level = CHANGES

    def __init__(self) -> None:
        super().__init__(label=_("Undo"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction)
        permit, schedules = await context.permit(), context.services.schedules
        listed = await schedules.list(permit)
        tasks = [draft_of_task(task) for task in view.schedule.tasks]
        made = await schedules.create(permit, draft_of(view.schedule), tasks)
        await view.show(context, made, listed.with_changed(made))


class ScheduleForm(BaseModal):
    """Name, times and when it may run; of a new one also what it does."""

    def __init__(
        self, context: ServerContext, wish: Wish, show: Show, *, schedule: Schedule | None = None
    ) -> None:
        """Be filled with `wish`; change `schedule`, else create one."""
        title = _("New schedule") if schedule is None else _("Change the schedule")
        super().__init__(context.interaction, context.access, title=title)
        self._context = context
        self._show = show
        self._schedule = schedule
        self._name: discord.ui.TextInput[ScheduleForm] = discord.ui.TextInput(
            default=wish.name, placeholder=_("Nightly restart"), max_length=LONGEST_NAME
        )
        self._when: discord.ui.TextInput[ScheduleForm] = discord.ui.TextInput(
            default=wish.when, placeholder=_("every day at 4:00"), max_length=_LONGEST_TIMES
        )
        self._online = YesNoMenu(is_yes=bool(wish.only_when_online))
        self._preset = FormMenu({preset.text.capitalize(): preset.value for preset in Preset}, wish.preset)
        self.add_item(discord.ui.Label(text=_("Name"), component=self._name))
        self.add_item(
            discord.ui.Label(
                text=_("When"),
                description=_("Like weekdays at 18:30, every 6 hours, or five fields: 0 4 * * *"),
                component=self._when,
            )
        )
        if schedule is None:
            self.add_item(discord.ui.Label(text=_("What it does"), component=self._preset))
        self.add_item(discord.ui.Label(text=_("Only while the server is online"), component=self._online))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Create or change it, or say what is wrong with a way to correct it."""
        context = self._context.continued_by(interaction)
        wish = Wish(
            self._name.value,
            self._when.value,
            Preset(self._preset.values[0]) if self._preset.values else Preset.NOTHING,
            self._online.is_yes,
        )

        def again(pressed: Interaction) -> BaseModal:
            return ScheduleForm(
                self._context.continued_by(pressed), wish, self._show, schedule=self._schedule
            )

        try:
            await self._do(context, wish)
        except BadInput as error:
            await offer_correction(interaction, self.access, error, again)

    async def _do(self, context: ServerContext, wish: Wish) -> None:
        if self._schedule is None:
            await create(context, wish, self._show)
            return
        await edit(context, str(self._schedule.id), wish, self._show)


def wish_of(schedule: Schedule) -> Wish:
    """Return what a form shows of a schedule."""
    return Wish(schedule.name, str(schedule.cron), only_when_online=schedule.only_when_online)
