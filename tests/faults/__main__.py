"""Print the table: every request of every change, and every fault before and after it."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from tests.faults.judge import FAULTS, FOR_GOOD, KILLED, Case, faults_of, run
from tests.faults.rig import Rigs, rigs
from tests.faults.stories import STORIES, Story
from tests.faults.transfers import TRANSFERS


async def table(only: str = "") -> int:
    """Run everything and return how many runs were not safe."""
    stories = (*STORIES, *TRANSFERS)
    width = max(len(story.name) for story in stories) + 2
    names = list(FAULTS)
    say("Each fault strikes once and, in a second run, from there on for good; both must be safe.\n")
    say(f"{'':{width}}{'':18}" + "".join(f"{name:>17}" for name in names))
    runs = unsafe = 0
    with tempfile.TemporaryDirectory() as directory:
        async with rigs(Path(directory)) as made:
            for story in stories:
                if only not in story.name:
                    continue
                done, bad = await of_story(made, story, names, width)
                runs, unsafe = runs + done, unsafe + bad
    say(f"\n{runs} runs, {unsafe} not safe")
    return unsafe


async def of_story(made: Rigs, story: Story, names: list[str], width: int) -> tuple[int, int]:
    """Run one story with every fault at every request."""
    clean, requests = await run(made, story)
    wrong: list[str] = [f"without a fault: {text}" for text in faults_of(story, clean, clean)]
    runs = 1
    for number, request in enumerate(requests):
        cells = []
        for name in names:
            found: list[str] = []
            for times in (1,) if name in KILLED else (1, FOR_GOOD):
                ending, _ = await run(made, story, Case(story, number, name, times))
                runs += 1
                found += [
                    f"{number} {request}, {name}{'' if times else ' for good'}: {text}"
                    for text in faults_of(story, ending, clean, killed=name in KILLED)
                ]
            wrong += found
            cells.append("NOT SAFE" if found else "safe")
        say(
            f"{story.name if number == 0 else '':{width}}{request:18}"
            + "".join(f"{cell:>17}" for cell in cells)
        )
    for text in wrong:
        say(f"  !! {text}")
    return runs, len(wrong)


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # connections are cut on purpose
    sys.exit(min(1, asyncio.run(table(*sys.argv[1:2]))))
