"""A language that is English in disguise: accented, a third longer, in brackets; and back again.

Whoever lays out a message finds out here what becomes of it in a language with longer words.
"""

import re
import string
from gettext import NullTranslations

from babel.messages.pofile import read_po
from typing_extensions import override

from tests.support.catalogue import TEMPLATE

_ACCENTED = "ȧḃċḋėḟġḣīĵķļṁṅȯṗɋṙṡṫūṽẇẋẏż"
_FILLER = "ŀ"
_ENDS = ".!?:…"
_LONGER = 0.35
_TO = str.maketrans(string.ascii_letters, _ACCENTED + _ACCENTED.upper())
_BACK = str.maketrans(_ACCENTED + _ACCENTED.upper(), string.ascii_letters)
_ADDED = re.compile(rf" ?[{_FILLER}{_FILLER.upper()}]+|[⟦⟧]")
_KEPT = re.compile(r"(\{[^{}]*\}|\{\{|\}\}|`[^`\n]*`|<[^<>\n]*>|https?://\S+)")
"""Fields, code, mentions and addresses, which every language has as they are."""


class DisguisedEnglish(NullTranslations):
    """The catalogue of that language: it has the texts of the template, and no other."""

    def __init__(self) -> None:
        super().__init__()
        with TEMPLATE.open("rb") as file:
            messages = [message for message in read_po(file) if message.id and message.context is None]
        forms = [(message.id,) if isinstance(message.id, str) else message.id for message in messages]
        self.texts = {form for both in forms for form in both}
        """Every text, also the forms of one for several."""
        self.words = {word.lower() for one, *_ in forms for word in words_of(one)}
        """What is written in English somewhere, so that its letters give away a text that was left out."""
        self.drawn: set[str] = set()
        """What was asked for."""

    @override
    def gettext(self, message: str) -> str:
        if message not in self.texts:
            return message
        self.drawn.add(message)
        return disguised(message)

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def disguised(text: str) -> str:
    """Put a text into the language; no bracket stands before a letter that may become a capital."""
    parts = _KEPT.split(text)
    parts[::2] = [part.translate(_TO) for part in parts[::2]]
    body = "".join(parts)
    core = body.rstrip().rstrip(_ENDS)
    begin = re.match(r"[^\w{`<]*", core)
    at = begin.end() if begin is not None else 0
    opening = "" if text[at : at + 1].islower() or text[at : at + 1] == "{" else "⟦"
    filler = _FILLER * max(1, round(len(core) * _LONGER))
    return f"{core[:at]}{opening}{core[at:]} {filler}⟧{body[len(core) :]}"


def plain(text: str) -> str:
    """Take the disguise off again."""
    return _ADDED.sub("", text).translate(_BACK)


def is_disguised(text: str) -> bool:
    """Whether a part of a text is in the language."""
    return plain(text) != text


def words_of(text: str) -> list[str]:
    """List the undisguised words of a text; names with a dot, a line or digits in them are data."""
    read = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    read = re.sub(r"\S*[^\W\d_][._/@\\=&-]+[\w]\S*|\w*\d\w*", " ", _KEPT.sub(" ", read))
    return re.findall(r"(?<!\w)[A-Za-z]{3,}(?!\w)", read)
