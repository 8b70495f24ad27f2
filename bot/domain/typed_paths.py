"""Interprets typed paths, which people copy from the panel, consoles and stack traces. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from bot.core.errors import BadInput
from bot.domain.paths import normalise

_QUOTES = {'"': '"', "'": "'", "`": "`", "<": ">", "“": "”", "„": "“", "«": "»"}
_MARKS = _QUOTES | {"(": ")", "[": "]", "*": "*"}
"""What may stand around a path in a sentence; a new name may have such brackets itself."""
# How containers, install scripts and Wings' log call the server's own folder.
_ROOT = re.compile(
    r"/?(?:home/container|mnt/server|(?:[\w.-]+/)*(?:volumes|daemon-data)/[0-9a-fA-F-]{36})(?=/|$)|~(?=/|$)",
    re.ASCII,
)
_LINE = re.compile(r"(?::\d{1,9}){1,2}:?$|(?<![ ,(])[ ,(]++(?:on )?line \d{1,9}\)?:?$")
_ADDRESS = re.compile(
    r"(?:at )?file://(?:localhost)?(?P<file>/.*)"
    r"|https?://[^/\s]+/server/[\w-]+/files(?:/(?:edit|new))?(?:#/*|/+|$)(?P<panel>.*)"
    r"|sftp://[^/\s]+/+(?P<sftp>.*)",
    re.DOTALL,
)
"""A file's address, that of its page in the panel, or that in an SFTP program."""
_TRACE = re.compile(r"""(?:File )?["']([^"']+)["'](?:, line \d{1,9}\b|:\d{1,9}).*""")
_FAULT = re.compile(
    r"(?:: | \()(?:no such file or directory|permission denied|(?:is a|not a) directory|file exists"
    r"|access is denied|read-only file system|device or resource busy)\)?\.?$",
    re.IGNORECASE,
)
"""What the system says behind a path that it could not open."""
_INSIDE = re.compile(r"(?<![\w/])(?P<path>/(?:home/container|mnt/server)/[^\"'`<>|*?!]+)")
"""A path in the server's own folder in the middle of a line, as exceptions and stack traces have it."""
_ENCODED = re.compile(r"%[0-9a-fA-F]{2}")
_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_UNSEEN = frozenset({"Cc", "Cf"})
_STOPS = ".,;:"


def readings(typed: str) -> list[str]:
    """Return the paths that may be meant, first as typed. Raises BadInput when it is no path."""
    paths = [normalise(typed)]
    for form in _forms(typed):
        try:
            path = normalise(form)
        except BadInput:
            continue  # a backslash as a slash may make `..`
        if path not in paths:
            paths.append(path)
    return paths


def names_folder(typed: str) -> bool:
    """Return whether a slash at its end means a folder."""
    return _unquoted(typed).endswith(("/", "\\"))


def cleaned(typed: str) -> str:
    """Return the likeliest form if no such file exists; a line number stays in it."""
    return _within_root(_unquoted(typed).replace("\\", "/"))


def new_path(typed: str) -> str:
    """Return the path of a new file: cleaned, but with the blanks around it."""
    typed = _without_unseen_ends(typed)
    if match := _ADDRESS.fullmatch(typed.strip()):
        typed = _path_of(match)
    bare = _unquoted(typed)
    return normalise(cleaned(typed) if bare != typed.strip() else _within_root(typed.replace("\\", "/")))


def _forms(typed: str) -> Iterator[str]:
    for copied in dict.fromkeys((typed, *_taken_out(typed))):
        yield from _spellings(copied)


def _taken_out(typed: str) -> Iterator[str]:
    """Return the path in a copied text with more around it."""
    seen = "".join(char for char in _COLOURS.sub("", typed) if unicodedata.category(char) != "Cf").strip()
    yield seen
    if match := _ADDRESS.fullmatch(seen):
        yield _path_of(match)
    elif _ENCODED.search(seen):
        yield unquote(seen)
    if match := _TRACE.fullmatch(seen):
        yield match[1]
    yield _unquoted(seen.rstrip(_STOPS), _MARKS)
    yield _FAULT.sub("", seen)
    if match := _INSIDE.search(seen):
        path = _FAULT.sub("", match["path"])
        yield path.rstrip(_STOPS + ")]")
        yield path.split()[0].rstrip(_STOPS + ")]")
    yield unicodedata.normalize("NFC", seen)
    yield unicodedata.normalize("NFD", seen)  # as files from a Mac are named


def _path_of(address: re.Match[str]) -> str:
    return unquote(address["file"] or address["panel"] or address["sftp"] or "")


def _spellings(typed: str) -> Iterator[str]:
    bare = _unquoted(typed)
    for form in (typed, bare, bare.replace("\\", "/")):
        yield form
        yield _within_root(form)
        yield _LINE.sub("", form)
        yield _LINE.sub("", _within_root(form))


def _unquoted(typed: str, marks: Mapping[str, str] = _QUOTES) -> str:
    bare = typed.strip()
    while len(bare) > 1 and marks.get(bare[0]) == bare[-1]:
        bare = bare[1:-1].strip()
    return bare


def _without_unseen_ends(typed: str) -> str:
    """Remove invisible marks and line ends around a copied name. Inside, Persian needs them."""
    first, last = 0, len(typed)
    while first < last and unicodedata.category(typed[first]) in _UNSEEN:
        first += 1
    while last > first and unicodedata.category(typed[last - 1]) in _UNSEEN:
        last -= 1
    return typed[first:last]


def _within_root(path: str) -> str:
    return _ROOT.sub("", path, count=1) if _ROOT.match(path) else path
