"""The tasks of a schedule: add, change, move and remove them."""

from collections.abc import Awaitable, Callable

from bot.core.i18n import N_
from bot.domain.audit import Facts
from bot.domain.schedule_drafts import check_backups_allowed, check_room_for_task, draft_of_task
from bot.domain.schedules import with_task, without_task
from bot.panel.models import Schedule, Task, TaskDraft
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.confirm_change import UNCERTAIN, ChangeWords, confirm_change
from bot.services.schedules.manage import check_not_own, named

_UNCHANGED = ChangeWords(
    unknown=N_("The tasks may or may not have been changed."),
    undone=N_("The tasks were still as before when Quetzal checked."),
    next_step=N_("Check them with `/schedule show` before you try again."),
)


class TaskService:
    """Changes what a schedule does; each method returns the schedule as it is afterwards."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def add(self, permit: Permit, schedule: Schedule, draft: TaskDraft) -> Schedule:
        """Add a task, at the end or at the place that the draft names. Raises Refused, TooManyTasks."""
        check_room_for_task(schedule)
        check_backups_allowed([draft], permit.server.feature_limits.backups)
        known = {task.id for task in schedule.tasks}

        async def added() -> Schedule:
            return with_task(
                schedule, await permit.panel.schedules.create_task(permit.uuid, schedule.id, draft)
            )

        def is_added(current: Schedule) -> bool:
            return any(task.id not in known and _is_as(task, draft) for task in current.tasks)

        return await self._change(permit, schedule, _facts(schedule, "add", draft), added, is_added)

    async def edit(self, permit: Permit, schedule: Schedule, task: Task, draft: TaskDraft) -> Schedule:
        """Change what a task does and when; it keeps its place."""
        check_backups_allowed([draft], permit.server.feature_limits.backups)
        return await self._update(permit, schedule, task, draft, "edit")

    async def move(self, permit: Permit, schedule: Schedule, task: Task, place: int) -> Schedule:
        """Move a task to another place, counted from 1; the others make room."""
        draft = draft_of_task(task).model_copy(update={"sequence_id": place})
        return await self._update(permit, schedule, task, draft, "move")

    async def remove(self, permit: Permit, schedule: Schedule, task: Task) -> Schedule:
        """Remove a task; those behind it move up."""

        async def removed() -> Schedule:
            await permit.panel.schedules.delete_task(permit.uuid, schedule.id, task.id)
            return without_task(schedule, task)

        def is_removed(current: Schedule) -> bool:
            return all(other.id != task.id for other in current.tasks)

        facts = _facts(schedule, "remove", draft_of_task(task))
        return await self._change(permit, schedule, facts, removed, is_removed)

    async def _update(
        self, permit: Permit, schedule: Schedule, task: Task, draft: TaskDraft, change: str
    ) -> Schedule:
        async def updated() -> Schedule:
            schedules = permit.panel.schedules
            return with_task(schedule, await schedules.update_task(permit.uuid, schedule.id, task.id, draft))

        def is_updated(current: Schedule) -> bool:
            return any(other.id == task.id and _is_as(other, draft) for other in current.tasks)

        return await self._change(permit, schedule, _facts(schedule, change, draft), updated, is_updated)

    async def _change(
        self,
        permit: Permit,
        schedule: Schedule,
        facts: Facts,
        send: Callable[[], Awaitable[Schedule]],
        is_done: Callable[[Schedule], bool],
    ) -> Schedule:
        check_not_own(schedule)

        async def changed() -> Schedule | None:
            current = await permit.panel.schedules.view(permit.uuid, schedule.id)
            return current if is_done(current) else None

        async with self._audit.act(permit, "schedule.task", facts) as act:
            try:
                return await send()
            except UNCERTAIN as error:
                return await confirm_change(error, act, changed, _UNCHANGED)


def _is_as(task: Task, draft: TaskDraft) -> bool:
    """Whether a task is what the draft says, and stands where it says."""
    place = task.sequence_id if draft.sequence_id is not None else None
    return draft_of_task(task).model_copy(update={"sequence_id": place}) == draft


def _facts(schedule: Schedule, change: str, draft: TaskDraft) -> Facts:
    """Describe a change for the audit, without the text of a command, which may hold a secret."""
    return {**named(schedule), "change": change, "does": draft.action.value, "after_s": draft.delay_s}
