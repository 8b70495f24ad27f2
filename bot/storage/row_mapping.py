"""Maps dataclasses to rows, for all repositories."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, Table, Update, and_, bindparam, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


async def put(conn: AsyncConnection, table: Table, row: Mapping[str, object]) -> None:
    """Insert a row or replace the one with the same primary key; safe because only one task writes."""
    key = {f"key_{column.name}": row[column.name] for column in table.primary_key}
    if (await conn.execute(_updating(table), {**row, **key})).rowcount == 0:
        await conn.execute(_inserting(table), row)


# To build a statement takes longer than to run it: each is built once, and takes its values then.


@cache
def _updating(table: Table) -> Update:
    same = (column == bindparam(f"key_{column.name}", type_=column.type) for column in table.primary_key)
    return table.update().where(and_(*same))


@cache
def _inserting(table: Table) -> Insert:
    return insert(table)


# SQLAlchemy compiles an insert with ON CONFLICT each time that it is executed; these, only once.


@cache
def inserting_or_replacing(table: Table) -> Insert:
    """Build the insert of a whole row that replaces the one with the same primary key."""
    return insert(table).prefix_with("OR REPLACE")


@cache
def inserting_new(table: Table) -> Insert:
    """Build the insert of a whole row that leaves the one with the same primary key as it is."""
    row = {column.name: bindparam(column.name, type_=column.type) for column in table.columns}
    is_there = exists().where(*(column == row[column.name] for column in table.primary_key))
    return insert(table).from_select([*row], select(*row.values()).where(~is_there))


def of(record: "DataclassInstance") -> dict[str, Any]:
    """Return a dataclass's fields as a row."""
    return {field.name: getattr(record, field.name) for field in fields(record)}
