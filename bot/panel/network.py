"""Allocations of a server: the addresses and ports it may use (docs/reference/servers.md#allocations)."""

from bot.panel.account_session import AccountSession
from bot.panel.models.entries import Entries
from bot.panel.models.servers import Allocation
from bot.panel.request import Request, item, items, server_ids

_LIST = "/servers/{server}/network/allocations"
_ONE = _LIST + "/{allocation}"
_list = items(Allocation)
_allocation = item(Allocation)


class Network:
    """The allocations of the servers."""

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def list(self, uuid: str, *, cached: bool = False) -> Entries[Allocation]:
        """List all allocations in the order of their ids. PermissionMissing without `allocation.read`."""
        request = Request("GET", _LIST, server_ids(uuid), parse=_list)
        return await self._channel.fetch(request, uuid, cached=cached)

    async def set_note(self, uuid: str, allocation: int, note: str) -> Allocation:
        """Write the note on an allocation, at most 256 characters; an empty one removes it."""
        return await self._changed("POST", _ONE, uuid, allocation, {"notes": note})

    async def make_primary(self, uuid: str, allocation: int) -> Allocation:
        """Make it the address that players connect to; a running game keeps the old one until it restarts."""
        return await self._changed("POST", f"{_ONE}/primary", uuid, allocation)

    async def assign(self, uuid: str) -> Allocation:
        """Have the panel assign one more; which one can't be chosen.

        TooManyAllocations (the primary one counts), AssignmentDisabled, NoFreeAllocation.
        """
        request = Request("POST", _LIST, server_ids(uuid), parse=_allocation, own_limiter=True)
        return await self._channel.change(request, uuid)

    async def remove(self, uuid: str, allocation: int) -> None:
        """Take it away from the server. AllocationKept for the primary one, and where the limit is 0."""
        request = Request[None]("DELETE", _ONE, server_ids(uuid, allocation=str(allocation)))
        await self._channel.change(request, uuid)

    async def _changed(
        self, method: str, path: str, uuid: str, allocation: int, body: dict[str, str] | None = None
    ) -> Allocation:
        request = Request(
            method, path, server_ids(uuid, allocation=str(allocation)), json=body, parse=_allocation
        )
        return await self._channel.change(request, uuid)
