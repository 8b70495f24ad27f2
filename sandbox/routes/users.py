"""Subusers (docs/reference/servers.md#subusers)."""

import hashlib
import re

from aiohttp import web

from sandbox.answers import (
    Refusal,
    forbidden,
    json_answer,
    listing,
    no_content,
    refused,
    unexpected,
)
from sandbox.model import User
from sandbox.node.tokens import revoke
from sandbox.permissions import SYSTEM, unique
from sandbox.routing import Call, Route, Throttle
from sandbox.transform import subuser_item
from sandbox.validation import string_list

CONNECT = "websocket.connect"
RULES = {"permissions": "required|array", "permissions.*": "string"}


async def index(call: Call) -> web.Response:
    """List the subusers."""
    return json_answer(listing(subuser_item(subuser) for subuser in call.server.subusers))


async def view(call: Call) -> web.Response:
    """Show a subuser."""
    _check_other(call)
    return json_answer(subuser_item(call.subuser))


async def store(call: Call) -> web.Response:
    """Add a subuser."""
    if isinstance(call.data.get("permissions"), str):
        raise unexpected("TypeError")
    call.validate({"email": "required|email|between:1,191", **RULES})
    server, email = call.server, str(call.data["email"])
    permissions = _granted(call)
    user = next((user for user in call.world.users.values() if user.email.lower() == email.lower()), None)
    if user is server.owner:
        raise refused(
            "You cannot add the server owner as a subuser for this server.", "UserIsServerOwnerException"
        )
    if any(subuser.user is user for subuser in server.subusers):
        raise refused(
            "A user with that email address is already assigned as a subuser for this server.",
            "ServerSubuserExistsException",
        )
    user = user or _new_account(call, email)
    subuser = call.world.add_subuser(server, user.username, permissions)
    call.log("server:subuser.create", email=user.email, permissions=list(dict.fromkeys(permissions)))
    return json_answer(subuser_item(subuser))


async def update(call: Call) -> web.Response:
    """Replace what somebody may do; their websocket tokens end."""
    _check_other(call)
    call.validate(RULES)
    new = _granted(call)
    old, now = (sorted(dict.fromkeys(permissions)) for permissions in (call.subuser.permissions, new))
    if old != now:
        call.subuser.permissions = new
        revoke(call.world, call.server, call.subuser.user)
        call.log("server:subuser.update", email=call.subuser.user.email, old=old, new=now, revoked=True)
    return json_answer(subuser_item(call.subuser))


async def destroy(call: Call) -> web.Response:
    """Remove a subuser; the account stays."""
    _check_other(call)
    call.server.subusers.remove(call.subuser)
    revoke(call.world, call.server, call.subuser.user)
    call.log("server:subuser.delete", email=call.subuser.user.email, revoked=True)
    return no_content()


def _check_other(call: Call) -> None:
    """Refuse a subuser that is about itself."""
    if call.subuser.user is call.user:
        raise forbidden()


def _granted(call: Call) -> list[str]:
    """Return what is stored: known names and `websocket.connect`, repetitions too; see `unique`."""
    requested = list(string_list(call.data["permissions"]))
    if "*" not in (call.server.permissions_of(call.user) or []) and not all(map(call.may, requested)):
        raise Refusal(
            403,
            "HttpForbiddenException",
            "Cannot assign permissions to a subuser that your account does not actively possess.",
        )
    renamed = {"database.view-password"} if call.world.mode.is_pelican else set()
    allowed = _known() | renamed
    known = [name for name in requested if name in allowed]
    kept = unique([*known, CONNECT])
    return [*known, CONNECT] if isinstance(kept, dict) else kept


def _new_account(call: Call, email: str) -> User:
    """Make an account for an address that no account has; the panel sends it an e-mail."""
    local = re.sub(r"[^\w.-]", "", email.partition("@")[0]).lower()
    digest = hashlib.md5(email.encode(), usedforsecurity=False).hexdigest()
    user = call.world.user(local + digest[:3])  # any three, but the same each time
    user.email = email
    return user


ONE = "/servers/{server}/users/{user}"


def _known() -> set[str]:
    return {f"{group}.{name}" for group, held in SYSTEM.items() for name in held["keys"]}


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
