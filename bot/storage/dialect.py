"""Run each SQL statement in a single hop to the connection's thread; SQLAlchemy's own dialect takes four.

A hop costs two thread switches and a pass of the event loop: more than SQLite needs for most statements.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from sqlite3 import Connection
from typing import Any, cast

import aiosqlite
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from typing_extensions import override

DIALECT = "sqlite+store"


class StoreDialect(SQLiteDialect_aiosqlite):
    """The dialect of every engine here: equal to that of any other, so that a statement is compiled once.

    `connect_args` holds `begin`, the statement that begins a transaction, and `pragmas`.
    """

    driver = "store"
    supports_statement_cache = True

    @override
    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    @override
    def __hash__(self) -> int:
        return hash(type(self))

    @override
    def on_connect(self) -> None:  # type: ignore[override]  # no function of ours in SQL
        """Do nothing: `connect` has set the connection up."""

    @override
    def connect(
        self,
        *args: Any,
        begin: str,
        pragmas: Sequence[str],
        **options: Any,
    ) -> DBAPIConnection:
        """Open the file and set the connection up."""
        opening = aiosqlite.connect(
            *args,
            # sqlite3 would begin by itself before some statements only, so that DDL would not be rolled back.
            isolation_level=None,
            factory=partial(_set_up, pragmas),
            **options,
        )
        opening._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: an engine left open ends with the process
        try:
            opened = AsyncAdapt_aiosqlite_connection.await_(opening)
        except Exception:
            opening._thread.join()  # noqa: SLF001 - it ends at once; left behind, it finds the loop closed
            raise
        return cast(DBAPIConnection, _Connection(self.loaded_dbapi, opened, begin))

    @override
    def do_begin(self, dbapi_connection: Any) -> None:
        """Do nothing: the transaction begins with the first statement."""
        dbapi_connection.begin()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """Begins a transaction in the same hop as its first statement; one without statements costs none."""

    __slots__ = ("_begin", "_has_begun")

    def __init__(self, dbapi: Any, connection: Any, begin: str) -> None:  # noqa: ANN401 - as SQLAlchemy has it
        super().__init__(dbapi, connection)
        self._begin = begin
        self._has_begun = True

    def begin(self) -> None:
        self._has_begun = False

    @override
    def cursor(self, server_side: bool = False) -> AsyncAdapt_aiosqlite_cursor:
        return super().cursor(server_side=True) if server_side else _Cursor(self)

    def run(self, statement: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - what the statement gives
        """Run a statement in the connection's thread, after beginning a transaction if none is open."""
        begin, self._has_begun = None if self._has_begun else self._begin, True
        driver = self._connection
        try:
            return self.await_(driver._execute(_run, driver._conn, begin, statement))  # noqa: SLF001 - no public way
        except Exception as error:  # noqa: BLE001 - raised again
            self._handle_exception(error)

    @override
    def commit(self) -> None:
        if self._has_begun:
            super().commit()
        self._has_begun = True

    @override
    def rollback(self) -> None:
        if self._has_begun:
            super().rollback()
        self._has_begun = True


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that fetches all rows when a statement is executed, like SQLAlchemy's for aiosqlite."""

    __slots__ = ()
    _adapt_connection: _Connection

    @override
    def execute(self, operation: str, parameters: Any = None) -> None:
        self._take(partial(_execute, operation, parameters or ()))

    @override
    def executemany(self, operation: str, seq_of_parameters: Any) -> None:
        self._take(partial(_execute_many, operation, seq_of_parameters))

    def _take(self, statement: Callable[[Connection], Any]) -> None:
        self.description, rows, self.lastrowid, self.rowcount = self._adapt_connection.run(statement)
        self._rows = deque(rows)


# --- in the connection's thread -----------------------------------------------------------------------


def _set_up(pragmas: Sequence[str], *args: Any, **options: Any) -> Connection:
    connection = Connection(*args, **options)
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _run(connection: Connection, begin: str | None, statement: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - as SQLAlchemy has it
    if begin is not None:
        connection.execute(begin)
    return statement(connection)


def _execute(operation: str, parameters: Any, connection: Connection) -> tuple[Any, ...]:  # noqa: ANN401 - as SQLAlchemy has it
    with closing(connection.execute(operation, parameters)) as cursor:
        if cursor.description:
            return cursor.description, cursor.fetchall(), -1, -1
        return None, (), cursor.lastrowid, cursor.rowcount


def _execute_many(operation: str, parameters: Any, connection: Connection) -> tuple[Any, ...]:  # noqa: ANN401 - as SQLAlchemy has it
    with closing(connection.executemany(operation, parameters)) as cursor:
        return None, (), cursor.lastrowid, cursor.rowcount


registry.register(DIALECT.replace("+", "."), __name__, StoreDialect.__name__)
