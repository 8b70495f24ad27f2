"""The order in which the panel judges a request, up to the controller.

Source: docs/reference/panel-api.md#order-of-checks.
"""

from email.utils import format_datetime
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from aiohttp import web

from sandbox.answers import (
    NOT_OF_THIS_SERVER,
    NOT_YOURS,
    NodeUnreachable,
    Refusal,
    WingsError,
    daemon_refusal,
    forbidden,
    not_found,
)
from sandbox.bindings import find_children, find_server
from sandbox.limits import Limiters
from sandbox.model import ApiKey, GameServer
from sandbox.normalise import read_body, read_query
from sandbox.pages import refuse
from sandbox.routing import (
    Call,
    Route,
    RouteTable,
    StateCheck,
)
from sandbox.world import World

MOST_UNKNOWN = 1000
MAX_BODY = 100 * 1024 * 1024  # nginx
SESSION_COOKIE = "pterodactyl_session"
NGINX_413 = (
    "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"
    "<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n"
    "</body>\r\n</html>\r\n"
)
INSTALLING = "This server has not yet completed its installation process, please try again later."
CONFLICTS = {
    "suspended": "This server is currently suspended and the functionality requested is unavailable.",
    "maintenance": (
        "The node of this server is currently under maintenance and the functionality requested is"
        " unavailable."
    ),
    "installing": INSTALLING,
    "install_failed": INSTALLING,
    "restoring_backup": "This server is currently restoring from a backup, please try again later.",
    "transferring": "This server is currently being transferred to a new machine, please try again later.",
}
FINAL = {"suspended", "maintenance"}  # root admins get no websocket either


