"""What columns share: snowflakes are integers, times are whole milliseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from sqlalchemy import BigInteger, Dialect, MetaData, String, TypeDecorator
from typing_extensions import override

E = TypeVar("E", bound=Enum)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """Stores an aware datetime as whole milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return milliseconds since 1970; a datetime without a zone raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MILLISECOND

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MILLISECOND


class Name(TypeDecorator[E], Generic[E]):
    """Stores a member of an enum as its name in lower case, so that its value may change."""

    impl = String(16)
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum

    @override
    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else value.name.lower()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.enum[value.upper()]


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PANEL_ID = String(64)
SERVER_UUID = String(36)
