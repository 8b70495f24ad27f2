"""Databases of a server (docs/reference/databases.md)."""

from bot.panel.account_session import AccountSession
from bot.panel.known_secrets import KnownSecrets
from bot.panel.models.databases import Database
from bot.panel.models.entries import Entries
from bot.panel.request import Request, item, items, server_ids

_list = items(Database)
_database = item(Database)


class Databases:
    """The databases of the servers."""

    def __init__(self, channel: AccountSession, secrets: KnownSecrets) -> None:
        self._channel = channel
        self._secrets = secrets

    async def list(
        self, uuid: str, *, with_passwords: bool = False, cached: bool = False
    ) -> Entries[Database]:
        """List all databases. Passwords are None without the permission `database.view_password`.

        `cached` may return the cached list, which never has passwords.
        """
        params = {"include": "password"} if with_passwords else {}
        request = Request("GET", "/servers/{server}/databases", server_ids(uuid), params=params, parse=_list)
        if cached and not with_passwords:
            return await self._channel.read(request, uuid)
        databases = await self._channel.send(request)
        self._secrets.note_databases(uuid, databases)
        return databases

    async def create(self, uuid: str, name: str, remote: str = "%") -> Database:
        """Make a database, with its password. The final name has a prefix and is cut to 48 characters.

        TooManyDatabases, DuplicateDatabaseName (case does not count), NoDatabaseHost.
        """
        request = Request(
            "POST",
            "/servers/{server}/databases",
            server_ids(uuid),
            json={"database": name, "remote": remote},
            parse=_database,
            own_limiter=True,
        )
        return await self._noted(request, uuid)

    async def rotate(self, uuid: str, database: str) -> Database:
        """Give it a new password; what is connected loses its connection."""
        request = Request(
            "POST",
            "/servers/{server}/databases/{database}/rotate-password",
            server_ids(uuid, database=database),
            parse=_database,
        )
        return await self._noted(request, uuid)

    async def delete(self, uuid: str, database: str) -> None:
        """Drop it and all that is in it, at once."""
        request = Request[None](
            "DELETE", "/servers/{server}/databases/{database}", server_ids(uuid, database=database)
        )
        await self._channel.change(request, uuid)

    async def _noted(self, request: Request[Database], uuid: str) -> Database:
        made = await self._channel.change(request, uuid)
        self._secrets.note_databases(uuid, [made])
        return made