class RequestPipeline:
    """Answers requests to the client API."""

    def __init__(self, world: World, table: RouteTable) -> None:
        self.world = world
        self.limiters = Limiters(world)
        self.unknown_routes: list[str] = []
        self._table = table

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Return the panel's answer, whatever it is."""
        headers: dict[str, str] = {}
        try:
            call, route = await self._admit(request, headers)
            response = await route.handler(call)
        except (WingsError, NodeUnreachable) as error:
            refusal = daemon_refusal(error, pelican=self.world.mode.is_pelican)
            response = refuse(request, refusal, self.world.settings.url)
        except Refusal as refusal:
            response = refuse(request, refusal, self.world.settings.url)
        headers["Date"] = format_datetime(self.world.clock.now(), usegmt=True)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    def username_of(self, request: web.BaseRequest) -> str | None:
        """Return whose key a request has."""
        key = self._key_of(request)
        return None if key is None else key.user.username

    async def _admit(self, request: web.BaseRequest, headers: dict[str, str]) -> tuple[Call, Route]:
        world = self.world
        if (request.content_length or 0) > MAX_BODY:
            # nginx lets the client finish, too; otherwise the unread rest holds the connection for 10 s.
            async for _ in request.content.iter_any():
                pass
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, 0, text=NGINX_413, content_type="text/html")
        if world.settings.maintenance:
            raise Refusal(503, "HttpException", "Service Unavailable")
        route, segments = self._find(request)
        self._check_session(request)
        key = self._authenticate(request)
        body = await request.content.read()  # `request.read` would set a limit of its own, 1 MiB
        fields = read_body(request, body)
        query = read_query(request)
        self._check_account(key, route, request)
        self.limiters.hit_user(key.user.uuid, headers)
        throttle = route.v1_12 if world.mode.limits_per_server else route.v1_11
        if throttle is not None:
            self.limiters.hit_route(throttle, key.user.uuid, segments.get("server", "")[:8], headers)
        call = Call(
            world=world,
            request=request,
            user=key.user,
            key=key,
            body=b"" if request.content_type == "multipart/form-data" else body,
            query=query,
            data={**query, **fields},
            segments=segments,
        )
        self._bind(call, route)
        return call, route

    def _find(self, request: web.BaseRequest) -> tuple[Route, dict[str, str]]:
        path = request.raw_path.partition("?")[0]
        try:
            return self._table.find(request.method, path)
        except Refusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND and len(self.unknown_routes) < MOST_UNKNOWN:
                self.unknown_routes.append(f"{request.method} {path}")
            raise

    def _check_session(self, request: web.BaseRequest) -> None:
        """Treat what comes from the panel's own pages, or with its cookie, as a browser.

        Source: docs/reference/panel-api.md#accept-header-and-browsers.
        """
        host = self.world.settings.url.partition("://")[2]
        origins = (request.headers.get("Origin", ""), request.headers.get("Referer", ""))
        from_panel = any(host in origin.partition("://")[2].split("/")[0:1] for origin in origins if origin)
        if (from_panel or SESSION_COOKIE in request.cookies) and request.method not in {"GET", "HEAD"}:
            raise Refusal(419, "HttpException", "CSRF token mismatch.")

    def _authenticate(self, request: web.BaseRequest) -> ApiKey:
        key = self._key_of(request)
        if key is None:
            raise Refusal(401, "AuthenticationException", "Unauthenticated.")
        return key

    def _key_of(self, request: web.BaseRequest) -> ApiKey | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        key = self.world.keys.get(token[:16])
        return key if key is not None and key.secret == token[16:] else None

    def _check_account(self, key: ApiKey, route: Route, request: web.BaseRequest) -> None:
        required = self.world.settings.require_two_factor
        concerned = required == 2 or (required == 1 and key.user.admin)  # noqa: PLR2004 - the panel's setting
        if concerned and not (key.user.two_factor or route.without_two_factor or self.world.mode.is_pelican):
            raise Refusal(
                400,
                "TwoFactorAuthRequiredException",
                "Two-factor authentication is required on this account in order to access this endpoint.",
            )
        source = request.remote or "127.0.0.1"
        if key.allowed_ips and not any(
            ip_address(source) in ip_network(allowed, strict=False) for allowed in key.allowed_ips
        ):
            raise forbidden(
                f"This IP address ({source}) does not have permission to access the API using these"
                " credentials."
            )

    def _bind(self, call: Call, route: Route) -> None:
        world, segments = self.world, call.segments
        if "server" in segments:
            call.found_server = find_server(world, segments["server"])
            if call.found_server is None:
                raise not_found()
        call.models, foreign = find_children(world, call.found_server, segments)
        if None in call.models.values():
            raise not_found()
        if call.key.kind == "application":
            raise forbidden(
                "You are attempting to use an application API key on an endpoint that requires a client API"
                " key."
            )
        server = call.found_server
        if server is None:
            return
        if server.permissions_of(call.user) is None:
            raise Refusal(404, "NotFoundHttpException", NOT_YOURS)
        self._check_state(call, server, route)
        if foreign:
            raise Refusal(404, "NotFoundHttpException", NOT_OF_THIS_SERVER)
        permission = route.permission(call) if callable(route.permission) else route.permission
        if permission is not None:
            call.demand(permission)

    def _check_state(self, call: Call, server: GameServer, route: Route) -> None:
        if route.state_check is StateCheck.NONE:
            return
        reason = conflict_of(server)
        if reason is None:
            return
        admin = call.user.admin
        if (
            admin
            and self.world.mode.is_pelican
            and (route.state_check is StateCheck.SOCKET or "/files" in route.path)
        ):
            return
        if admin and route.state_check is StateCheck.SOCKET and reason not in FINAL:
            return
        raise Refusal(409, "ServerStateConflictException", CONFLICTS[reason])


def conflict_of(server: GameServer) -> str | None:
    """Return why a server's routes are closed, first match as the panel has it.

    Source: docs/reference/servers.md#availability.
    """
    if server.status == "suspended":
        return "suspended"
    if server.node.maintenance:
        return "maintenance"
    if server.status in CONFLICTS:
        return server.status
    return "transferring" if server.transferring else None
