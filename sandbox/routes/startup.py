"""Startup variables (docs/reference/servers.md#startup-variables)."""

from aiohttp import web

from sandbox.answers import (
    Json,
    Refusal,
    json_answer,
    listing,
    unexpected,
)
from sandbox.model import GameServer, Variable
from sandbox.power import invocation
from sandbox.routing import Call, Route
from sandbox.transform import variable_item
from sandbox.validation import validate


async def index(call: Call) -> web.Response:
    """List the variables a user may see."""
    server = call.server
    meta = _commands(call)
    meta = {
        "startup_command": meta["startup_command"],
        "docker_images": server.egg.docker_images,
        "raw_startup_command": meta["raw_startup_command"],
    }
    items = (variable_item(server, variable) for variable in server.egg.variables if variable.viewable)
    return json_answer(listing(items, meta))


async def update(call: Call) -> web.Response:
    """Set one variable."""
    call.validate({"key": "required|string", "value": "present"})
    server, value = call.server, call.data["value"]
    wanted = call.data["key"].upper()  # the panel's database compares without case
    variable = next((v for v in server.egg.variables if v.env_variable.upper() == wanted), None)
    if variable is None:
        raise unexpected()
    if not variable.viewable:
        raise _bad("The environment variable you are trying to edit does not exist.")
    if not variable.editable:
        raise _bad("The environment variable you are trying to edit is read-only.")
    validate({"value": value}, {"value": variable.rules})
    if value is not None and not isinstance(value, str):
        raise _not_saved(server, variable)  # the rules take a number or a boolean, the model does not
    old, new = server.variable_value(variable), value or ""
    server.variables[variable.env_variable] = new
    if old != new:
        call.log("server:startup.edit", variable=variable.env_variable, old=old, new=new)
    item = variable_item(server, variable, _commands(call))
    item["attributes"]["server_value"] = new or None  # lists say "" for it
    return json_answer(item)


def _not_saved(server: GameServer, variable: Variable) -> Refusal:
    row = server.first_variable_row + server.egg.variables.index(variable)
    return Refusal(
        500,
        "DataValidationException",
        f"Could not save Pterodactyl\\Models\\ServerVariable[{row}]: failed to validate data: "
        '{"variable_value":["The variable value must be a string."]}',
    )


def _commands(call: Call) -> Json:
    return {"startup_command": invocation(call.server), "raw_startup_command": call.server.egg.startup}


def _bad(detail: str) -> Refusal:
    return Refusal(400, "BadRequestHttpException", detail)


ROUTES = [
    Route("GET", "/servers/{server}/startup", index, "startup.read"),
    Route("PUT", "/servers/{server}/startup/variable", update, "startup.update"),
]
