"""Servers: list, view, usage, power, console, settings (docs/reference/servers.md)."""

from bot.panel.account_session import (
    EVERYTHING,
    AccountSession,
    fetch_all_pages,
    page_of,
)
from bot.panel.compact import compact
from bot.panel.known_secrets import KnownSecrets
from bot.panel.models.base import ItemList, Page
from bot.panel.models.entries import Entries
from bot.panel.models.servers import ListScope, PowerSignal, Resources, Server
from bot.panel.request import Request, item, nothing, server_ids
from bot.panel.server_view import view_request

LARGEST_PAGE = 100


_list = ItemList[Server].model_validate_json


def _lean_list(body: bytes) -> ItemList[Server]:
    return compact(_list(body))


_resources = item(Resources)


class Servers:
    """The servers that the account may see."""

    def __init__(self, channel: AccountSession, secrets: KnownSecrets, *, lists_all: bool = False) -> None:
        self._channel = channel
        self._secrets = secrets
        self._usual = ListScope.ALL if lists_all else ListScope.OWN

    async def page(
        self,
        page: int = 1,
        per_page: int = LARGEST_PAGE,
        name: str | None = None,
        scope: ListScope = ListScope.OWN,
        *,
        fresh: bool = False,
    ) -> Page[Server]:
        """Fetch one page; at most 100 a page. `name` is part of a name; commas separate alternatives."""
        params = {"page": str(page), "per_page": str(per_page), "include": "egg"}
        if scope is not ListScope.OWN:
            params["type"] = scope.value
        if name:
            params["filter[name]"] = name
        request = Request("GET", "", params=params, parse=_list)
        return page_of(await self._channel.read(request, EVERYTHING, fresh=fresh))

    async def list_all(self, scope: ListScope | None = None, *, fresh: bool = False) -> Entries[Server]:
        """Fetch all servers, page after page; those that the settings of the panel say, unless given."""
        scope = self._usual if scope is None else scope
        return await fetch_all_pages(
            lambda number: self.page(number, scope=scope, fresh=fresh), lambda server: server.uuid
        )

    async def touch(self) -> None:
        """Fetch the shortest possible list, to check that panel and key work. Involves no node."""
        await self._channel.send(Request("GET", "", params={"per_page": "1"}, parse=_list))

    async def list_compact(self) -> Entries[Server]:
        """Fetch all servers uncached, for callers that keep them: without the fields that only a view needs.

        Unchanged servers are the same objects as last time. An account that is no administrator (any more)
        gets an empty list of all servers, without an error: then its own ones are listed.
        """
        servers = await self._compact(self._usual)
        if not servers and not servers.unreadable and self._usual is ListScope.ALL:
            servers = await self._compact(ListScope.OWN)
        return servers

    async def _compact(self, scope: ListScope) -> Entries[Server]:
        async def page(number: int) -> Page[Server]:
            params = {"page": str(number), "per_page": str(LARGEST_PAGE), "include": "egg"}
            if scope is not ListScope.OWN:
                params["type"] = scope.value
            parse = self._channel.caches.unless_same(f"lean list {scope.value}, page {number}", _lean_list)
            return page_of(await self._channel.send(Request("GET", "", params=params, parse=parse)))

        return await fetch_all_pages(page, lambda server: server.uuid)

    async def view(self, uuid: str, *, fresh: bool = False) -> Server:
        """One server with the account's permissions on it. Works in every state of the server."""
        server = await self._channel.read(view_request(uuid), uuid, fresh=fresh)
        self._secrets.note_server(server)
        return server

    async def resources(self, uuid: str) -> Resources:
        """Fetch what the server uses; up to 20 s old. ServerStateConflict, NodeDown."""
        request = Request("GET", "/servers/{server}/resources", server_ids(uuid), parse=_resources)
        return await self._channel.send(request)

    async def power(self, uuid: str, signal: PowerSignal) -> None:
        """Send a power signal. Success only means that it was received: check the state afterwards."""
        request = Request[None](
            "POST", "/servers/{server}/power", server_ids(uuid), json={"signal": signal.value}
        )
        await self._channel.change(request, uuid)

    async def rename(self, uuid: str, name: str) -> None:
        """Rename a server; its description stays. InvalidRequest for one that is too long."""
        request = Request[None](
            "POST", "/servers/{server}/settings/rename", server_ids(uuid), json={"name": name}
        )
        await self._channel.change(request, uuid)

    async def describe(self, uuid: str, name: str, description: str) -> None:
        """Describe a server, in lines if need be; an empty text clears it. `name` is its present name.

        Pelican has a route of its own for it and passes over the description here: see `describe_alone`.
        """
        request = Request[None](
            "POST",
            "/servers/{server}/settings/rename",
            server_ids(uuid),
            json={"name": name, "description": description or None},
        )
        await self._channel.change(request, uuid)

    async def describe_alone(self, uuid: str, description: str) -> None:
        """Describe a server on Pelican. NotFound on other panels, which have no such route."""
        request = Request[None](
            "POST",
            "/servers/{server}/settings/description",
            server_ids(uuid),
            json={"description": description or None},
        )
        await self._channel.change(request, uuid)

    async def reinstall(self, uuid: str) -> None:
        """Begin to run the egg's install script again; the server's status is INSTALLING until it ended.

        The node stops the server first, and does not start it again. NodeRefused during a power action.
        """
        request = Request(
            "POST", "/servers/{server}/settings/reinstall", server_ids(uuid), parse=nothing, status=202
        )
        await self._channel.change(request, uuid)

    async def command(self, uuid: str, text: str) -> None:
        """Send one line to the console; a newline in it would be a second command. ServerOffline."""
        request = Request[None]("POST", "/servers/{server}/command", server_ids(uuid), json={"command": text})
        await self._channel.change(request, uuid)
