"""How a live console looks: pages of lines in code blocks, each within one message. Pure."""

from dataclasses import dataclass, field

from bot.core.i18n import N_, _
from bot.domain.formatting import counted
from bot.services.line_feed import LineBatch, LineFeed
from bot.ui.kit.text import code_text, fenced, neutralise

ROOM = 1_650
"""Characters of a page. Discord's limit for a message is 2,000: https://docs.discord.com/developers/resources/message."""
LINE_ROOM = 500
_SEARCH_ROOM = 40
_OLDER = N_("Save as file has those that were read.")


@dataclass(slots=True)
class Page:
    """The lines of one message."""

    lines: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, line: str) -> bool:
        """Add a line that is fit for a code block; False when there is no room for it."""
        if self.lines and self.size + len(line) + 1 > ROOM:
            return False
        self.lines.append(line)
        self.size += len(line) + 1
        return True

    def text(self, footer: str = "") -> str:
        """Draw it."""
        block = fenced("\n".join(self.lines) or " ")
        return f"{block}\n{footer}" if footer else block


@dataclass(frozen=True, slots=True)
class Turn:
    """What a batch does: it may fill the page that is shown, and may begin another."""

    filled: Page
    new: Page | None
    rest: LineBatch
    """What is on the new page, in case that this one can't be sent."""


def turn(page: Page, batch: LineBatch, *, is_full: bool = False) -> Turn:
    """Put a batch on the page that is shown and, for what has no room there, on one new page.

    However much there is, one new page is all: the lines before its own are skipped and counted. `is_full`:
    nothing more may go on the page that is shown.
    """
    filled = Page([*page.lines], page.size)
    lines = list(batch.lines)
    at = 0
    if not batch.skipped and not is_full:
        while at < len(lines) and filled.add(shown_line(lines[at])):
            at += 1
        if at == len(lines):
            return Turn(filled, None, LineBatch((), 0))
    kept: list[str] = []
    size = 0
    for line in reversed(lines[at:]):
        drawn = shown_line(line)
        if kept and size + len(drawn) + 1 > ROOM - LINE_ROOM:
            break
        kept.append(drawn)
        size += len(drawn) + 1
    skipped = batch.skipped + len(lines) - at - len(kept)
    new = Page()
    if skipped:
        new.add(
            _(
                "[Quetzal] {lines} skipped here. {older}",
                lines=counted(skipped, "line", "lines"),
                older=_OLDER,
            )
        )
    for drawn in reversed(kept):
        new.add(drawn)
    rest = LineBatch(tuple(lines[len(lines) - len(kept) :]), skipped)
    return Turn(filled, new, rest)


def shown_line(line: str) -> str:
    """Make a line fit for a code block; a long one says how long it is and where all of it can be had."""
    clean = code_text(line[: LINE_ROOM + 1]).replace("\n", " ")
    if len(line) <= LINE_ROOM and len(clean) <= LINE_ROOM:
        return clean
    return _(
        "{clean}… ({count:,} characters; Save as file has the whole line)",
        clean=clean[:LINE_ROOM],
        count=len(line),
    )


def footer(feed: LineFeed) -> str:
    """Say how things are, below the last page."""
    parts = [*feed.status()]
    if feed.search:
        parts.append(_("only lines with “{search}”", search=neutralise(feed.search, _SEARCH_ROOM)))
    if feed.hides_addresses:
        parts.append(_("addresses hidden"))
    return f"-# {' · '.join(parts)}"
