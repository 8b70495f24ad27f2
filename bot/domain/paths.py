"""Paths inside a server, and decoding of file contents. Pure."""

import posixpath
import re
import unicodedata
from contextlib import suppress
from enum import StrEnum

from bot.core.errors import BadInput

SHOWN_LIMIT_BYTES = 1024 * 1024
"""Files above this are not shown in Discord."""

_SNIFFED_BYTES = 8192
_SURELY_UTF16, _PERHAPS_UTF16 = 0.7, 0.3
_CONTROL = re.compile(r"[^\t\n\r\f\x1b\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGES = {
    "properties": "properties", "yml": "yaml", "yaml": "yaml", "sk": "yaml", "json": "json", "json5": "json",
    "mcmeta": "json", "toml": "toml", "ini": "ini", "cfg": "ini", "conf": "ini", "xml": "xml", "html": "html",
    "css": "css", "js": "js", "ts": "ts", "py": "py", "lua": "lua", "sh": "bash", "bash": "bash",
    "bat": "bat", "java": "java", "cs": "cs", "c": "c", "cpp": "cpp", "h": "cpp", "go": "go", "rs": "rust",
    "php": "php", "sql": "sql", "md": "md", "diff": "diff", "csv": "csv", "log": "log",
}  # fmt: skip


class Text(StrEnum):
    """How a file's bytes became text."""

    UTF8 = "UTF-8"
    UTF8_BOM = "UTF-8 with BOM"
    UTF16 = "UTF-16"
    UTF16_BE = "UTF-16 (big-endian)"
    UTF16_BARE = "UTF-16 without BOM"
    UTF16_BE_BARE = "UTF-16 (big-endian) without BOM"
    CP1252 = "Windows-1252"
    LATIN1 = "Latin-1"


def normalise(path: str) -> str:
    """Make a path absolute inside the server; the root is `/`. Raises BadInput for one that leaves it."""
    # Names may hold line breaks and other control characters: nodes list them, and they can be worked with.
    if any(char == "\0" or unicodedata.category(char) == "Cs" for char in path):
        raise BadInput("That path has characters that file names can't have.", state="Nothing was read.")
    if ".." in path.split("/"):
        raise BadInput("A path can't contain `..`.", state="Nothing was read.")
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
    if not title or title in (".", "..") or "/" in title or not title.isprintable():
        return filename
    ending = posixpath.splitext(filename)[1]
    return title if title.casefold().endswith(ending.casefold()) else f"{title}{ending}"


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


def is_binary(content: bytes) -> bool:
    """Return whether it is binary: a NUL in what is not UTF-16, or mostly control characters."""
    head = content[:_SNIFFED_BYTES]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if b"\0" in head:
        return _bare_utf16(content) is None
    controls = sum(byte < ord(" ") and byte not in b"\t\n\r\f\b\x1b" for byte in head)
    return controls * 10 > len(head)


def why_binary(content: bytes) -> str:
    """Return the start of a sentence on why `is_binary` content isn't shown."""
    even, odd = _nul_shares(content)
    if abs(even - odd) < _PERHAPS_UTF16:
        return "That is a binary file"
    return "That may be UTF-16 text without a byte order mark, but Quetzal can't tell for certain"


def _nul_shares(content: bytes) -> tuple[float, float]:
    """Return the share of NULs among the bytes at even and odd positions of the start."""
    head = content[: min(_SNIFFED_BYTES, len(content) & ~1)]
    half = max(1, len(head) // 2)
    return head[::2].count(0) / half, head[1::2].count(0) / half


def _bare_utf16(content: bytes) -> Text | None:
    """Recognise UTF-16 without a mark, when it is certain: Latin letters have their NULs on one side only."""
    even, odd = _nul_shares(content)
    if min(even, odd) > 0 or max(even, odd) < _SURELY_UTF16 or len(content) % 2:
        return None
    encoding = Text.UTF16_BARE if odd else Text.UTF16_BE_BARE
    with suppress(UnicodeDecodeError):
        text = content.decode("utf-16-le" if odd else "utf-16-be")
        return None if _CONTROL.search(text) else encoding
    return None


def decode(content: bytes) -> tuple[str, Text]:
    """Return the text and its encoding. Never fails, since Latin-1 decodes everything."""
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:].decode("utf-8", "replace"), Text.UTF8_BOM
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = Text.UTF16 if content[0] == 0xFF else Text.UTF16_BE  # noqa: PLR2004 - the mark's first byte
        return content.decode("utf-16", "replace"), encoding
    if b"\0" in content[:_SNIFFED_BYTES] and (bare := _bare_utf16(content)):
        return content.decode("utf-16-le" if bare is Text.UTF16_BARE else "utf-16-be"), bare
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8"), Text.UTF8
    with suppress(UnicodeDecodeError):  # Latin-1 has control characters where Windows has quotes and the euro
        if any(0x80 <= byte < 0xA0 for byte in content):  # noqa: PLR2004 - C1 controls
            return content.decode("cp1252"), Text.CP1252
    return content.decode("latin-1"), Text.LATIN1


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
