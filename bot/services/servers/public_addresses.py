"""The address that players are shown for a server, where a guild gives another one than the panel."""

from functools import partial

from bot.core.clock import Clock
from bot.domain.public_address import PublicAddress, checked_address
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.storage import Store
from bot.storage.repositories import public_addresses


class PublicAddressService:
    """Reads, chooses and removes them."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def get(self, permit: Permit) -> PublicAddress | None:
        """Return the address that the guild gives; None where it is the panel's."""
        async with self._store.read() as conn:
            chosen = await public_addresses.of_panel(conn, permit.actor.guild_id or 0, permit.panel_id)
        return chosen.get(permit.uuid)

    async def choose(self, permit: Permit, typed: str) -> PublicAddress:
        """Give this address from now on. Raises BadInput for what players can't type."""
        actor = permit.actor
        chosen = PublicAddress(
            actor.guild_id or 0,
            permit.panel_id,
            permit.uuid,
            checked_address(typed),
            actor.user_id,
            self._clock.now(),
        )
        async with self._audit.act(permit, "network.public", {"address": chosen.address}):
            await self._store.write(partial(public_addresses.put, address=chosen))
        return chosen

    async def remove(self, permit: Permit) -> None:
        """Give the panel's address again."""
        guild_id = permit.actor.guild_id or 0
        async with self._audit.act(permit, "network.public", {"address": None}):
            await self._store.write(
                partial(
                    public_addresses.remove,
                    guild_id=guild_id,
                    panel_id=permit.panel_id,
                    server_uuid=permit.uuid,
                )
            )
