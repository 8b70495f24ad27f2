"""What a JSON document looks like, and how two of them differ: keys and types, not values.

Elements of a list are one shape together (a key that only some of them have is optional). Keys are compared
by the object they belong to: what is null here and a text in another recording may be either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

# Objects whose keys are data: their values must look alike, their keys need not.
OPEN = frozenset({"properties", "links", "docker_images", "environment", "mappings"})

# In this order: a boolean of Python's is an integer too.
KINDS: Mapping[str, type] = {
    "null": type(None),
    "boolean": bool,
    "integer": int,
    "number": float,
    "text": str,
    "list": list,
    "object": dict,
}

Vocabulary = Mapping[str, frozenset[str]]
"""Kinds of value seen anywhere at a place, by `object.path.to.key`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Kinds of value at one place, keys of its objects (`name`: the panel's), elements of its lists."""

    kinds: frozenset[str] = frozenset()
    fields: Mapping[str, "Shape"] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    element: "Shape | None" = None
    name: str | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Take the shape of one JSON value."""
        kind = kind_of(value)
        if isinstance(value, dict):
            fields = {key: cls.of(inner) for key, inner in value.items()}
            return cls(frozenset({kind}), fields, frozenset(fields), name=_name(value))
        if isinstance(value, list):
            return cls(frozenset({kind}), element=cls.union([cls.of(inner) for inner in value]))
        return cls(frozenset({kind}))

    @classmethod
    def union(cls, shapes: Iterable["Shape"]) -> "Shape | None":
        """One shape that all of these fit, or None without any."""
        merged: Shape | None = None
        for shape in shapes:
            merged = shape if merged is None else merged | shape
        return merged

    def __or__(self, other: "Shape") -> "Shape":
        both_objects = "object" in self.kinds and "object" in other.kinds
        return Shape(
            kinds=self.kinds | other.kinds,
            fields={
                key: self.fields[key] | other.fields[key]
                if key in self.fields and key in other.fields
                else self.fields.get(key) or other.fields[key]
                for key in (*self.fields, *(key for key in other.fields if key not in self.fields))
            },
            required=self.required & other.required if both_objects else self.required | other.required,
            element=Shape.union(shape for shape in (self.element, other.element) if shape is not None),
            name=self.name if self.name == other.name else None,
        )


def kind_of(value: object) -> str:
    """Name the JSON type of this value, whole numbers apart from broken ones."""
    for kind, types in KINDS.items():
        if isinstance(value, types):
            return kind
    raise TypeError(f"not JSON: {value!r}")


def vocabulary(documents: Iterable[object]) -> Vocabulary:
    """Collect the kinds of value that these documents have, place by place."""
    seen: dict[str, frozenset[str]] = {}
    for document in documents:
        for place, value in _places(document, ""):
            seen[place] = seen.get(place, frozenset()) | {kind_of(value)}
    return seen


def differences(recorded: object, got: object, known: Vocabulary) -> list[str]:
    """In words, every place at which `got` has another shape than `recorded`."""
    return list(_differences(Shape.of(recorded), Shape.of(got), known, path="", place=""))


def _differences(recorded: Shape, got: Shape, known: Vocabulary, path: str, place: str) -> Iterator[str]:
    place = recorded.name or place
    here = path or "body"
    strangers = got.kinds - _allowed(recorded.kinds, known.get(place, frozenset()))
    if strangers:
        yield f"{here}: recorded {_words(recorded.kinds)}, got {_words(strangers)}"
        return
    if "object" in recorded.kinds & got.kinds and place.rpartition(".")[2] not in OPEN:
        for key in sorted(recorded.required - got.required):
            yield f"{here}: key {key!r} is missing"
        for key in sorted(got.fields.keys() - recorded.fields.keys()):
            yield f"{here}: key {key!r} is too much"
        for key in sorted(recorded.fields.keys() & got.fields.keys()):
            inner = f"{path}.{key}".lstrip(".")
            yield from _differences(recorded.fields[key], got.fields[key], known, inner, f"{place}.{key}")
    if recorded.element and got.element:
        yield from _differences(recorded.element, got.element, known, f"{path}[]", f"{place}[]")
    elif recorded.element and "list" in got.kinds:
        yield f"{here}: recorded with elements, got an empty list"
    elif got.element and "list" in recorded.kinds:
        yield f"{here}: recorded as an empty list, got elements"


def _allowed(here: frozenset[str], anywhere: frozenset[str]) -> frozenset[str]:
    """Allow what was recorded at a place, and what else is known of a nullable or of a number."""
    if "null" in here | anywhere:
        return here | anywhere
    return here | (anywhere & {"integer", "number"})


def _places(value: object, place: str) -> Iterator[tuple[str, object]]:
    place = _name(value) or place
    yield place, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _places(inner, f"{place}[]")


def _name(value: object) -> str | None:
    """Return what the panel calls this object; a list has no name of its own."""
    name = value.get("object") if isinstance(value, dict) else None
    return name if isinstance(name, str) and name != "list" else None


def _words(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds)) or "nothing"
