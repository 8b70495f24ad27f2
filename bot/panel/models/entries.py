"""Lists of the panel's objects, of which one that can't be read costs only itself."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Self, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from bot.panel.models.php import unwrap_items
from bot.panel.models.strange_values import is_new

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is known of an object that can't be read: its uuid or number, and its name."""

    id: str | None
    name: str | None

    @classmethod
    def of(cls, value: Mapping[object, object]) -> Self:
        """Take what is known from what the panel sent."""
        number, name = value.get("uuid", value.get("id")), value.get("name")
        return cls(
            str(number) if isinstance(number, str | int) else None, name if isinstance(name, str) else None
        )


class Entries(tuple[T, ...], Generic[T]):
    """The objects of a list that could be read, and what is known of the others.

    What is missing here need not be missing at the panel while there are others.
    """

    unreadable: tuple[Unreadable, ...] = ()

    def __new__(cls, entries: Iterable[T] = (), unreadable: Sequence[Unreadable] = ()) -> Self:
        """Make a list, of which so many can't be read."""
        self = super().__new__(cls, entries)
        if unreadable:
            self.unreadable = tuple(unreadable)
        return self

    def like(self, entries: Iterable[T]) -> Self:
        """Return the same list in another order or form."""
        return type(self)(entries, self.unreadable)

    def may_hide(self, name: str) -> bool:
        """Return whether an object of this name may be among those that can't be read."""
        return any(hidden.name in {name, None} for hidden in self.unreadable)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - as pydantic has it
        """Return the schema of a list whose objects stand in envelopes."""
        (kind,) = get_args(source)
        entries = core_schema.tuple_variable_schema(handler.generate_schema(kind))
        read = partial(cls._read, getattr(kind, "__name__", "entry"))
        return core_schema.no_info_wrap_validator_function(read, entries)

    @classmethod
    def _read(cls, kind: str, value: object, handler: core_schema.ValidatorFunctionWrapHandler) -> Self:
        if isinstance(value, cls):
            return value
        items = unwrap_items(value)
        try:
            return cls(handler(items))
        except ValidationError as error:
            problems = error.errors(include_input=False, include_url=False, include_context=False)
            broken = {problem["loc"][0] for problem in problems if problem["loc"]}
            if not broken or not isinstance(items, list):
                raise
            hidden = [item for number, item in enumerate(items) if number in broken]
            if not all(isinstance(item, Mapping) for item in hidden):
                raise  # that is no list of objects
            first = problems[0]
            where = f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}"
            if is_new(kind, where):
                log.warning("A listed %s can't be read: %.200s", kind, where)
            rest = [item for number, item in enumerate(items) if number not in broken]
            return cls(handler(rest), [*map(Unreadable.of, hidden)])
