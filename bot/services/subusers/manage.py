"""Lists, invites, changes and removes a server's subusers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.i18n import N_
from bot.domain.emails import masked_email
from bot.domain.name_ranking import NameIndex
from bot.domain.panel_permissions import CONNECT, Grantable, checked_email
from bot.panel.errors import NotFound, SubuserExists
from bot.panel.models import Entries, Subuser
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.confirm_change import UNCERTAIN, ChangeWords, confirm_change
from bot.services.subusers.errors import NoSuchSubuser, OwnAccount

_CHECK_FIRST = N_("Check `/users list` before you try again.")


@dataclass(frozen=True, slots=True)
class SubuserChange:
    """What changes for a person: permissions that they get, and those that they lose."""

    before: frozenset[str]
    after: frozenset[str]

    @property
    def added(self) -> frozenset[str]:
        """What they get."""
        return self.after - self.before

    @property
    def removed(self) -> frozenset[str]:
        """What they lose."""
        return self.before - self.after


class SubuserService:
    """The subusers of servers. No e-mail address goes into the audit."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def list(self, permit: Permit, *, cached: bool = False) -> Entries[Subuser]:
        """List the subusers by name; the owner is none."""
        subusers = await permit.panel.subusers.list(permit.uuid, cached=cached)
        return subusers.like(sorted(subusers, key=lambda subuser: subuser.username.casefold()))

    async def find(self, permit: Permit, typed: str) -> Subuser:
        """Find a subuser by name, e-mail address or uuid; raises NoSuchSubuser."""
        wanted = typed.strip().casefold()
        for subuser in await self.list(permit):
            if wanted in {subuser.uuid, subuser.username.casefold(), subuser.email.casefold()}:
                return subuser
        raise NoSuchSubuser

    async def similar(self, permit: Permit, typed: str) -> Sequence[Subuser]:
        """List the subusers that may be meant, the likeliest first."""
        by_name = NameIndex.of(await self.list(permit), _username, lambda subuser: (subuser.email,))
        return by_name.ranked(typed)

    async def grantable(self, permit: Permit) -> Grantable:
        """Return what the account behind the key can give on this server."""
        known = (await permit.panel.account.permissions()).names
        server = await permit.panel.servers.view(permit.uuid, fresh=True)
        return Grantable.of(known, server.permissions or ())

    async def check_new(self, permit: Permit, email: str) -> None:
        """Raise SubuserExists when that address has access. Call it before the confirmation."""
        if any(each.email.casefold() == email.casefold() for each in await self.list(permit)):
            raise SubuserExists

    async def invite(self, permit: Permit, typed: str, permissions: Iterable[str]) -> Subuser:
        """Give the account of an e-mail address these permissions; the panel makes one if there is none."""
        email = checked_email(typed)
        grantable = await self.grantable(permit)
        wanted = grantable.check(permissions)
        words = ChangeWords(
            unknown=N_("They may or may not have been given access."),
            undone=N_("They had no access when Quetzal checked."),
            next_step=_CHECK_FIRST,
        )

        async def invited() -> Subuser | None:
            every = await self.list(permit)
            return next((each for each in every if each.email.casefold() == email.casefold()), None)

        facts = {"email": masked_email(email), "permissions": _listed(wanted)}
        async with self._audit.act(permit, "users.invite", facts) as act:
            try:
                return await permit.panel.subusers.invite(permit.uuid, email, grantable.spelled(wanted))
            except UNCERTAIN as error:
                return await confirm_change(error, act, invited, words)

    async def check_changeable(self, permit: Permit, subuser: Subuser) -> None:
        """Raise OwnAccount for the account behind the key: a panel lets none change itself."""
        if (await permit.panel.account.view()).username == subuser.username:
            raise OwnAccount

    async def update(self, permit: Permit, subuser: Subuser, permissions: Iterable[str]) -> SubuserChange:
        """Replace their permissions. Can take away more than the account behind the key has itself."""
        grantable = await self.grantable(permit)
        wanted = grantable.check(permissions)
        change = SubuserChange(subuser.permissions, wanted)
        words = ChangeWords(
            unknown=N_("Their permissions may or may not have been changed."),
            undone=N_("They still had their old permissions when Quetzal checked."),
            next_step=_CHECK_FIRST,
        )

        async def changed() -> Subuser | None:
            current = await self._current(permit, subuser)
            return current if current is not None and current.permissions == wanted else None

        facts = {
            "email": masked_email(subuser.email),
            "added": _listed(change.added),
            "removed": _listed(change.removed),
        }
        async with self._audit.act(permit, "users.edit", facts) as act:
            try:
                if subuser.is_stored_twice and not (change.added or change.removed):
                    # A panel stores nothing when the permissions stay the same, so they differ in between.
                    between = grantable.spelled(wanted - {max(wanted - {CONNECT}, default=CONNECT)})
                    await permit.panel.subusers.update(permit.uuid, subuser.uuid, between)
                after = await permit.panel.subusers.update(
                    permit.uuid, subuser.uuid, grantable.spelled(wanted)
                )
            except UNCERTAIN as error:
                after = await confirm_change(error, act, changed, words)
        return SubuserChange(subuser.permissions, after.permissions)

    async def remove(self, permit: Permit, subuser: Subuser) -> None:
        """Take their access away; their account on the panel stays."""
        words = ChangeWords(
            unknown=N_("Their access may or may not have been removed."),
            undone=N_("They still had access when Quetzal checked."),
            next_step=_CHECK_FIRST,
        )

        async def gone() -> bool | None:
            return await self._current(permit, subuser) is None or None

        facts = {"email": masked_email(subuser.email), "removed": _listed(subuser.permissions)}
        async with self._audit.act(permit, "users.remove", facts) as act:
            try:
                await permit.panel.subusers.remove(permit.uuid, subuser.uuid)
            except UNCERTAIN as error:
                await confirm_change(error, act, gone, words)

    @staticmethod
    async def _current(permit: Permit, subuser: Subuser) -> Subuser | None:
        try:
            return await permit.panel.subusers.view(permit.uuid, subuser.uuid)
        except NotFound:
            return None


def _username(subuser: Subuser) -> str:
    return subuser.username


def _listed(permissions: Iterable[str]) -> str:
    return ", ".join(sorted(frozenset(permissions) - {CONNECT})) or "none"
