"""The sandbox: a panel and a node on two loopback origins, over real sockets."""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.answers import HTML_HEADERS
from sandbox.clock import Clock, ManualClock, RealClock
from sandbox.faults import Faults
from sandbox.game_ports import GamePorts
from sandbox.model import Node
from sandbox.node.app import node_app
from sandbox.node.state import STATE, NodeState, Socket
from sandbox.node.volumes import new_disk
from sandbox.node_link import wake
from sandbox.panel_version import Mode
from sandbox.request_pipeline import RequestPipeline
from sandbox.routes import all_routes
from sandbox.routing import RouteTable
from sandbox.world import World

LOG_LENGTH = 10_000
LOGIN_PAGE = '<!DOCTYPE html>\n<html lang="en"><head><title>Pterodactyl</title></head><body></body></html>\n'
NodeHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SETTLE_TURNS = 5  # loop turns for the sockets to take what an event wrote


@dataclass(frozen=True, slots=True)
class Logged:
    """One request. `status` is 0 when the connection was cut instead of an answer."""

    origin: str  # "panel" or "node"
    method: str
    path: str
    query: str
    status: int
    user: str | None
    at: datetime


@cache
def _route_table(*, pelican: bool) -> RouteTable:
    """Return the routes of all panels of a kind."""
    return RouteTable(all_routes(), pelican=pelican)


class Sandbox:
    """A stand-in of panel and node. `async with sandbox:` starts and stops it."""

    def __init__(
        self,
        clock: Clock | None = None,
        mode: Mode = Mode.V1_11,
        *,
        latency_s: float = 0.0,
        limiter: bool = True,
        seed: int = 1,
    ) -> None:
        self.clock: Clock = clock or ManualClock()
        self.world = World(self.clock, new_disk, mode, seed)
        self.world.settings.limiter = limiter
        self.faults = Faults(seed)
        self.latency_s = latency_s
        self.node_tls: ssl.SSLContext | None = None
        """What the node proves itself with, if it is set before the start; else it speaks plain HTTP."""
        self.requests: deque[Logged] = deque(maxlen=LOG_LENGTH)
        self.pipeline = RequestPipeline(self.world, _route_table(pelican=mode.is_pelican))
        self.game_ports = GamePorts(self.world)
        self._runners: list[web.BaseRunner] = []
        self._node: NodeState | None = None
        self._pump: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    @property
    def panel_url(self) -> str:
        """The panel's address, without trailing slash."""
        return self.world.settings.url

    @property
    def node_url(self) -> str:
        """The node's address, without trailing slash."""
        return self.world.node.url

    @property
    def unknown_routes(self) -> list[str]:
        """The requests for routes that the panel does not have, as "GET /path"."""
        return self.pipeline.unknown_routes

    async def start(self, port: int = 0, node_port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen on both origins; 0 picks free ports."""
        panel = web.ServerRunner(web.Server(self._answer_panel, access_log=None))
        self.world.settings.url = f"http://{host}:{await self._listen(panel, host, port)}"
        app = node_app(self.world)
        app.middlewares.insert(0, self._around_node())
        self._node = app[STATE]
        number = await self._listen(
            web.AppRunner(app, access_log=None, shutdown_timeout=0.0), host, node_port, self.node_tls
        )
        for node in self.world.nodes:
            node.fqdn, node.port = host, number
            node.scheme = "http" if self.node_tls is None else "https"
        if isinstance(self.clock, RealClock):
            self.world.on_schedule = self._woken.set
            self._pump = asyncio.create_task(self._run_in_time(), name="sandbox-clock")

    async def close(self) -> None:
        """Stop listening and remove all files."""
        if self._pump is not None:
            self._pump.cancel()
            with suppress(asyncio.CancelledError):
                await self._pump
        await self.game_ports.close()
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()
        await self.world.disks_idle()
        self.world.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def advance(self, seconds: float) -> None:
        """Move a ManualClock and run what falls due on the way, in order."""
        clock = self.clock
        if not isinstance(clock, ManualClock):
            raise TypeError("Only a manual clock can be moved.")
        target = clock.seconds() + seconds
        while (due := self.world.next_due()) is not None and due <= target:
            clock.advance(max(0.0, due - clock.seconds()))
            self.world.run_due()
            await asyncio.sleep(0)
        clock.advance(max(0.0, target - clock.seconds()))
        for _ in range(SETTLE_TURNS):
            await asyncio.sleep(0)

    @property
    def open_sockets(self) -> tuple[Socket, ...]:
        """The websockets that are open now."""
        return () if self._node is None else tuple(self._node.sockets)

    @property
    def frames_sent(self) -> int:
        """How many frames the node has sent on all websockets."""
        return 0 if self._node is None else self._node.frames_sent

    @property
    def sent(self) -> Mapping[str, int]:
        """How many events of each name the websockets were sent (see `NodeState.sent`)."""
        return {} if self._node is None else self._node.sent

    def node_down(self, only: Node | None = None, *, down: bool = True) -> None:
        """Switch all nodes or one off (connections break, sockets close with 1006) or on again."""
        nodes = self.world.nodes if only is None else [only]
        for node in nodes:
            if node.up and down:
                node.up = False
            elif not node.up and not down:
                _boot(self.world, node)
        if down:
            for socket in self.open_sockets:
                if socket.server.node in nodes:
                    socket.cut()

    async def _listen(
        self, runner: web.BaseRunner, host: str, port: int, tls: ssl.SSLContext | None = None
    ) -> int:
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, host, port, ssl_context=tls)
        await site.start()
        number: int = runner.addresses[-1][1]
        return number

    async def _run_in_time(self) -> None:
        while True:
            self.world.run_due()
            self._woken.clear()
            due = self.world.next_due()
            delay = None if due is None else max(0.0, due - self.clock.seconds())
            try:
                await asyncio.wait_for(self._woken.wait(), delay)
            except TimeoutError:
                continue

    async def _answer_panel(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        self.world.run_due()
        response = await self.faults.around(request, self._route, "panel")
        self._log("panel", request, response)
        return response

    async def _route(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path in {"/", "/auth/login"}:
            return web.Response(text=LOGIN_PAGE, headers=HTML_HEADERS)
        return await self.pipeline.answer(request)

    def _around_node(self) -> Middleware:
        @web.middleware
        async def around(request: web.Request, handler: NodeHandler) -> web.StreamResponse:
            if self.latency_s:
                await asyncio.sleep(self.latency_s)
            response = await self.faults.around(request, handler, "node")
            self._log("node", request, response)
            return response

        return around

    def _log(self, origin: str, request: web.BaseRequest, response: web.StreamResponse) -> None:
        is_cut = request.transport is None or request.transport.is_closing()
        self.requests.append(
            Logged(
                origin=origin,
                method=request.method,
                path=request.path,
                query=request.query_string,
                status=0 if is_cut else response.status,
                user=self.pipeline.username_of(request) if origin == "panel" else None,
                at=self.world.now(),
            )
        )


def _boot(world: World, node: Node) -> None:
    """Start Wings: old tokens end, the panel frees what was being installed or restored.

    Source: docs/reference/servers.md#availability.
    """
    node.boots += 1
    node.started_at = world.now()
    node.up = True
    wake(node)
    for server in world.servers.values():
        if server.node is node and server.status in {"installing", "restoring_backup"}:
            server.status = None
