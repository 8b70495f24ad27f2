"""Cron fields in the form in which the panel runs them as they read. Pure.

Its library, dragonmantank/cron-expression (3.3.2 to 3.6.0), walks through a list of hours or minutes in the
order in which it is written: `18,6` never comes to 6. From 3.4.0 on, minutes are walked through as sorted
texts: `9-12,29` never comes to 9. A name of Sunday ends no range, `L` is not `l`, and a step has no leading
zero (docs/reference/schedules.md#fields).
"""

import re
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

WEEKDAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_MONTHS = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY"),
    *("AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)
_SHORT = 3
_NAME = re.compile(r"[A-Z]{3,}")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_LONGEST_STEP = re.compile(r"/59(?![0-9])")
_SPAN = re.compile(
    r"(?:(?P<all>\*)|(?P<first>\d+|[A-Z]{3})(?:-(?P<last>\d+|[A-Z]{3}))?)(?:/(?P<step>\d+))?", re.ASCII
)


class _Field(NamedTuple):
    least: int
    most: int
    names: Sequence[str] = ()
    takes_question_mark: bool = False
    is_walked: bool = False
    """Whether the panel takes the values of a list one after the other."""

    def number(self, text: str | None) -> int | None:
        if text is None or text.isdigit():
            return None if text is None else int(text)
        names = enumerate(self.names, self.least)
        return next((number for number, name in names if name[:_SHORT] == text), None)


_FIELDS = (
    _Field(0, 59, is_walked=True),
    _Field(0, 23, is_walked=True),
    _Field(1, 31, takes_question_mark=True),
    _Field(1, 12, _MONTHS),
    _Field(0, 6, WEEKDAYS, takes_question_mark=True),
)


def as_panel_form(text: str) -> str:
    """Write five fields so that the panel runs them as they read; what isn't known stays as it is."""
    parts = text.upper().split()
    if len(parts) != len(_FIELDS):
        return text
    return " ".join(_written(part, field) for part, field in zip(parts, _FIELDS, strict=True))


def is_walked_in_order(text: str) -> bool:
    """Whether each version of the panel comes to every hour and minute of five fields.

    A list of hours may start over at 0. Of `*/59`, minute 0 is left out.
    """
    minutes, hours, *_days = text.upper().split()
    forms = [minutes]
    if not minutes.replace(",", "").isdigit():
        forms.append(",".join(sorted(minutes.split(","))))  # as text, from 3.4.0 on
    walked = [_values(form, _FIELDS[0]) for form in forms]
    by_hour = _values(hours, _FIELDS[1])
    walked.append(by_hour and _from_zero(by_hour))
    return _LONGEST_STEP.search(minutes) is None and all(
        values is None or _is_rising(values) for values in walked
    )


def _written(part: str, field: _Field) -> str:
    part = _ZEROS.sub("", _NAME.sub(lambda match: _short(match[0], field), part))
    if part == "?" and field.takes_question_mark:
        return "*"
    terms = part.split(",")
    if "*" in terms:
        return "*"
    terms = [_term(term, field) for term in terms]
    values = _values(",".join(terms), field) if field.is_walked and len(terms) > 1 else None
    if values is None:
        return ",".join(terms)
    terms.sort(key=lambda term: min(_values(term, field) or ()))
    is_in_order = field is not _FIELDS[0] and _is_rising(_values(",".join(terms), field) or ())
    return ",".join(terms if is_in_order else map(str, sorted({*values})))


def _term(term: str, field: _Field) -> str:
    """Write one term; as a list where it goes over the end, like `FRI-MON` or `22-2`."""
    match, values = _SPAN.fullmatch(term), _values(term, field)
    if match is None or values is None:
        return term
    first, last, step = field.number(match["first"]), field.number(match["last"]), match["step"]
    if first is None or last is None:
        return ",".join(map(str, values)) if field.is_walked and step == str(field.most) else term
    is_odd = step == str(field.most) if field.is_walked else step and field.names is WEEKDAYS
    if first > last or len({*values}) == 1 or is_odd:
        return ",".join(map(str, sorted({*values})))
    is_safe = step is None and not (field.names is WEEKDAYS and first == 0)
    return term if is_safe else f"{first}-{last}" + (f"/{step}" if step else "")


def _values(part: str, field: _Field) -> list[int] | None:
    """Return the values of a list in its order; None where one isn't known."""
    values = [_values_of_term(term, field) for term in part.split(",")]
    known = [value for value in values if value is not None]
    return [*chain.from_iterable(known)] if len(known) == len(values) else None


def _values_of_term(term: str, field: _Field) -> list[int] | None:
    match = _SPAN.fullmatch(term)
    if match is None:
        return None
    step, size = int(match["step"] or 1), field.most - field.least + 1
    first = field.least if match["all"] else field.number(match["first"])
    last = field.most if match["all"] else field.number(match["last"] or match["first"])
    over = 7 if field.names is WEEKDAYS else field.most
    if first is None or last is None or not step or step > over:
        return None
    if not (field.least <= first <= over and field.least <= last <= over):
        return None
    if match["step"] and not (match["all"] or match["last"]):
        return None  # the panel refuses `5/10`
    length = (last - first) % size if first > last else last - first
    return [(first - field.least + at) % size + field.least for at in range(0, length + 1, step)]


def _short(name: str, field: _Field) -> str:
    return name[:_SHORT] if name in field.names else name


def _from_zero(values: Sequence[int]) -> list[int]:
    at = values.index(0) if 0 in values else 0
    return [*values[at:], *values[:at]]


def _is_rising(values: Sequence[int]) -> bool:
    return all(earlier < later for earlier, later in pairwise(values))
