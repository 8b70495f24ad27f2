"""Maps dataclasses to rows, for all repositories."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, and_
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


async def put(conn: AsyncConnection, table: Table, row: Mapping[str, object]) -> None:
    """Insert a row or replace the one with the same primary key; safe because only one task writes."""
    same = and_(*(column == row[column.name] for column in table.primary_key))
    if (await conn.execute(table.update().where(same).values(row))).rowcount == 0:
        await conn.execute(table.insert().values(row))


def of(record: "DataclassInstance") -> dict[str, Any]:
    """Return a dataclass's fields as a row."""
    return {field.name: getattr(record, field.name) for field in fields(record)}
