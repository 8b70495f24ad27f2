"""The daemon's own API, for whoever holds the node's token; in Wings' names, which are not the panel's.

The token is the secret that also signs the node's URLs, and says which of a sandbox's nodes is meant.
Source: docs/reference/wings.md#the-nodes-own-api.
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any

from aiohttp import web

from sandbox.answers import WingsError
from sandbox.console import logs, stats
from sandbox.model import GameServer, Node
from sandbox.node.answers import (
    NO_HEADER,
    NOT_AUTHORIZED,
    NOT_ON_INSTANCE,
    bare,
    broken_body,
    node_json,
    plain,
)
from sandbox.node.listing import Entry
from sandbox.node.state import STATE
from sandbox.node.volumes import disk_of
from sandbox.power import (
    SIGNALS,
    PowerBusy,
    PowerRefused,
    ServerOffline,
    send_command,
    signal,
)

LOG_LINES = 100
NOT_PARSABLE = "The data passed in the request was not in a parsable format. Please try again."
BAD_ACTION = 'The power action provided was not valid, should be one of "stop", "start", "restart", "kill"'
SUSPENDED = "Cannot start or restart a server that is suspended."
STOPPED = "Cannot send commands to a stopped server instance."
NODE: web.RequestKey[Node] = web.RequestKey("NODE", Node)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OfServer = Callable[[web.Request, GameServer], Awaitable[web.StreamResponse]]


def add_daemon_api(router: web.UrlDispatcher) -> None:
    """Add the routes, and the answers to everything else on the node's origin."""
    router.add_get("/api/servers", _authorized(_servers), allow_head=False)
    router.add_get("/api/system", _authorized(_system), allow_head=False)
    of_server: dict[tuple[str, str], OfServer] = {
        ("GET", ""): _view,
        ("GET", "/logs"): _logs,
        ("GET", "/files/list-directory"): _list_directory,
        ("GET", "/files/contents"): _contents,
        ("POST", "/power"): _power,
        ("POST", "/commands"): _commands,
    }
    for (method, path), handler in of_server.items():
        router.add_route(method, "/api/servers/{uuid}" + path, _authorized(_of_server(handler)))
    router.add_route("*", "/{path:.*}", _elsewhere)


def _authorized(handler: Handler) -> Handler:
    @wraps(handler)
    async def checked(request: web.Request) -> web.StreamResponse:
        header = request.headers.get("Authorization", "")
        if not header.startswith("Bearer "):
            return plain(401, NO_HEADER, {"WWW-Authenticate": "Bearer"})
        token = header.removeprefix("Bearer ").encode()
        nodes = request.app[STATE].world.nodes
        node = next((node for node in nodes if secrets.compare_digest(node.secret.encode(), token)), None)
        if node is None:
            return plain(403, NOT_AUTHORIZED)
        if not node.up:
            raise ConnectionAbortedError
        request[NODE] = node
        return await handler(request)

    return checked


def _of_server(handler: OfServer) -> Handler:
    @wraps(handler)
    async def found(request: web.Request) -> web.StreamResponse:
        server = request.app[STATE].server(request.match_info["uuid"])
        if server is None or server.node is not request[NODE]:
            return plain(404, NOT_ON_INSTANCE)
        return await handler(request, server)

    return found


async def _elsewhere(request: web.Request) -> web.StreamResponse:
    if request.method == "OPTIONS":
        return web.Response(status=204)
    if request.method == "HEAD":
        return bare(404, "")
    return await _authorized(_unknown)(request)


async def _unknown(_: web.Request) -> web.StreamResponse:
    return bare(404, "404 page not found")


async def _servers(request: web.Request) -> web.StreamResponse:
    world = request.app[STATE].world
    here = [one for one in world.servers.values() if one.node is request[NODE] and one.on_node]
    return node_json([_described(request, server) for server in here])


async def _system(request: web.Request) -> web.StreamResponse:
    version = request[NODE].wings_version
    kernel = {"architecture": "amd64", "kernel_version": "6.1.0-sandbox"}
    if request.query.get("v") != "2":
        return node_json({**kernel, "cpu_count": 4, "os": "linux", "version": version})
    docker = {
        "version": "20.10.24",
        "cgroups": {"driver": "cgroupfs", "version": "1"},
        "containers": {"total": 0, "running": 0, "paused": 0, "stopped": 0},
        "storage": {"driver": "overlay2", "filesystem": "extfs"},
        "runc": {"version": "1.1.5"},
    }
    system = {**kernel, "cpu_threads": 4, "memory_bytes": 32 * 1024**3, "os": "Debian", "os_type": "linux"}
    return node_json({"version": version, "docker": docker, "system": system})


async def _view(request: web.Request, server: GameServer) -> web.StreamResponse:
    return node_json(_described(request, server))


