"""Subusers of a server (docs/reference/servers.md#subusers)."""

from collections.abc import Iterable

from bot.panel.account_session import AccountSession
from bot.panel.models.entries import Entries
from bot.panel.models.subusers import Subuser
from bot.panel.request import Request, checked_uuid, item, items, server_ids

_LIST = "/servers/{server}/users"
_ONE = _LIST + "/{user}"
_list = items(Subuser)
_subuser = item(Subuser)


class Subusers:
    """The people who may do some things on the servers.

    Permissions are sent once each: one that is named twice locks the person out of the console. A panel drops
    names that it doesn't know, without an error, and adds `websocket.connect` always.
    """

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def list(self, uuid: str, *, cached: bool = False) -> Entries[Subuser]:
        """List all subusers; the owner is none. PermissionMissing without `user.read`."""
        request = Request("GET", _LIST, server_ids(uuid), parse=_list)
        return await self._channel.fetch(request, uuid, cached=cached)

    async def view(self, uuid: str, user: str) -> Subuser:
        """Fetch one by the uuid of the person. NotFound; PermissionMissing for the key's own account."""
        request = Request("GET", _ONE, _ids(uuid, user), parse=_subuser)
        return await self._channel.send(request)

    async def invite(self, uuid: str, email: str, permissions: Iterable[str]) -> Subuser:
        """Give the account of this address access; the panel makes one where there is none, and sends a mail.

        SubuserExists, OwnerIsNoSubuser, InvalidRequest, PermissionMissing for what the key's account lacks.
        """
        request = Request(
            "POST",
            _LIST,
            server_ids(uuid),
            json={"email": email, "permissions": _once(permissions)},
            parse=_subuser,
            own_limiter=True,
        )
        return await self._channel.change(request, uuid)

    async def update(self, uuid: str, user: str, permissions: Iterable[str]) -> Subuser:
        """Replace the permissions of a person, whose consoles the node cuts.

        PermissionMissing for what the key's account lacks, but it can take away more than it has.
        """
        request = Request(
            "POST", _ONE, _ids(uuid, user), json={"permissions": _once(permissions)}, parse=_subuser
        )
        return await self._channel.change(request, uuid)

    async def remove(self, uuid: str, user: str) -> None:
        """Take the access of a person away; their account stays."""
        request = Request[None]("DELETE", _ONE, _ids(uuid, user))
        await self._channel.change(request, uuid)


def _ids(uuid: str, user: str) -> dict[str, str]:
    return server_ids(uuid, user=checked_uuid(user, "panel account"))


def _once(permissions: Iterable[str]) -> list[str]:
    return sorted({*permissions})
