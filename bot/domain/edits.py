"""Text of a file, edited without touching what was not edited: encoding, line ends, margins. Pure."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.files import Text, decode
from bot.errors import BadInput

_MOST_PAIRS = 25_000_000
"""Beyond this many pairs of lines a comparison takes minutes: then all counts as replaced."""
_HUNK = re.compile(r"^@@ -(?P<old>\d+)(?P<olds>,\d+)? \+(?P<new>\d+)(?P<news>,\d+)? @@")
_CODECS = {Text.UTF8: "utf-8", Text.UTF8_BOM: "utf-8-sig", Text.UTF16: "utf-16", Text.LATIN1: "latin-1"}


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as people edit it: `text` has LF line ends only; the rest says how to write it back."""

    text: str
    encoding: Text
    raw: str
    """The decoded text with the line ends that the file has."""

    @classmethod
    def of(cls, content: bytes) -> "TextFile":
        """Read a file's bytes. Raises BadInput for what would not come out again as it went in."""
        raw, encoding = decode(content)
        if raw.encode(_CODECS[encoding]) != content:
            raise BadInput(
                "That file is damaged text: it could not be written back as it is.",
                next_step="Download it, mend it and upload it with /files upload.",
            )
        return cls(_unix(raw), encoding, raw)

    def edited(self, text: str) -> bytes:
        """Give the bytes of the file with this text in place of its own.

        Lines that stay keep the very end they have; new ones get the one that prevails. Raises BadInput when
        the file's encoding has no form for what was typed.
        """
        joined = self._with_ends(_unix(text))
        try:
            return joined.encode(_CODECS[self.encoding])
        except UnicodeEncodeError as error:
            odd = joined[error.start : error.end][:5]
            raise BadInput(
                f"The file is {self.encoding}, which has no form for “{odd}”.",
                next_step="Write it without, or convert the file to UTF-8 first.",
            ) from None

    def typed(self, text: str) -> str:
        """Give what a person meant by what came back from a modal.

        Discord cuts blanks and empty lines at both ends of a field, so the file's own are put back.
        """
        core = self.text.strip()
        if not core:
            return text
        start = self.text.index(core)
        return self.text[:start] + _unix(text).strip() + self.text[start + len(core) :]

    def _with_ends(self, text: str) -> str:
        old = self.raw.splitlines(keepends=True)
        ends = Counter(line[len(line.rstrip("\r\n")) :] for line in old)
        ends.pop("", None)
        prevailing = ends.most_common(1)[0][0] if ends else "\n"
        if len(ends) <= 1:
            return text.replace("\n", prevailing)
        new = text.splitlines(keepends=True)
        plain = [_unix(line) for line in old]
        head = _common(plain, new)
        tail = _common(plain[head:][::-1], new[head:][::-1])
        mine, theirs = plain[head : len(plain) - tail], new[head : len(new) - tail]
        middle: list[str] = []
        for is_same, start, end, from_new, to_new in _blocks(mine, theirs):
            middle += (
                old[head + start : head + end]
                if is_same
                else [line.replace("\n", prevailing) for line in theirs[from_new:to_new]]
            )
        return "".join([*old[:head], *middle, *old[len(old) - tail :]])


@dataclass(frozen=True, slots=True)
class Diff:
    """What an edit changes, as a unified diff without the file headers: for a code block, or a file."""

    text: str
    added: int
    removed: int

    @classmethod
    def between(cls, old: str, new: str, context: int = 2) -> "Diff":
        """Compare two texts line by line; only the region that differs is looked at closely."""
        before, after = old.splitlines(), new.splitlines()
        head = _common(before, after)
        tail = _common(before[head:][::-1], after[head:][::-1])
        first, rest = max(0, head - context), max(0, tail - context)
        mine, theirs = before[first : len(before) - rest], after[first : len(after) - rest]
        if len(mine) * len(theirs) > _MOST_PAIRS:
            raw = [_whole(mine, theirs), *(f"-{line}" for line in mine), *(f"+{line}" for line in theirs)]
        else:
            raw = list(difflib.unified_diff(mine, theirs, lineterm="", n=context))[2:]
        lines = [_HUNK.sub(lambda match: _moved(match, first), line) for line in raw]
        return cls(
            "\n".join(lines),
            added=sum(line.startswith("+") for line in lines),
            removed=sum(line.startswith("-") for line in lines),
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines; none when nothing but line ends differs."""
        return tuple(self.text.split("\n")) if self.text else ()


def _blocks(mine: list[str], theirs: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Part two lists of lines into what is the same in both and what is not, with where it stands in each."""
    if len(mine) * len(theirs) > _MOST_PAIRS:
        yield False, 0, len(mine), 0, len(theirs)
        return
    for what, *place in difflib.SequenceMatcher(a=mine, b=theirs).get_opcodes():
        start, end, from_new, to_new = place
        yield what == "equal", start, end, from_new, to_new


def _common(one: list[str], other: list[str]) -> int:
    """Count the lines that both begin with."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _whole(mine: list[str], theirs: list[str]) -> str:
    return f"@@ -1,{len(mine)} +1,{len(theirs)} @@"


def _moved(match: re.Match[str], by: int) -> str:
    """Shift the line numbers of a hunk's head."""
    old, new = int(match["old"]) + by, int(match["new"]) + by
    return f"@@ -{old}{match['olds'] or ''} +{new}{match['news'] or ''} @@"


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
