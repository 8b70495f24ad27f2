"""The encodings of text files: recognise one from a file's bytes, decode, encode. Pure.

chardet recognises what is neither UTF-8 nor marked. It is loaded when the first such file is read, which
takes a fifth of a second, and belongs into a worker: see `needs_recognition`.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.quoting import quoted

_SNIFFED_BYTES = 8192
_CENTRAL_EUROPE_FROM = 0.05
"""The confidence from which Windows-1250 is likelier than the far more frequent Windows-1252."""
_SURE_FROM = 0.2
"""Texts of Latin letters are taken for others with less confidence."""
_SURELY_UTF16, _PERHAPS_UTF16 = 0.7, 0.3
_CONTROL = re.compile(r"[^\t\n\r\f\x1b\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ASCII = bytes(range(0x80))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_NO_LETTER = re.compile(rb"[&\xa7][0-9a-fk-orx]|\\[a-z]", re.IGNORECASE)
"""The colour codes of Minecraft (`&a`, `§a`) and escapes (`\\n`), which stand right before a word."""
_IN_NO_LATIN = bytes((0x81, 0x82, 0x83, 0x86, 0x87, 0x88, 0x89, 0x90, 0x98))
"""No letters in Windows-1252 and -1250; many characters of Shift-JIS begin with them."""
_DAMAGED_AT = 0xF700
"""Where the bytes that aren't UTF-8 are put among the characters for private use."""
_DAMAGED = re.compile(f"[{chr(_DAMAGED_AT + 0x80)}-{chr(_DAMAGED_AT + 0xFF)}]")
_FEWEST_WHOLE, _WHOLE_FOR_ONE_DAMAGED = 8, 4
"""How many characters of UTF-8 there have to be, in all and for each damaged place, to be no accident."""
_LATIN = ("cp1252", "cp1250")
_OTHER = ("cp1251", "gb18030", "cp932", "cp949", "big5hkscs", "cp1252")


class TextEncoding(StrEnum):
    """How a file's bytes became text, by the name that people know."""

    UTF8 = "UTF-8"
    UTF8_BOM = "UTF-8 with BOM"
    UTF8_DAMAGED = "UTF-8 with damaged bytes"
    UTF16 = "UTF-16"
    UTF16_BE = "UTF-16 (big-endian)"
    UTF16_BARE = "UTF-16 without BOM"
    UTF16_BE_BARE = "UTF-16 (big-endian) without BOM"
    CP1252 = "Windows-1252"
    LATIN1 = "Latin-1"
    CP1250 = "Windows-1250"
    CP1251 = "Windows-1251"
    GBK = "GBK"
    SHIFT_JIS = "Shift-JIS"
    EUC_KR = "EUC-KR"
    BIG5 = "Big5"

    @property
    def text(self) -> str:
        """Its name in the reader's language."""
        return _(_IN_WORDS[self]) if self in _IN_WORDS else self.value


_IN_WORDS = {
    TextEncoding.UTF8_BOM: N_("UTF-8 with BOM"),
    TextEncoding.UTF8_DAMAGED: N_("UTF-8 with damaged bytes"),
    TextEncoding.UTF16_BARE: N_("UTF-16 without BOM"),
    TextEncoding.UTF16_BE_BARE: N_("UTF-16 (big-endian) without BOM"),
}


class UnicodeText(str):
    """The text of a file whose encoding has a form for every character."""

    __slots__ = ()


class _Form(NamedTuple):
    codec: str
    mark: bytes = b""


