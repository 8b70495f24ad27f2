"""`make messages`: writes the template of the message catalogue, and brings each language up to date with it.

docs/translating.md says how a language is added.
"""

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from bot.core.i18n import LOCALE_DIR
from tests.support.string_finder import MARKS, command_name

ROOT = Path(__file__).parents[2]
TEMPLATE = LOCALE_DIR / "quetzal.pot"
_HEADER = "# The texts of Quetzal, for translators: docs/translating.md. Written by `make messages`."
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""The same each time, so that the template changes only when a text does."""

Text = str | tuple[str, str]
"""A text, or its forms for one and for many."""


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
                catalog.add(text, locations=[(place, 0)])
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
        yield (texts[0], texts[1]) if len(texts) > 1 else texts[0]
    if name == "describe":
        yield from (keyword.value.value for keyword in call.keywords if _is_text(keyword.value))


def _of_class(node: ast.ClassDef) -> Iterator[Text]:
    yield from (
        keyword.value.value
        for keyword in node.keywords
        if keyword.arg == "group_description" and _is_text(keyword.value)
    )
    if "Worded" in map(ast.unparse, node.bases):
        yield from (
            part.value.value for part in node.body if isinstance(part, ast.Assign) and _is_text(part.value)
        )


def _of_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Text]:
    """Find what Discord's menus show of a command: its docstring, and the choices of its options."""
    if described := ast.get_docstring(node):
        yield described
    for argument in node.args.args:
        for part in ast.walk(argument.annotation) if argument.annotation else ():
            if isinstance(part, ast.Subscript) and ast.unparse(part.value) == "Literal":
                yield from (choice.value for choice in ast.walk(part.slice) if _is_text(choice))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _write(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, include_lineno=False)


if __name__ == "__main__":
    sys.exit(main())
