"""The base of all models: frozen, ignores unknown fields, tolerates unknown enum values."""

import logging
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import override

from bot.panel.models.entries import Entries
from bot.panel.models.php import PhpMap, PhpMaybe, PhpObject
from bot.panel.models.strange_values import is_new

log = logging.getLogger(__name__)

T = TypeVar("T")
MIB = 1024 * 1024


class Model(BaseModel):
    """One of the panel's objects, as on the wire but with units in the names."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
    )


class OpenEnum(StrEnum):
    """An enum that newer panels may extend: an unknown value becomes UNKNOWN and is logged once."""

    @classmethod
    @override
    def _missing_(cls, value: object) -> Self:
        if is_new(cls.__name__, str(value)):
            log.warning("Unknown %s from the panel: %.60r", cls.__name__, str(value))
        return cls("unknown")


def _whole(value: object) -> object:
    """Read null as 0, round fractions, and clamp implausible numbers."""
    if type(value) is int and 0 <= value <= MOST:  # nearly all of them
        return value
    if value is None:
        return 0
    if isinstance(value, float) and not math.isfinite(value):
        return value
    if isinstance(value, int | float):
        return min(max(0, round(value)), MOST)
    return value


def _in_utc(value: datetime) -> datetime:
    if not _EARLIEST.year <= value.year < _LATEST.year:
        return _EARLIEST if value.year < _EARLIEST.year else _LATEST
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Times outside of these are clamped: Python, charts and the store have limits of their own."""


MOST = 2**50
"""More than any machine's bytes or milliseconds; a node may send any number, and the store adds them up."""
# The bounds stand before the function: behind it, pydantic would check them in Python, for each frame.
Amount = Annotated[int, Field(ge=0, le=MOST), BeforeValidator(_whole)]
"""Something counted or measured."""


@dataclass(frozen=True, slots=True)
class _OrElse:
    """Stands in for a value that is missing or makes no sense, checked in pydantic's own core for speed."""

    value: float | None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the value, which never fails."""
        return core_schema.with_default_schema(handler(source), default=self.value, on_error="default")


Measured = Annotated[Amount, _OrElse(0)]
"""A figure of a server's usage; 0 where a node has none, so that the others are kept."""
Usage = Annotated[
    Annotated[float, AfterValidator(lambda value: min(max(0.0, value), float(MOST)))] | None, _OrElse(None)
]
"""The same with fractions; None where a node has none: JSON has no "not a number", and Rust writes null."""
Flag = Annotated[bool, BeforeValidator(lambda value: False if value is None else value)]
"""Yes or no; null is no."""
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""Text that nothing depends on; null is empty."""
Timestamp = Annotated[datetime, AfterValidator(_in_utc)]
"""A time; one without a zone is UTC, as in the panel's database. An impossible one is clamped."""


class Item(Model, Generic[T]):
    """The envelope of one object."""

    attributes: T
    meta: PhpMap[str, Any] = {}


class Pagination(Model):
    """`meta.pagination`; its links are ignored, since those of backups forget the page size."""

    total: int
    per_page: int
    current_page: int
    total_pages: int


class ListMeta(Model):
    """The `meta` of a list."""

    pagination: PhpMaybe[Pagination] = None
    backup_count: int | None = None


class ItemList(Model, Generic[T]):
    """The envelope of a list."""

    data: Entries[T]
    meta: PhpObject[ListMeta] = ListMeta()


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. `number` and `pages` count from 1; `total` is over all pages."""

    items: Entries[T]
    number: int
    per_page: int
    pages: int
    total: int
