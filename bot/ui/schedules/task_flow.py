"""The tasks of a schedule: add, change, move and remove them, by options or by forms."""

from dataclasses import dataclass

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.formatting import duration
from bot.domain.schedule_drafts import Deed, deed_of, task_draft
from bot.domain.schedules import describe_task
from bot.panel.models import Schedule, Task, TaskDraft
from bot.services.access import Permit
from bot.services.schedules import ScheduleList, find_task
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.correction import offer_correction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseModal, BaseView, view_of
from bot.ui.kit.way_back import leads_back
from bot.ui.schedules import prompts
from bot.ui.schedules.edit_flow import CHANGES, Show
from bot.ui.schedules.menus import FormMenu, YesNoMenu

_LONGEST_COMMAND, _LONGEST_DELAY = 1_000, 20


@dataclass(frozen=True, slots=True)
class TaskWish:
    """A task as people type it; None: as it is, or the usual of a new one."""

    does: Deed | None = None
    command: str | None = None
    after: str | None = None
    goes_on: bool | None = None
    place: int | None = None


async def add(context: ServerContext, typed: str, wish: TaskWish, show: Show) -> None:
    """Add a task, and show the schedule. Raises BadInput."""
    permit, listed, schedule = await _find(context, typed)
    after = await context.services.schedule_tasks.add(permit, schedule, _draft(wish))
    await show(context, after, listed.with_changed(after))


async def edit(context: ServerContext, typed: str, number: str, wish: TaskWish, show: Show) -> None:
    """Change what the wish names of a task, and show the schedule. Raises BadInput, NoSuchTask."""
    permit, listed, schedule = await _find(context, typed)
    task = find_task(schedule, number)
    draft = _draft(_filled(wish, task))
    after = await context.services.schedule_tasks.edit(permit, schedule, task, draft)
    await show(context, after, listed.with_changed(after))


async def move(context: ServerContext, typed: str, number: str, place: int, show: Show) -> None:
    """Move a task to another place, and show the schedule. Raises NoSuchTask."""
    permit, listed, schedule = await _find(context, typed)
    task = find_task(schedule, number)
    place = min(place, len(schedule.tasks))
    after = schedule
    if place != task.sequence_id:
        after = await context.services.schedule_tasks.move(permit, schedule, task, place)
    await show(context, after, listed.with_changed(after))


async def remove(context: ServerContext, typed: str, number: str, show: Show) -> None:
    """Ask, remove a task, and show the schedule. Raises NoSuchTask."""
    _, listed, schedule = await _find(context, typed)
    task = find_task(schedule, number)
    confirmed = await context.confirm(prompts.remove_task_prompt(schedule, task))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        after = await context.services.schedule_tasks.remove(await context.permit(), schedule, task)
        await show(context, after, listed.with_changed(after))

    await with_retry_if_unchanged(confirmed, change)


async def _find(context: ServerContext, typed: str) -> tuple[Permit, ScheduleList, Schedule]:
    permit = await context.permit()
    listed = await context.services.schedules.list(permit)
    return permit, listed, listed.find(typed)


def _draft(wish: TaskWish) -> TaskDraft:
    deed = wish.does or (Deed.COMMAND if wish.command else None)
    if deed is None:
        raise BadInput(
            _("You didn't say what the task does."),
            next_step=_("Choose it with `does`, and run the command again."),
        )
    draft = task_draft(deed, wish.command or "", wish.after or "", goes_on=bool(wish.goes_on))
    return draft.model_copy(update={"sequence_id": wish.place})


def _filled(wish: TaskWish, task: Task) -> TaskWish:
    """Fill what the wish leaves out with what the task is."""
    deed = wish.does or deed_of(task)
    command = task.payload if deed is Deed.COMMAND is deed_of(task) and wish.command is None else wish.command
    return TaskWish(
        deed,
        command,
        duration(task.delay_s) if wish.after is None else wish.after,
        task.continue_on_failure if wish.goes_on is None else wish.goes_on,
    )


class TaskMenu(discord.ui.Select[BaseView]):
    """Opens one of the tasks, in the same message."""

    required_level = CHANGES

    def __init__(self, context: ServerContext, schedule: Schedule, show: Show) -> None:
        options = [
            discord.SelectOption(
                label=label(f"{task.sequence_id}. {describe_task(task, hides_secrets=False)}"),
                value=str(task.sequence_id),
            )
            for task in schedule.tasks
        ]
        super().__init__(placeholder=_("Change a task…"), options=options, row=1)
        self._context = context
        self._schedule = schedule
        self._show = show

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("Schedule"), self._reopen))
        context = self._context.continued_by(interaction).raised_to(CHANGES)
        task = find_task(self._schedule, self.values[0])
        card = prompts.one_task(self._schedule, task)
        await respond(interaction, card=card, view=_TaskView(context, self._schedule, task, self._show))

    async def _reopen(self, interaction: Interaction) -> None:
        context = self._context.continued_by(interaction)
        listed = await context.services.schedules.list(await context.permit())
        await self._show(context, listed.find(str(self._schedule.id)), listed)


