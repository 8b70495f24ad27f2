"""Properties: Java's, with its escapes, and those of Bedrock and PocketMine, which are read as they stand."""

import re

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.configs.escapes import has_escapes, with_escapes
from bot.domain.configs.values import Entry, Outline, broken, one_line, wrong_kind
from bot.domain.quoting import quoted

LAST_COUNTS = True

# Keys that only servers without Java have.
_NOT_JAVA = re.compile(
    r"^(?:server-portv6|allow-cheats|tick-distance|texturepack-required|default-player-permission-level"
    r"|content-log-file-enabled|xbox-auth)[ \t]*=",
    re.MULTILINE,
)
_LINE = re.compile(r"(?:[^\\\n]|\\(?:.|\n|\Z))*", re.DOTALL)
_KEY = re.compile(r"(?:[^\\\s=:]|\\(?:.|\n[ \t\f]*))*", re.DOTALL)
_SEPARATOR = re.compile(r"[ \t\f]*[=:]?(?:[ \t\f]|\\\n)*")
_BAD_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\u(?![0-9a-fA-F]{4}))")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|\n[ \t\f]*|(.))")
_BOOLEANS = frozenset({"true", "false"})
_NO_BOOLEANS = frozenset({"yes", "no", "on", "off", "1", "0"})
"""Words for them elsewhere."""
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_TYPED_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[ntrf\\:=#! ])?")
_WINDOWS_PATH = re.compile(r"[A-Za-z]:\\|\\\\\w")


def is_java(text: str) -> bool:
    """Whether a text has the escapes of Java's Properties class; Bedrock reads values as they stand."""
    return _NOT_JAVA.search(text) is None


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    outline(text)


def outline(text: str) -> Outline:
    """List the keys. Raises ValueError with a sentence when the text is broken."""
    result, at, java = Outline(), 0, is_java(text)
    while at < len(text):
        line_end = _end(text, text.find("\n", at))
        start = at + len(text[at:line_end]) - len(text[at:line_end].lstrip(" \t\f"))
        if start == line_end or text[start] in "#!":
            at = line_end + 1
            continue
        if java:
            match = _LINE.match(text, start)
            end = match.end() if match else line_end
            _add_java(result, text, start, end)
        else:
            end = line_end
            name, separator, _ = text[start:end].partition("=")
            if separator:
                value = start + len(name) + 1
                value += len(text[value:end]) - len(text[value:end].lstrip(" \t"))
                result.add(None, name.strip(), value, end, "raw")
        at = end + 1
    return result


def _add_java(result: Outline, text: str, start: int, end: int) -> None:
    wrong = _BAD_ESCAPE.search(text, start, end)
    if wrong:
        raise broken(text, wrong.start(1), _("an escape \\uXXXX without its four hexadecimal digits"))
    key = _KEY.match(text, start, end)
    after_key = key.end() if key else start
    separator = _SEPARATOR.match(text, after_key, end)
    value = separator.end() if separator else after_key
    style = "java" if separator and separator[0].strip() else "blank" if value > after_key else "bare"
    result.add(None, _decoded(text[start:after_key]), value, end, style)


def spell(text: str, entry: Entry, value: str) -> str:
    """Write what was typed as this kind of file does. Raises BadInput."""
    one_line(value)
    if entry.style == "raw":
        return value
    if text[entry.start : entry.end].strip().lower() in _BOOLEANS and value.strip().lower() in _NO_BOOLEANS:
        raise wrong_kind(_("true or false"), value, _("Java treats everything but `true` as false."))
    new = _escaped(text, value)
    is_separator = entry.style == "blank" and new[:1] in ("=", ":")  # behind a blank it would be read as one
    return f"={new}" if (entry.style == "bare" or is_separator) and new else new


def _escaped(text: str, value: str) -> str:
    r"""Double the backslashes that begin no escape; `\uXXXX` and `\n` stay what MOTD makers mean by them."""
    if _WINDOWS_PATH.match(value) and not re.search(r"\\u[0-9a-fA-F]{4}", value):
        out = value if "\\" not in value.replace("\\\\", "") else value.replace("\\", "\\\\")
    elif bad := re.search(r"(?<!\\)(?:\\\\)*(\\u(?![0-9a-fA-F]{4}))", value):
        raise BadInput(
            _(
                "{value} isn't a character code: the game would stop reading there.",
                value=quoted(value[bad.start(1) :][:6]),
            ),
            next_step=_("Write four hexadecimal digits behind \\u, or \\\\u for a backslash."),
        )
    else:
        out = _TYPED_ESCAPE.sub(lambda match: match[0] if match[1] else "\\\\", value)
    if out[:1] in (" ", "\t"):
        out = "\\" + (" " if out[0] == " " else "t") + out[1:]
    return with_escapes(text, out, ascii_only=True) if not has_escapes(text) else _ascii(out)


def _ascii(text: str) -> str:
    return with_escapes("", text, ascii_only=True)


def _decoded(text: str) -> str:
    return _ESCAPE.sub(
        lambda match: chr(int(match[1], 16)) if match[1] else _NAMED.get(match[2] or "", match[2] or ""), text
    )


def _end(text: str, position: int) -> int:
    return len(text) if position < 0 else position