_FORMS = {
    TextEncoding.UTF8: _Form("utf-8"),
    TextEncoding.UTF8_BOM: _Form("utf-8", BOM_UTF8),
    TextEncoding.UTF8_DAMAGED: _Form("utf-8"),
    TextEncoding.UTF16: _Form("utf-16-le", BOM_UTF16_LE),
    TextEncoding.UTF16_BE: _Form("utf-16-be", BOM_UTF16_BE),
    TextEncoding.UTF16_BARE: _Form("utf-16-le"),
    TextEncoding.UTF16_BE_BARE: _Form("utf-16-be"),
    TextEncoding.CP1252: _Form("cp1252"),
    TextEncoding.LATIN1: _Form("latin-1"),
    TextEncoding.CP1250: _Form("cp1250"),
    TextEncoding.CP1251: _Form("cp1251"),
    TextEncoding.GBK: _Form("gb18030"),  # which GBK is a part of
    TextEncoding.SHIFT_JIS: _Form("cp932"),
    TextEncoding.EUC_KR: _Form("cp949"),
    TextEncoding.BIG5: _Form("big5hkscs"),
}
_UNICODE = frozenset(encoding for encoding, form in _FORMS.items() if form.codec.startswith("utf"))
_BY_CODEC = {form.codec: encoding for encoding, form in _FORMS.items() if not form.mark}
_TO_ESCAPED = {_DAMAGED_AT + byte: 0xDC00 + byte for byte in range(0x80, 0x100)}
_FROM_ESCAPED = {escaped: damaged for damaged, escaped in _TO_ESCAPED.items()}


def is_binary(content: bytes) -> bool:
    """Return whether it is binary: a NUL in what is not UTF-16, or mostly control characters."""
    head = content[:_SNIFFED_BYTES]
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return False
    if b"\0" in head:
        return _bare_utf16(content) is None
    controls = sum(byte < ord(" ") and byte not in b"\t\n\r\f\b\x1b" for byte in head)
    return controls * 10 > len(head)


def why_binary(content: bytes) -> str:
    """Return the start of a sentence on why `is_binary` content isn't shown."""
    even, odd = _nul_shares(content)
    if abs(even - odd) < _PERHAPS_UTF16:
        return _("That is a binary file")
    return _("That may be UTF-16 text without a byte order mark, but Quetzal can't tell for certain")


def needs_recognition(content: bytes) -> bool:
    """Return whether `recognise` has to guess: then it belongs into a worker."""
    if content.startswith((BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)):
        return False
    if b"\0" in content[:_SNIFFED_BYTES]:
        return True
    with suppress(UnicodeDecodeError):
        content.decode("utf-8")
        return False
    return True


def recognise(content: bytes) -> TextEncoding:
    """Name the encoding of a text. Latin-1, which represents any bytes, when no other fits."""
    for marked in (TextEncoding.UTF8_BOM, TextEncoding.UTF16, TextEncoding.UTF16_BE):
        if content.startswith(_FORMS[marked].mark):
            return marked
    if not needs_recognition(content):
        return TextEncoding.UTF8
    if b"\0" in content[:_SNIFFED_BYTES] and (bare := _bare_utf16(content)):
        return bare
    guess = TextEncoding.UTF8_DAMAGED if _is_damaged_utf8(content) else _guess(content)
    if guess is TextEncoding.CP1252 and not any(0x80 <= byte < 0xA0 for byte in content):  # noqa: PLR2004 - C1
        return TextEncoding.LATIN1
    with suppress(UnicodeDecodeError):
        if guess is not TextEncoding.UTF8_DAMAGED:
            content.decode(_FORMS[guess].codec)
        return guess
    return TextEncoding.LATIN1


def decode(content: bytes) -> tuple[str, TextEncoding]:
    """Return the text and its encoding. Never fails; damaged characters are replaced."""
    encoding = recognise(content)
    text = decode_as(content, encoding)
    return (_DAMAGED.sub("\ufffd", text) if encoding is TextEncoding.UTF8_DAMAGED else text), encoding


def decode_as(content: bytes, encoding: TextEncoding) -> str:
    """Return the text without its byte order mark; damaged characters are replaced.

    Those of UTF8_DAMAGED become characters for private use, which `encode` turns into the same bytes again.
    """
    form = _FORMS[encoding]
    if encoding is TextEncoding.UTF8_DAMAGED:
        return content.decode(form.codec, "surrogateescape").translate(_FROM_ESCAPED)
    return content.removeprefix(form.mark).decode(form.codec, "replace")


def marked_as_unicode(text: str, encoding: TextEncoding) -> str:
    """Return a text decoded from this encoding as UnicodeText where it is one of Unicode's."""
    return UnicodeText(text) if encoding in _UNICODE else text


