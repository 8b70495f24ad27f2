"""Play the hours and print the table: `python -m tests.crash_recovery`, `--help` says with what."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.crash_recovery.hour import Hour, play
from tests.crash_recovery.jobs.table import Programme
from tests.crash_recovery.jobs.table import table as jobs_table
from tests.crash_recovery.judge import Verdict, compare
from tests.crash_recovery.points import Point
from tests.crash_recovery.processes import warm_up
from tests.support.output import print_line

AT_ONCE = 2
RANDOM_HOURS = 7
HEADS = (
    *("point or moment", "seed", "pace", "kills"),
    *("alerts", "notified", "doubled", "lost", "recovered", "excused", "slowest"),
)
WIDTHS = (30, 6, 6, 7, 8, 6, 9, 6, 11, 9, 9)


def hours(seed: int) -> list[Hour]:
    """Give the whole programme: some hours of random moments, and one for each point."""
    plain = [Hour(seed + number) for number in range(RANDOM_HOURS - 2)]
    random = [*plain, Hour(seed + RANDOM_HOURS - 2, storm=True), Hour(seed + RANDOM_HOURS - 1, moves=True)]
    points = [Hour(seed + RANDOM_HOURS + number, point) for number, point in enumerate(Point)]
    return [*random, *points]


async def table(programme: Sequence[Hour], directory: Path) -> int:
    """Play all of it, two hours at a time, and return how many were not safe."""
    began = time.monotonic()
    print_line(
        "Each hour has the same kinds of troubles at other moments. The bot is killed with SIGKILL and"
    )
    print_line("started again at once on the same data; Discord limits, fails, cuts and refuses meanwhile.\n")
    print_line(_row(*HEADS))
    warm_up()
    free = asyncio.Semaphore(AT_ONCE)
    verdicts: list[Verdict] = []

    async def one(number: int, hour: Hour) -> None:
        async with free:
            verdict = compare(await play(hour, directory / f"{number:02}-{hour.seed}"))
        verdicts.append(verdict)
        _show(verdict)

    await asyncio.gather(*(one(number, hour) for number, hour in enumerate(programme)))
    _show_all(verdicts, time.monotonic() - began)
    return sum(bool(verdict.wrong) for verdict in verdicts)


def _show(verdict: Verdict) -> None:
    print_line(
        _row(
            verdict.name,
            verdict.seed,
            f"{verdict.pace:.0f}x",
            verdict.kills,
            verdict.expected,
            verdict.notified,
            len(verdict.doubled),
            len(verdict.lost),
            verdict.recoveries,
            len(verdict.excused),
            f"{verdict.slowest_s:.0f} s",
        )
    )
    for text in verdict.wrong:
        print_line(f"  !! {text}")
    for text in verdict.excused:
        print_line(f"  excused: {text}")


def _show_all(verdicts: Sequence[Verdict], took_s: float) -> None:
    def total(count: str) -> int:
        values = [getattr(verdict, count) for verdict in verdicts]
        return sum(value if isinstance(value, int) else len(value) for value in values)

    counts = ("kills", "expected", "notified", "doubled", "lost", "recoveries", "excused")
    slowest = max((verdict.slowest_s for verdict in verdicts), default=0.0)
    print_line(_row("all", "", "", *(total(count) for count in counts), f"{slowest:.0f} s"))
    print_line("\nslowest: from trouble to message, by the clock of the hour; nothing is lost by being late.")
    print_line("excused: no bot lived long enough to see what its rule waits for (UNBROKEN_S in judge.py).")
    failed = sum(bool(verdict.wrong) for verdict in verdicts)
    print_line(
        f"{len(verdicts) - failed} hours passed, {failed} failed, {total('kills')} kills in {took_s:.0f} s"
    )


def _row(*cells: object) -> str:
    first, *rest = (
        f"{cell!s:<{width}}" if number == 0 else f"{cell!s:>{width}}"
        for number, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return "".join([first, *rest])


def main() -> int:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash_recovery")
    parser.add_argument("--seed", type=int, default=1, help="the first hour's (default: %(default)s)")
    parser.add_argument("--hours", type=int, help="how many of the programme (default: all)")
    parser.add_argument("--only", default="", help="only hours with this in their name")
    parser.add_argument("--keep", type=Path, help="a directory for stores and logs, which are kept")
    parser.add_argument(
        "--source", choices=("socket", "poll"), default="socket", help="by what servers are observed"
    )
    parser.add_argument(
        "--what", choices=("alerts", "jobs"), default="alerts", help="what the bot is killed in"
    )
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="of jobs: for so long rounds begin (default: %(default)s)"
    )
    options = parser.parse_args()
    chosen = [hour for hour in hours(options.seed) if options.only in hour.name][: options.hours]
    programme = [replace(hour, live=options.source == "socket") for hour in chosen]
    with tempfile.TemporaryDirectory(prefix="quetzal-kill-") as temporary:
        directory = options.keep or Path(temporary)
        if options.what == "jobs":
            work = jobs_table(Programme(options.seed, options.minutes, directory))
        else:
            work = table(programme, directory)
        return min(1, asyncio.run(work))


if __name__ == "__main__":
    sys.exit(main())
