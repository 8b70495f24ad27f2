"""Play rounds until the time is over, and print the table."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.crash_recovery.jobs.judge import Verdict, compare
from tests.crash_recovery.jobs.round import play
from tests.crash_recovery.processes import warm_up
from tests.support.output import print_line

_COUNTS = ("kills", "jobs", "struck", "resumed", "settled", "aborted", "doubled", "lost", "stopped", "odd")
_WIDTH = 9


@dataclass(frozen=True, slots=True)
class Programme:
    """What to play: rounds from a seed on, begun for so many minutes on the wall."""

    seed: int
    minutes: float
    directory: Path


async def table(programme: Programme) -> int:
    """Play, and return how many rounds were not safe."""
    began, verdicts = time.monotonic(), list[Verdict]()
    print_line("The bot is killed with SIGKILL in the middle of restarts, bulk actions and idle stops, and")
    print_line("started again on the same data. What happened is counted by the panel's own log.\n")
    print_line(_row("seed", "pace", *_COUNTS))
    logging.getLogger("aiohttp.server").setLevel(
        logging.CRITICAL
    )  # of bots that go in the middle of a request
    warm_up()
    while time.monotonic() - began < programme.minutes * 60 or not verdicts:
        seed = programme.seed + len(verdicts)
        played = await play(seed, programme.directory / f"jobs-{seed}")
        verdict = compare(played)
        verdicts.append(verdict)
        print_line(_row(seed, f"{verdict.factor:.0f}x", *_counts([verdict])))
        for text in verdict.wrong:
            print_line(f"  !! {text}")
    print_line(_row("all", "", *_counts(verdicts)))
    print_line(
        "\nstruck: jobs that were open at a kill; each was resumed to its end, or settled with a reason."
    )
    print_line("aborted: of those, by Abort after the kill. stopped: servers left stopped that should run.")
    failed = sum(bool(verdict.wrong) for verdict in verdicts)
    took = time.monotonic() - began
    print_line(f"{len(verdicts) - failed} rounds passed, {failed} failed, in {took:.0f} s")
    return failed


def _counts(verdicts: Sequence[Verdict]) -> list[int]:
    values = [[getattr(verdict, name) for verdict in verdicts] for name in _COUNTS]
    return [sum(value if isinstance(value, int) else len(value) for value in column) for column in values]


def _row(*cells: object) -> str:
    return "".join(f"{cell!s:>{_WIDTH}}" for cell in cells)
