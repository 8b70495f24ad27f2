"""Finds references to a database in configuration files, and replaces its password. Pure."""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from bot.domain import paths as file_paths
from bot.domain.configs import format_of, problem
from bot.domain.text_diff import TextFile
from bot.domain.text_encoding import decode, is_binary

LARGEST_BYTES = 256 * 1024
"""Configuration files are small; larger ones are data."""
FOLDERS = ("/plugins", "/config")
"""Where plugins and mods keep their configuration; beside them, the files at the server's root."""
DEEPEST = 4
"""How many folders deep to look: /plugins/Name/storage/more."""

_EXTENSIONS = frozenset({
    "yml", "yaml", "json", "json5", "toml", "properties", "conf", "cfg", "ini", "env", "xml", "php", "lua",
    "js", "txt", "hocon", "config",
})  # fmt: skip
_DULL_FOLDERS = frozenset({
    "cache", ".cache", "lib", "libs", "libraries", "lang", "langs", "language", "languages", "locale",
    "locales", "translations", "messages", "log", "logs", "backup", "backups", "userdata", "playerdata",
    "players", "world", "worlds", "schematics", ".paper-remapped", "update", "web",
})  # fmt: skip
_LIKELY = re.compile(r"mysql|sql|database|storage|config|settings|\.env$", re.IGNORECASE)
# Characters that never need quotes; the panel's own passwords consist of these.
_PLAIN = re.compile(r"[A-Za-z0-9!@=.+^_-]+")
_BARE = re.compile(r"[A-Za-z0-9]+")


class ReferenceKind(StrEnum):
    """What a file contains of a database."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    USERNAME = "user"
    NAME = "name"


Needles = Mapping[ReferenceKind, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that names the database, and on which lines."""

    path: str
    lines: tuple[int, ...]
    kinds: frozenset[ReferenceKind]

    @property
    def breaks(self) -> bool:
        """Whether it contains the password itself."""
        return ReferenceKind.PASSWORD in self.kinds


def needles(name: str, username: str, *passwords: str) -> Needles:
    """Return what to search for; a password in every spelling that files use."""
    wanted: dict[ReferenceKind, tuple[str, ...]] = {
        ReferenceKind.NAME: (name,),
        ReferenceKind.USERNAME: (username,),
    }
    if known := [password for password in passwords if password]:
        spellings = (spell(password) for password in known for spell in _SPELLINGS)
        wanted[ReferenceKind.PASSWORD] = tuple(dict.fromkeys(spellings))
    return wanted


def place_in(path: str, text: str, wanted: Needles) -> Reference | None:
    """Return the lines of a file that name the database; None when none does."""
    patterns = {kind: _pattern(kind, texts) for kind, texts in wanted.items()}
    lines, kinds = [], set()
    for number, line in enumerate(text.splitlines(), start=1):
        here = {kind for kind, pattern in patterns.items() if pattern.search(line)}
        if here:
            lines.append(number)
            kinds |= here
    return Reference(path, tuple(lines), frozenset(kinds)) if lines else None


def place_in_content(path: str, content: bytes, wanted: Needles) -> tuple[bool, Reference | None]:
    """Do as `place_in` for a file's bytes; None if they are no text."""
    if is_binary(content):
        return False, None
    return True, place_in(path, decode(content)[0], wanted)


def worth_reading(path: str, size_bytes: int) -> bool:
    """Whether a file may be configuration."""
    name = file_paths.name_of(path).lower()
    extension = posixpath.splitext(name)[1].lstrip(".") or name.lstrip(".")
    return 0 < size_bytes <= LARGEST_BYTES and extension in _EXTENSIONS


def worth_opening(path: str) -> bool:
    """Whether a folder may hold configuration."""
    return file_paths.name_of(path).lower() not in _DULL_FOLDERS and path.count("/") <= DEEPEST


def likeliest_first(paths: Iterable[str]) -> list[str]:
    """Order files by how likely they name a database: by their name, then by how high up they are."""
    return sorted(
        paths, key=lambda path: (not _LIKELY.search(file_paths.name_of(path)), path.count("/"), path)
    )


def replaced(path: str, text: str, old: tuple[str, ...], new: str) -> str | None:
    """Replace old passwords by the new one, as the file spells it; every other byte stays.

    None when that is uncertain: then a person has to do it.
    """
    broken = problem(path, text) is not None
    if not _PLAIN.fullmatch(new) or (broken and format_of(path) != "ini"):
        return None  # .conf and .cfg are of many kinds; what is no INI file may still be whole
    out, at = [], 0
    for start, end in _occurrences(text, needles("", "", *old)[ReferenceKind.PASSWORD]):
        written = _written(path, text, (start, end), new)
        if written is None:
            return None
        out += [text[at:start], written]
        at = end
    changed = "".join([*out, text[at:]])
    return changed if at and (broken or problem(path, changed) is None) else None


def replaced_in(path: str, content: bytes, old: tuple[str, ...], new: str) -> bytes | None:
    """Do as `replaced` for bytes, keeping encoding and line ends. Raises BadInput as TextFile does."""
    file = TextFile.of(content)
    text = replaced(path, file.text, old, new)
    return None if text is None else file.edited(text)


def _written(path: str, text: str, span: tuple[int, int], new: str) -> str | None:
    """Return the new password in the spelling of the old one's place."""
    start, end = span
    line_start = text.rfind("\n", 0, start) + 1
    before, after = text[line_start:start], text[end : end + 1]
    if re.search(r"://\S*$", before):
        return quote(new, safe="")
    if _BARE.fullmatch(new) or (before[-1:] and before[-1:] in "'\"" and before[-1:] == after):
        return new
    if format_of(path) == "yaml":
        # `@` and `!` begin no plain scalar. A JSON string is a YAML string, if it is all that stands there.
        alone = re.search(r"(^|[:\-,{\[]\s+)$", before) and (not after or after in "\r\n,}] ")
        return json.dumps(new) if alone else None
    if path.lower().endswith((".conf", ".hocon")):
        return None  # HOCON reads most symbols only between quotes
    return new


def _occurrences(text: str, spellings: Sequence[str]) -> list[tuple[int, int]]:
    pattern = _pattern(ReferenceKind.PASSWORD, spellings)
    return [match.span() for match in pattern.finditer(text)]


def _pattern(kind: ReferenceKind, texts: Sequence[str]) -> re.Pattern[str]:
    # The longest first, so that an escaped spelling is not taken for the plain one inside it.
    either = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    # A short secret of an old panel may be part of any word; s1_shop is part of s1_shop_test.
    edge = r"[A-Za-z0-9_]"
    return re.compile(rf"(?<!{edge})(?:{either})(?!{edge})")


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _escaped(text: str) -> str:
    """Escape a value as Java does in a .properties file."""
    return re.sub(r"([\\:=#!])", r"\\\1", text)


_SPELLINGS: tuple[Callable[[str], str], ...] = (str, _quoted, _escaped, lambda text: json.dumps(text)[1:-1])
