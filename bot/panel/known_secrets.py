"""Secrets of servers that the panel has shown and no console line may show. In memory only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.panel.models.databases import Database
from bot.panel.models.servers import Server

_MOST_SERVERS = 10_000
_MOST_VALUES = 50


@dataclass(slots=True)
class ServerSecrets:
    """The secrets of one server.

    `invocation` is its start command with `[hidden]` where the panel hides a value; `variables` are those
    that the account may see; `values` are secrets that were read: database passwords, hidden variables.
    """

    invocation: str = field(default="", repr=False)
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    values: dict[SecretStr, None] = field(default_factory=dict)


class KnownSecrets:
    """Shared by all clients of one panel: what was read with one key is hidden for all."""

    def __init__(self) -> None:
        self._servers: dict[str, ServerSecrets] = {}

    def of(self, uuid: str) -> ServerSecrets:
        """Return the known secrets of a server."""
        return self._servers.get(uuid) or ServerSecrets()

    def note_server(self, server: Server) -> None:
        """Store how a server is started. What a less privileged account sees replaces nothing."""
        known = self._entry(server.uuid)
        if server.variables or not known.variables:
            known.invocation = server.invocation
            values = {
                variable.env_variable: variable.server_value or variable.default_value
                for variable in server.variables
            }
            known.variables = {name: value for name, value in values.items() if value}

    def note_databases(self, uuid: str, databases: Iterable[Database]) -> None:
        """Store the passwords of databases."""
        self.note_values(uuid, (database.password for database in databases if database.password is not None))

    def note_values(self, uuid: str, values: Iterable[SecretStr]) -> None:
        """Store secrets of a server, only the newest when there are many."""
        kept = self._entry(uuid).values
        for value in values:
            kept.pop(value, None)
            kept[value] = None
        for value in [*kept][:-_MOST_VALUES]:
            del kept[value]

    def _entry(self, uuid: str) -> ServerSecrets:
        while len(self._servers) >= _MOST_SERVERS and uuid not in self._servers:
            del self._servers[next(iter(self._servers))]
        return self._servers.setdefault(uuid, ServerSecrets())
