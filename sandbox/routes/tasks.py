"""The tasks of schedules (docs/reference/schedules.md#tasks)."""

from aiohttp import web

from sandbox.answers import (
    Refusal,
    json_answer,
    no_content,
    refused,
)
from sandbox.resources import Task
from sandbox.routing import Call, Route
from sandbox.transform import task_item
from sandbox.validation import truthy

MOST_TASKS = 10
RULES = {
    "payload": "required_unless:action,backup|nullable|string",
    "time_offset": "required|numeric|min:0|max:900",
    "sequence_id": "numeric|min:1",
    "continue_on_failure": "boolean",
}


async def store(call: Call) -> web.Response:
    """Add a task."""
    if len(call.schedule.tasks) >= MOST_TASKS:
        raise refused(
            "Schedules may not have more than 10 tasks associated with them. Creating this task would put"
            " this schedule over the limit.",
            "ServiceLimitExceededException",
        )
    _check(call)
    tasks, now = call.schedule.tasks, call.world.now()
    task = Task(
        id=call.world.next_id("task"),
        sequence_id=0,
        action=call.data["action"],
        payload=call.data.get("payload") or "",
        time_offset=_delay(call),
        continue_on_failure=truthy(call.data.get("continue_on_failure")),
        created_at=now,
        updated_at=now,
    )
    tasks.insert(_place(call, len(tasks)), task)
    _number(call)
    call.log("server:task.create", name=call.schedule.name, action=task.action, payload=task.payload)
    return json_answer(task_item(task))


async def update(call: Call) -> web.Response:
    """Replace a task whole."""
    _check(call)
    task, tasks = call.task, call.schedule.tasks
    task.action, task.payload = call.data["action"], call.data.get("payload") or ""
    task.time_offset = _delay(call)
    task.continue_on_failure = truthy(call.data.get("continue_on_failure"))
    task.updated_at = call.world.now()
    place = tasks.index(task)
    tasks.remove(task)
    tasks.insert(_place(call, place), task)
    _number(call)
    call.log("server:task.update", name=call.schedule.name, action=task.action, payload=task.payload)
    return json_answer(task_item(task))


async def destroy(call: Call) -> web.Response:
    """Take a task away; those behind it move up."""
    if not call.may("schedule.update"):  # checked by the controller, in words of its own
        raise Refusal(403, "HttpForbiddenException", "You do not have permission to perform this action.")
    call.schedule.tasks.remove(call.task)
    _number(call)
    call.log("server:task.delete", name=call.schedule.name)
    return no_content()


def _check(call: Call) -> None:
    actions = "command,power,backup" + (",delete_files" if call.world.mode.is_pelican else "")
    call.validate({"action": f"required|in:{actions}", **RULES})
    if call.data["action"] == "backup" and call.server.feature_limits.backups == 0:
        raise Refusal(
            403,
            "HttpForbiddenException",
            "A backup task cannot be created when the server's backup limit is set to 0.",
        )


def _delay(call: Call) -> int:
    """Round as the database does: the rule allows fractions, the column none."""
    return int(float(call.data["time_offset"]) + 0.5)


def _place(call: Call, otherwise: int) -> int:
    requested = call.data.get("sequence_id")
    return otherwise if requested is None else int(requested) - 1


def _number(call: Call) -> None:
    for number, task in enumerate(call.schedule.tasks, start=1):
        task.sequence_id = number


BASE = "/servers/{server}/schedules/{schedule}/tasks"
ROUTES = [
    Route("POST", BASE, store, "schedule.update"),
    Route("POST", f"{BASE}/{{task}}", update, "schedule.update"),
    Route("DELETE", f"{BASE}/{{task}}", destroy),
]
