"""The doctor's findings, as lines for a terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.http_date import parse_http_date

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SKEW_NOTED_S = 10
_SKEW_WRONG_S = 300
_NAMED = 5
"""How many names are listed before the rest is counted."""


class Mark(StrEnum):
    """How good a finding is. Only WRONG makes the exit code 1."""

    GOOD = "✔"
    NOTE = "!"
    WRONG = "✘"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, and how to fix it. It never contains a secret."""

    mark: Mark
    summary: str
    fix: str = ""

    @override
    def __str__(self) -> str:
        summary, fix = printable(self.summary), printable(self.fix)
        return f"  {self.mark} {summary}" + (f"\n      → {fix}" if fix else "")


def good(summary: str) -> Finding:
    """Make a finding about something that is fine."""
    return Finding(Mark.GOOD, summary)


def note(summary: str, fix: str) -> Finding:
    """Make a finding about something that works, and could be better."""
    return Finding(Mark.NOTE, summary, fix)


def wrong(summary: str, fix: str) -> Finding:
    """Make a finding about something that does not work."""
    return Finding(Mark.WRONG, summary, fix)


def from_error(error: QuetzalError, *, about: str = "") -> Finding:
    """Make a finding of an error of ours."""
    return wrong(f"{about}{error.happened}", error.next_step)


def clock(whose: str, date_header: str | None, now: datetime) -> Finding | None:
    """Compare this machine's clock with a `Date` header; None when there is no usable one."""
    theirs = parse_http_date(date_header or "")
    if theirs is None:
        return None
    skew_s = (now - theirs).total_seconds()
    if abs(skew_s) <= _SKEW_NOTED_S:
        return good(f"The clock agrees with {whose}.")
    summary = (
        f"This machine's clock is {abs(skew_s):.0f} s {'ahead of' if skew_s > 0 else 'behind'} {whose}'s."
    )
    fix = "Turn on time synchronisation (timedatectl set-ntp true), here or there."
    return wrong(summary, fix) if abs(skew_s) > _SKEW_WRONG_S else note(summary, fix)


def some(names: Iterable[str]) -> str:
    """Join the first few names, and count the rest."""
    listed = list(names)
    more = len(listed) - _NAMED
    return ", ".join(listed[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def printable(text: str) -> str:
    """Remove terminal control characters: names come from people."""
    return "".join(character if character.isprintable() else "�" for character in text)
