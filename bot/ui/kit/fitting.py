"""Cuts text in Discord's markdown to a length: whole lines, and nothing open at the end."""

import re
from collections.abc import Sequence

from bot.core.i18n import _
from bot.domain.formatting import counted

_FENCE, _SPOILER = "```", "||"
_HALF = re.compile(r"(?:<[^<>\s]*|\[[^\]]*(?:\](?:\([^)]*)?)?|\\)$")
"""A mention, a timestamp, a link or an escaped sign of which only the beginning is there."""
_MARK = re.compile(r"\\.|`+|\*\*|\*|__|~~|\|\|", re.DOTALL)
_ROOM_FOR_MARKS = 16


def cut_lines(text: str, limit: int) -> str:
    """Keep the first lines that fit, close a code block that is cut, and say how many lines are left out."""
    if len(text) <= limit:
        return text
    lines = text.split("\n")
    room = limit - len(_left_out(len(lines))) - 1
    kept: list[str] = []
    closing = ""
    for line in lines:
        next_closing = _closing(line, closing)
        cost = len(line) + 1 + (len(next_closing) + 1 if next_closing else 0)
        if cost > room:
            break
        kept.append(line)
        room -= len(line) + 1
        closing = next_closing
    rest: Sequence[str] = lines[len(kept) :]
    is_begun = len(kept) > 1 or (kept and not closing)
    if not is_begun:  # one line is longer than all the room there is
        kept, closing, rest = _begin(lines, limit - len(_left_out(len(lines))) - 1)
    elif closing and _closing(kept[-1], "") == closing:  # a code block without a line in it
        rest, closing = [kept.pop(), *rest], ""
    left = sum(1 for line in rest if line.strip(_FENCE + _SPOILER + " "))
    return "\n".join([*kept, *([closing] if closing else []), *([_left_out(left)] if left else [])])


def cut_line(line: str, limit: int) -> str:
    """Cut one line; a mark that is open at the cut is closed, and half a mention or link goes."""
    if len(line) <= limit:
        return line
    kept = _HALF.sub("", line[: max(1, limit - _ROOM_FOR_MARKS)]).rstrip()
    return f"{kept}…{_open_marks(kept)}"[:limit]


def share_room(lengths: Sequence[int], room: int) -> int:
    """Return the length to which the longest of several texts have to be cut, so that all fit."""
    rest = [*sorted(lengths)]
    while rest:
        fair = max(0, room) // len(rest)
        if rest[0] > fair:
            return fair
        room -= rest.pop(0)
    return max(lengths, default=0)


def _begin(lines: Sequence[str], room: int) -> tuple[list[str], str, Sequence[str]]:
    """Cut the first line that says something: kept lines, what closes them, and the lines after it."""
    closing = _closing(lines[0], "")
    if not closing or len(lines) == 1:
        return [cut_line(lines[0], room)], "", lines[1:]
    room -= len(lines[0]) + 1 + len(closing) + 1
    return [lines[0], f"{lines[1][: max(0, room - 1)]}…"], closing, lines[2:]


def _closing(line: str, closing: str) -> str:
    """Return what closes the code block that is open after this line; nothing when none is."""
    if line.count(_FENCE) % 2 == 0:
        return closing
    if closing:
        return ""
    return f"{_FENCE}{_SPOILER}" if line.startswith(_SPOILER) else _FENCE


def _open_marks(line: str) -> str:
    marks: list[str] = []
    for match in _MARK.finditer(line):
        mark = match[0]
        if mark.startswith("\\") or (marks and marks[-1].startswith("`") and mark != marks[-1]):
            continue  # in code only the same sign means anything
        if mark in marks:
            del marks[marks.index(mark) :]
        else:
            marks.append(mark)
    return "".join(reversed(marks))


def _left_out(lines: int) -> str:
    return _("-# …and {lines}", lines=counted(lines, "more line", "more lines"))
