"""The part of Discord's REST API that is about messages in channels."""

import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from tests.support import discord_payloads as payloads
from tests.support.discord_channels import Channels
from tests.support.discord_messages import Refused
from tests.support.discord_payloads import Json
from tests.support.discord_trouble import refusal_body, refusal_headers

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChannelRoutes:
    """Answers for `Channels`. `retry_after_s` is what a bot has to wait, in seconds on the wall."""

    def __init__(self, channels: Channels, *, retry_after_s: float = 1.0) -> None:
        self.channels = channels
        self.retry_after_s = retry_after_s

    def routes(self) -> Mapping[str, Handler]:
        """Give the handlers by method and path."""
        return {
            "GET /channels/{channel}": self._channel,
            "GET /channels/{channel}/messages": self._history,
            "POST /channels/{channel}/messages": self._post,
            "GET /channels/{channel}/messages/{message}": self._message,
            "PATCH /channels/{channel}/messages/{message}": self._edit,
            "DELETE /channels/{channel}/messages/{message}": self._delete,
            "POST /users/@me/channels": self._open_direct,
            "GET /users/{user}": self._user,
        }

    def refuse(self, refusal: Refused) -> web.Response:
        """Say no as Discord does."""
        wait = self.retry_after_s
        return web.Response(
            body=refusal_body(refusal, wait), status=refusal.status, headers=refusal_headers(refusal, wait)
        )

    async def _channel(self, request: web.Request) -> web.Response:
        return json_answer(self.channels.get(_channel(request)))

    async def _history(self, request: web.Request) -> web.Response:
        asked = {name: int(value) for name, value in request.query.items()}
        return json_answer(self.channels.history(_channel(request), **asked))

    async def _post(self, request: web.Request) -> web.Response:
        body, files = await self.with_files(request)
        return json_answer(self.channels.post(_channel(request), body, files))

    async def _message(self, request: web.Request) -> web.Response:
        return json_answer(self.channels.message(_channel(request), _message(request)))

    async def _edit(self, request: web.Request) -> web.Response:
        body, files = await self.with_files(request)
        return json_answer(self.channels.edit(_channel(request), _message(request), body, files))

    async def _delete(self, request: web.Request) -> web.Response:
        self.channels.delete(_channel(request), _message(request))
        return web.Response(status=204)

    async def _open_direct(self, request: web.Request) -> web.Response:
        return json_answer(self.channels.open_direct(int((await payload(request))["recipient_id"])))

    async def _user(self, request: web.Request) -> web.Response:
        return json_answer(payloads.user(int(request.match_info["user"]), "someone"))

    async def with_files(self, request: web.Request) -> tuple[Json, list[Json]]:
        """Read a message with the files that come with it."""
        if request.content_type == "application/json":
            return await request.json(), []
        form = await request.post()
        body: Json = json.loads(str(form["payload_json"]))
        named = [part for name, part in form.items() if name.startswith("files")]
        files = [part for part in named if isinstance(part, web.FileField)]
        return body, [self._attachment(part) for part in files]

    def _attachment(self, part: web.FileField) -> Json:
        size = len(part.file.read())
        number, url = self.channels.new_id(), f"https://cdn.discordapp.com/attachments/{part.filename}"
        return {"id": str(number), "filename": part.filename, "size": size, "url": url, "proxy_url": url}


async def payload(request: web.Request) -> Json:
    """Read the JSON of a request, which comes as a form when files come with it."""
    if request.content_type == "application/json":
        body: Json = await request.json()
    else:
        body = json.loads(str((await request.post())["payload_json"]))
    return body


def json_answer(body: object, *, status: int = 200) -> web.Response:
    """Answer JSON."""
    # Exactly this content type: discord.py takes anything else for text.
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"}
    )


def _channel(request: web.Request) -> int:
    return int(request.match_info["channel"])


def _message(request: web.Request) -> int:
    return int(request.match_info["message"])
