"""Schedules (docs/reference/schedules.md)."""

from aiohttp import web

from sandbox.answers import (
    accepted,
    json_answer,
    listing,
    no_content,
    unexpected,
)
from sandbox.resources import Schedule
from sandbox.routing import Call, Route, Throttle
from sandbox.schedules import check, plan, run_now
from sandbox.transform import schedule_item
from sandbox.validation import truthy

RULES = {
    "name": "required|string|max:191",
    "is_active": "boolean",
    "minute": "required|string",
    "hour": "required|string",
    "day_of_month": "required|string",
    "day_of_week": "required|string",
}


async def index(call: Call) -> web.Response:
    """List all schedules."""
    return json_answer(listing(schedule_item(schedule) for schedule in call.server.schedules))


async def store(call: Call) -> web.Response:
    """Make a schedule."""
    _check(call)
    now = call.world.now()
    data = call.data
    schedule = Schedule(
        id=call.world.next_id("schedule"),
        name=data["name"],
        minute=data["minute"],
        hour=data["hour"],
        day_of_month=data["day_of_month"],
        month=str(data["month"]),
        day_of_week=data["day_of_week"],
        is_active=truthy(data.get("is_active")),
        only_when_online=truthy(data.get("only_when_online")),
        created_at=now,
        updated_at=now,
    )
    call.server.schedules.append(schedule)
    plan(call.world, call.server, schedule)
    call.log("server:schedule.create", name=schedule.name)
    return json_answer(schedule_item(schedule))


async def view(call: Call) -> web.Response:
    """Show a schedule."""
    return json_answer(schedule_item(call.schedule))


async def update(call: Call) -> web.Response:
    """Replace a schedule whole."""
    _check(call)
    schedule, data = call.schedule, call.data
    schedule.name, schedule.minute, schedule.hour = data["name"], data["minute"], data["hour"]
    schedule.day_of_month, schedule.month = data["day_of_month"], str(data["month"])
    schedule.day_of_week = data["day_of_week"]
    schedule.is_active = truthy(data.get("is_active"))
    schedule.only_when_online = truthy(data.get("only_when_online"))
    schedule.updated_at = call.world.now()
    plan(call.world, call.server, schedule)
    call.log("server:schedule.update", name=schedule.name, active=schedule.is_active)
    return json_answer(schedule_item(schedule))


async def execute(call: Call) -> web.Response:
    """Run a schedule now."""
    run_now(call.world, call.server, call.schedule)
    call.log("server:schedule.execute", name=call.schedule.name)
    return accepted()


async def destroy(call: Call) -> web.Response:
    """Delete a schedule."""
    call.server.schedules.remove(call.schedule)
    call.log("server:schedule.delete", name=call.schedule.name)
    return no_content()


def _check(call: Call) -> None:
    rules = RULES | ({"month": "required|string"} if call.world.mode.is_pelican else {})
    call.validate(rules)
    if call.data.get("month") is None:
        raise unexpected("TypeError")  # not validated, but needed
    check(dict(call.data), call.world.now())


ONE = "/servers/{server}/schedules/{schedule}"
ROUTES = [
    Route("GET", "/servers/{server}/schedules", index, "schedule.read"),
    Route(
        "POST",
        "/servers/{server}/schedules",
        store,
        "schedule.create",
        v1_12=Throttle("schedules", 2, 60, per_server=True),
    ),
    Route("GET", ONE, view, "schedule.read"),
    Route("POST", ONE, update, "schedule.update"),
    Route("DELETE", ONE, destroy, "schedule.delete"),
    Route("POST", f"{ONE}/execute", execute, "schedule.update"),
]
