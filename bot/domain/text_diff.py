"""Edits text files while keeping encoding, line ends and margins of unedited lines. Pure."""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from posixpath import commonprefix

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.text_encoding import (
    TextEncoding,
    decode_as,
    encode,
    marked_as_unicode,
    recognise,
    unrepresentable,
)

_MOST_PAIRS = 25_000_000
"""Beyond this many pairs of lines a comparison would take minutes: then all counts as replaced."""
_MOST_PAIRS_OF_ENDS = 1_000_000
_HUNK = re.compile(r"^@@ -(?P<old>\d+)(?P<olds>,\d+)? \+(?P<new>\d+)(?P<news>,\d+)? @@")
_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as people edit it: `text` has LF line ends only; the rest says how to write it back."""

    text: str
    encoding: TextEncoding
    raw: str
    """The decoded text with the line ends that the file has."""

    @classmethod
    def of(cls, content: bytes, encoding: TextEncoding | None = None) -> "TextFile":
        """Decode a file's bytes. Raises BadInput if encoding would not restore them exactly."""
        is_given = encoding is not None
        encoding = encoding or recognise(content)
        raw = decode_as(content, encoding)
        if not _is_intact(content, raw, encoding):
            raise BadInput(
                _("That file isn't intact text in {encoding}.", encoding=encoding),
                next_step=_(
                    "Leave `source` out, or choose another one. If the file is damaged, download it, fix it, "
                    "and upload it with `/files upload`."
                )
                if is_given
                else _("Download it, fix it, and upload it with `/files upload`."),
            )
        return cls(marked_as_unicode(unix(raw), encoding), encoding, raw)

    def edited(self, text: str) -> bytes:
        """Return the bytes of the file with this text.

        Kept lines keep their line end; new ones get the prevailing one. Raises BadInput when the encoding
        can't represent the text.
        """
        joined = with_line_ends(self.raw, unix(text))
        try:
            return encode(joined, self.encoding)
        except UnicodeEncodeError as error:
            raise unrepresentable(error, self.encoding) from None

    def typed(self, text: str) -> str:
        """Return the text that a person meant by the text of a modal.

        Discord cuts blanks and empty lines at both ends of a field, so the file's own are put back.
        """
        core = self.text.strip()
        if not core:
            return text
        start = self.text.index(core)
        return self.text[:start] + unix(text).strip() + self.text[start + len(core) :]


def _is_intact(content: bytes, text: str, encoding: TextEncoding) -> bool:
    try:
        return encode(text, encoding) == content
    except UnicodeEncodeError:
        return False


@dataclass(frozen=True, slots=True)
class Diff:
    """What an edit changes, as a unified diff without the file headers: for a code block, or a file."""

    text: str
    added: int
    removed: int

    @classmethod
    def between(cls, old: str, new: str, context: int = 2) -> "Diff":
        """Compare two texts line by line; only the differing region is compared in full."""
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


def _common(first: list[str], other: list[str]) -> int:
    """Count the lines that both begin with."""
    return next(
        (at for at, (a, b) in enumerate(zip(first, other, strict=False)) if a != b),
        min(len(first), len(other)),
    )


def _whole(mine: list[str], theirs: list[str]) -> str:
    return f"@@ -1,{len(mine)} +1,{len(theirs)} @@"


def _moved(match: re.Match[str], by: int) -> str:
    """Shift the line numbers of a hunk's head."""
    old, new = int(match["old"]) + by, int(match["new"]) + by
    return f"@@ -{old}{match['olds'] or ''} +{new}{match['news'] or ''} @@"


def unix(text: str) -> str:
    """Return a text with LF line ends only."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_line_ends(raw: str, text: str) -> str:
    """Return an LF text with the line ends of the text it was made from.

    Kept and replaced lines keep the line end that was there; new ones get the prevailing one.
    """
    if "\r" not in raw:
        return text
    ends = _END.findall(raw)
    prevailing = Counter(ends).most_common(1)[0][0]
    if len(set(ends)) == 1:
        return text.replace("\n", prevailing)
    old = unix(raw)
    head = len(commonprefix([old, text]))
    room = min(len(old), len(text)) - head
    tail = len(commonprefix([old[::-1][:room], text[::-1][:room]]))
    first, last = old.count("\n", 0, head), len(ends) - old.count("\n", len(old) - tail)
    middle = _ends_between(
        old[head : len(old) - tail].split("\n"),
        text[head : len(text) - tail].split("\n"),
        ends[first:last],
        prevailing,
    )
    chosen = [*ends[:first], *middle, *ends[last:], ""]
    return "".join([line + end for line, end in zip(text.split("\n"), chosen, strict=True)])


def _ends_between(old: list[str], new: list[str], ends: list[str], prevailing: str) -> list[str]:
    """Choose the ends of the lines that differ; the last of each list goes on behind them."""
    if len(old) == len(new):
        return ends
    chosen = [prevailing] * (len(new) - 1)
    if len(old) * len(new) <= _MOST_PAIRS_OF_ENDS:
        matcher = difflib.SequenceMatcher(a=old[:-1], b=new[:-1], autojunk=False)
        for block in matcher.get_matching_blocks():
            chosen[block.b : block.b + block.size] = ends[block.a : block.a + block.size]
    return chosen
