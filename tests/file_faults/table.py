"""The table: every request of every change, and every fault before and after it."""

import asyncio
import logging
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from tests.file_faults.judge import (
    COLUMNS,
    KILLED,
    PAGES,
    Case,
    faults_of,
    run,
    times_of,
)
from tests.file_faults.rig import Rigs, rigs
from tests.file_faults.stories import STORIES, Story
from tests.file_faults.transfers import TRANSFERS
from tests.support.output import print_line

ALL = (*STORIES, *TRANSFERS)
WIDTH = max(len(story.name) for story in ALL) + 2


@dataclass
class Played:
    """What came of one story: its lines of the table, how many runs there were, and what was not safe."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    runs: int = 0


def table(only: str = "") -> int:
    """Run everything, on all cores, and return how many runs were not safe."""
    print_line("Each fault strikes once and, in a second run, from there on for good; both must be safe.")
    pages = sum(map(len, PAGES.values()))
    print_line(f"The last {len(PAGES)} columns are {pages} pages of HTML, of text, and with nothing.\n")
    print_line(f"{'':{WIDTH}}{'':18}" + "".join(f"{name:>17}" for name in COLUMNS))
    began, runs, unsafe = time.monotonic(), 0, 0
    numbers = [number for number, story in enumerate(ALL) if only in story.name]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for played in pool.map(play, numbers):
            for text in (*played.lines, *(f"  !! {text}" for text in played.wrong)):
                print_line(text)
            runs, unsafe = runs + played.runs, unsafe + len(played.wrong)
    print_line(f"\n{runs} runs in {(time.monotonic() - began) / 60:.0f} minutes, {unsafe} not safe")
    return unsafe


def play(number: int) -> Played:
    """Play one story in a process of its own."""
    for name in ("aiohttp.server", "bot"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # whatever fails here was ordered

    async def alone() -> Played:
        with tempfile.TemporaryDirectory() as directory:
            async with rigs(Path(directory)) as made:
                return await of_story(made, ALL[number])

    return asyncio.run(alone())


async def of_story(made: Rigs, story: Story) -> Played:
    """Run one story with every fault at every request."""
    clean, requests = await run(made, story)
    played = Played(runs=1, wrong=[f"without a fault: {text}" for text in faults_of(story, clean, clean)])
    for number, request in enumerate(requests):
        cells = []
        for names in COLUMNS.values():
            rows: list[str] = []
            for case in (Case(story, number, name, times) for name in names for times in times_of(name)):
                ending, _ = await run(made, story, case)
                played.runs += 1
                rows += [
                    f"{number} {request}, {case.fault}{'' if case.times else ' for good'}: {text}"
                    for text in faults_of(story, ending, clean, killed=case.fault in KILLED)
                ]
            played.wrong += rows
            cells.append("NOT SAFE" if rows else "safe")
        head = f"{story.name if number == 0 else '':{WIDTH}}{request:18}"
        played.lines.append(head + "".join(f"{cell:>17}" for cell in cells))
    return played
