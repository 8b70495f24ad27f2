"""The server list, the view, resources and the websocket's token (docs/reference/servers.md)."""

from collections.abc import Callable

from aiohttp import web

from sandbox.answers import (
    Json,
    NodeUnreachable,
    Refusal,
    WingsError,
    item,
    json_answer,
    listing,
    unexpected,
)
from sandbox.console import Stats, stats
from sandbox.model import GameServer, User
from sandbox.node.tokens import socket_token, socket_url
from sandbox.node_link import on_node
from sandbox.paging import paginate
from sandbox.power import enforce_disk
from sandbox.routing import (
    Call,
    Route,
    StateCheck,
    Throttle,
)
from sandbox.transform import server_item
from sandbox.validation import string_list

CACHE_SECONDS = 20.0
FILTERS = ("uuid", "name", "description", "external_id", "*")
Matches = Callable[[GameServer], bool]


async def index(call: Call) -> web.Response:
    """List servers."""
    kinds = _filters(call)
    rows = [server for server in _scope(call) if all(matches(server) for matches in kinds)]
    page, pagination = paginate(call, rows, default=50, cap=100)
    includes = string_list(call.query.get("include"))
    items = [server_item(call.world, server, call.user, includes) for server in page]
    return json_answer(listing(items, {"pagination": pagination}))


async def view(call: Call) -> web.Response:
    """Show a server."""
    includes = string_list(call.query.get("include"))
    return json_answer(server_item(call.world, call.server, call.user, includes, with_meta=True))


async def resources(call: Call) -> web.Response:
    """Show what a server uses, up to 20 s old and the same for everybody."""
    world, server = call.world, call.server
    now = world.seconds()
    cached = world.resources_cache.get(server.uuid)
    if cached is None or cached[0] <= now:
        cached = (now + CACHE_SECONDS, _measure(call))
        world.resources_cache[server.uuid] = cached
    return json_answer(item("stats", cached[1]))


def _measure(call: Call) -> Json:
    world, server = call.world, call.server

    def ask() -> Stats:
        enforce_disk(world, server)
        return stats(world, server)

    try:
        measured = on_node(server, ask)
    except (NodeUnreachable, WingsError):
        if not world.mode.is_pelican:
            raise NodeUnreachable from None  # always 504 here, whatever Wings answered
        return _shown("missing", None)
    return _shown(measured["state"], measured)


def _shown(state: str, usage: Stats | None) -> Json:
    return {
        "current_state": state,
        "is_suspended": False,
        "resources": {
            "memory_bytes": usage["memory_bytes"] if usage else 0,
            "cpu_absolute": usage["cpu_absolute"] if usage else 0,
            "disk_bytes": usage["disk_bytes"] if usage else 0,
            "network_rx_bytes": usage["network"]["rx_bytes"] if usage else 0,
            "network_tx_bytes": usage["network"]["tx_bytes"] if usage else 0,
            "uptime": usage["uptime"] if usage else 0,
        },
    }


async def websocket(call: Call) -> web.Response:
    """Hand out a token for the server's websocket; nothing asks the node."""
    if not call.may("websocket.connect"):
        raise Refusal(
            403, "HttpForbiddenException", "You do not have permission to connect to this server's websocket."
        )
    lifetime_s = call.world.settings.socket_token_s
    token = socket_token(call.world, call.server, call.user, lifetime_s=lifetime_s)
    return json_answer({"data": {"token": token, "socket": socket_url(call.server)}})


def _scope(call: Call) -> list[GameServer]:
    servers = list(call.world.servers.values())
    kind = call.query.get("type")
    own = [server for server in servers if _is_own(server, call.user)]
    if kind in {"admin", "admin-all"}:
        if not call.user.admin:
            return []
        return servers if kind == "admin-all" else [server for server in servers if server not in own]
    return [server for server in own if server.owner is call.user] if kind == "owner" else own


def _is_own(server: GameServer, user: User) -> bool:
    return server.owner is user or any(subuser.user is user for subuser in server.subusers)


def _filters(call: Call) -> list[Matches]:
    requested = {name[7:-1]: value for name, value in call.query.items() if name.startswith("filter[")}
    unknown = [name for name in requested if name not in FILTERS]
    if unknown:
        raise Refusal(
            400,
            "InvalidFilterQuery",
            f"Requested filter(s) `{', '.join(unknown)}` are not allowed."
            f" Allowed filter(s) are `{', '.join(FILTERS)}`.",
        )
    return [
        _generic(str(value)) if name == "*" else _column(name, str(value))
        for name, value in requested.items()
        if value
    ]


def _generic(value: str) -> Matches:
    if "," in value:  # becomes an array, and the panel's own code breaks on it
        raise unexpected("TypeError")
    wanted = value.lower()
    ip, colon, port = wanted.partition(":")
    is_ip = wanted.replace(".", "").isdigit() and wanted.count(".") == 3  # noqa: PLR2004 - an IPv4 address
    if (colon and port.isdigit()) or (is_ip and not colon):
        return lambda server: any(
            (not ip or allocation.ip == ip) and str(allocation.port).startswith(port)
            for allocation in server.allocations
        )
    part = wanted.strip("%")  # a wildcard; elsewhere nobody types it
    return lambda server: (
        server.uuid.startswith(part)
        or server.identifier == part
        or part in server.name.lower()
        or part == server.external_id.lower()
    )


def _column(name: str, value: str) -> Matches:
    wanted = [part.lower() for part in value.split(",") if part]

    def matches(server: GameServer) -> bool:
        held = str(getattr(server, name, "")).lower()
        return any(part in held for part in wanted)

    return matches


ROUTES = [
    Route("GET", "", index),
    Route("GET", "/servers/{server}", view, state_check=StateCheck.NONE),
    Route("GET", "/servers/{server}/resources", resources),
    Route(
        "GET",
        "/servers/{server}/websocket",
        websocket,
        state_check=StateCheck.SOCKET,
        v1_12=Throttle("websocket", 5, 60, per_server=True),
    ),
]
