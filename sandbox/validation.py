"""Laravel's validation rules, as far as the panel's client routes use them: same order, same sentences."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sandbox.answers import Invalid

Failure = tuple[str, str, str]


def validate(data: Mapping[str, Any], rules: Mapping[str, str]) -> None:
    """Check fields against rules like `required|string|max:191`; `files.*.from` walks a list.

    Raises Invalid with one entry for each rule that failed, in the order of the rules.
    """
    failures: list[Failure] = []
    for pattern, spec in rules.items():
        for field, value, present in _matches(data, pattern):
            failures.extend(_failures(field, value, present, spec, data))
    if failures:
        raise Invalid(failures)


def _matches(data: Mapping[str, Any], pattern: str) -> Iterator[tuple[str, Any, bool]]:
    head, star, tail = pattern.partition(".*")
    if not star:
        yield pattern, data.get(pattern), pattern in data
        return
    entries = data.get(head)
    if not isinstance(entries, list):
        return
    for index, entry in enumerate(entries):
        name = tail.removeprefix(".")
        if not name:
            yield f"{head}.{index}", entry, True
        elif isinstance(entry, Mapping):
            yield f"{head}.{index}.{name}", entry.get(name), name in entry
        else:
            yield f"{head}.{index}.{name}", None, False


def _failures(
    field: str, value: object, present: bool, spec: str, data: Mapping[str, Any]
) -> Iterator[Failure]:
    label = field.replace("_", " ")
    # A regex may hold a pipe; the panel then gives the rules as a list. Ours come as the last rule.
    plain, _, pattern = spec.partition("regex:")
    rules = [rule for rule in plain.split("|") if rule] + ([f"regex:{pattern}"] if pattern else [])
    names = {rule.partition(":")[0] for rule in rules}
    empty = value is None or value in ("", [])
    if "present" in names and not present:
        yield field, "present", f"The {label} field must be present."
        return
    for rule in rules:
        name, _, argument = rule.partition(":")
        if name == "required" and empty:
            yield field, "required", f"The {label} field is required."
            return
        if name == "required_unless" and empty:
            other, _, allowed = argument.partition(",")
            if data.get(other) not in allowed.split(","):
                sentence = f"The {label} field is required unless {other} is in {allowed}."
                yield field, "required_unless", sentence
                return
    if value is None or (value == "" and "string" not in names):
        if present and value is None and "nullable" not in names and names & {"string", "array", "boolean"}:
            yield from _check_types(field, label, value, names)
        return
    for rule in rules:
        name, _, argument = rule.partition(":")
        check = _CHECKS.get(name)
        if check is not None and (sentence := check(value, argument, names)):
            yield field, name, sentence.format(label=label)


def _check_types(field: str, label: str, value: object, names: set[str]) -> Iterator[Failure]:
    for name in ("string", "array", "boolean"):
        if name in names and (sentence := _CHECKS[name](value, "", names)):
            yield field, name, sentence.format(label=label)


def _string(value: object, _argument: str, _names: set[str]) -> str:
    return "" if isinstance(value, str) else "The {label} must be a string."


def _array(value: object, _argument: str, _names: set[str]) -> str:
    return "" if isinstance(value, list) else "The {label} must be an array."


def _boolean(value: object, _argument: str, _names: set[str]) -> str:
    fine = isinstance(value, bool) or (isinstance(value, int | str) and str(value) in {"0", "1"})
    return "" if fine else "The {label} field must be true or false."


def _numeric(value: object, _argument: str, _names: set[str]) -> str:
    return "" if _number(value) is not None else "The {label} must be a number."


def _integer(value: object, _argument: str, _names: set[str]) -> str:
    fine = not isinstance(value, bool) and re.fullmatch(r"-?\d+", str(value)) is not None
    return "" if fine else "The {label} must be an integer."


def _in(value: object, argument: str, _names: set[str]) -> str:
    return "" if str(value) in argument.split(",") else "The selected {label} is invalid."


def _max(value: object, argument: str, names: set[str]) -> str:
    number = _number(value) if names & {"numeric", "integer"} else None
    if number is not None:
        return f"The {{label}} may not be greater than {argument}." if number > float(argument) else ""
    if isinstance(value, str) and len(value) > int(argument):
        return f"The {{label}} may not be greater than {argument} characters."
    return ""


def _min(value: object, argument: str, names: set[str]) -> str:
    number = _number(value) if names & {"numeric", "integer"} else None
    if number is not None:
        return f"The {{label}} must be at least {argument}." if number < float(argument) else ""
    if isinstance(value, str) and len(value) < int(argument):
        return f"The {{label}} must be at least {argument} characters."
    return ""


def _between(value: object, argument: str, names: set[str]) -> str:
    low, _, high = argument.partition(",")
    if names & {"numeric", "integer"}:
        number = _number(value)
        unit = ""
    else:
        number = float(len(value)) if isinstance(value, str) else None
        unit = " characters"
    if number is None or float(low) <= number <= float(high):
        return ""
    return f"The {{label}} must be between {low} and {high}{unit}."


def _alpha_dash(value: object, _argument: str, _names: set[str]) -> str:
    fine = isinstance(value, str | int) and re.fullmatch(r"[\w-]+", str(value)) is not None
    return "" if fine else "The {label} may only contain letters, numbers, and dashes."


def _regex(value: object, argument: str, _names: set[str]) -> str:
    fine = isinstance(value, str | int) and re.search(argument.strip("/"), str(value)) is not None
    return "" if fine else "The {label} format is invalid."


def _url(value: object, _argument: str, _names: set[str]) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        parts = None
    return "" if parts and parts.scheme and parts.netloc else "The {label} format is invalid."


def _email(value: object, _argument: str, _names: set[str]) -> str:
    fine = isinstance(value, str) and re.fullmatch(r"[^@\s]+@[^@\s]+", value) is not None
    return "" if fine else "The {label} must be a valid email address."


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


_CHECKS: dict[str, Callable[[Any, str, set[str]], str]] = {
    "string": _string,
    "array": _array,
    "boolean": _boolean,
    "numeric": _numeric,
    "integer": _integer,
    "in": _in,
    "max": _max,
    "min": _min,
    "between": _between,
    "alpha_dash": _alpha_dash,
    "regex": _regex,
    "url": _url,
    "email": _email,
}


def truthy(value: object) -> bool:
    """Return what Laravel's `boolean()` reads: true, 1, "1", "true", "on", "yes"."""
    return value is True or str(value).lower() in {"1", "true", "on", "yes"}


def string_list(value: object) -> Sequence[str]:
    """Return the strings of a comma list or an array."""
    if isinstance(value, list):
        return [str(entry) for entry in value]
    return [part for part in str(value or "").split(",") if part]
