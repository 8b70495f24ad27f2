"""What discord.py lets pass in a layout without a word, and a person then presses in vain."""

import ast
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest

from bot.ui.kit.card import Card, Row, layout
from bot.ui.kit.late_result import ShowResult

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "bot" / "ui").rglob("*.py"), *(ROOT / "cogs").glob("*.py")]
# They make views of persistent buttons only, beside content and embeds.
RAW_VIEWS = {
    "bot/ui/alerts/buttons.py",
    "bot/ui/backups/copy_reports.py",
    "bot/ui/kit/card.py",
    "bot/ui/kit/late_result.py",
    "bot/ui/servers/console_screen.py",
}


def nodes(*written: str) -> Iterator[tuple[str, ast.AST]]:
    """Give the nodes of each module in which one of these is written: few modules need to be parsed."""
    for path in SOURCES:
        name, code = path.relative_to(ROOT).as_posix(), path.read_text()
        if any(text in code for text in written):
            yield from ((name, node) for node in ast.walk(ast.parse(code)))


def test_no_button_is_declared_in_the_body_of_a_view() -> None:
    """A layout drops what `discord.ui.button` decorates."""
    decorators = [
        f"{name}:{node.lineno}"
        for name, node in nodes("@discord.ui.", "@ui.")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith(("discord.ui.button", "discord.ui.select", "ui."))
    ]
    assert decorators == []


def test_no_view_reads_its_children() -> None:
    """They are what stands at the top of a layout: one container. Buttons are in `controls`, or deeper."""
    reads = [
        f"{name}:{node.lineno}"
        for name, node in nodes(".children")
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"self.children", "view.children"}
    ]
    assert [read for read in reads if not read.startswith("bot/ui/kit/card.py")] == []


def test_views_that_no_base_checks_are_made_in_few_places() -> None:
    made = {
        name
        for name, node in nodes("discord.ui.View", "discord.ui.LayoutView")
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"discord.ui.View", "discord.ui.LayoutView"}
    }
    assert made == RAW_VIEWS


@pytest.mark.parametrize(
    "card",
    [
        Card("A", rows=(Row("one", discord.ui.Button(label="Open")),)),
        Card("A").with_picture("a.png", b"png", "A picture."),
    ],
)
def test_a_message_of_its_own_holds_persistent_buttons_only(card: Card) -> None:
    with pytest.raises(TypeError):
        layout(card)
    with pytest.raises(TypeError):
        layout(Card("A"), [ShowResult("0" * 16), discord.ui.Button(label="Open")])
