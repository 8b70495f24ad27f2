"""Queries a database server for the size of its databases and its connections. Off by default."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.i18n import N_, _
from bot.panel import PanelClient
from bot.panel.errors import AddressForbidden
from bot.panel.models import Database
from bot.services.access import Permit
from bot.services.audit import Audit

PATIENCE_S = 8.0
"""Time limit for one database, from name resolution to the last result."""
_CONNECT_S = 3
_AT_ONCE = 4

_TABLES = (
    "SELECT COUNT(*), COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables "
    "WHERE table_schema = %s AND table_type = 'BASE TABLE'"
)
# Without the privilege PROCESS a user only sees their own threads, which is all that is needed.
_CONNECTIONS = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = %s AND id <> CONNECTION_ID()"

_UNREACHABLE = N_("its database server cannot be reached from where Quetzal runs")
# Error numbers of MySQL and MariaDB, and their meaning here.
_NOT_LET_IN = {
    1044: N_("its user has no access to it"),
    1045: N_("the database server did not take its user and password from here"),
    1049: N_("the database server does not know it"),
    1130: N_("the database server doesn't accept connections from where Quetzal runs"),
    1040: N_("the database server has too many connections"),
    1203: N_("its user has too many connections"),
    1226: N_("its user has too many connections"),
}


@dataclass(frozen=True, slots=True)
class UsageResult:
    """One database's usage; `why` is set instead when it could not be read."""

    tables: int = 0
    size_bytes: int = 0
    connections: int = 0
    """Connections of its user, without ours."""
    why: str | None = None


class DatabaseUsage:
    """Connects to the databases of a server with their own passwords, reads three numbers, and leaves."""

    def __init__(self, audit: Audit, clock: Clock, *, enabled: bool, patience_s: float = PATIENCE_S) -> None:
        self._audit = audit
        self._clock = clock
        self.patience_s = patience_s
        self.enabled = enabled
        """Whether the operator allows connecting to the database hosts."""

    async def measure(self, permit: Permit) -> dict[str, UsageResult]:
        """Measure all databases of a server, by id. Reads their passwords, which is audited."""
        async with self._audit.act(permit, "databases.read_password", {"for": "usage"}) as act:
            every = await permit.panel.databases.list(permit.uuid, with_passwords=True)
            act.facts = {"for": "usage", "databases": len(every)}
        out: dict[str, UsageResult] = {}
        for first in range(0, len(every), _AT_ONCE):
            batch = every[first : first + _AT_ONCE]
            results = await asyncio.gather(*(self._one(permit.panel, database) for database in batch))
            out |= {database.id: result for database, result in zip(batch, results, strict=True)}
        return out

    async def _one(self, panel: PanelClient, database: Database) -> UsageResult:
        if database.password is None:
            return UsageResult(why=_("the panel account can't see its password"))
        try:
            peers = await self._clock.timeout(
                self.patience_s, panel.peers(database.host.address, database.host.port)
            )
            return await self._clock.timeout(
                self.patience_s, _ask_any(peers, database, database.password.get_secret_value())
            )
        except AddressForbidden:
            return UsageResult(why=_("Quetzal does not connect to the address of its database server"))
        except TimeoutError:
            return UsageResult(why=_("its database server didn't respond in time"))
        except OSError:
            return UsageResult(why=_(_UNREACHABLE))


async def _ask_any(peers: Sequence[str], database: Database, password: str) -> UsageResult:
    """Query the first reachable address: a name often has one of each family."""
    for address in peers[:-1]:
        seen = await _ask(address, database, password)
        if seen.why != _(_UNREACHABLE):
            return seen
    return await _ask(peers[-1], database, password)


async def _ask(address: str, database: Database, password: str) -> UsageResult:
    """Query a checked address: the name could resolve to another one meanwhile."""
    import aiomysql
    from pymysql.err import MySQLError

    try:
        connection = await aiomysql.connect(
            host=address,
            port=database.host.port,
            user=database.username,
            password=password,
            db=database.name,
            connect_timeout=_CONNECT_S,
            autocommit=True,
            charset="utf8mb4",
            local_infile=False,
        )
    except (MySQLError, RuntimeError) as error:
        return UsageResult(why=_words(error))
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(_TABLES, (database.name,))
            tables, size_bytes = await cursor.fetchone()
            await cursor.execute(_CONNECTIONS, (database.username,))
            (connections,) = await cursor.fetchone()
        return UsageResult(int(tables), int(size_bytes), int(connections))
    except (MySQLError, RuntimeError) as error:
        return UsageResult(why=_words(error))
    finally:
        connection.close()


def _words(error: Exception) -> str:
    """Describe an error in our words: the server's own text is untrusted."""
    code = error.args[0] if error.args else None
    if isinstance(code, int) and code in _NOT_LET_IN:
        return _(_NOT_LET_IN[code])
    return _(_UNREACHABLE)
