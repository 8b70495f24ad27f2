"""The report of the self-check: the age of each last success against its limit. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.formatting import duration

STARTING_S = 180.0
"""How long after the start nothing needs to have succeeded yet."""


class Verdict(StrEnum):
    """The verdict. STARTING: not everything has succeeded once, shortly after the start."""

    OK = "ok"
    STARTING = "starting"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Progress:
    """Work that must make progress. `age_s`: since its last success, None before the first.

    `stalled` says what is wrong when the age is over `limit_s`, without the time; `reason` is why, if known.
    """

    name: str
    age_s: float | None
    limit_s: float
    stalled: str
    reason: str | None = None

    def problem(self, up_for_s: float) -> str | None:
        """Return what is wrong with it; None when it makes progress."""
        age_s = up_for_s if self.age_s is None else self.age_s
        if self.age_s is not None and age_s <= self.limit_s:
            return None
        reason = f": {self.reason.rstrip('.')}" if self.reason else ""
        return f"{self.stalled} for {duration(age_s)}{reason}."


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The results of one check; `up_for_s` is how long Quetzal has been running."""

    progress: tuple[Progress, ...]
    up_for_s: float

    @property
    def problems(self) -> Sequence[str]:
        """Return the problems, as sentences."""
        possible = (progress.problem(self.up_for_s) for progress in self.progress)
        return [problem for problem in possible if problem is not None]

    @property
    def verdict(self) -> Verdict:
        """Return the overall verdict."""
        if not self.problems:
            return Verdict.OK
        has_begun = all(progress.age_s is not None for progress in self.progress)
        return Verdict.FAILING if has_begun or self.up_for_s > STARTING_S else Verdict.STARTING
