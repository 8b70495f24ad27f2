"""Backups (docs/reference/backups.md)."""

from aiohttp import web

from sandbox.answers import (
    json_answer,
    listing,
    no_content,
    signed_url,
)
from sandbox.backups import (
    Wish,
    begin,
    begin_restore,
    delete,
)
from sandbox.node.tokens import backup_url
from sandbox.paging import paginate
from sandbox.routing import Call, Route, Throttle
from sandbox.transform import backup_item
from sandbox.validation import truthy


async def index(call: Call) -> web.Response:
    """List backups, oldest first; the links forget the query."""
    rows = [backup for backup in call.server.backups if not backup.deleted]
    page, pagination = paginate(call, rows, default=20, cap=50, keeps_query=False)
    meta = {"backup_count": sum(backup.counts for backup in rows), "pagination": pagination}
    pelican = call.world.mode.is_pelican
    return json_answer(listing((backup_item(backup, pelican=pelican) for backup in page), meta))


async def store(call: Call) -> web.Response:
    """Begin a backup."""
    longest = 255 if call.world.mode.is_pelican else 191
    call.validate(
        {
            "name": f"nullable|string|max:{longest}",
            "is_locked": "nullable|boolean",
            "ignored": "nullable|string",
        }
    )
    locked = truthy(call.data.get("is_locked")) and call.may("backup.delete")
    backup = begin(call.world, call.server, Wish(call.data.get("name"), call.data.get("ignored"), locked))
    call.log("server:backup.start", name=backup.name, locked=backup.is_locked)
    return json_answer(backup_item(backup, pelican=call.world.mode.is_pelican))


async def view(call: Call) -> web.Response:
    """Show a backup."""
    return json_answer(backup_item(call.backup, pelican=call.world.mode.is_pelican))


async def download(call: Call) -> web.Response:
    """Hand out a signed URL, whether there is anything to download or not."""
    call.log("server:backup.download", name=call.backup.name)
    return json_answer(signed_url(backup_url(call.world, call.server, call.user, call.backup.uuid)))


async def toggle_lock(call: Call) -> web.Response:
    """Lock or unlock."""
    call.backup.is_locked = not call.backup.is_locked
    call.log("server:backup.lock" if call.backup.is_locked else "server:backup.unlock", name=call.backup.name)
    return json_answer(backup_item(call.backup, pelican=call.world.mode.is_pelican))


async def restore(call: Call) -> web.Response:
    """Begin a restore."""
    call.validate({"truncate": "required|boolean"})
    truncate = truthy(call.data["truncate"])
    begin_restore(call.world, call.server, call.backup, truncate=truncate)
    call.log("server:backup.restore", name=call.backup.name, truncate=truncate)
    return no_content()


async def destroy(call: Call) -> web.Response:
    """Delete a backup."""
    delete(call.world, call.server, call.backup)
    call.log("server:backup.delete", name=call.backup.name, failed=not call.backup.is_successful)
    return no_content()


async def rename(call: Call) -> web.Response:
    """Rename a backup (Pelican)."""
    call.validate({"name": "required|string|max:255"})
    call.backup.name = call.data["name"]
    return json_answer(backup_item(call.backup, pelican=True))


ONE = "/servers/{server}/backups/{backup}"
ROUTES = [
    Route("GET", "/servers/{server}/backups", index, "backup.read"),
    Route("POST", "/servers/{server}/backups", store, "backup.create"),
    Route("GET", ONE, view, "backup.read"),
    Route("DELETE", ONE, destroy, "backup.delete"),
    Route("GET", f"{ONE}/download", download, "backup.download"),
    Route("POST", f"{ONE}/lock", toggle_lock, "backup.delete"),
    Route(
        "POST",
        f"{ONE}/restore",
        restore,
        "backup.restore",
        v1_12=Throttle("restore", 3, 900, per_server=True),
    ),
    Route("PUT", f"{ONE}/rename", rename, "backup.delete", only_pelican=True),
]
