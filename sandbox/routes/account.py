"""The account, its keys, and the list of permissions (docs/reference/panel-api.md#account-and-keys)."""

from aiohttp import web

from sandbox.answers import (
    Json,
    item,
    json_answer,
    listing,
    no_content,
    not_found,
    refused,
)
from sandbox.model import ApiKey
from sandbox.permissions import SYSTEM
from sandbox.routing import Call, Route
from sandbox.transform import account_item, iso
from sandbox.validation import string_list

MOST_KEYS = 25


async def view(call: Call) -> web.Response:
    """Show who asks."""
    return json_answer(account_item(call.user, pelican=call.world.mode.is_pelican))


async def permissions(call: Call) -> web.Response:
    """Show all permissions there are."""
    shown = SYSTEM
    if call.world.mode.is_pelican:
        keys = SYSTEM["database"]["keys"]
        renamed = {name.replace("view_password", "view-password"): text for name, text in keys.items()}
        shown = SYSTEM | {"database": SYSTEM["database"] | {"keys": renamed}}
    return json_answer(item("system_permissions", {"permissions": shown}))


async def keys(call: Call) -> web.Response:
    """List the account keys, without their secrets."""
    return json_answer(listing(_key_item(key) for key in _own_keys(call)))


async def make_key(call: Call) -> web.Response:
    """Make an account key; its secret is shown once."""
    call.validate({"description": "required|string", "allowed_ips": "nullable|array"})
    if len(_own_keys(call)) >= MOST_KEYS:
        raise refused("You have reached the account limit for number of API keys.")
    allowed = tuple(string_list(call.data.get("allowed_ips") or []))
    key = call.world.add_key(call.user, allowed_ips=allowed)
    key.description = call.data["description"]
    return json_answer(_key_item(key, {"secret_token": key.secret}))


async def drop_key(call: Call) -> web.Response:
    """Delete an account key."""
    key = call.world.keys.get(call.segments["identifier"])
    if key is None or key.user is not call.user:
        raise not_found()
    del call.world.keys[key.identifier]
    return no_content()


def _own_keys(call: Call) -> list[ApiKey]:
    return [key for key in call.world.keys.values() if key.user is call.user and key.kind == "account"]


def _key_item(key: ApiKey, meta: Json | None = None) -> Json:
    attributes = {
        "identifier": key.identifier,
        "description": key.description,
        "allowed_ips": list(key.allowed_ips),
        "last_used_at": None,
        "created_at": iso(key.created_at),
    }
    return item("api_key", attributes, meta)


ROUTES = [
    Route("GET", "/account", view, without_two_factor=True),
    Route("GET", "/permissions", permissions),
    Route("GET", "/account/api-keys", keys),
    Route("POST", "/account/api-keys", make_key),
    Route("DELETE", "/account/api-keys/{identifier}", drop_key),
]
