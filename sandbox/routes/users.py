"""Subusers (docs/reference/servers.md#subusers)."""

from aiohttp import web

from sandbox.answers import (
    Refusal,
    json_answer,
    listing,
    no_content,
    refused,
)
from sandbox.node.tokens import revoke
from sandbox.routing import Call, Route, Throttle
from sandbox.transform import subuser_item
from sandbox.validation import string_list


async def index(call: Call) -> web.Response:
    """List the subusers."""
    return json_answer(listing(subuser_item(subuser) for subuser in call.server.subusers))


async def view(call: Call) -> web.Response:
    """Show a subuser."""
    return json_answer(subuser_item(call.subuser))


async def store(call: Call) -> web.Response:
    """Let somebody in."""
    call.validate(
        {
            "email": "required|email|between:1,191",
            "permissions": "required|array",
            "permissions.*": "string",
        }
    )
    server, email = call.server, str(call.data["email"])
    permissions = _wanted(call)
    if server.owner.email == email:
        raise refused(
            "The user you are trying to add is the owner of this server.", "UserIsServerOwnerException"
        )
    if any(subuser.user.email == email for subuser in server.subusers):
        raise refused(
            "A user with that email is already a subuser of this server.", "ServerSubuserExistsException"
        )
    known = next((user for user in call.world.users.values() if user.email == email), None)
    name = known.username if known else email.partition("@")[0]
    subuser = call.world.add_subuser(server, name, permissions)
    subuser.user.email = email
    call.log("server:subuser.create", email=email, permissions=permissions)
    return json_answer(subuser_item(subuser))


async def update(call: Call) -> web.Response:
    """Replace what somebody may do; their websocket tokens end."""
    call.validate({"permissions": "required|array", "permissions.*": "string"})
    old, new = call.subuser.permissions, _wanted(call)
    call.subuser.permissions = new
    revoke(call.world, call.server, call.subuser.user)
    call.log("server:subuser.update", email=call.subuser.user.email, old=old, new=new, revoked=True)
    return json_answer(subuser_item(call.subuser))


async def destroy(call: Call) -> web.Response:
    """Put somebody out."""
    call.server.subusers.remove(call.subuser)
    revoke(call.world, call.server, call.subuser.user)
    call.log("server:subuser.delete", email=call.subuser.user.email, revoked=True)
    return no_content()


def _wanted(call: Call) -> list[str]:
    wanted = list(string_list(call.data["permissions"]))
    if any(not call.may(permission) for permission in wanted):
        raise Refusal(
            403,
            "HttpForbiddenException",
            "Cannot assign permissions to a subuser that your account does not actively possess.",
        )
    return wanted if "websocket.connect" in wanted else [*wanted, "websocket.connect"]


ONE = "/servers/{server}/users/{user}"
ROUTES = [
    Route("GET", "/servers/{server}/users", index, "user.read"),
    Route(
        "POST",
        "/servers/{server}/users",
        store,
        "user.create",
        v1_12=Throttle("users", 10, 900, per_server=True),
    ),
    Route("GET", ONE, view, "user.read"),
    Route("POST", ONE, update, "user.update"),
    Route("DELETE", ONE, destroy, "user.delete"),
]
