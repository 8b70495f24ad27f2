"""One cause: how it shows in the console, what it means, and what to do."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.i18n import Message
from bot.domain.diagnosis.fixes import Fix

Facts = Mapping[str, str]
"""The facts that a pattern read from a line, by the names of its groups."""

FOLLOWING = 12
"""How many lines below its own a pattern reads."""


def never(_: Facts) -> Fix | None:
    """Offer no fix."""
    return None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A cause and the line that proves it.

    `line` has to match a whole line from its first character, so it anchors on the form in which the game or
    its runtime logs. `hint` is a text that every such line holds: most lines are refused by it alone.
    `below` reads more from one of the lines that follow. `cause` and `fix` are sentences; a name in braces
    stands for a group of `line` or `below`, or for what `derive` makes of them.

    `is_certain` is False where the line is a fault that a process can survive: it is then called a possible
    cause. Where players may be able to print something like it, `exit_codes` says how the process has to have
    ended, and `within` among how many of the last lines it has to be.
    """

    id: str
    name: Message
    hint: str
    line: re.Pattern[str]
    cause: Message
    fix: Message
    below: re.Pattern[str] | None = None
    is_certain: bool = True
    exit_codes: frozenset[int] | None = None
    within: int | None = None
    offer: Callable[[Facts], Fix | None] = never
    derive: Callable[[Facts], Facts] | None = None

    def read(self, lines: Sequence[str], at: int) -> Facts | None:
        """Return the facts from the line at this index; None when the pattern doesn't match."""
        line = lines[at]
        if self.hint not in line:
            return None
        match = self.line.fullmatch(line)
        if match is None:
            return None
        facts = {name: value or "" for name, value in match.groupdict().items()}
        if self.below is not None:
            for following in lines[at + 1 : at + 1 + FOLLOWING]:
                more = self.below.fullmatch(following)
                if more is not None:
                    facts |= {name: value or "" for name, value in more.groupdict().items()}
                    break
            else:
                return None
        return facts if self.derive is None else {**facts, **self.derive(facts)}


def offering(fix: Fix) -> Callable[[Facts], Fix | None]:
    """Return a function that offers this fix whatever was read."""
    return lambda _: fix
