"""Quotes names, keys and paths in sentences, exactly and without effect on Discord. Pure."""

import re
import unicodedata

from bot.core.i18n import _

_PICTURES = 0x2400
"""Unicode has a picture for each of the first 32 control characters, such as ␊ for the line feed."""
_JOINER = "\u200d"  # emoji are made with it
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_RUN = re.compile("`+")
_MARKDOWN = re.compile(r"([\\*_~`|<>\[\]()#])")
_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)


def visible(text: str) -> str:
    """Show control characters as their pictures (␊), other invisible ones by their number (⟨U+200B⟩)."""
    return text.translate({ord(char): _shown(char) for char in {*text}})


def quoted(text: str) -> str:
    """Format a name, key, value or path as code, so that Discord doesn't interpret it."""
    inner = visible(text)
    if not inner:
        return _("(empty)")
    if "`" not in inner:
        return f"`{inner}`"
    fence = "`" * next(
        n for n in range(1, len(inner) + 2) if n not in {len(run) for run in _RUN.findall(inner)}
    )
    return f"{fence} {inner} {fence}"  # the blanks keep a backtick off the fence; Discord leaves them out


def escaped(text: str) -> str:
    """Escape a text of a file or library, so that it has no markdown and mentions."""
    return _MENTION.sub("@\u200b", _MARKDOWN.sub(r"\\\1", visible(text))).replace("://", ":\u200b//")


def shown_address(host: str, port: int) -> str:
    """Write an address with its port as people type it: IPv6 stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _shown(char: str) -> str:
    if char < " ":
        return chr(_PICTURES + ord(char))
    if char == "\x7f":
        return "␡"
    if char == "\u00a0" or (unicodedata.category(char) in _INVISIBLE and char != _JOINER):
        return f"⟨U+{ord(char):04X}⟩"
    return char
