"""One check of a server's health: its result, and what to do and where."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """The result of a check; UNKNOWN: it could not be made."""

    PASS = "pass"  # noqa: S105 - a result, not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Remedy(StrEnum):
    """Where it is done what a check asks for."""

    BACK_UP = "back up"
    CONSOLE = "console"
    FILES = "files"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was measured, and unless it passed what to do and where."""

    name: str
    result: Result
    measured: str
    todo: str = ""
    remedy: Remedy | None = None
