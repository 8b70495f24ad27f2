"""The message catalogue: what people read, in their language.

* `_("Restart {server}?", server=name)` gives the text in the current language, with what belongs
  into its braces. A number in braces is written as that language writes numbers: `{count:,}`.
* `N_("is back online")` marks a text of a table, a default or an attribute of a class, which is made before
  anybody reads it; `_(TABLE[key])` gives it where it is shown.
* `keyword("until tomorrow")` marks one that is a key, too: a choice, a value of a menu.
* `plural("{count:,} server", "{count:,} servers", count)` chooses the form for a number.

`speak()` and `language()` choose the language: the reader's for what one person sees, the Discord server's
for what everybody sees. Without either it is English, as in the log. docs/translating.md says how a language
is added, docs/decisions/0012-catalogue.md why it is done this way.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from string import Formatter
from typing import ParamSpec, TypeVar

from typing_extensions import override

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

ENGLISH = "en"
LOCALE_DIR = Path(__file__).parents[1] / "locale"
"""The template, and a folder with a catalogue for each language."""
CATALOGUES: dict[str, NullTranslations] = {}
"""The catalogue of each language, by its tag: `de`, `pt_BR`. English needs none: it is what the code says."""

_current: ContextVar[str] = ContextVar("current language", default=ENGLISH)
_NUMBER = re.compile(r"(,?)(?:\.(\d+)f|[dg])?")


class Translated(str):
    """A text in another language, which remembers what it says in English, for the log and the store."""

    __slots__ = ("english",)

    english: str

    def __new__(cls, text: str, english: str) -> "Translated":
        """Make the text."""
        self = super().__new__(cls, text)
        self.english = english
        return self

    @override
    def __reduce__(self) -> tuple[type["Translated"], tuple[str, str]]:
        return Translated, (str(self), self.english)


@dataclass(frozen=True, slots=True)
class Message:
    """A text to show later. As an attribute of a class it is shown when it is read."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    @override
    def __str__(self) -> str:
        return _(self)

    @override
    def __format__(self, spec: str) -> str:
        return format(_(self), spec)

    def __get__(self, owner: object, kind: type | None = None) -> str:
        return _(self)


class Worded:
    """Beside `StrEnum`: an enumeration whose values are texts."""

    @property
    def text(self) -> str:
        """The value, in the current language."""
        return _(str(self))


def N_(message: str, /, **values: object) -> Message:  # noqa: N802 - gettext's name for it
    """Mark a text that is made before anybody reads it."""
    return Message(message, values)


def keyword(text: str, /) -> str:
    """Mark a text that is a key, too, and so stays as it is; `_(key)` shows it."""
    return text


def _(message: str | Message, /, **values: object) -> str:
    """Give a text in the current language."""
    if isinstance(message, Message):
        values = {**message.values, **values}
        message = message.message
    tag = _current.get()
    if tag in CATALOGUES:
        return _translated(CATALOGUES[tag].gettext(message), message, values, tag)
    return message.format_map(values) if values else message


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """Give the form of a text that is right for a number, which stands in it as `{count}`."""
    values["count"] = count
    english = one if count == 1 else many
    tag = _current.get()
    if tag in CATALOGUES:
        return _translated(CATALOGUES[tag].ngettext(one, many, count), english, values, tag)
    return english.format_map(values)


def number(value: float, spec: str = ",") -> str:
    """Write a number as the current language does: `1,204`, `1.204`. `spec`: as for `format`."""
    tag = _current.get()
    return format(value, spec) if tag == ENGLISH else _number(value, spec, tag)


def comma() -> str:
    """Return the separator of the words of a list in the current language: `, `."""
    tag = _current.get()
    if tag == ENGLISH:
        return ", "
    from babel import Locale  # noqa: PLC0415 - only other languages need it

    return str(Locale.parse(tag).list_patterns["standard"]["middle"]).replace("{0}", "").replace("{1}", "")


def current_tag() -> str | None:
    """Return the tag of the current language; None for English, which the code writes itself."""
    tag = _current.get()
    return None if tag == ENGLISH else tag


def english(text: str) -> str:
    """Give what a text says in English, for the log and the store."""
    return text.english if isinstance(text, Translated) else text


def load_catalogues(directory: Path = LOCALE_DIR) -> None:
    """Read the catalogue of every language, for up to a second each."""
    for path in sorted(directory.glob("*/LC_MESSAGES/quetzal.po")):
        CATALOGUES[path.parts[-3]] = _compiled(path)


def speak(tag: str) -> None:
    """Use the language that is nearest to a tag (`pt-BR`) from here on, in this task."""
    _current.set(nearest(tag))


@contextmanager
def language(tag: str) -> Iterator[None]:
    """Use the language that is nearest to a tag meanwhile."""
    token = _current.set(nearest(tag))
    try:
        yield
    finally:
        _current.reset(token)


def carried(work: Callable[P, T]) -> Callable[P, T]:
    """Make a call in another process use the language that is current here."""
    tag = _current.get()
    return partial(_in_language, tag, work) if tag in CATALOGUES else work


def nearest(tag: str) -> str:
    """Return the language with a catalogue that is nearest to a tag: itself, its base, or English."""
    wanted = tag.replace("-", "_")
    return next((known for known in (wanted, wanted.partition("_")[0]) if known in CATALOGUES), ENGLISH)


def _in_language(tag: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    if tag not in CATALOGUES:
        load_catalogues()
    with language(tag):
        return work(*args, **kwargs)


def _compiled(path: Path) -> NullTranslations:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only other languages need it
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _translated(text: str, english: str, values: Mapping[str, object], tag: str) -> str:
    if not values:
        return Translated(text, english)
    in_english = english.format_map(values)
    try:
        return Translated(_Formatter(tag).vformat(text, (), values), in_english)
    except (LookupError, ValueError, AttributeError) as error:
        log.warning("the translation of %r to %s can't be used: %s", english, tag, error)
        return in_english


class _Formatter(Formatter):
    """Fills in numbers as a language writes them."""

    def __init__(self, tag: str) -> None:
        self._tag = tag

    @override
    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, int | float) and format_spec:
            return _number(value, format_spec, self._tag)
        return format(value, format_spec)


def _number(value: float, spec: str, tag: str) -> str:
    form = _NUMBER.fullmatch(spec)
    if form is None:
        return format(value, spec)
    from babel.numbers import format_decimal  # noqa: PLC0415 - only other languages need it

    digits = form[2] or "0"
    decimals = "." + "0" * int(digits) if int(digits) else ""
    pattern = f"{'#,##0' if form[1] else '0'}{decimals if spec.endswith('f') else '.######'}"
    return format_decimal(value, format=pattern, locale=tag)
