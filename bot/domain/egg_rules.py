"""An egg's rules for the value of a startup variable: in words, and checked before the panel is asked.

They are rules of Laravel (https://laravel.com/docs/validation#available-validation-rules), given as one text
or as a list. What isn't known here is left to the panel. Patterns are the egg's: check them in a worker.
"""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.i18n import N_, Message, _
from bot.domain.egg_formats import FORMATS
from bot.domain.formatting import joined
from bot.domain.quoting import quoted

RawRules = str | Sequence[str] | None
_PART = re.compile(
    r"(?:not_)?regex:(?:(?P<mark>[^\w\s\\(\[{<]).*?(?<!\\)(?P=mark)|\(.*?\)|\[.*?\]|\{.*?\}|<.*?>)[a-zA-Z]*(?=\||$)|[^|]+"
)
_PATTERN = re.compile(r"(?P<mark>[^\w\s\\])(?P<pattern>.*)(?P<end>[^\w\s\\])(?P<flags>[a-zA-Z]*)", re.DOTALL)
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"\d+", re.ASCII)
_POSIX_CLASS = re.compile(r"\[[:.=]\^?[a-z]+[:.=]\]")
"""`[[:alnum:]]`: Python reads it without an error, as something else."""
_ON, _OFF = "1", "0"
_SWITCHES = {"true": _ON, "on": _ON, "yes": _ON, "false": _OFF, "off": _OFF, "no": _OFF}
_SHOWN = 12
_TOO_LARGE = 2**63
"""For a whole number of PHP."""
_BOUNDS = {"gte": "min", "lte": "max"}
_DIGIT_COUNTS: dict[tuple[bool, bool] | None, Message] = {
    (True, True): N_("{value} of {low} to {high} digits"),
    (True, False): N_("{value} of at least {low} digits"),
    (False, True): N_("{value} of at most {high} digits"),
    None: N_("{value} of {low} digits"),
}
_EXACTLY = None
# Whether there is a least and a most.
_NUMBER_SIZES: dict[tuple[bool, bool] | None, Message] = {
    (True, True): N_("{value} from {low} to {high}"),
    (True, False): N_("{value} of at least {low}"),
    (False, True): N_("{value} of at most {high}"),
    _EXACTLY: N_("{value} that is {low}"),
}
_TEXT_SIZES: dict[tuple[bool, bool] | None, Message] = {
    (True, True): N_("{value} of {low} to {high} characters"),
    (True, False): N_("{value} of at least {low} characters"),
    (False, True): N_("{value} of at most {high} characters"),
    _EXACTLY: N_("{value} of {low} characters"),
}
_ENDS: Mapping[str, tuple[Message, Callable[[str, tuple[str, ...]], bool], bool]] = {
    "starts_with": (N_("{value} that starts with {ends}"), str.startswith, True),
    "ends_with": (N_("{value} that ends with {ends}"), str.endswith, True),
    "doesnt_start_with": (N_("{value} that doesn't start with {ends}"), str.startswith, False),
    "doesnt_end_with": (N_("{value} that doesn't end with {ends}"), str.endswith, False),
}
"""How they are said, what looks for them, and whether the value has to have one."""
_SAID = frozenset(
    {
        *("required", "nullable", "string", "sometimes", "present", "filled", "bail", "boolean", "bool"),
        *("in", "not_in", "integer", "int", "numeric", "between", "size", "min", "max", "regex", "not_regex"),
        *("digits", "digits_between", "min_digits", "max_digits"),
        *FORMATS,
        *_ENDS,
    }
)


