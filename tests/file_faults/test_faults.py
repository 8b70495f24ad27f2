"""A part of the table: each request of each change with some of the faults, another set for each request."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.file_faults.judge import (
    FAULTS,
    KILLED,
    Case,
    faults_of,
    run,
    times_of,
)
from tests.file_faults.rig import Rigs, rigs
from tests.file_faults.stories import STORIES, Story
from tests.file_faults.transfers import TRANSFERS

NAMES = sorted(FAULTS)
ALL = (*STORIES, *TRANSFERS)
_SOME = 10
"""The suite plays each tenth story, `make sweep` the others, and `make faults` every fault of each."""
PLAYED = [
    pytest.param(story, id=story.name, marks=() if number % _SOME == 0 else pytest.mark.sweep)
    for number, story in enumerate(ALL)
]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Rigs]:
    async with rigs(tmp_path) as made:
        yield made


@pytest.mark.parametrize("story", PLAYED)
async def test_no_fault_at_any_request_costs_content_or_truth(made: Rigs, story: Story) -> None:
    clean, requests = await run(made, story)
    assert clean.error is None
    assert [*faults_of(story, clean, clean)] == []

    first = ALL.index(story)
    for number in range(len(requests)):
        for step in (0, 6) if number % 3 == 0 else (0,):
            name = NAMES[(first + number * 5 + step) % len(NAMES)]
            times = times_of(name)[-1] if step else 1
            ending, _ = await run(made, story, Case(story, number, name, times))
            wrong = [*faults_of(story, ending, clean, killed=name in KILLED)]
            assert wrong == [], (number, requests[number], name, times)
