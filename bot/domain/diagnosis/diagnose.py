"""Finds the cause of a process's end with the patterns for the server's game."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.core.terminal_codes import without_prompt
from bot.domain.diagnosis.exit_codes import by_exit_code
from bot.domain.diagnosis.families import FAMILIES, Family
from bot.domain.diagnosis.finding import Diagnosis
from bot.domain.diagnosis.pattern import FOLLOWING, Pattern
from bot.domain.process_end import ProcessEnd
from bot.domain.quoting import quoted

MOST_LINES = 200
LONGEST_LINE = 1_000
"""No logger's own words come later in a line; this bounds the work on long lines."""
_LONGEST_FACT = 80
_NUMBER = re.compile(r"[\d.]+")


def condensed(end: ProcessEnd, families: Collection[Family]) -> ProcessEnd:
    """Cut the lines to what `diagnose` reads, and empty those that prove nothing."""
    lines = [without_prompt(line[:LONGEST_LINE]) for line in end.lines[-MOST_LINES:]]
    hints = {pattern.hint for pattern in _patterns(families)}
    near = [at for at, line in enumerate(lines) if any(hint in line for hint in hints)]
    kept = {at for first in near for at in range(first, first + FOLLOWING + 1)}
    return replace(end, lines=tuple(line if at in kept else "" for at, line in enumerate(lines)))


def diagnose(end: ProcessEnd, families: Collection[Family]) -> Diagnosis | None:
    """Return the cause, or None when nothing proves one; `end` is `condensed`.

    The time it takes is linear in the characters of the lines.
    """
    if end.oom_killed:
        return by_exit_code(end.exit_code, oom_killed=True)
    lines = end.lines
    possible: Diagnosis | None = None
    for pattern in _patterns(families):
        if pattern.exit_codes is not None and end.exit_code not in pattern.exit_codes:
            continue
        suspect = _search(pattern, lines)
        if suspect is None:
            continue
        if suspect.is_certain:
            return suspect
        possible = possible or suspect
    return possible or by_exit_code(end.exit_code, oom_killed=False)


def _patterns(families: Collection[Family]) -> list[Pattern]:
    return [pattern for name in families for pattern in FAMILIES[name].patterns]


def _search(pattern: Pattern, lines: Sequence[str]) -> Diagnosis | None:
    """Search from the last line to the first: the last ones are closest to the end."""
    first = 0 if pattern.within is None else max(0, len(lines) - pattern.within)
    for at in range(len(lines) - 1, first - 1, -1):
        facts = pattern.read(lines, at)
        if facts is None:
            continue
        said = {name: _said(value) for name, value in facts.items()}
        return Diagnosis(
            pattern.id,
            replace(pattern.cause, values=said),
            replace(pattern.fix, values=said),
            lines[at],
            pattern.offer(facts),
            pattern.is_certain,
        )
    return None


def _said(value: str) -> str:
    """Format a fact for a sentence: numbers and versions as they are, all else quoted."""
    short = value[:_LONGEST_FACT]
    return short if _NUMBER.fullmatch(short) else quoted(short)
