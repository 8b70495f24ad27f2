"""Finds numbers, units and lists that are written by hand, where each language writes them in its own way.

bot/domain/formatting.py has what to write instead. It also finds `since` before a time that Discord shows
as `5 minutes ago`.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from typing_extensions import override

from tests.support.string_finder import NO_TEXT, UNSHOWN, StringFinder, for_terminal

_UNITS = "ms|s|sec|min|h|d|B|[KMGT]i?B"
_PERCENT = re.compile(r"\s?%")
_UNIT = re.compile(rf"\s?(?:{_UNITS})(?!\w)")
_SPEC = re.compile(r"[^%]*(?:,|\.\d+f|g)")
_FIELD = re.compile(rf"\{{[^{{}}]*\}}(?P<unit>\s?(?:%|(?:{_UNITS})(?!\w)))")
_SEPARATORS = re.compile(r"(?:,|;| and| or| &) ")
_ADDED = re.compile(r"(?:,|;| and| or) |\s?%$")
PERCENT, NUMBER, UNIT, LIST, SINCE_AGO = (
    "a percentage by hand: percent(), whole_percent(), unrounded_percent()",
    "a number by hand: number(), or {count:,} in a text of the catalogue",
    "a unit by hand: size(), duration(), seconds(), milliseconds()",
    "a list by hand: joined(), joined_with_and()",
    "since before a relative time, which reads `since 5 minutes ago`: · began, or another style of time",
)


@dataclass(frozen=True, slots=True)
class ByHand:
    """A place that writes for one language only."""

    path: str
    line: int
    where: str
    fault: str
    text: str


BY_HAND = {
    ("bot/domain/databases.py", "_pymysql"): "code that people copy",
    ("bot/domain/diagnosis/minecraft_java.py", "_chunk_place"): "coordinates, as the game writes them",
    ("bot/domain/formatting.py", ""): "the units, for translators",
    ("bot/domain/formatting.py", "_percent"): "writes it in English for all others",
    ("bot/panel/response.py", "broken"): "is for the log",
    ("bot/services/subusers/manage.py", "_listed"): "is stored in the audit",
    ("bot/ui/setup/about_cards.py", "monitor_line"): "clauses, which have commas of their own",
}
"""Where it is right, by module and function, and why."""


def written_by_hand(code: str, path: str) -> Iterator[ByHand]:
    """Find what a module writes by hand."""
    if path in UNSHOWN or for_terminal(path):
        return
    finder = _Finder(code, path)
    finder.visit(ast.parse(code))
    yield from finder.places


class _Finder(StringFinder):
    def __init__(self, code: str, path: str) -> None:
        super().__init__(code, path)
        self.places: list[ByHand] = []

    @override
    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        if name == "float" or NO_TEXT.match(name):
            return
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            separator = node.func.value
            if isinstance(separator, ast.Constant) and _SEPARATORS.fullmatch(str(separator.value)):
                self._note(node, LIST)
        text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        for given in node.keywords:
            if _is_relative(given.value) and re.search(rf"\bsince \{{{given.arg}\}}", str(text)):
                self._note(node, SINCE_AGO)
        super().visit_Call(node)

    @override
    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        if any(_SPEC.fullmatch(_spec(part)) for part in fields):
            self._note(node, NUMBER)
        for before, after, last in zip(node.values, node.values[1:], [*node.values[2:], None], strict=False):
            if isinstance(before, ast.FormattedValue) and isinstance(after, ast.Constant):
                if _PERCENT.match(str(after.value)):
                    self._note(node, PERCENT)
                if _UNIT.match(str(after.value)):
                    self._note(node, UNIT)
                if last is not None and _SEPARATORS.fullmatch(str(after.value)):
                    self._note(node, LIST)
        super().visit_JoinedStr(node)

    @override
    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            for match in _FIELD.finditer(node.value):
                self._note(node, PERCENT if match["unit"].endswith("%") else UNIT)
        super().visit_Constant(node)

    @override
    def visit_BinOp(self, node: ast.BinOp) -> None:
        for side in (node.left, node.right):
            added = side.value if isinstance(node.op, ast.Add) and isinstance(side, ast.Constant) else None
            if isinstance(added, str) and _ADDED.match(added):
                self._note(node, PERCENT if added.endswith("%") else LIST)
        self.generic_visit(node)

    def _note(self, node: ast.expr, fault: str) -> None:
        self.places.append(
            ByHand(self._path, node.lineno, " ".join(self._where), fault, ast.unparse(node)[:100])
        )


def _is_relative(value: ast.expr) -> bool:
    """Whether it is a time in the style of `discord_time` that is used where none is named."""
    return any(
        isinstance(part, ast.Call) and ast.unparse(part.func) == "discord_time" and len(part.args) == 1
        for part in ast.walk(value)
    )


def _spec(part: ast.FormattedValue) -> str:
    return "".join(
        str(piece.value) if isinstance(piece, ast.Constant) else "{}"
        for piece in (part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else ())
    )
