"""Creates, reads, rotates and deletes databases; every error says in which state things are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bot.core.clock import Clock
from bot.core.errors import QuetzalError, Refused, with_state
from bot.core.i18n import N_, Message, _
from bot.domain.audit import Outcome
from bot.domain.databases import NewName, checked_remote, new_name
from bot.domain.name_ranking import NameIndex
from bot.panel.errors import (
    DuplicateDatabaseName,
    OutcomeUnknown,
    PanelError,
    PanelFault,
    TooManyDatabases,
)
from bot.panel.models import Database, Entries
from bot.services.access import Permit
from bot.services.audit import Audit, AuditFacts
from bot.services.databases.errors import (
    HostFailed,
    NoSuchDatabase,
    NothingReplaced,
    PasswordHidden,
    RotationBlind,
)
from bot.services.databases.replaced_passwords import ReplacedPasswords

_PREFIX = re.compile(r"s\d+_")
_SEE_LIST = N_("Check `/database list` before you try again.")
_SEE_CONNECTION = N_(
    "Check `/database connection`: if it was changed, you can put the new password into your files from "
    "there for 30 minutes."
)
_ROTATED = N_("Whether the password was changed couldn't be checked.")
_UNCERTAIN = (OutcomeUnknown, PanelFault)


@dataclass(frozen=True, slots=True)
class NewDatabase:
    """A database that can be created."""

    name: NewName
    remote: str
    count: int
    limit: int | None


def short_name(database: Database) -> str:
    """Return the name without the panel's prefix, as it was typed."""
    return _PREFIX.sub("", database.name, count=1)


