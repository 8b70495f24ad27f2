"""Lines of a console as they are: whole where a message has room, else its end, and all of it as a file."""

import io
from collections.abc import Sequence

import discord

from bot.ui.kit.text import code_text, fenced, shorten

ROOM = 3_000
_FIELD_ROOM = 1_000
_LINE_IN_FIELD = 160


def block(lines: Sequence[str]) -> tuple[str, bool]:
    """Draw the last lines, blanks and empty lines included; and say whether they are all."""
    raw, reaches_start = _end(lines)
    clean = code_text(raw)
    if reaches_start and len(clean) <= ROOM:
        return fenced(clean), True
    end = clean[-ROOM:]
    return fenced(end.partition("\n")[2] or end), False


def field(lines: Sequence[str]) -> tuple[str, bool]:
    """Draw them in a field: whole, or the last of them with long ones cut; and say whether they are whole."""
    clean = code_text("\n".join(lines))
    if len(clean) <= _FIELD_ROOM:
        return fenced(clean), True
    kept: list[str] = []
    room = _FIELD_ROOM
    for line in reversed(lines):
        short = code_text(shorten(line.rstrip(), _LINE_IN_FIELD))
        room -= len(short) + 1
        if room < 0:
            break
        kept.append(short)
    return fenced("\n".join(reversed(kept))), False


def _end(lines: Sequence[str]) -> tuple[str, bool]:
    """Join no more of the last lines than may be shown; and say whether that is everything."""
    room = 4 * ROOM
    for count, line in enumerate(reversed(lines), start=1):
        room -= len(line) + 1
        if room < 0:
            return "\n".join(lines[-count:])[-4 * ROOM :], False
    return "\n".join(lines), True


def as_file(lines: Sequence[str], name: str = "console.txt") -> discord.File:
    """Give all lines as a file."""
    return discord.File(io.BytesIO("\n".join(lines).encode("utf-8", "replace")), name)
