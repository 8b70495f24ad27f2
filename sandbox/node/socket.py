"""The Wings websocket: who may connect, what it says, what it silently drops.

Source: docs/reference/wings.md#connection.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import uuid4

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox import console, power
from sandbox.model import GameServer, User
from sandbox.node.answers import NOT_ON_INSTANCE, forbidden_origin, plain
from sandbox.node.frames import (
    Flood,
    compact,
    frame,
    parsed,
)
from sandbox.node.limiter import Limiter
from sandbox.node.state import STATE, NodeState
from sandbox.node.tokens import (
    BadToken,
    Claims,
    allows,
    decode,
    socket_refusal,
)
from sandbox.node.versions import Wings

SOCKETS_A_SERVER = 30
FRAME_BYTES = 4096
SUSPENDED_CODE = 4409
EXPIRY_TICK_S = 30.0
EXPIRING_S = 60.0
FLOOD_LINE = (
    "\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m"
    " Server is outputting console data too quickly -- throttling...\x1b[0m"
)
GENERIC = "an unexpected error was encountered while handling this request"
BUSY = "another power action is currently being processed for this server, please try again later"
NO_TOKEN = "jwt: no jwt present"  # noqa: S105 - a sentence
OTHER_SERVER = "jwt: server uuid mismatch"
# What only some may hear; everything else goes to everybody who is connected.
RECEIVERS = {
    "install output": "admin.websocket.install",
    "transfer logs": "admin.websocket.transfer",
    "backup completed": "backup.read",
}


class TokenRefused(Exception):
    """The token of a connection does not hold (any more)."""


class _Close(NamedTuple):
    code: int
    reason: str


async def serve_socket(request: web.Request) -> web.StreamResponse:
    """Upgrade a request and serve it until one side ends it."""
    state = request.app[STATE]
    world = state.world
    server = state.server(request.match_info["uuid"])
    if server is None:
        return plain(404, NOT_ON_INSTANCE)
    if request.headers.get("Origin") != world.settings.url:
        return forbidden_origin(request)
    wings = Wings.of(world.mode, server.node.wings_version)
    if wings.limits_sockets and state.sockets_of(server) >= SOCKETS_A_SERVER:
        return plain(400, "Too many open websocket connections.")
    socket = web.WebSocketResponse(
        compress=wings.limits_sockets, max_msg_size=FRAME_BYTES if wings.limits_sockets else 0
    )
    await socket.prepare(request)
    session = Session(
        state, server, socket, request, Limiter(world.seconds()) if wings.limits_sockets else None
    )
    await session.run()
    return socket


class Session:
    """One connection. What it sends goes through one queue, so that answers and events keep their order."""

    def __init__(
        self,
        state: NodeState,
        server: GameServer,
        socket: web.WebSocketResponse,
        request: web.Request,
        limiter: Limiter | None,
    ) -> None:
        self.server = server
        self._state = state
        self._world = state.world
        self._socket = socket
        self._request = request
        self._limiter = limiter
        self._claims: Claims | None = None
        self._outgoing: asyncio.Queue[str | _Close] = asyncio.Queue()
        self._is_open = True
        self._leave: Callable[[], None] | None = None
        self._flood = Flood()

    async def run(self) -> None:
        """Serve until the connection ends."""
        self._state.sockets.add(self)
        leave = self._leave = self._world.subscribe(self.server, self._hear)
        writer = asyncio.create_task(self._write(), name=f"wings-socket-{self.server.identifier}")
        try:
            if self._closes_when_suspended():
                await writer
                return
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._world.run_due()
                    self._take(message.data)
        finally:
            self._is_open = False
            leave()
            self._state.sockets.discard(self)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    def cut(self) -> None:
        """Drop the connection without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    @property
    def hears(self) -> bool:
        """Whether events of the server are sent on it now."""
        transport = self._request.transport
        is_connected = self._is_open and transport is not None and not transport.is_closing()
        if not is_connected or self._hear not in self.server.listeners:
            return False
        try:
            self._check_token()
        except TokenRefused:
            return False
        return True

    def forget(self) -> None:
        """Say nothing more, and keep the connection open."""
        if self._leave is not None:
            self._leave()

    def expire(self) -> None:
        """Let its token be too old from now on."""
        if self._claims is not None:
            self._claims = {**self._claims, "exp": 0}

    # --- what comes in ----------------------------------------------------------------------------------

    def _take(self, text: str) -> None:
        if self._limiter is not None and self._closes_when_suspended():
            return
        message = parsed(text)
        if message is None:
            return
        event, argument = message
        if self._limiter is not None:
            throttled = self._limiter.refuses(event, self._world.seconds())
            if throttled is not None:
                for label in throttled:
                    self._send("throttled", label)
                return
        if event == "auth":
            self._authenticate(argument)
            return
        try:
            self._check_token()
        except TokenRefused as error:
            self._send("jwt error", str(error))
            return
        if handler := self._handlers.get(event):
            handler(self, argument)

    def _authenticate(self, token: str) -> None:
        try:
            claims = decode(token, self.server.node.secret)
        except BadToken:
            self._fail(GENERIC)
            return
        if not isinstance(claims.get("permissions"), list):  # Go reads no object as a list
            self._fail(GENERIC)
            return
        refusal = socket_refusal(self._world, self.server, claims)
        if refusal is not None:
            self._fail(refusal, event="jwt error")
            return
        is_new = self._claims is None
        self._claims = claims
        self._send("auth success")
        if not is_new:
            self._state.sent["renewals"] += 1
            return
        self._world.later(EXPIRY_TICK_S, self._watch_expiry)
        self._send_event("status", self.server.state)
        if self.server.state == "offline" and not self._is_installing():
            self._send_stats("")

    def _send_stats(self, _: str) -> None:
        self._send_event("stats", compact(console.stats(self._world, self.server)))

    def _send_logs(self, _: str) -> None:
        for line in console.history(self._world, self.server):
            self._send_event("console output", line)

    def _send_command(self, text: str) -> None:
        if not self._may("control.console") or self.server.state == "offline":
            return
        try:
            power.send_command(self._world, self.server, text)
        except power.ServerOffline:  # starting, and not attached yet
            return
        self._log("server:console.command", command=text)

    def _set_state(self, signal: str) -> None:
        if signal not in power.SIGNALS:
            self._fail(GENERIC)
            return
        if not self._may(f"control.{power.PERMISSIONS[signal]}"):
            return
        if self._refuses_power(signal):
            self._fail(GENERIC)
            return
        try:
            power.signal(self._world, self.server, signal)
        except power.PowerBusy:
            self._fail(BUSY)
        except power.PowerRefused:
            self._fail(GENERIC)
        else:
            self._log(f"server:power.{signal}")

    _handlers: dict[str, Callable[["Session", str], None]] = {  # noqa: RUF012 - a table of the methods above
        "send stats": _send_stats,
        "send logs": _send_logs,
        "send command": _send_command,
        "set state": _set_state,
    }

    # --- the token --------------------------------------------------------------------------------------

    def _check_token(self) -> Claims:
        """Check the present token, as Wings does before each frame in either direction."""
        if self._claims is None:
            raise TokenRefused(NO_TOKEN)
        refusal = socket_refusal(self._world, self.server, self._claims)
        if refusal is not None:
            raise TokenRefused(refusal)
        if self._claims.get("server_uuid") != self.server.uuid:
            raise TokenRefused(OTHER_SERVER)
        return self._claims

    def _may(self, permission: str) -> bool:
        return self._claims is not None and allows(self._claims, permission)

    def _watch_expiry(self) -> None:
        """Each 30 s: warn in the last minute; afterwards the warning itself is replaced by an error."""
        if not self._is_open or self._claims is None:
            return
        if self._claims.get("exp", 0) - self._world.now().timestamp() <= EXPIRING_S:
            self._send_event("token expiring")
        self._world.later(EXPIRY_TICK_S, self._watch_expiry)

    # --- what goes out ----------------------------------------------------------------------------------

    def _hear(self, event: str, args: Sequence[str]) -> None:
        """Pass on what happens to the server."""
        if self._claims is not None and not self._floods(event):
            if event == "stats":  # Wings builds these from a map, whose keys it sorts
                args = [compact(json.loads(args[0]), sort_keys=True)]
            self._send_event(event, *args)
        if event == "deleted":
            self._outgoing.put_nowait(_Close(WSCloseCode.GOING_AWAY, "server deleted"))

    def _floods(self, event: str) -> bool:
        """Whether a console line is one too many; one line in its place says so."""
        over_by = self._flood.over_by(self._world.seconds()) if event == "console output" else 0
        if over_by == 1:
            self._send_event("console output", FLOOD_LINE)
        return over_by > 0

    def _send_event(self, event: str, *args: str) -> None:
        """Send an event, or a `jwt error` in its place when the token does not hold."""
        try:
            claims = self._check_token()
        except TokenRefused as error:
            self._send("jwt error", str(error))
            return
        needed = RECEIVERS.get(event)
        if needed is None or allows(claims, needed):
            self._send(event, *args)

    def _fail(self, text: str, event: str = "daemon error") -> None:
        self._send(event, f"Error Event [{uuid4()}]: {text}")

    def _send(self, event: str, *args: str) -> None:
        self._state.sent[event] += 1
        self._outgoing.put_nowait(frame(event, args))

    async def _write(self) -> None:
        while True:
            out = await self._outgoing.get()
            try:
                if isinstance(out, _Close):
                    await self._socket.close(code=out.code, message=out.reason.encode())
                    return
                await self._socket.send_str(out)
                self._state.frames_sent += 1
            except ConnectionError:  # the client is gone; the reading side sees it too
                return

    # --- the server -------------------------------------------------------------------------------------

    def _is_installing(self) -> bool:
        return self.server.status == "installing" or self.server.transferring

    def _refuses_power(self, signal: str) -> bool:
        """Whether the server's state forbids a signal; a suspended server may still be stopped."""
        is_suspended = self.server.status == "suspended" and signal in {"start", "restart"}
        return is_suspended or self._is_installing() or self.server.status == "restoring_backup"

    def _closes_when_suspended(self) -> bool:
        """Close a socket of a suspended server, as v1.12 does; to it, a restore is the same."""
        if self._limiter is None or self.server.status not in {"suspended", "restoring_backup"}:
            return False
        self._outgoing.put_nowait(_Close(SUSPENDED_CODE, "server is suspended"))
        return True

    def _log(self, event: str, **properties: object) -> None:
        self._world.log(self.server, event, dict(properties), actor=self._person(), ip=self._request.remote)

    def _person(self) -> User | None:
        uuid = None if self._claims is None else self._claims.get("user_uuid")
        return next((user for user in self._world.users.values() if user.uuid == uuid), None)
