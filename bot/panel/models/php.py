"""Lists and maps as PHP writes them: one array type, whose shape in JSON depends on its keys.

A list with a gap in its keys comes as an object of numbers, an empty map as `[]`, an empty list as `{}`. A
hidden object is `null` or a `null_resource`, whose attributes are null.
"""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BeforeValidator

T = TypeVar("T")
K = TypeVar("K")


def as_list(value: object) -> object:
    """Turn an object with numbered keys into a list; return anything else unchanged."""
    if value is None:
        return ()
    if isinstance(value, Mapping) and all(isinstance(key, str) and key.isdecimal() for key in value):
        return list(value.values())
    return value


def as_map(value: object) -> object:
    """Turn a list into a map by index; return anything else unchanged."""
    if value is None:
        return {}
    if isinstance(value, list | tuple):
        return {str(key): item for key, item in enumerate(value)}
    return value


def unwrap_items(value: object) -> object:
    """Take the attributes of each `{"object": ..., "attributes": {...}}`, without those that are hidden."""
    value = as_list(value)
    if not isinstance(value, list | tuple):
        return value
    items = (
        element["attributes"] if isinstance(element, Mapping) and "attributes" in element else element
        for element in value
    )
    return [item for item in items if item is not None]


def _none_if_empty(value: object) -> object:
    return None if value == [] else value


PhpList = Annotated[tuple[T, ...], BeforeValidator(as_list)]
PhpMap = Annotated[dict[K, T], BeforeValidator(as_map)]
PhpObject = Annotated[T, BeforeValidator(as_map)]
"""A model all of whose fields may be missing."""
PhpMaybe = Annotated[T | None, BeforeValidator(_none_if_empty)]
"""A model that may be missing as a whole."""
WrappedItems = Annotated[tuple[T, ...], BeforeValidator(unwrap_items)]
