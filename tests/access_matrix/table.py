"""The table of all commands and buttons against levels, as the walk found them."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.domain.levels import Level
from tests.access_matrix.arguments import BY_ITSELF, GROUPS
from tests.access_matrix.matrix import Row

PAGE = Path(__file__).parents[2] / "docs" / "access-table.md"
PRESSED = Path(__file__).with_name("pressed.json")
_LEVELS = [level for level in Level if level is not Level.NONE]
_HEAD = """\
# Who may run and press what

Made by `python -m tests.access_matrix`. It runs every command and presses every button and menu
with each level: in the guild, in another one that the settings allow, in one that they do not name, and after
the level was taken away. `make sweep` fails while this page says anything else; a test does while there is a
button that was not pressed, or a command that is not here.

An arrow is something pressed on the answer. A form behind a button takes the button's level. Nobody without
a level gets anything but the form for whitelist requests, where the public board has it.
"""


def again(group: str) -> str:
    """Say how both files are written for a group whose commands or buttons changed."""
    return (
        f"run `.venv/bin/python -m tests.access_matrix --keep {group}` and look at what changed in git diff"
    )


def section(name: str, rows: Iterable[Row]) -> str:
    """Write the table of one group of commands."""
    head = [
        f"## {name}",
        "",
        f"| what | {' | '.join(level.word for level in _LEVELS)} |",
        f"|---|{':-:|' * len(_LEVELS)}",
    ]
    return "\n".join([*head, *lines(rows)]) + "\n"


def lines(rows: Iterable[Row]) -> list[str]:
    """Write rows as the table has them."""
    return [
        f"| {' → '.join((f'`{row.command}`' if not row.pressed else '', *row.pressed)).strip()} "
        f"| {' | '.join('✔' if level >= row.level else '·' for level in _LEVELS)} |"
        for row in sorted(rows)
    ]


def section_of(name: str) -> str:
    """Read the table of one group as the page has it; empty when it has none."""
    match = re.search(rf"^## {re.escape(name)}\n.*?(?=^## |\Z)", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return match[0].rstrip() + "\n" if match else ""


def pressed() -> dict[str, list[str]]:
    """Read which code answered a press, by group."""
    known: dict[str, list[str]] = json.loads(PRESSED.read_text())
    return known


def keep(sections: Mapping[str, Iterable[Row]], met: Mapping[str, Iterable[str]]) -> None:
    """Write both files; groups that were not walked over stay."""
    names = [name for name in (*GROUPS, BY_ITSELF) if name in sections or section_of(name)]
    written = [section(name, sections[name]) if name in sections else section_of(name) for name in names]
    PAGE.write_text("\n".join([_HEAD, *written]))
    kept = pressed() | {name: sorted(pieces) for name, pieces in met.items()}
    PRESSED.write_text(json.dumps({name: kept[name] for name in names}, indent=1) + "\n")
