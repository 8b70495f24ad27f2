"""Every recording, put to the sandbox in the same state, gets the same answer."""

import pytest

from tests.contract.replay import replay
from tests.contract.steps import Story
from tests.contract.stories import STORIES

EACH_OTHER = [
    pytest.param(story, id=story.name, marks=() if number % 2 == 0 else pytest.mark.sweep)
    for number, story in enumerate(STORIES)
]
"""The suite plays each other story, `make sweep` those between."""


@pytest.mark.parametrize("story", EACH_OTHER)
async def test_the_sandbox_answers_as_the_real_panel_did(story: Story) -> None:
    mismatches = await replay(story)
    report = "\n".join(f"{name}\n    " + "\n    ".join(lines) for name, lines in mismatches.items())
    if mismatches:
        pytest.fail(f"{len(mismatches)} recordings of “{story.name}” differ:\n{report}", pytrace=False)
