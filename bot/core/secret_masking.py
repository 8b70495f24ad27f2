"""Hides secrets in console lines before they are stored, shown or searched. Pure.

A line may contain a password that the game prints at its start, a token in an address, or the whole start
command with every variable, hidden ones too, which is the first line of each run.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from bot.core.terminal_codes import without_terminal_codes

HIDDEN = "[hidden]"
LONGEST_LINE = 8_192
"""Longer lines are cut before the search: no view shows so much of one line."""
_SHORTEST = 4
_CERTAIN = 8

TOKENS = re.compile(
    r"pt(?:lc|la)_\w{8,}|pacc_\w{8,}|papp_\w{8,}"  # panel keys of both panels
    r"|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"  # JSON web tokens: sockets, signed addresses
    r"|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}"  # Discord bot tokens
    r"|(?<=/api/webhooks/)\d+/[\w-]{20,}"
    r"|(?<=token=)[^&\s\"']+"  # signed addresses
    r"|(?<=Bearer )\S+|(?<=Bot )[\w.-]{40,}"
)
"""Patterns of secrets that are recognised anywhere."""

_ELSEWHERE = re.compile(
    r"\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b"
    r"|\bAIza[\w-]{30,}|\bsk-[\w-]{20,}|^\s*[A-Za-z0-9+/]{64}={0,2}\s*$"  # the last: the body of a PEM key
)
_AUTHORIZATION = re.compile(
    r"(\bauthorization[\"']?\s*[:=]\s*)\S.*|(\bbearer\s+)[\w.~+/=-]{6,}", re.IGNORECASE
)
# The last @ of the word ends the credentials: passwords hold that sign, too.
_ADDRESS = re.compile(
    r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/?#\"'@]{0,256}(?:[:@][^\s\"'<>]{0,256})?@(?=[\w\[.])", re.IGNORECASE
)

_PHRASE = r"pass(?:word|wd|phrase|code)s?|(?<![a-z])(?:pass|pwd)|secret|credentials?"
_NAMED = (
    r"(?:api|access|auth|private|signing|encryption|licen[sc]e|server|session|master|shared|steam|web|cd|serial|"
    r"secret)[ _.-]?keys?|token|steam_?account|gslt|(?<![a-z])keys?"
)
_SUFFIX = r"(?:[_.-]?(?:value|hash|string|id|key|plain|\d{1,3}))?(?![a-z])"
_QUOTED = r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?"
_BETWEEN = r"[\"'`\]]?\s*(?:=>|->|:=|[:=])\s*"
_SAID = (
    r"\s+(?:\S{1,40}\s+){0,3}?(?:is|was|are|set to|changed to|reset to|to)(?:\s+now)?\s*[:=]?\s+"
    r"(?!(?:required|incorrect|wrong|invalid|missing|empty|too|not|disabled|enabled|expired|unset|set|being|changed)\b)"
)
# A phrase may hold blanks: all up to the next pair or the end. Of a token, one word.
_REST = r"[^\s\"'`](?:\S|[ \t]+(?![\w.-]{1,40}\s?[:=])(?![|(\[{]))*"
_WORD = r"[^\s\"'`]\S*"
_PAIRS = tuple(
    re.compile(rf"((?:{key}){_SUFFIX}{between})({_QUOTED}|{value})", re.IGNORECASE)
    for key, between, value in (
        (_PHRASE, _BETWEEN, _REST),
        (_NAMED, _BETWEEN, _WORD),
        (rf"{_PHRASE}|{_NAMED}", _SAID, _WORD),
    )
)
# --password x, +rcon_password x, sv_password "x", -Drcon.password x: the value is the next word. The name is
# looked for first and what is in front of it then: the other way round, dashes and points take long.
_OPTION = re.compile(rf"(?:{_PHRASE}|{_NAMED}){_SUFFIX}[\"']?\s+(?![-+=:])(?=\S)", re.IGNORECASE)
_OPTION_VALUE = re.compile(rf"(?:{_QUOTED}|{_WORD})")
_BEFORE_OPTION = re.compile(r"(?:(?<![\w-])[-+/]{1,2}[\w.-]{0,40}|\b\w{1,30}[_.])\Z")
_LONGEST_BEFORE = 43
# Generated RCON password "x": right behind one of the names a quoted word, or one that no dictionary has.
_NEXT = re.compile(
    rf"((?:{_PHRASE}|{_NAMED}){_SUFFIX}\s+)"
    r"(\"[^\"]+\"|'[^']+'|`[^`]+`|\[[^\]]+\]|(?=\S{0,100}\d)(?=\S{0,100}[a-z])\w\S{5,})",
    re.IGNORECASE,
)

# What only files have: <password>x</password>, name="password" value="x", and a value on the next line.
_ELEMENT = re.compile(
    rf"(<[\w.:-]{{0,40}}(?:{_PHRASE}|{_NAMED}){_SUFFIX}(?:\s[^<>]{{0,200}})?>)[^<>\n]+", re.IGNORECASE
)
_ATTRIBUTE = re.compile(
    rf"(=[\"'][\w.:-]{{0,40}}(?:{_PHRASE}|{_NAMED}){_SUFFIX}[\"']\s+value=([\"']))[^\"'\n]+(\2)",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"((?:{_PHRASE}|{_NAMED}){_SUFFIX}[\"']?[ \t]*[:=][ \t]*[|>]?[+-]?[ \t]*\r?\n[ \t]+)"
    r"(?![\w.-]+[ \t]*:)[^\s#][^\r\n]*",
    re.IGNORECASE,
)

# The entry points of the images of Pterodactyl and Pelican, and the older one that shows a shell's prompt.
_PROMPT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:[\w.-]{1,64}@[\w.-]{1,64}\s?(?::?\s?[~/][\w./-]*|~)|:?/home/container)\s?[$#]?\s"
)
_HINTS = ("pass", "pwd", "secret", "credential", "key", "token", "gslt", "steam")
_LEAST_KNOWN = 12


def mask_line(line: str, secrets: Collection[str] = ()) -> str:
    """Hide everything in a line that is a secret or is in the place of one.

    `secrets` are values known to be secret. A changed line loses its colours: a secret may contain some.
    """
    return _masked(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…", secrets)


def mask_text(text: str, secrets: Collection[str] = ()) -> str:
    """Hide secrets in a file's text, as `mask_line` does; the number of lines stays.

    Files also have values in elements and attributes of XML, and on the line below their name. No line is
    cut, since a minified file is one line; so this is for a worker.
    """
    text = _ELEMENT.sub(rf"\1{HIDDEN}", _ATTRIBUTE.sub(rf"\1{HIDDEN}\3", _BELOW.sub(rf"\1{HIDDEN}", text)))
    lines = text.splitlines(keepends=True)
    return "".join(_masked_with_end(line, secrets) for line in lines)


def _masked(line: str, secrets: Collection[str]) -> str:
    plain = without_terminal_codes(line)
    masked = _mask_patterns(_mask_known(plain, secrets))
    return line if masked == plain else masked


def _masked_with_end(line: str, secrets: Collection[str]) -> str:
    body = line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    return _masked(body, secrets) + line[len(body) :]


def is_start_command(line: str, invocation: str = "") -> bool:
    """Return whether a line is the server's start command, which contains values of hidden variables.

    `invocation` is the command as the panel shows it, with `[hidden]` where it hides a value.
    """
    plain = without_terminal_codes(line[:LONGEST_LINE])
    return _PROMPT.match(plain) is not None or _align(plain, invocation) is not None


def hidden_values(line: str, invocation: str) -> tuple[str, ...]:
    """Return the values in a start command that the panel hides; none when the two differ otherwise."""
    values = _align(without_terminal_codes(line[:LONGEST_LINE]), invocation) or ()
    return tuple(value for value in values if len(value) >= _SHORTEST)


@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """Return whether a variable of this name holds a secret."""
    return _SECRET_NAME.search(name) is not None


_SECRET_NAME = re.compile(rf"(?:{_PHRASE}|{_NAMED}|_pass\b){_SUFFIX}", re.IGNORECASE)


def _mask_known(text: str, secrets: Collection[str]) -> str:
    """Hide known values, the longest first; short ones only as whole words."""
    for secret in sorted({text.strip() for text in secrets}, key=len, reverse=True):
        if len(secret) >= _CERTAIN:
            text = text.replace(secret, HIDDEN)
        elif len(secret) >= _SHORTEST and secret in text:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", HIDDEN, text)
    return text


def _mask_patterns(text: str) -> str:
    if "://" in text and "@" in text:
        text = _ADDRESS.sub(rf"\1{HIDDEN}@", text)
    text = _AUTHORIZATION.sub(lambda match: f"{match[1] or match[2]}{HIDDEN}", text)
    text = _ELSEWHERE.sub(HIDDEN, TOKENS.sub(HIDDEN, text))
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):  # most lines of a flood end here
        return text
    for pattern in _PAIRS:
        text = pattern.sub(_without_value, text)
    return _NEXT.sub(_without_value, _mask_options(text))


def _mask_options(text: str) -> str:
    """Hide the words after secret options; a word that is no such option may contain or precede one."""
    out, done, at = [], 0, 0
    while match := _OPTION.search(text, at):
        start, at = match.start(), match.start() + 1
        value = _OPTION_VALUE.match(text, match.end()) if match.end() >= done else None
        if value and _BEFORE_OPTION.search(text, max(0, start - _LONGEST_BEFORE), start):
            out += [text[done : match.end()], _hidden_as(value[0])]
            done = value.end()
    return "".join([*out, text[done:]])


def _without_value(match: re.Match[str]) -> str:
    return f"{match[1]}{_hidden_as(match[2])}"


def _hidden_as(value: str) -> str:
    """Return the mark in a value's place, in its quotes."""
    quote = value[0] if value[0] in "\"'`" else ""
    return f"{quote}{HIDDEN}{quote}"


def _align(plain: str, invocation: str) -> tuple[str, ...] | None:
    """Match the panel's form of the command with a line; return the hidden texts, or None.

    One pass from left to right: each known part is looked for behind the one before it.
    """
    parts = invocation.strip().split(HIDDEN)
    if sum(len(part.strip()) for part in parts) < _LEAST_KNOWN:
        return None
    at = plain.find(parts[0])
    if at < 0:
        return None
    at += len(parts[0])
    values = []
    for position, part in enumerate(parts[1:], start=1):
        is_last = position == len(parts) - 1
        end = len(plain) if is_last and not part.strip() else plain.find(part, at) if part else at
        if end < 0:
            return None
        values.append(plain[at:end].strip())
        at = end + len(part)
    return tuple(values)