def encode(text: str, encoding: TextEncoding) -> bytes:
    """Return the bytes with their byte order mark. UnicodeEncodeError for characters it can't represent."""
    form = _FORMS[encoding]
    if encoding is TextEncoding.UTF8_DAMAGED:
        return text.translate(_TO_ESCAPED).encode(form.codec, "surrogateescape")
    return form.mark + text.encode(form.codec)


def damaged(text: str, next_step: str) -> BadInput:
    """Say where a text from UTF8_DAMAGED, or an edit of it, has the first damaged byte."""
    found = _DAMAGED.search(text)
    line = text.count("\n", 0, found.start() if found else 0) + 1
    return BadInput(_("Line {line} holds bytes that aren't UTF-8.", line=line), next_step=next_step)


def _is_damaged_utf8(content: bytes) -> bool:
    """Whether it is UTF-8 but for a few bytes, as where two encodings were mixed or a character was cut."""
    whole = content.decode("utf-8", "ignore")
    damaged = len(content.decode("utf-8", "replace")) - len(whole)
    letters = len(whole) - len(whole.encode("ascii", "ignore"))
    is_no_accident = letters >= max(_FEWEST_WHOLE, _WHOLE_FOR_ONE_DAMAGED * damaged)
    return is_no_accident and _DAMAGED.search(whole) is None


def _guess(content: bytes) -> TextEncoding:
    from chardet import detect  # noqa: PLC0415 - its models take a fifth of a second to load

    first = _NOT_ASCII.search(content)
    sample = content[max(0, first.start() - _SNIFFED_BYTES // 2 if first else 0) :][:_SNIFFED_BYTES]
    result = detect(sample, include_encodings=_OTHER, compat_names=False)
    odd, rest = (len(sample.translate(None, drop)) for drop in (_IN_NO_LATIN, _ASCII))
    is_perhaps_latin = 4 * (len(sample) - odd) < rest
    if result["confidence"] < _SURE_FROM and is_perhaps_latin:
        # Latin words mix letters of ASCII with others; words in most other scripts are made of others alone.
        words = _WORD.findall(_NO_LETTER.sub(b" ", sample))
        mixed = sum(_NOT_ASCII.sub(b"", word) != b"" for word in words)
        if mixed >= sum(len(word) > 1 for word in words) - mixed:
            result = detect(sample, include_encodings=_LATIN, compat_names=False)
    guess = _BY_CODEC.get(result["encoding"] or "", TextEncoding.CP1252)
    if guess is TextEncoding.CP1250 and result["confidence"] < _CENTRAL_EUROPE_FROM:
        return TextEncoding.CP1252
    return guess


def _nul_shares(content: bytes) -> tuple[float, float]:
    """Return the share of NULs among the bytes at even and odd positions of the start."""
    head = content[: min(_SNIFFED_BYTES, len(content) & ~1)]
    half = max(1, len(head) // 2)
    return head[::2].count(0) / half, head[1::2].count(0) / half


def _bare_utf16(content: bytes) -> TextEncoding | None:
    """Recognise UTF-16 without a mark, when it is certain."""
    if len(content) % 2:
        return None
    even, odd = _nul_shares(content)
    if not min(even, odd) and max(even, odd) >= _SURELY_UTF16:  # Latin letters have their NULs on one side
        encoding = TextEncoding.UTF16_BARE if odd else TextEncoding.UTF16_BE_BARE
    else:
        from chardet import detect  # noqa: PLC0415 - its models take a fifth of a second to load

        codec = detect(
            content[:_SNIFFED_BYTES],
            include_encodings=("utf-16-le", "utf-16-be", "cp1252"),
            compat_names=False,
        )["encoding"]
        if codec not in ("utf-16-le", "utf-16-be"):
            return None
        encoding = _BY_CODEC[codec]
    with suppress(UnicodeDecodeError):
        return None if _CONTROL.search(content.decode(_FORMS[encoding].codec)) else encoding
    return None


def unrepresentable(
    error: UnicodeEncodeError, encoding: TextEncoding, next_step: str | None = None
) -> BadInput:
    """Say which characters an encoding has no form for."""
    return BadInput(
        _(
            "{encoding} has no form for {object}.",
            encoding=encoding,
            object=quoted(error.object[error.start : error.end][:5]),
        ),
        next_step=next_step
        or _("Write it without, or convert the file with `/files convert` if the game reads UTF-8."),
    )