async def _logs(request: web.Request, server: GameServer) -> web.StreamResponse:
    if not server.has_container:
        raise WingsError(500, "")
    size = request.query.get("size", "")
    most = int(size) if size.isdecimal() and 0 < int(size) < LOG_LINES else LOG_LINES
    lines = logs(request.app[STATE].world, server)
    return node_json({"data": list(lines[-most:]) or None})


async def _list_directory(request: web.Request, server: GameServer) -> web.StreamResponse:
    directory = request.query.get("directory", "")
    entries = await request.app[STATE].world.on_disk(lambda: disk_of(server).list(directory))
    return node_json([_file(entry) for entry in entries])


async def _contents(request: web.Request, server: GameServer) -> web.StreamResponse:
    path = request.query.get("file", "")
    data = await request.app[STATE].world.on_disk(lambda: disk_of(server).contents(path).read_bytes())
    return web.Response(body=data, headers={"Content-Type": "text/plain; charset=utf-8"})


async def _power(request: web.Request, server: GameServer) -> web.StreamResponse:
    body = await _body(request)
    if not isinstance(body, dict):
        return broken_body(request, NOT_PARSABLE)
    action = body.get("action")
    if action not in SIGNALS:
        return plain(422, BAD_ACTION)
    if server.status == "suspended" and action in {"start", "restart"}:
        return plain(400, SUSPENDED)
    with suppress(PowerBusy, PowerRefused):  # accepted all the same
        signal(request.app[STATE].world, server, action)
    return web.Response(status=202)


async def _commands(request: web.Request, server: GameServer) -> web.StreamResponse:
    if not server.has_container:
        raise WingsError(500, "")
    if server.power.container_started is None:
        return plain(502, STOPPED)
    body = await _body(request)
    commands = body.get("commands", []) if isinstance(body, dict) else None
    if not isinstance(commands, list) or not all(isinstance(command, str) for command in commands):
        return broken_body(request)
    for command in commands:
        try:
            send_command(request.app[STATE].world, server, command)
        except ServerOffline:
            break  # the one before stopped it
    return web.Response(status=204)


async def _body(request: web.Request) -> object:
    try:
        return json.loads(await request.read())
    except ValueError:
        return None


def _described(request: web.Request, server: GameServer) -> dict[str, Any]:
    used = stats(request.app[STATE].world, server)
    suspended = server.status == "suspended"
    return {
        "state": server.state,
        "is_suspended": suspended,
        "utilization": used,
        "configuration": _configuration(server, suspended=suspended),
    }


def _configuration(server: GameServer, *, suspended: bool) -> dict[str, Any]:
    """Return what the panel gives the node: every variable's value, hidden ones too."""
    limits, (first, *_) = server.limits, server.allocations
    ports: dict[str, list[int]] = {}
    for allocation in server.allocations:
        ports.setdefault(allocation.ip, []).append(allocation.port)
    environment: Mapping[str, object] = {
        "P_SERVER_ALLOCATION_LIMIT": server.feature_limits.allocations,
        "P_SERVER_LOCATION": "sandbox",
        "P_SERVER_UUID": server.uuid,
        "STARTUP": server.egg.startup,
        **{one.env_variable: server.variable_value(one) for one in server.egg.variables},
    }
    return {
        "uuid": server.uuid,
        "meta": {"name": server.name, "description": server.description},
        "suspended": suspended,
        "invocation": server.egg.startup,
        "skip_egg_scripts": False,
        "environment": environment,
        "labels": None,
        "allocations": {
            "force_outgoing_ip": False,
            "default": {"ip": first.ip, "port": first.port},
            "mappings": ports,
        },
        "build": {
            "memory_limit": limits.memory,
            "swap": limits.swap,
            "io_weight": limits.io,
            "cpu_limit": limits.cpu,
            "disk_space": limits.disk,
            "threads": limits.threads or "",
            "oom_disabled": limits.oom_disabled,
        },
        "crash_detection_enabled": True,
        "mounts": [],
        "egg": {"id": server.egg.uuid, "file_denylist": list(server.egg.denylist)},
        "container": {"image": server.docker_image},
    }


def _file(entry: Entry) -> dict[str, Any]:
    attributes = entry.attributes()
    return {
        "name": attributes["name"],
        "created": _zulu(attributes["created_at"]),
        "modified": _zulu(attributes["modified_at"]),
        "mode": attributes["mode"],
        "mode_bits": attributes["mode_bits"],
        "size": attributes["size"],
        "directory": not attributes["is_file"],
        "file": attributes["is_file"],
        "symlink": attributes["is_symlink"],
        "mime": attributes["mimetype"],
    }


def _zulu(moment: str) -> str:
    return moment.replace("+00:00", "Z")
