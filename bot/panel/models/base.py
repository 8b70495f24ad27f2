"""What all models share: frozen, blind to unknown fields, calm about unknown enum values."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from bot.panel.models.php import PhpMap, PhpMaybe, PhpObject, WrappedItems

log = logging.getLogger(__name__)

T = TypeVar("T")
Timestamp = AwareDatetime
MIB = 1024 * 1024


class Model(BaseModel):
    """One of the panel's objects, as it is on the wire but with units in the names."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True)


class OpenEnum(StrEnum):
    """An enum of the panel's that newer panels may extend: a strange value becomes UNKNOWN, logged once."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        known = strange_values.setdefault(cls.__name__, set())
        if value not in known and len(known) < _MOST_STRANGE:
            known.add(str(value))
            log.warning("Unknown %s from the panel: %.60r", cls.__name__, value)
        return cls("unknown")


_MOST_STRANGE = 50
strange_values: dict[str, set[str]] = {}


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""Words that nobody depends on: null is none."""


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

    data: WrappedItems[T]
    meta: PhpObject[ListMeta] = ListMeta()


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. `number` and `pages` count from 1; `total` is over all pages."""

    items: tuple[T, ...]
    number: int
    per_page: int
    pages: int
    total: int
