"""Patterns match alike on every Python: before 3.11.5, possessive groups with choices match wrongly."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as ops  # type: ignore[attr-defined]  # nothing public reads a pattern's parts
from re import _parser  # type: ignore[attr-defined]  # nothing public parses a pattern
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
Parts = Iterable[tuple[Any, Any]]
REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)


def patterns() -> Iterator[tuple[str, str]]:
    """Find the patterns that are written as they are, each with its place."""
    for package in ("bot", "cogs", "sandbox", "demo"):
        for path in sorted((ROOT / package).rglob("*.py")):
            code = path.read_text()
            if "re." not in code:
                continue
            for node in ast.walk(ast.parse(code)):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="re")), args=[ast.Constant(value=str(text)), *_]
                    ):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def holds_choices(parts: Parts) -> bool:
    """Return whether parts can match the same text in several ways, with what may be given back."""
    return any(
        op is ops.BRANCH
        or (op in REPEATS[:2] and argument[0] != argument[1])
        or any(holds_choices(inner) for inner in inner_parts(op, argument))
        for op, argument in parts
    )


def inner_parts(op: object, argument: Any) -> list[Parts]:  # noqa: ANN401 - another one for each `op`
    if op is ops.BRANCH:
        return list(argument[1])
    if op in REPEATS:
        return [argument[2]]
    if op is ops.SUBPATTERN:
        return [argument[3]]
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return [argument[1]]
    return [argument] if op is ops.ATOMIC_GROUP else []


def has_possessive_choices(parts: Parts) -> bool:
    return any(
        (op is ops.POSSESSIVE_REPEAT and holds_choices(argument[2]))
        or any(has_possessive_choices(inner) for inner in inner_parts(op, argument))
        for op, argument in parts
    )


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        (r"(?:a|bc)*+d", True),
        (r"x(?:\"{1,2}(?!\")[^\"]*+)*+y", True),
        (r"((?:a|bc)*+d)?", True),
        (r"(?:\\.[^\"]*+)*+[a-z]++", False),
        (r"(?:a|bc)*d", False),
    ],
)
def test_possessive_groups_with_choices_are_known(pattern: str, wrong: bool) -> None:
    assert has_possessive_choices(_parser.parse(pattern)) is wrong


@pytest.mark.sweep
def test_no_possessive_group_holds_choices() -> None:
    found = list(patterns())
    assert not [place for place, text in found if has_possessive_choices(_parser.parse(text))]
    assert len(found) > 100
