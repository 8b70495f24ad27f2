"""The page: one table a topic, one row a fault. A topic is a module with FAULTS, listed in `__main__.py`."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simcord import ResponseMessage

from bot.services.backup_copies import CopyPlace
from tests.support.copies import DirectoryTarget
from tests.support.messages import text
from tests.support.world import World, new_world

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
AGAIN = "run `python -m tests.fault_messages` and look at what changed"
_HEAD = """\
# What people read when something fails

Made by `python -m tests.fault_messages`: each fault is made to happen in the sandbox, and what the
person then sees is copied here. `make sweep` fails while this page says anything else.
"""


Play = Callable[[World], Awaitable[ResponseMessage]]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong: `play` makes it happen and returns the message the person is left with."""

    happens: str
    command: str
    play: Play


async def section(title: str, faults: Sequence[Fault], directory: Path) -> str:
    """Make everything happen, each in a world of its own, and write the table."""
    lines = [f"## {title}", "", "| what happens | command | what the person reads |", "|---|---|---|"]
    for number, fault in enumerate(faults):
        nas = DirectoryTarget(directory / f"{number} nas")
        async with new_world(directory / str(number), copy_places={"nas": CopyPlace(nas, keep=3)}) as world:
            seen = _in_a_cell(text(await fault.play(world)))
        lines.append(f"| {fault.happens} | `/{fault.command}` | {seen} |")
    return "\n".join(lines) + "\n"


def kept(title: str) -> str:
    """Read a table as the page has it; empty when it has none."""
    match = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return match[0].rstrip() + "\n" if match else ""


def keep(sections: Mapping[str, str]) -> None:
    """Write the page."""
    PAGE.write_text("\n".join([_HEAD, *sections.values()]))


def _in_a_cell(seen: str) -> str:
    # The reference is another one each time.
    lines = [line for line in seen.splitlines() if line and not line.startswith("-# Reference ")]
    return " ".join(lines).replace("|", "\\|").replace("**", "").replace(" ➡️", " ➡️")
