"""Schedules and tasks of a server (docs/reference/schedules.md)."""

from typing import Any

from bot.panel.account_session import AccountSession
from bot.panel.models.entries import Entries
from bot.panel.models.schedules import Schedule, ScheduleDraft, Task, TaskDraft
from bot.panel.request import Request, item, items, nothing, server_ids

_list = items(Schedule)
_schedule = item(Schedule)
_task = item(Task)


class Schedules:
    """The schedules of the servers. Updates replace everything."""

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def list(self, uuid: str, *, cached: bool = False) -> Entries[Schedule]:
        """List all schedules with their tasks; `cached` may return the cached list."""
        request = Request("GET", "/servers/{server}/schedules", server_ids(uuid), parse=_list)
        return await self._channel.fetch(request, uuid, cached=cached)

    async def view(self, uuid: str, schedule: int) -> Schedule:
        """One schedule."""
        ids = server_ids(uuid, schedule=str(schedule))
        return await self._channel.send(
            Request("GET", "/servers/{server}/schedules/{schedule}", ids, parse=_schedule)
        )

    async def create(self, uuid: str, draft: ScheduleDraft) -> Schedule:
        """Make a schedule. InvalidCron."""
        request = Request(
            "POST",
            "/servers/{server}/schedules",
            server_ids(uuid),
            json=_schedule_body(draft),
            parse=_schedule,
            own_limiter=True,
        )
        return await self._channel.change(request, uuid)

    async def update(self, uuid: str, schedule: int, draft: ScheduleDraft) -> Schedule:
        """Replace a schedule; its tasks stay. InvalidCron."""
        request = Request(
            "POST",
            "/servers/{server}/schedules/{schedule}",
            server_ids(uuid, schedule=str(schedule)),
            json=_schedule_body(draft),
            parse=_schedule,
        )
        return await self._channel.change(request, uuid)

    async def delete(self, uuid: str, schedule: int) -> None:
        """Delete a schedule and its tasks."""
        ids = server_ids(uuid, schedule=str(schedule))
        await self._channel.change(
            Request[None]("DELETE", "/servers/{server}/schedules/{schedule}", ids), uuid
        )

    async def execute(self, uuid: str, schedule: int) -> None:
        """Run it now; does nothing with `only_when_online` on an offline server. ScheduleEmpty."""
        request = Request(
            "POST",
            "/servers/{server}/schedules/{schedule}/execute",
            server_ids(uuid, schedule=str(schedule)),
            status=202,
            parse=nothing,
        )
        await self._channel.change(request, uuid)

    async def create_task(self, uuid: str, schedule: int, draft: TaskDraft) -> Task:
        """Add a task. TooManyTasks."""
        request = Request(
            "POST",
            "/servers/{server}/schedules/{schedule}/tasks",
            server_ids(uuid, schedule=str(schedule)),
            json=_task_body(draft),
            parse=_task,
        )
        return await self._channel.change(request, uuid)

    async def update_task(self, uuid: str, schedule: int, task: int, draft: TaskDraft) -> Task:
        """Replace a task."""
        request = Request(
            "POST",
            "/servers/{server}/schedules/{schedule}/tasks/{task}",
            server_ids(uuid, schedule=str(schedule), task=str(task)),
            json=_task_body(draft),
            parse=_task,
        )
        return await self._channel.change(request, uuid)

    async def delete_task(self, uuid: str, schedule: int, task: int) -> None:
        """Delete a task; later ones move up."""
        ids = server_ids(uuid, schedule=str(schedule), task=str(task))
        request = Request[None]("DELETE", "/servers/{server}/schedules/{schedule}/tasks/{task}", ids)
        await self._channel.change(request, uuid)


def _schedule_body(draft: ScheduleDraft) -> dict[str, Any]:
    # Send every field each time: without a month it is a 500, without is_active it becomes false.
    return {
        "name": draft.name,
        **draft.cron.model_dump(),
        "is_active": draft.is_active,
        "only_when_online": draft.only_when_online,
    }


def _task_body(draft: TaskDraft) -> dict[str, Any]:
    body = {
        "action": draft.action.value,
        "payload": draft.payload,
        "time_offset": draft.delay_s,
        "continue_on_failure": draft.continue_on_failure,
    }
    return body if draft.sequence_id is None else {**body, "sequence_id": draft.sequence_id}
