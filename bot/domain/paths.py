"""Paths inside a server, and pages of text. Pure."""

import posixpath
import unicodedata

from bot.core.errors import BadInput
from bot.core.i18n import _

SHOWN_LIMIT_BYTES = 1024 * 1024
"""Files above this are not shown in Discord."""

_JOINERS = "\u200c\u200d"
_LANGUAGES = {
    "properties": "properties", "yml": "yaml", "yaml": "yaml", "sk": "yaml", "json": "json", "json5": "json",
    "mcmeta": "json", "toml": "toml", "ini": "ini", "cfg": "ini", "conf": "ini", "xml": "xml", "html": "html",
    "css": "css", "js": "js", "ts": "ts", "py": "py", "lua": "lua", "sh": "bash", "bash": "bash",
    "bat": "bat", "java": "java", "cs": "cs", "c": "c", "cpp": "cpp", "h": "cpp", "go": "go", "rs": "rust",
    "php": "php", "sql": "sql", "md": "md", "diff": "diff", "csv": "csv", "log": "log",
}  # fmt: skip


def normalise(path: str) -> str:
    """Make a path absolute inside the server; the root is `/`. Raises BadInput for one that leaves it."""
    # Names may hold line breaks and other control characters: nodes list them, and they can be worked with.
    if any(char == "\0" or unicodedata.category(char) == "Cs" for char in path):
        raise BadInput(
            _("That path has characters that file names can't have."), state=_("Nothing was read.")
        )
    if ".." in path.split("/"):
        raise BadInput(_("A path can't contain `..`."), state=_("Nothing was read."))
    joined = posixpath.normpath("/" + path.lstrip("/"))
    return "/" + joined.lstrip("/")


def join(directory: str, name: str) -> str:
    """Return the path of a name in a directory; nodes allow any name, even with line breaks."""
    return f"{directory.rstrip('/')}/{name}"


def uploaded_name(filename: str, title: str | None) -> str:
    """Return the name of an uploaded file. Discord cleans `filename` and keeps the original in `title`.

    The title lacks the ending (discord-api-docs#6945: "present when a filename contains special characters").
    A title that is no valid name on the server is ignored.
    """
    filename = filename.removeprefix("SPOILER_") or filename  # how Discord marks a file as hidden
    if not title or title in (".", "..") or "/" in title or not all(map(_may_be_in_title, title)):
        return filename
    ending = posixpath.splitext(filename)[1]
    return title if title.casefold().endswith(ending.casefold()) else f"{title}{ending}"


def _may_be_in_title(char: str) -> bool:
    """Whether it is printable, a blank of any width, or what joins emoji and letters."""
    return char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs"


def parent(path: str) -> str:
    """Return the parent directory; the root is its own parent."""
    return posixpath.dirname(path) or "/"


def name_of(path: str) -> str:
    """Return the last part of a path, `/` for the root."""
    return posixpath.basename(path) or "/"


def language(path: str) -> str:
    """Return the language for Discord's syntax highlighting; empty for plain text."""
    return _LANGUAGES.get(posixpath.splitext(path)[1].lstrip(".").lower(), "")


def is_log(path: str) -> bool:
    """Return whether it is a log, which people read from its end."""
    return path.lower().endswith(".log") or "/logs/" in path.lower()


def pages(text: str, room: int) -> list[str]:
    """Split the text into pages of at most `room` characters, at line ends if a line fits."""
    out: list[str] = []
    current: list[str] = []
    used = 0
    for line in text.splitlines() or [""]:
        for piece in _pieces(line, room):
            if current and used + 1 + len(piece) > room:
                out.append("\n".join(current))
                current, used = [], 0
            used += len(piece) + (1 if current else 0)
            current.append(piece)
    out.append("\n".join(current))
    return out


def _pieces(line: str, room: int) -> list[str]:
    return [line[at : at + room] for at in range(0, len(line), room)] or [""]
