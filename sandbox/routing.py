"""Routes as data, and the call that a handler gets once everything before it was judged."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web

from sandbox.answers import Refusal, forbidden
from sandbox.model import (
    Allocation,
    ApiKey,
    GameServer,
    Subuser,
    User,
)
from sandbox.resources import (
    Backup,
    Database,
    Schedule,
    Task,
)
from sandbox.validation import string_list, validate
from sandbox.world import World

PREFIX = "/api/client"


class StateCheck(Enum):
    """How a route treats the server's state (docs/reference/servers.md#availability)."""

    STRICT = "strict"  # 409 unless the server is available
    NONE = "none"  # the server view: never 409
    SOCKET = "socket"  # root admins pass while installing, restoring, transferring


@dataclass(frozen=True, slots=True)
class Throttle:
    """A limiter of one route: `limit` calls in `seconds`, a user or (v1.12, Pelican) a server."""

    name: str
    limit: int
    seconds: int
    per_server: bool = False


@dataclass(slots=True)
class Call:
    """A request that was let through to its route."""

    world: World
    request: web.BaseRequest
    user: User
    key: ApiKey
    body: bytes
    query: Mapping[str, Any]  # trimmed; empty strings are None
    data: Mapping[str, Any]  # query and JSON or form body together, as Laravel's input
    segments: dict[str, str]  # placeholders of the path
    found_server: GameServer | None = None
    models: dict[str, Any] = field(default_factory=dict)  # other models of the path, by placeholder

    @property
    def server(self) -> GameServer:
        """The server of the path."""
        if self.found_server is None:
            raise RuntimeError("This route has no server.")
        return self.found_server

    @property
    def backup(self) -> Backup:
        """The backup of the path."""
        backup: Backup = self.models["backup"]
        return backup

    @property
    def database(self) -> Database:
        """The database of the path."""
        database: Database = self.models["database"]
        return database

    @property
    def schedule(self) -> Schedule:
        """The schedule of the path."""
        schedule: Schedule = self.models["schedule"]
        return schedule

    @property
    def task(self) -> Task:
        """The task of the path."""
        task: Task = self.models["task"]
        return task

    @property
    def allocation(self) -> Allocation:
        """The allocation."""
        allocation: Allocation = self.models["allocation"]
        return allocation

    @property
    def subuser(self) -> Subuser:
        """The subuser of the path."""
        subuser: Subuser = self.models["user"]
        return subuser

    @property
    def ip(self) -> str:
        """The address the request came from."""
        return self.request.remote or "127.0.0.1"

    def validate(self, rules: Mapping[str, str]) -> None:
        """Check the input; raises Invalid (422)."""
        validate(self.data, rules)

    def includes(self, relation: str) -> bool:
        """Whether `?include=` names a relation."""
        return relation in string_list(self.query.get("include"))

    def may(self, permission: str) -> bool:
        """Whether the user has a permission on the server; `*` does not cover `admin.*`."""
        held = self.server.permissions_of(self.user) or []
        return permission in held or ("*" in held and not permission.startswith("admin."))

    def demand(self, permission: str) -> None:
        """Refuse with 403 without a permission."""
        if not self.may(permission):
            raise forbidden()

    def log(self, event: str, **properties: object) -> None:
        """Write to the server's activity log as this user."""
        self.world.log(self.server, event, properties, actor=self.user, ip=self.ip, is_api=True)


Handler = Callable[[Call], Awaitable[web.Response]]
Permission = str | Callable[[Call], str | None] | None


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the client API; `path` is relative to /api/client, `{server}` and so on are bound."""

    method: str
    path: str
    handler: Handler
    permission: Permission = None
    state_check: StateCheck = StateCheck.STRICT
    v1_11: Throttle | None = None
    v1_12: Throttle | None = None
    without_two_factor: bool = False
    only_pelican: bool | None = None  # None: both


@dataclass(slots=True)
class _Branch:
    fixed: dict[str, "_Branch"] = field(default_factory=dict)
    name: str = ""  # of the placeholder below
    any: "_Branch | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class RouteTable:
    """All routes as a tree over path segments."""

    def __init__(self, routes: list[Route], *, pelican: bool = False) -> None:
        self._root = _Branch()
        for route in routes:
            if route.only_pelican is None or route.only_pelican is pelican:
                self._add(route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its placeholders; raises 404 or 405 (they carry no limit headers)."""
        shown = path.strip("/")
        branch, segments = self._walk(path)
        if branch is None or not branch.routes:
            raise Refusal(404, "NotFoundHttpException", f"The route {shown} could not be found.")
        route = branch.routes.get("GET" if method == "HEAD" else method)
        if route is None:
            allowed = ", ".join(_with_head(branch.routes))
            raise Refusal(
                405,
                "MethodNotAllowedHttpException",
                f"The {method} method is not supported for route {shown}. Supported methods: {allowed}.",
                {"Allow": allowed},
            )
        return route, segments

    def _add(self, route: Route) -> None:
        branch = self._root
        for part in (PREFIX + route.path).strip("/").split("/"):
            if part.startswith("{"):
                branch.name = part.strip("{}")
                branch.any = branch.any or _Branch()
                branch = branch.any
            else:
                branch = branch.fixed.setdefault(part, _Branch())
        branch.routes[route.method] = route

    def _walk(self, path: str) -> tuple[_Branch | None, dict[str, str]]:
        branch = self._root
        segments: dict[str, str] = {}
        # Laravel drops slashes at both ends and keeps those in the middle.
        for part in path.strip("/").split("/"):
            below = branch.fixed.get(part)
            if below is None and branch.any is not None and part:
                segments[branch.name] = part
                below = branch.any
            if below is None:
                return None, segments
            branch = below
        return branch, segments


def _with_head(methods: Mapping[str, Route]) -> list[str]:
    names = set(methods) | ({"HEAD"} if "GET" in methods else set())
    order = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    return sorted(names, key=order.index)
