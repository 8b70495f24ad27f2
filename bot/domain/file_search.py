"""The query, limits and end of a file search. Pure."""

import fnmatch
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.core.secret_masking import mask_text
from bot.domain.paths import name_of
from bot.domain.text_encoding import decode, is_binary

_LONGEST_PATTERN = 200
_GLOB = re.compile(r"[*?]|\[.+\]")
_SHOWN_BEFORE = 40
_SHOWN = 240
# Types of text that do not begin with `text/`: the node sniffs contents (docs/reference/files.md#list).
_TEXT_KINDS = ("text/", "json", "xml", "javascript", "yaml", "toml", "x-sh", "x-php", "x-perl", "x-subrip")


class SearchEnd(Enum):
    """Why a search ended."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    ENOUGH = "enough"
    """It reached the limit of matches."""
    READ_ENOUGH = "read enough"
    """It reached the limit of read files."""
    BROKEN = "broken"
    """Panel or node failed meanwhile."""


class EntryFilter(Enum):
    """Which entries a search for names finds."""

    ANYTHING = "anything"
    FILES = "files"
    FOLDERS = "folders"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search goes. There is none for depth and for the number of folders."""

    matches: int = 1_000
    files_read: int = 200
    """Each read is a line in the panel's activity log."""
    file_bytes: int = 1024 * 1024
    lines_per_file: int = 8


class NamePattern:
    """A pattern for names: a glob, or a part of the name; with a slash in it, of the path below the start.

    Case does not count. `*` stands for anything, slashes too, so `config/*.yml` finds at any depth.
    """

    def __init__(self, pattern: str) -> None:
        """Raise BadInput for a pattern that is empty or far too long."""
        pattern = pattern.strip().casefold()
        if not pattern or len(pattern) > _LONGEST_PATTERN:
            raise BadInput(
                _("That is not something to search for."),
                state=_("Nothing was read."),
                next_step=_("Give a part of a name, or a pattern like `*.jar`."),
            )
        self._part = pattern.lstrip("/") or pattern
        self._of_path = "/" in self._part
        # The library's translation can't backtrack exponentially.
        self._glob = None
        if _GLOB.search(self._part):
            anywhere = f"*/{self._part}" if self._of_path else self._part
            self._glob = re.compile(fnmatch.translate(anywhere), re.DOTALL)

    def matches(self, path: str) -> bool:
        """Return whether a path (from the start of the search, with a leading slash) matches."""
        subject = (path if self._of_path else name_of(path)).casefold()
        if self._glob is not None and self._glob.match(subject):
            return True
        return self._part in subject  # names may hold brackets and stars themselves


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A line with the text in it: its number from 1, and as much of it as is shown."""

    number: int
    text: str


def lines_with(
    content: bytes, wanted: str, limit: int, hidden: Collection[str] | None = None
) -> tuple[list[MatchedLine], bool]:
    """Return the lines that contain a text, ignoring case, and whether there are more than `limit`.

    `hidden` are secrets of the server. They, and everything that looks like one, are hidden before the
    search, which must not reveal whether a guess was right. None: nothing is hidden.
    """
    text, _ = decode(content)
    if hidden is not None and wanted.casefold() in text.casefold():
        text = mask_text(text, hidden)
    needle = wanted.casefold()
    if needle not in text.casefold():
        return [], False
    matched: list[MatchedLine] = []
    for line in _lines_of(text, needle):
        if len(matched) == limit:
            return matched, True
        matched.append(line)
    return matched, False


def looks_like_text(mimetype: str) -> bool:
    """Return whether the mimetype, which the node guesses, may be text."""
    return any(kind in mimetype for kind in _TEXT_KINDS)


def is_text(content: bytes) -> bool:
    """Return whether the content is text after all."""
    return not is_binary(content)


def _lines_of(text: str, needle: str) -> Iterator[MatchedLine]:
    for number, line in enumerate(text.splitlines(), 1):
        at = line.casefold().find(needle)
        if at >= 0:
            start = max(0, at - _SHOWN_BEFORE)
            shown = line[start : start + _SHOWN].strip()
            rest = "…" if start + _SHOWN < len(line) else ""
            yield MatchedLine(number, f"{'…' if start else ''}{shown}{rest}")
