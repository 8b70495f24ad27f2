"""A small Discord over real sockets: as much of the REST API and the gateway as the bot needs."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Self

from aiohttp import WSCloseCode, WSMsgType, web
from discord.utils import time_snowflake

from bot.core.discord_endpoint import API_PATH, GATEWAY_PATH
from sandbox import Fault, Faults
from tests.support import discord_payloads as payloads
from tests.support.discord_channels import Channels, missing_access
from tests.support.discord_messages import Refused, check_message
from tests.support.discord_payloads import (
    ALL_PERMISSIONS,
    APPLICATION_ID,
    GUILD_ID,
    MEMBER_ID,
    Json,
)
from tests.support.discord_routes import (
    ChannelRoutes,
    Handler,
    json_answer,
    payload,
)

__all__ = ["GUILD_ID", "TOKEN", "DiscordStandin"]

# Shaped like a real one (the id in Base64, a time, a signature), and no one's.
TOKEN = "OTAwMDAwMDAwMDAwMDAwMDAx.Gstand.in-canary-for-the-end-to-end-tests0"
NEVER_S = 300.0
_TEXT, _BOOLEAN = 3, 5  # https://docs.discord.com/developers/interactions/application-commands


class Op:
    """Gateway op codes."""

    DISPATCH, HEARTBEAT, IDENTIFY, RESUME, HELLO, ACK = 0, 1, 2, 6, 10, 11


@dataclass
class Answer:
    """What became of one interaction: the message that the person ends up with."""

    message: "asyncio.Future[Json]" = field(default_factory=asyncio.Future)
    asked_s: float = field(default_factory=time.monotonic)
    wanted: Callable[[Json], bool] = lambda _: True

    def show(self, message: Json) -> None:
        """Take the first message that is wanted and not a promise of one."""
        if not self.message.done() and self.wanted(message):
            self.message.set_result(message)


class DiscordStandin:
    """`async with DiscordStandin() as discord:`; a bot finds it by `QUETZAL_DISCORD_API_URL=discord.url`.

    `channels` holds what was written and what is closed; `faults` takes orders of what goes wrong
    (`discord_trouble.py`).
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        extra: Mapping[str, Handler] | None = None,
        retry_after_s: float = 1.0,
    ) -> None:
        self.channels = Channels(now)
        self.faults = Faults()
        self.registrations: list[Json] = []
        self.unknown_routes: list[str] = []
        self.deferred = 0
        self.acknowledged_s: list[float] = []
        """How long each interaction waited for its first answer."""
        self.identified = 0
        self.resumed = 0
        self.permissions = ALL_PERMISSIONS
        self.knows_guild = True
        self.understands = True
        self._commands: list[Json] = []
        self._answers: dict[str, Answer] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._gateways: list[asyncio.Transport] = []
        self._changed = asyncio.Condition()
        self._sequence = count(1)
        self._ids = count(910000000000000000)
        self._extra = extra or {}
        self._about_channels = ChannelRoutes(self.channels, retry_after_s=retry_after_s)
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        self.url = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that the bot does has made the condition true."""
        async with asyncio.timeout(NEVER_S), self._changed:
            await self._changed.wait_for(condition)

    async def slash(
        self,
        group: str,
        command: str,
        *,
        member_permissions: str = ALL_PERMISSIONS,
        channel: int | None = None,
        options: Mapping[str, str | bool] | None = None,
        wanted: Callable[[Json], bool] = lambda _: True,
    ) -> Json:
        """Use a slash command and wait for the message that the person ends up with, the first `wanted` one.

        `channel` is given as its option of that name, `options` are those that take text, or yes and no.
        """
        registered = next(entry for entry in self._commands if entry["name"] == group)
        data = {
            "id": registered["id"],
            "name": group,
            "type": 1,
            "guild_id": str(GUILD_ID),
            "options": [
                {
                    "type": 1,
                    "name": command,
                    "options": [
                        {"type": _BOOLEAN if isinstance(value, bool) else _TEXT, "name": name, "value": value}
                        for name, value in (options or {}).items()
                    ],
                }
            ],
        }
        if channel is not None:
            data["options"][0]["options"].append({"type": 7, "name": "channel", "value": str(channel)})
            given = payloads.channel(channel) | {"permissions": ALL_PERMISSIONS}
            data["resolved"] = {"channels": {str(channel): given}}
        return await self._interact(data, wanted, permissions=member_permissions)

    async def press(self, message: Json, custom_id: str, wanted: Callable[[Json], bool]) -> Json:
        """Press a button of a message, and wait for the first `wanted` message that comes of it."""
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._interact(data, wanted, of=message)

    async def _interact(
        self,
        data: Json,
        wanted: Callable[[Json], bool],
        *,
        permissions: str = ALL_PERMISSIONS,
        of: Json | None = None,
    ) -> Json:
        token, answer = f"interaction-token-{next(self._ids)}", Answer(wanted=wanted)
        self._answers[token] = answer
        interaction = payloads.interaction(
            # Its time is in it: an old one cannot be answered any more.
            time_snowflake(datetime.now(UTC)) + next(self._ids) % 4096,
            token,
            data,
            permissions=permissions,
            app_permissions=self.permissions,
            channel_id=self.channels.open[-1],
        )
        if of is not None:
            interaction |= {"type": 3, "message": of}
        await self._dispatch("INTERACTION_CREATE", interaction)
        async with asyncio.timeout(NEVER_S):
            return await answer.message

    async def add_bot_to(self, guild_id: int) -> None:
        """Invite the bot to a guild while it runs."""
        joined = {
            key: value for key, value in payloads.guild(self.permissions).items() if key != "unavailable"
        }
        await self._dispatch("GUILD_CREATE", joined | {"id": str(guild_id)})

    async def remove_channel(self, channel_id: int) -> None:
        """Delete a channel while the bot runs, or does not."""
        gone = payloads.channel(channel_id)
        self.channels.remove(channel_id)
        await self._dispatch("CHANNEL_DELETE", gone)

    async def add_channel(self, channel_id: int) -> None:
        """Make a channel."""
        self.channels.open.append(channel_id)
        await self._dispatch("CHANNEL_CREATE", payloads.channel(channel_id))

    async def cut_gateway(self) -> None:
        """Close every gateway connection the way Discord does when it moves a session."""
        for socket in self._sockets:
            await socket.close(code=WSCloseCode.SERVICE_RESTART)

    def fall_silent(self) -> None:
        """Stop answering, on the gateway and to requests; connections stay open."""
        for transport in self._gateways:
            transport.pause_reading()
        self.faults.add(Fault.slow(2 * NEVER_S))

    async def send_event(self, event: str, data: object) -> None:
        """Send an event of any form over the gateway."""
        await self._dispatch(event, data)

    async def send_text(self, text: str) -> None:
        """Send a frame that need not be JSON over the gateway."""
        for socket in self._sockets:
            await socket.send_str(text)

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.router.add_get(GATEWAY_PATH, self._gateway)
        routes: Mapping[str, Handler] = {
            "GET /users/@me": self._me,
            "GET /oauth2/applications/@me": self._application,
            "GET /gateway/bot": self._gateway_address,
            "GET /guilds/{guild}": self._guild_facts,
            "GET /guilds/{guild}/channels": self._channels,
            "GET /guilds/{guild}/members/{member}": self._member,
            "GET /applications/{application}/guilds/{guild}/commands": self._list_commands,
            "PUT /applications/{application}/guilds/{guild}/commands": self._register,
            "POST /interactions/{id}/{token}/callback": self._first_answer,
            "PATCH /webhooks/{application}/{token}/messages/@original": self._edited_answer,
            "POST /webhooks/{application}/{token}": self._edited_answer,
            **self._about_channels.routes(),
        }
        for route, handler in routes.items():
            method, path = route.split()
            app.router.add_route(method, API_PATH + path, handler)
        for route, handler in self._extra.items():
            method, path = route.split()
            app.router.add_route(method, path, handler)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API_PATH):
            return await handler(request)
        by_token = request.path.startswith((f"{API_PATH}/interactions", f"{API_PATH}/webhooks"))
        if not by_token and request.headers.get("Authorization") != f"Bot {TOKEN}":
            return json_answer({"message": "401: Unauthorized", "code": 0}, status=401)
        # Discord has the whole request, whatever then becomes of the answer.
        await (request.post() if request.content_type.startswith("multipart/") else request.read())
        try:
            response = await self.faults.around(request, self._or_refused(handler), "discord")
        except web.HTTPException:
            self.unknown_routes.append(f"{request.method} {request.path}")
            return json_answer({"message": "404: Not Found", "code": 0}, status=404)
        await self._note_change()
        return response

    def _or_refused(self, handler: Handler) -> Handler:
        async def answered(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Refused as refusal:
                return self._about_channels.refuse(refusal)

        return answered

    async def _note_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _me(self, _: web.Request) -> web.Response:
        return json_answer(payloads.the_bot())

    async def _application(self, _: web.Request) -> web.Response:
        return json_answer(payloads.application())

    async def _gateway_address(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return json_answer({"url": self._gateway_url(), "shards": 1, "session_start_limit": limit})

    async def _guild_facts(self, _: web.Request) -> web.Response:
        if not self.understands:
            return web.json_response({"message": "400: Bad Request", "code": 0}, status=400)
        self._enter_guild()
        return json_answer(payloads.guild(self.permissions, self.channels.open))

    async def _channels(self, _: web.Request) -> web.Response:
        self._enter_guild()
        return json_answer([payloads.channel(channel_id) for channel_id in self.channels.open])

    async def _member(self, request: web.Request) -> web.Response:
        if request.match_info["member"] == str(MEMBER_ID):
            return json_answer(payloads.member(payloads.user(MEMBER_ID, "ada")))
        return json_answer(payloads.member(payloads.the_bot()))

    async def _list_commands(self, _: web.Request) -> web.Response:
        self._enter_guild()
        return json_answer(self._commands)

    async def _register(self, request: web.Request) -> web.Response:
        self._enter_guild()
        self._commands = [
            {
                **command,
                "id": str(next(self._ids)),
                "application_id": str(APPLICATION_ID),
                "version": "1",
                "default_member_permissions": None,
            }
            for command in await request.json()
        ]
        self.registrations.append({"guild": request.match_info["guild"], "commands": self._commands})
        return json_answer(self._commands)

    def _enter_guild(self) -> None:
        if not self.knows_guild:
            raise missing_access()

    async def _first_answer(self, request: web.Request) -> web.Response:
        answer, body = self._answers[request.match_info["token"]], await payload(request)
        self.acknowledged_s.append(time.monotonic() - answer.asked_s)
        deferred = body["type"] in {5, 6}
        self.deferred += deferred
        message = self._new_message(body.get("data", {}))
        if not deferred:
            answer.show(message)
        interaction = {
            "id": request.match_info["id"],
            "type": 2,
            "response_message_id": message["id"],
            "response_message_loading": deferred,
            "response_message_ephemeral": bool(body.get("data", {}).get("flags", 0) & 64),
        }
        return json_answer(
            {"interaction": interaction, "resource": {"type": body["type"], "message": message}}
        )

    async def _edited_answer(self, request: web.Request) -> web.Response:
        body, files = await self._about_channels.with_files(request)
        check_message(body, files)
        message = self._new_message(body)
        self._answers[request.match_info["token"]].show(message)
        return json_answer(message)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if isinstance(request.transport, asyncio.Transport):
            self._gateways.append(request.transport)
        await socket.send_json({"op": Op.HELLO, "d": {"heartbeat_interval": 45000}})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._hear(socket, json.loads(frame.data))
                await self._note_change()
        return socket

    async def _hear(self, socket: web.WebSocketResponse, heard: Json) -> None:
        match heard["op"]:
            case Op.HEARTBEAT:
                await socket.send_json({"op": Op.ACK})
            case Op.IDENTIFY:
                self.identified += 1
                await self._take(socket)
                await self._dispatch("READY", payloads.ready(self._gateway_url()))
                await self._dispatch("GUILD_CREATE", payloads.guild(self.permissions, self.channels.open))
            case Op.RESUME:
                self.resumed += 1
                await self._take(socket)
                await self._dispatch("RESUMED", {})

    async def _take(self, socket: web.WebSocketResponse) -> None:
        self._sockets = [socket]

    async def _dispatch(self, event: str, data: object) -> None:
        for socket in self._sockets:
            if socket.closed:  # whoever it was is gone
                continue
            with suppress(ConnectionError):  # ... or goes in this moment
                await socket.send_json({"op": Op.DISPATCH, "t": event, "s": next(self._sequence), "d": data})

    def _new_message(self, body: Json) -> Json:
        return payloads.message(next(self._ids), body)

    def _gateway_url(self) -> str:
        return self.url.replace("http://", "ws://") + GATEWAY_PATH
