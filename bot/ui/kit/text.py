"""Text from servers and people, made harmless before Discord shows it.

Names, console lines and file contents may hold markdown, back-ticks, line breaks, mentions, terminal codes
and invisible characters. Nothing from outside reaches a message without one of these.
"""

import re
import unicodedata

from bot.core.i18n import _
from bot.core.terminal_codes import without_terminal_codes
from bot.domain.paths import pages
from bot.domain.quoting import quoted, visible

_MARKDOWN = re.compile(r"([\\*_~`|<>\[\]()])")
_BLOCK_START = re.compile(r"^(#|-|\+|\d+(?=[.)]))")  # headings, lists, small print
_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_FENCE = re.compile(r"``(?=`)")
_NO_BREAK = "\u200b"
# Invisible or direction-changing: they hide what a name really is.
_INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cs", "Zl", "Zp"})
_JOINER = "\u200d"  # emoji are made with it
_KEPT_IN_TEXT = frozenset("\n\t")


def first_up(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]


def label(text: str, limit: int = 100) -> str:
    """One visible line for places without markdown: choices, select options, buttons, footers."""
    line = " ".join(_visible(without_terminal_codes(text), keep=frozenset()).split())
    if not line.strip(_JOINER):
        line = _("(no name)")
    return shorten(line, limit)


def neutralise(text: str, limit: int = 200) -> str:
    """One visible line for places with markdown; it shows exactly as it is and mentions no one."""
    line = label(text, limit)
    escaped = _BLOCK_START.sub(_escape_start, _MARKDOWN.sub(r"\\\1", line))
    return _MENTION.sub(f"@{_NO_BREAK}", escaped).replace("://", f":{_NO_BREAK}//")


def inline_code(text: str, limit: int = 200) -> str:
    """One line as code, for paths and commands, exactly as they are."""
    return quoted(shorten(visible(without_terminal_codes(text)), limit) or _("(no name)"))


def path_code(path: str, limit: int = 1_000) -> str:
    """Give a path as code. One that is longer than its room loses its start: the end distinguishes paths."""
    return quoted(shorten_left(visible(path), limit))


def code_block(text: str, language: str = "") -> str:
    """Several lines as code. No content can close the block, whatever it holds."""
    return fenced(code_text(text), language)


def code_text(text: str) -> str:
    """Make lines fit for a code block; up to half as long again when they are full of back-ticks."""
    clean = _visible(
        without_terminal_codes(text.replace("\r\n", "\n").replace("\r", "\n")), keep=_KEPT_IN_TEXT
    )
    return _FENCE.sub(f"``{_NO_BREAK}", clean)


def code_pages(text: str, room: int) -> list[str]:
    """Cut a text into pages of at most `room` characters that are fit for a code block. For a worker."""
    return pages(code_text(text), room)


def fenced(clean: str, language: str = "") -> str:
    """Put what `code_text` made, or a part of it, into a code block."""
    return f"```{language}\n{clean or ' '}\n```"


def shorten(text: str, limit: int) -> str:
    """Cut to a limit, with an ellipsis that says so."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def shorten_left(text: str, limit: int) -> str:
    """Cut at the start, for paths: their end distinguishes them."""
    return text if len(text) <= limit else f"…{text[-(limit - 1) :]}"


def shorten_middle(text: str, limit: int) -> str:
    """Cut in the middle, for names: both ends distinguish them."""
    half = (limit - 1) // 2
    return text if len(text) <= limit else f"{text[: limit - 1 - half]}…{text[-half:]}"


def _escape_start(match: re.Match[str]) -> str:
    # A number is not escapable, so the point behind it is parted from it.
    return f"{match[0]}{_NO_BREAK}" if match[0].isdigit() else f"\\{match[0]}"


def _visible(text: str, *, keep: frozenset[str]) -> str:
    # Most characters repeat: each is examined once a text, the rest is done in C.
    return text.translate({ord(char): _shown(char, keep) for char in {*text}})


def _shown(char: str, keep: frozenset[str]) -> str:
    if char in keep or char == _JOINER:
        return char
    category = unicodedata.category(char)
    if category in _INVISIBLE:
        return " " if category in {"Cc", "Zl", "Zp"} else ""
    return char
