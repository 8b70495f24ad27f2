"""`docs/alerts.md` names every cause that Quetzal recognises, and what one button does about it."""

from pathlib import Path

from bot.domain.diagnosis import FAMILIES, FixKind
from tests.domain.diagnosis.console_excerpts import EXCERPTS

PAGE = Path(__file__).parents[3] / "docs" / "alerts.md"
BUTTONS = {
    FixKind.ACCEPT_EULA: "accept the EULA",
    FixKind.CHANGE_JAVA: "change the Java image",
    FixKind.SET_VARIABLE: "set the startup variable",
}


def table() -> str:
    """Write the table as the page has it."""
    rows = ["| servers | cause | button |", "|---|---|---|"]
    for family in FAMILIES.values():
        for pattern in family.patterns:
            offer = EXCERPTS[pattern.id].offer
            name = pattern.name if pattern.is_certain else f"{pattern.name} (possible cause)"
            rows.append(f"| {family.title} | {name} | {BUTTONS[offer.kind] if offer else ''} |")
    return "\n".join(rows)


def test_page_lists_the_causes_that_the_code_knows() -> None:
    assert table() in PAGE.read_text(), f"docs/alerts.md should have this table:\n{table()}"
