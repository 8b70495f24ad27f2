"""Databases (docs/reference/databases.md)."""

from aiohttp import web

from sandbox.answers import (
    json_answer,
    listing,
    no_content,
    refused,
    unexpected,
)
from sandbox.resources import Database
from sandbox.routing import Call, Route, Throttle
from sandbox.transform import database_item

LONGEST_NAME = 48
SYMBOLS = "!@=.+^"


async def index(call: Call) -> web.Response:
    """List all databases; passwords only when asked for."""
    password = _may_see(call) if call.includes("password") else None
    items = (database_item(call.world, call.server, row, password=password) for row in call.server.databases)
    return json_answer(listing(items))


async def store(call: Call) -> web.Response:
    """Create a database."""
    call.validate(
        {
            "database": f"required|alpha_dash|min:3|max:{LONGEST_NAME}",
            "remote": r"required|string|regex:/^[\w\-\/.%:]+$/",
        }
    )
    world, server = call.world, call.server
    settings = world.settings
    if not settings.databases_enabled:
        raise unexpected("DatabaseClientFeatureNotEnabledException")
    if not settings.database_hosts:
        raise refused(
            "No database host was found that meets the requirements for this server.",
            "NoSuitableDatabaseHostException",
        )
    limit = server.feature_limits.databases
    if limit is not None and len(server.databases) >= limit:
        raise refused(
            "Operation aborted: creating a new database would put this server over the defined limit.",
            "TooManyDatabasesException",
        )
    name = f"s{server.id}_{call.data['database']}"[:LONGEST_NAME]
    if any(row.name.lower() == name.lower() for row in server.databases):
        raise refused(
            "A database with that name already exists for this server.", "DuplicateDatabaseNameException"
        )
    if not settings.database_host_up:
        raise unexpected("PDOException")
    row = Database(
        id=world.next_id("database"),
        name=name,
        username=f"u{server.id}_{world.new_secret(10)}",
        password=_new_password(call),
        remote=call.data["remote"],
    )
    server.databases.append(row)
    call.log("server:database.create", name=row.name)
    return json_answer(database_item(world, server, row, password=_may_see(call), fresh=True))


async def rotate(call: Call) -> web.Response:
    """Give a database a new password."""
    if not call.world.settings.database_host_up:
        raise unexpected("PDOException")
    call.database.password = _new_password(call)
    call.log("server:database.rotate-password", name=call.database.name)
    return json_answer(database_item(call.world, call.server, call.database, password=_may_see(call)))


async def destroy(call: Call) -> web.Response:
    """Drop a database."""
    if not call.world.settings.database_host_up:
        raise unexpected("PDOException")
    call.server.databases.remove(call.database)
    call.log("server:database.delete", name=call.database.name)
    return no_content()


def _may_see(call: Call) -> bool:
    return call.may("database.view-password" if call.world.mode.is_pelican else "database.view_password")


def _new_password(call: Call) -> str:
    letters = list(call.world.new_secret(24))
    for symbol in call.world.random.sample(SYMBOLS, 3):
        letters[call.world.random.randrange(len(letters))] = symbol
    return "".join(letters)


ONE = "/servers/{server}/databases/{database}"
ROUTES = [
    Route("GET", "/servers/{server}/databases", index, "database.read"),
    Route(
        "POST",
        "/servers/{server}/databases",
        store,
        "database.create",
        v1_12=Throttle("databases", 2, 60, per_server=True),
    ),
    Route("POST", f"{ONE}/rotate-password", rotate, "database.update"),
    Route("DELETE", ONE, destroy, "database.delete"),
]