class AddTaskButton(discord.ui.Button[BaseView]):
    """Opens the form for a new task."""

    required_level = CHANGES
    acknowledgement = Acknowledgement.FORM

    def __init__(
        self, context: ServerContext, schedule: Schedule, show: Show, style: discord.ButtonStyle
    ) -> None:
        super().__init__(label=_("Add task…"), style=style)
        self._context = context
        self._schedule = schedule
        self._show = show

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction).raised_to(CHANGES)
        await open_form(interaction, _TaskForm(context, self._schedule, None, TaskWish(), self._show))


class _TaskView(BaseView):
    """Change, move and remove one task."""

    def __init__(self, context: ServerContext, schedule: Schedule, task: Task, show: Show) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.schedule = schedule
        self.task = task
        self.show = show
        if deed_of(task) is not None:
            self.add_item(_EditButton())
        if task.sequence_id > 1:
            self.add_item(_MoveButton(_("Earlier"), -1))
        if task.sequence_id < len(schedule.tasks):
            self.add_item(_MoveButton(_("Later"), +1))
        self.add_item(_RemoveButton())


class _EditButton(discord.ui.Button[_TaskView]):
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Edit…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction)
        wish = _filled(TaskWish(), view.task)
        await open_form(interaction, _TaskForm(context, view.schedule, view.task, wish, view.show))


class _MoveButton(discord.ui.Button[_TaskView]):
    def __init__(self, words: str, step: int) -> None:
        super().__init__(label=words)
        self._step = step

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context, number = view.context.continued_by(interaction), view.task.sequence_id
        await move(context, str(view.schedule.id), str(number), number + self._step, view.show)


class _RemoveButton(discord.ui.Button[_TaskView]):
    def __init__(self) -> None:
        super().__init__(label=_("Remove…"), style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction)
        await remove(context, str(view.schedule.id), str(view.task.sequence_id), view.show)


class _TaskForm(BaseModal):
    def __init__(
        self, context: ServerContext, schedule: Schedule, task: Task | None, wish: TaskWish, show: Show
    ) -> None:
        title = _("New task") if task is None else _("Task {sequence_id}", sequence_id=task.sequence_id)
        super().__init__(context.interaction, context.access, title=title)
        self._context = context
        self._schedule = schedule
        self._task = task
        self._show = show
        deeds = {deed.text.capitalize(): deed.value for deed in Deed}
        self._does = FormMenu(deeds, (wish.does or Deed.COMMAND).value)
        self._command: discord.ui.TextInput[_TaskForm] = discord.ui.TextInput(
            default=wish.command,
            placeholder=_("say The server restarts in 5 minutes"),
            required=False,
            max_length=_LONGEST_COMMAND,
        )
        self._after: discord.ui.TextInput[_TaskForm] = discord.ui.TextInput(
            default=wish.after, placeholder=_("5 min"), required=False, max_length=_LONGEST_DELAY
        )
        self._goes_on = YesNoMenu(is_yes=bool(wish.goes_on))
        self.add_item(discord.ui.Label(text=_("What it does"), component=self._does))
        self.add_item(
            discord.ui.Label(text=_("Command"), description=_("For a command only"), component=self._command)
        )
        self.add_item(
            discord.ui.Label(
                text=_("How long after the task before it"),
                description=_("At most 15 min. Leave it empty for no delay."),
                component=self._after,
            )
        )
        self.add_item(discord.ui.Label(text=_("Go on if it fails"), component=self._goes_on))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Add or change it, or say what is wrong with a way to correct it."""
        context = self._context.continued_by(interaction)
        does = Deed(self._does.values[0]) if self._does.values else Deed.COMMAND
        command = self._command.value if does is Deed.COMMAND else ""  # what stood there before
        wish = TaskWish(does, command, self._after.value, self._goes_on.is_yes)

        def again(pressed: Interaction) -> BaseModal:
            return _TaskForm(
                self._context.continued_by(pressed), self._schedule, self._task, wish, self._show
            )

        schedule = str(self._schedule.id)
        try:
            if self._task is None:
                await add(context, schedule, wish, self._show)
            else:
                await edit(context, schedule, str(self._task.sequence_id), wish, self._show)
        except BadInput as error:
            await offer_correction(interaction, self.access, error, again)