class DatabaseService:
    """The databases of a server. Only methods that say so return a password."""

    def __init__(self, audit: Audit, clock: Clock) -> None:
        self._audit = audit
        self.replaced = ReplacedPasswords(clock)

    async def list(self, permit: Permit, *, cached: bool = False) -> Entries[Database]:
        """List all databases by name, without passwords."""
        databases = await permit.panel.databases.list(permit.uuid, cached=cached)
        return databases.like(sorted(databases, key=lambda database: database.name.casefold()))

    async def find(self, permit: Permit, typed: str) -> Database:
        """Find a database by id, by name, or by name without the prefix."""
        wanted = typed.strip().casefold()
        every = await self.list(permit)
        for names in (_id, _name, _short):
            matching = [database for database in every if names(database).casefold() == wanted]
            if len(matching) == 1:
                return matching[0]
        raise NoSuchDatabase

    async def similar(self, permit: Permit, typed: str) -> Sequence[Database]:
        """List databases that may be meant, the likeliest first."""
        by_name = NameIndex.of(await self.list(permit), _short, lambda database: (_name(database),))
        return by_name.ranked(typed)

    async def draft(self, permit: Permit, typed: str, remote: str) -> NewDatabase:
        """Check a new database before the confirmation. Raises BadInput, or as the panel would."""
        name = new_name(typed, permit.server.internal_id)
        remote = checked_remote(remote)
        known = await self.list(permit)
        limit = permit.server.feature_limits.databases
        if limit is not None and len(known) >= limit:
            if limit == 0:
                raise Refused(
                    _("This server can't have databases: its limit in the panel is 0."),
                    next_step=_("Whoever runs the panel can raise the limit."),
                )
            raise TooManyDatabases(detail=f"{len(known)} of {limit}")
        if any(_name(database).casefold() == name.effective.casefold() for database in known):
            raise DuplicateDatabaseName
        return NewDatabase(name, remote, len(known), limit)

    async def create(self, permit: Permit, draft: NewDatabase) -> Database:
        """Create it. The result has its password, unless the panel account may not see it."""
        before = {database.id for database in await self.list(permit)}
        facts = {"name": draft.name.effective, "remote": draft.remote}
        async with self._audit.act(permit, "databases.create", facts) as act:
            try:
                return await permit.panel.databases.create(permit.uuid, draft.name.typed, draft.remote)
            except _UNCERTAIN as error:
                after = await self._reread(
                    permit, act, error, _("Whether it was created couldn't be checked.")
                )
                wanted = draft.name.effective.casefold()
                made = (
                    database
                    for database in after
                    if database.id not in before and database.name.casefold() == wanted
                )
                if (database := next(made, None)) is not None:
                    return database
                raise _ended(error, _("The database wasn't there when Quetzal checked.")) from None

    async def credentials(self, permit: Permit, database: Database) -> Database:
        """Read a database with its password, which is audited. Raises PasswordHidden."""
        facts = {"name": database.name}
        async with self._audit.act(permit, "databases.read_password", facts):
            current = await self._with_password(permit, database)
            if current.password is None:
                raise PasswordHidden
            return current

    async def rotatable(self, permit: Permit, database: Database) -> Database:
        """Read the password that a rotation will replace. RotationBlind when the new one would be hidden."""
        facts = {"name": database.name, "for": "rotate"}
        async with self._audit.act(permit, "databases.read_password", facts):
            current = await self._with_password(permit, database)
            if current.password is None:
                raise RotationBlind
            return current

    async def rotate(self, permit: Permit, before: Database) -> Database:
        """Rotate the password and return the new one. `before` comes from `rotatable`.

        The old one is kept in `replaced` whatever happens, since the response may be lost.
        """
        if before.password is not None:
            self.replaced.keep(permit, before.id, before.password)
        async with self._audit.act(permit, "databases.rotate", {"name": before.name}) as act:
            try:
                return await permit.panel.databases.rotate(permit.uuid, before.id)
            except _UNCERTAIN as error:
                after = await self._reread(permit, act, error, _(_ROTATED), _SEE_CONNECTION)
                database = next((database for database in after if database.id == before.id), None)
                if database is None:
                    raise _ended(error, _("The database was gone when Quetzal checked.")) from None
                if database.password is None:
                    act.outcome = Outcome.UNKNOWN
                    raise _unsure(error, _(_ROTATED), _SEE_CONNECTION) from None
                if database.password != before.password:
                    return database
                raise _ended(
                    error, _("The panel still had the old password when Quetzal checked."), _SEE_CONNECTION
                ) from None

    def replaced_by(self, permit: Permit, current: Database) -> tuple[SecretStr, ...]:
        """Return the passwords that this person's rotations replaced by `current`. NothingReplaced."""
        kept = self.replaced.of(permit, current.id)
        if not (replaced := tuple(password for password in kept if password != current.password)):
            raise NothingReplaced
        return replaced

    async def delete(self, permit: Permit, database: Database) -> None:
        """Delete it with all its data."""
        async with self._audit.act(permit, "databases.delete", {"name": database.name}) as act:
            try:
                await permit.panel.databases.delete(permit.uuid, database.id)
            except _UNCERTAIN as error:
                after = await self._reread(
                    permit, act, error, _("Whether it was deleted couldn't be checked.")
                )
                if any(listed.id == database.id for listed in after):
                    raise _ended(error, _("The database was still there when Quetzal checked.")) from None

    async def _with_password(self, permit: Permit, database: Database) -> Database:
        every = await permit.panel.databases.list(permit.uuid, with_passwords=True)
        current = next((listed for listed in every if listed.id == database.id), None)
        if current is None:
            raise NoSuchDatabase
        return current

    async def _reread(
        self,
        permit: Permit,
        act: AuditFacts,
        failure: PanelError,
        blind_words: str,
        advice: Message = _SEE_LIST,
    ) -> Sequence[Database]:
        """Read the result of a change whose response was lost."""
        try:
            return await permit.panel.databases.list(permit.uuid, with_passwords=True)
        except PanelError:
            act.outcome = Outcome.UNKNOWN
            raise _unsure(failure, blind_words, advice) from None


def _ended(failure: PanelError, state: str, advice: Message = _SEE_LIST) -> QuetzalError:
    if isinstance(failure, OutcomeUnknown):
        return _unsure(failure, _("{state} It may still happen in a moment.", state=state), advice)
    return with_state(_in_words(failure), state)


def _unsure(failure: PanelError, state: str, advice: Message) -> QuetzalError:
    error = with_state(_in_words(failure), state)
    error.next_step = _(advice)
    return error


def _in_words(failure: PanelError) -> QuetzalError:
    return HostFailed(detail=failure.detail) if isinstance(failure, PanelFault) else failure


def _id(database: Database) -> str:
    return database.id


def _name(database: Database) -> str:
    return database.name


def _short(database: Database) -> str:
    return short_name(database)
