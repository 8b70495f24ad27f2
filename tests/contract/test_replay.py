"""Every recording, put to the sandbox in the same state, gets the same answer."""

import pytest

from tests.contract.replay import replay
from tests.contract.steps import Story
from tests.contract.stories import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_the_sandbox_answers_as_the_real_panel_did(story: Story) -> None:
    mismatches = await replay(story)
    report = "\n".join(f"{name}\n    " + "\n    ".join(lines) for name, lines in mismatches.items())
    if mismatches:
        pytest.fail(f"{len(mismatches)} recordings of “{story.name}” differ:\n{report}", pytrace=False)
