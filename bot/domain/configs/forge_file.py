"""Forge's .cfg files up to Minecraft 1.12: braces, and keys with the letter of their type (`I:foo=5`)."""

import re

from bot.core.i18n import N_, _
from bot.domain.configs.values import Entry, Outline, broken, one_line, wrong_kind

LAST_COUNTS = False

_OPEN = re.compile(r'(?:"([^"]*)"[ \t]*|([^\s{"=][^{"=]*))\{')
_VALUE = re.compile(r'([BIDSCM]):(?:"([^"]*)"[ \t]*|([^=<"]+))(=|<)')
_KINDS = {
    "B": N_("true or false"),
    "I": N_("a whole number"),
    "D": N_("a number"),
    "S": N_("a text"),
    "C": N_("a colour"),
    "M": N_("a text"),
}
_FORMS = {
    "B": re.compile(r"true|false", re.IGNORECASE),
    "I": re.compile(r"[+-]?\d{1,10}", re.ASCII),
    "D": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII),
    "S": re.compile(r".*"),
    "C": re.compile(r".*"),
    "M": re.compile(r".*"),
}


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    outline(text)


def outline(text: str) -> Outline:  # noqa: PLR0912 - one branch for each kind of line
    """List the keys, without the letters of their types. Raises ValueError when the text is broken."""
    result, levels, at = Outline(), list[Entry](), 0
    items: Entry | None = None
    kind, index = "", 0
    for line in text.split("\n"):
        start, at = at + len(line) - len(line.lstrip()), at + len(line) + 1
        bare = line.strip()
        if not bare or (bare.startswith(("#", "~")) and items is None):
            continue
        if items is not None:
            if bare == ">":
                items = None
                continue
            result.add(items, str(index), start, start + len(bare), kind)
            index += 1
        elif bare.startswith("}"):
            if not levels:
                raise broken(text, start, _("“}” closes nothing that is open"))
            levels.pop()
        elif match := _VALUE.match(bare):
            name = match[2] if match[2] is not None else match[3].rstrip()
            holder = levels[-1] if levels else None
            if match[4] == "=":
                value = bare[match.end() :]
                blanks = len(value) - len(value.lstrip(" \t")) if match[1] in "BID" else 0
                result.add(holder, name, start + match.end() + blanks, start + len(bare), match[1])
            else:
                items, kind, index = result.add(holder, name), match[1], 0
                if bare[match.end() :].strip() == ">":
                    items = None
        elif match := _OPEN.fullmatch(bare):
            name = match[1] if match[1] is not None else match[2].rstrip()
            levels.append(result.add(levels[-1] if levels else None, name))
        else:
            raise broken(text, start, _("this line is neither a category nor a key with its type"))
    if levels or items is not None:
        raise broken(text, len(text), _("a category or a list is not closed"))
    return result


def spell(text: str, entry: Entry, value: str) -> str:
    """Write a value of the type that the key says. Raises BadInput."""
    one_line(value)
    in_list = entry.parent is not None and text[: entry.start].rstrip(" \t").endswith("\n")
    if not _FORMS[entry.style].fullmatch(value) or (in_list and value.strip() in (">", "")):
        raise wrong_kind(_(_KINDS[entry.style]), value)
    return value.lower() if entry.style == "B" else value
