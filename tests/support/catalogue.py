"""`make messages`: writes the template of the message catalogue, and brings each language up to date with it.

docs/translating.md says how a language is added.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from bot.core.i18n import LOCALE_DIR
from bot.ui.kit.languages import NAME_CONTEXT
from tests.support.string_finder import MARKS, command_name

ROOT = Path(__file__).parents[2]
TEMPLATE = LOCALE_DIR / "quetzal.pot"
_HEADER = "# The texts of Quetzal, for translators: docs/translating.md. Written by `make messages`."
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""The same each time, so that the template changes only when a text does."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the catalogue. `many`: its form for a number; `context`: what distinguishes equal texts."""

    text: str
    many: str | None = None
    context: str | None = None

    @property
    def id(self) -> str | tuple[str, str]:
        """What gettext calls it by."""
        return self.text if self.many is None else (self.text, self.many)


def main() -> int:
    """Write the template and update the languages."""
    template = extract()
    _write(template, TEMPLATE)
    sys.stdout.write(f"{TEMPLATE.relative_to(ROOT)}: {len(template)} texts\n")
    for path in sorted(LOCALE_DIR.glob("*/LC_MESSAGES/quetzal.po")):
        with path.open("rb") as file:
            catalog = read_po(file)
        catalog.update(template, no_fuzzy_matching=True)
        _write(catalog, path)
        missing = sum(1 for message in catalog if message.id and not message.string)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {missing} texts to translate\n")
    return 0


def extract() -> Catalog:
    """Collect every text of the source."""
    catalog = Catalog(project="Quetzal", header_comment=_HEADER, creation_date=_WRITTEN, charset="utf-8")
    for folder in ("bot", "cogs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for text in texts_of(path.read_text()):
                catalog.add(text.id, locations=[(place, 0)], context=text.context)
    return catalog


def texts_of(code: str) -> Iterator[Text]:
    """Find the texts of a module that the catalogue has."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.ClassDef):
            yield from _of_class(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and command_name(node) is not None:
            yield from _of_command(node)


def _of_call(call: ast.Call) -> Iterator[Text]:
    name = ast.unparse(call.func).rpartition(".")[2]
    places = MARKS.get(name, ())
    texts = [argument.value for at in places for argument in call.args[at : at + 1] if _is_text(argument)]
    if texts and len(texts) == len(places):
        yield Text(*texts)
    if name == "describe":
        yield from (Text(keyword.value.value) for keyword in call.keywords if _is_text(keyword.value))


def _of_class(node: ast.ClassDef) -> Iterator[Text]:
    given = {keyword.arg: keyword.value.value for keyword in node.keywords if _is_text(keyword.value)}
    if "group_description" in given:
        yield Text(given["group_description"])
        yield Text(given["group_name"], context=NAME_CONTEXT)
    if "Worded" in map(ast.unparse, node.bases):
        values = [part.value for part in node.body if isinstance(part, ast.Assign)]
        yield from (Text(value.value) for value in values if _is_text(value))


def _of_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Text]:
    """Find what Discord's menus show of a command: its docstring, and the choices of its options."""
    if described := ast.get_docstring(node):
        yield Text(described)
    yield Text(command_name(node) or node.name, context=NAME_CONTEXT)
    for argument in node.args.args:
        if argument.arg not in ("self", "interaction"):
            yield Text(argument.arg.removesuffix("_"), context=NAME_CONTEXT)
        for part in ast.walk(argument.annotation) if argument.annotation else ():
            if isinstance(part, ast.Subscript) and ast.unparse(part.value) == "Literal":
                yield from (Text(choice.value) for choice in ast.walk(part.slice) if _is_text(choice))


class _Literal(ast.Constant):
    value: str


def _is_text(node: ast.AST) -> TypeGuard[_Literal]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _write(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, include_lineno=False)


if __name__ == "__main__":
    sys.exit(main())
