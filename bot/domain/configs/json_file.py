"""JSON, as the standard has it and as games read it: with comments, trailing commas and bare keys."""

import json
import re

from bot.core.i18n import _
from bot.domain.configs import braces
from bot.domain.configs.escapes import has_escapes, with_escapes, with_typed_escapes
from bot.domain.configs.values import Entry, Outline, wrong_kind

LAST_COUNTS = False

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_NUMBER_5 = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity|NaN)", re.ASCII
)
# A string or comment that is never closed is passed whole, once: looked for from each of its quotes, it would
# take quadratic time. No group that holds choices is possessive: before Python 3.11.5 they match wrongly
# (python/cpython#106052).
_STRING = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
_TOKEN = re.compile(
    rf"(?P<double>{_STRING})"
    r"|(?P<single>'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?)|(?P<comment>//[^\n]*|#[^\n]*|/\*.*?(?P<end>\*/)|/\*.*)"
    r"|(?P<word>[\w$+.-]++)",
    re.DOTALL,
)
_LAST_COMMA = re.compile(
    rf'{_STRING}|[^",\[{{]++|[\[{{](?:\s*+,)?|(?P<comma>,)(?=\s*+[}}\]])|,\s*+', re.DOTALL
)
_COLON = re.compile(r"\s*:")


def outline(text: str) -> Outline:
    """List the keys. Raises ValueError with a sentence when the text is broken."""
    _strictly(text)
    return braces.scan(text, braces.JSON)


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    _strictly(text)


def _strictly(text: str) -> bool:
    """Whether it is JSON as the standard has it; raises ValueError when it is no relative of it either."""
    try:
        json.loads(text)
    except json.JSONDecodeError:
        pass
    else:
        return True
    try:
        json.loads(_standard(text), strict=False)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}.") from None
    return False


def _standard(text: str) -> str:
    """Write JSON5 as JSON has it, with the same keys at the same places; the values are not kept."""
    return _without_last_commas(_TOKEN.sub(lambda match: _token(text, match), text))


def _without_last_commas(text: str) -> str:
    return _LAST_COMMA.sub(lambda match: " " if match["comma"] else match[0], text)


def _without_odd_escapes(token: str) -> str:
    r"""Leave out the escapes that only JSON5 has: `\'`, `\x41`, a line that goes on below."""
    return re.sub(
        r'\\(?:(["\\/bfnrtu])|x[0-9a-fA-F]{2}|.)',
        lambda match: match[0] if match[1] else re.sub(r"[^\n]", "x", match[0]),
        token,
        flags=re.DOTALL,
    )


def _token(text: str, match: re.Match[str]) -> str:
    token, room = match[0], len(match[0])
    if match["comment"] and (match["end"] or token.startswith(("//", "#"))):
        return re.sub(r"[^\n]", " ", token)
    if match["double"]:
        return _without_odd_escapes(token) if "\\" in token else token
    if match["single"] and room > 1 and token.endswith("'"):
        return f'"{"x" * (room - 2)}"'
    if match["word"] and braces.JSON.bare_key.fullmatch(token) and _COLON.match(text, match.end()):
        return f'"{"x" * (room - 2)}"'
    if match["word"] and _NUMBER_5.fullmatch(token):
        return "0".ljust(room)
    return token


def spell(text: str, entry: Entry, value: str) -> str:
    """Write what was typed as the kind of value that stands there. Raises BadInput."""
    old = text[entry.start : entry.end]
    if old[:1] in ('"', "'"):
        return string(text, value, old[0], old[1:-1])
    if old in ("true", "false"):
        if value.lower() not in ("true", "false"):
            raise wrong_kind(_("true or false"), value)
        return value.lower()
    if old == "null":
        return (
            value if value in ("true", "false", "null") or _NUMBER.fullmatch(value) else string(text, value)
        )
    is_5 = not _NUMBER.fullmatch(old) or _uses_5(text)
    if not (_NUMBER_5 if is_5 else _NUMBER).fullmatch(value):
        raise wrong_kind("a number", value, _("JSON writes numbers like 20, -0.5 or 1e5."))
    return value


def _uses_5(text: str) -> bool:
    """Whether it has more of JSON5 than commas behind the last of a list."""
    try:
        json.loads(_without_last_commas(text), strict=False)
    except json.JSONDecodeError:
        return True
    return False


def string(text: str, value: str, quote: str = '"', old: str = "") -> str:
    r"""Write a string as the file writes its others: ASCII only where it escapes the rest.

    Typed escapes stay what they are where they are meant: `\uXXXX`, and those that `old`, what stands there,
    has too.
    """
    ascii_only = has_escapes(text)
    inner = with_escapes(text, with_typed_escapes(value, old), ascii_only=ascii_only)
    inner = inner.replace("\x7f", "\\u007F")
    if quote == "'":
        inner = inner.replace('\\"', '"').replace("'", "\\'")
    return f"{quote}{inner}{quote}"