@dataclass(frozen=True, slots=True)
class EggRules:
    """The rules of one variable, by their names; an empty argument for those that take none."""

    arguments: dict[str, str]

    @property
    def may_be_empty(self) -> bool:
        """Whether the value may be empty: without `nullable` no rule of the panel takes an empty text."""
        return not self.arguments or (self._is("nullable") and not self._is("required"))

    @property
    def has_pattern(self) -> bool:
        """Whether a regular expression is to be matched."""
        return bool({"regex", "not_regex"} & self.arguments.keys())

    @property
    def choices(self) -> tuple[str, ...]:
        """The only values that are allowed; none when others are, too."""
        if "in" in self.arguments:
            return tuple(self._list("in"))
        return (_ON, _OFF) if self._is("boolean", "bool") else ()

    def describe(self) -> str:
        """Say what the value has to be, to go on from `It has to be`."""
        words = self._sized(self._counted(self._kind()))
        if "regex" in self.arguments:
            words = _("{value} that matches {pattern}", value=words, pattern=quoted(self.arguments["regex"]))
        if "not_regex" in self.arguments:
            pattern = quoted(self.arguments["not_regex"])
            words = _("{value} that doesn't match {pattern}", value=words, pattern=pattern)
        for name, (form, _has, _wanted) in _ENDS.items():
            if name in self.arguments:
                words = _(form, value=words, ends=joined(map(quoted, self._list(name))))
        if "not_in" in self.arguments:
            others = joined(map(quoted, self._list("not_in")))
            words = _("{value} other than {others}", value=words, others=others)
        if unknown := [self._raw(name) for name in self.arguments if name not in _SAID]:
            rules = joined(map(quoted, unknown))
            words = _("{value} (the panel also checks {rules})", value=words, rules=rules)
        return _("{value}, or empty", value=words) if self._is("nullable") and self.may_be_empty else words

    def normalise(self, typed: str) -> str:
        """Return the value as the panel takes it: without blanks around it, `on` as 1 for a switch."""
        value = typed.strip()
        return _SWITCHES.get(value.casefold(), value) if self._is("boolean", "bool") else value

    def allow(self, value: str) -> bool:
        """Whether the panel will take the value, as far as the rules are known here."""
        if not value:
            return self.may_be_empty
        return self._has_kind(value) and self._has_size(value) and self._has_pattern(value)

    def _raw(self, name: str) -> str:
        return f"{name}:{self.arguments[name]}" if self.arguments[name] else name

    def _is(self, *names: str) -> bool:
        return any(name in self.arguments for name in names)

    @property
    def _is_number(self) -> bool:
        return self._is("integer", "int", "numeric")

    def _list(self, name: str) -> list[str]:
        """Return the values of a list: like Laravel's, it is a line of CSV, whose quotes may hold commas."""
        values = next(csv.reader([self.arguments[name]], skipinitialspace=True), []) or [""]
        return [value.strip() for value in values]

    def _kind(self) -> str:
        if self._is("boolean", "bool"):
            return _("1 (on) or 0 (off)")
        if "in" in self.arguments:
            choices = self._list("in")
            shown = joined(map(quoted, choices[:_SHOWN]))
            return _("one of {choices}", choices=f"{shown}…" if len(choices) > _SHOWN else shown)
        if self._is_number:
            return _("a whole number") if self._is("integer", "int") else _("a number")
        return next((_(form.words) for name, form in FORMATS.items() if name in self.arguments), _("text"))

    def _bounds(self) -> tuple[str, str]:
        if "between" in self.arguments:
            low, _, high = self.arguments["between"].partition(",")
            return low.strip(), high.strip()
        if "size" in self.arguments:
            return self.arguments["size"], self.arguments["size"]
        return self.arguments.get("min", ""), self.arguments.get("max", "")

    def _counted(self, value: str) -> str:
        low, high = self._digits()
        if self.choices or not (low or high):
            return value
        value = value if self._is_number else _("a whole number")
        return _(_DIGIT_COUNTS[_bounded(low, high)], value=value, low=low, high=high)

    def _sized(self, value: str) -> str:
        low, high = self._bounds()
        if self.choices or not (low or high):
            return value
        forms = _NUMBER_SIZES if self._is_number else _TEXT_SIZES
        return _(forms[_bounded(low, high)], value=value, low=low, high=high)

    def _has_kind(self, value: str) -> bool:
        if self.choices and value not in self.choices:
            return False
        is_whole = _INTEGER.fullmatch(value) is not None and abs(int(value)) < _TOO_LARGE
        if self._is("integer", "int") and not is_whole:
            return False
        if "numeric" in self.arguments and not _NUMBER.fullmatch(value):
            return False
        if any(name in self.arguments and not form.allows(value) for name, form in FORMATS.items()):
            return False
        return self._has_digits(value) and self._has_ends(value)

    def _has_ends(self, value: str) -> bool:
        for name, (_words, has, wanted) in _ENDS.items():
            if name in self.arguments and has(value, tuple(self._list(name))) is not wanted:
                return False
        return "not_in" not in self.arguments or value not in self._list("not_in")

    def _digits(self) -> tuple[str, str]:
        low, _, high = self.arguments.get("digits_between", "").partition(",")
        exactly = self.arguments.get("digits", "")
        return (
            exactly or self.arguments.get("min_digits", low).strip(),
            exactly or self.arguments.get("max_digits", high).strip(),
        )

    def _has_digits(self, value: str) -> bool:
        low, high = self._digits()
        try:
            most, least = int(high or len(value)), int(low or 0)
        except ValueError:
            return True
        return not (low or high) or (_DIGITS.fullmatch(value) is not None and least <= len(value) <= most)

    def _has_size(self, value: str) -> bool:
        low, high = self._bounds()
        try:
            size = float(value) if self._is_number else float(len(value))
            return (not low or float(low) <= size) and (not high or size <= float(high))
        except ValueError:  # a bound that is none: the panel says what it makes of it
            return True

    def _has_pattern(self, value: str) -> bool:
        for name, wanted in (("regex", True), ("not_regex", False)):
            pattern = _compiled(self.arguments.get(name, ""))
            if pattern is not None and (pattern.search(value) is not None) is not wanted:
                return False
        return True


def _bounded(low: str, high: str) -> tuple[bool, bool] | None:
    return (bool(low), bool(high)) if low != high else _EXACTLY


def rules_of(raw: RawRules) -> EggRules:
    """Read the rules as the panel gives them."""
    parts = [match[0] for match in _PART.finditer(raw)] if isinstance(raw, str) else list(raw or ())
    pairs = (part.strip().partition(":") for part in parts)
    known = {name.strip().lower(): argument.strip() for name, _, argument in pairs if name.strip()}
    if known.keys() & {"integer", "int", "numeric"}:
        known = {_BOUNDS.get(name, name): argument for name, argument in known.items()}
    return EggRules(known)


def allows(raw: RawRules, value: str) -> bool:
    """Whether rules allow a value, for a worker."""
    return rules_of(raw).allow(value)


def _compiled(raw: str) -> re.Pattern[str] | None:
    """Translate a pattern of PHP; None for what Python can't read, which is left to the panel."""
    match = _PATTERN.fullmatch(raw)
    if match is None or match["end"] != _BRACKETS.get(match["mark"], match["mark"]):
        return None
    if _POSIX_CLASS.search(match["pattern"]):
        return None
    flags = sum((_FLAGS.get(flag, re.RegexFlag(0)) for flag in match["flags"]), re.RegexFlag(0))
    if "u" not in match["flags"]:
        flags |= re.ASCII
    try:
        return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", match["pattern"]), flags)
    except re.error:
        return None
