"""The activity log (docs/reference/servers.md#activity-log)."""

from aiohttp import web

from sandbox.activity_rows import activity_item
from sandbox.answers import Refusal, json_answer, listing
from sandbox.paging import paginate
from sandbox.routing import Call, Route

HIDDEN = {"server:file.upload"}


async def index(call: Call) -> web.Response:
    """List what happened; oldest first unless asked for otherwise."""
    sort = call.query.get("sort")
    if sort not in {None, "timestamp", "-timestamp"}:
        raise Refusal(
            400,
            "InvalidSortQuery",
            f"Requested sort(s) `{str(sort).lstrip('-')}` is not allowed. Allowed sort(s) are `timestamp`.",
        )
    requested = {name[7:-1] for name in call.query if name.startswith("filter[")}
    if unknown := sorted(requested - {"event"}):
        raise Refusal(
            400,
            "InvalidFilterQuery",
            f"Requested filter(s) `{', '.join(unknown)}` are not allowed. Allowed filter(s) are `event`.",
        )
    parts = str(call.query.get("filter[event]") or "").lower().split(",")
    rows = [
        row
        for row in call.server.activity
        if row.event not in HIDDEN and any(part in row.event.lower() for part in parts)
    ]
    if sort is not None:
        rows.sort(key=lambda row: row.at.replace(microsecond=0), reverse=sort.startswith("-"))
    page, pagination = paginate(call, rows, default=25, cap=100)
    with_actor = call.includes("actor")
    items = [activity_item(call.world, row, call.user, with_actor=with_actor) for row in page]
    return json_answer(listing(items, {"pagination": pagination}))


ROUTES = [Route("GET", "/servers/{server}/activity", index, "activity.read")]
