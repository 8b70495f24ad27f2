"""A server's addresses: lists them, writes notes, chooses the primary one, adds and removes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.errors import Missing, Refused
from bot.core.i18n import N_, _
from bot.domain.allocations import (
    address_of,
    checked_note,
    ip_address_of,
    matching,
    primary_first,
    similar,
)
from bot.panel.models import Allocation, Entries
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.confirm_change import UNCERTAIN, ChangeWords, confirm_change
from bot.services.servers.directory import ServerDirectory

_CHECK_FIRST = N_("Check `/network list` before you try again.")


class NoSuchAddress(Missing):
    """No address, or more than one, is meant; `likely` are those that may be, the likeliest first."""

    happened = N_("The server has no such address.")
    next_step = N_("See all of them with `/network list`.")

    def __init__(self, happened: str | None, *, likely: Sequence[Allocation]) -> None:
        super().__init__(happened)
        self.likely = likely


@dataclass(frozen=True, slots=True)
class NewPrimary:
    """The primary address before and after."""

    old: Allocation | None
    new: Allocation


class NetworkService:
    """The addresses of servers. What lists show of them is fetched again after each change."""

    def __init__(self, directory: ServerDirectory, audit: Audit) -> None:
        self._directory = directory
        self._audit = audit

    async def list(self, permit: Permit, *, cached: bool = False) -> Entries[Allocation]:
        """List the addresses, the primary one first."""
        allocations = await permit.panel.network.list(permit.uuid, cached=cached)
        return allocations.like(primary_first(allocations))

    async def find(self, permit: Permit, typed: str) -> Allocation:
        """Find an address by its id, as it is shown, or by its port; raises NoSuchAddress."""
        allocations = await self.list(permit)
        candidates = matching(allocations, typed)
        if len(candidates) == 1:
            return candidates[0]
        several = _("Several addresses of the server have that port.") if candidates else None
        raise NoSuchAddress(several, likely=similar(allocations, typed))

    async def set_note(self, permit: Permit, allocation: Allocation, typed: str) -> Allocation:
        """Write or, when it is empty, remove the note. Raises BadInput for one that is too long."""
        note = checked_note(typed)
        words = ChangeWords(
            unknown=N_("The note may or may not have been changed."),
            undone=N_("The note was still the old one when Quetzal checked."),
            next_step=_CHECK_FIRST,
        )

        async def changed() -> Allocation | None:
            current = await self._current(permit, allocation)
            return current if current is not None and (current.notes or "") == note else None

        async with self._audit.act(permit, "network.note", {"address": ip_address_of(allocation)}) as act:
            try:
                return await permit.panel.network.set_note(permit.uuid, allocation.id, note)
            except UNCERTAIN as error:
                return await confirm_change(error, act, changed, words)

    async def make_primary(self, permit: Permit, allocation: Allocation) -> NewPrimary:
        """Make it the primary address, from the next start on. Raises Refused when it is that already."""
        before = await self.list(permit)
        old = next((row for row in before if row.is_default), None)
        self.check_choosable(old, allocation)
        facts = {"address": ip_address_of(allocation), "old": ip_address_of(old) if old else None}
        words = ChangeWords(
            unknown=N_("The primary address may or may not have been changed."),
            undone=N_("The primary address was still the old one when Quetzal checked."),
            next_step=_CHECK_FIRST,
        )

        async def changed() -> Allocation | None:
            current = await self._current(permit, allocation)
            return current if current is not None and current.is_default else None

        async with self._audit.act(permit, "network.primary", facts) as act:
            try:
                new = await permit.panel.network.make_primary(permit.uuid, allocation.id)
            except UNCERTAIN as error:
                new = await confirm_change(error, act, changed, words)
        await self._directory.refresh_server(permit.panel_id, permit.uuid)
        return NewPrimary(old, new)

    def check_choosable(self, primary: Allocation | None, allocation: Allocation) -> None:
        """Raise Refused when it is the primary address already. Call it before the confirmation."""
        if primary is not None and primary.id == allocation.id:
            raise Refused(
                _("{address_of} is the primary address already.", address_of=address_of(allocation)),
                next_step=_("Choose another one from `/network list`."),
            )

    async def add(self, permit: Permit) -> Allocation:
        """Have the panel assign an address, which it chooses; raises its refusals."""
        known = {allocation.id for allocation in await self.list(permit)}
        words = ChangeWords(
            unknown=N_("An address may or may not have been added."),
            undone=N_("No address had been added when Quetzal checked."),
            next_step=_CHECK_FIRST,
        )

        async def added() -> Allocation | None:
            new = (allocation for allocation in await self.list(permit) if allocation.id not in known)
            return next(new, None)

        async with self._audit.act(permit, "network.add", {}) as act:
            try:
                allocation = await permit.panel.network.assign(permit.uuid)
            except UNCERTAIN as error:
                allocation = await confirm_change(error, act, added, words)
            act.facts = {"address": ip_address_of(allocation)}
        await self._directory.refresh_server(permit.panel_id, permit.uuid)
        return allocation

    def check_removable(self, permit: Permit, allocation: Allocation) -> None:
        """Raise Refused where the panel would keep the address. Call it before the confirmation."""
        if allocation.is_default:
            raise Refused(
                _(
                    "{address_of} is the primary address, which can't be removed.",
                    address_of=address_of(allocation),
                ),
                next_step=_("Make another address primary first."),
            )
        if not permit.server.feature_limits.allocations:
            raise Refused(
                _("The panel removes no address from this server: its limit of addresses is 0."),
                next_step=_("Whoever runs the panel can remove it."),
            )

    async def remove(self, permit: Permit, allocation: Allocation) -> None:
        """Take it away from the server. Raises Refused for the primary one."""
        self.check_removable(permit, allocation)
        words = ChangeWords(
            unknown=N_("The address may or may not have been removed."),
            undone=N_("The address was still there when Quetzal checked."),
            next_step=_CHECK_FIRST,
        )

        async def gone() -> bool | None:
            return await self._current(permit, allocation) is None or None

        async with self._audit.act(permit, "network.remove", {"address": ip_address_of(allocation)}) as act:
            try:
                await permit.panel.network.remove(permit.uuid, allocation.id)
            except UNCERTAIN as error:
                await confirm_change(error, act, gone, words)
        await self._directory.refresh_server(permit.panel_id, permit.uuid)

    async def _current(self, permit: Permit, allocation: Allocation) -> Allocation | None:
        return next((row for row in await self.list(permit) if row.id == allocation.id), None)
