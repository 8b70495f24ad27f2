"""The page of faults says what people read now."""

from pathlib import Path

import pytest

from tests.fault_messages.page import AGAIN, kept, section
from tests.fault_messages.topics import TOPICS


@pytest.mark.sweep
@pytest.mark.parametrize("title", TOPICS)
async def test_the_page_says_what_people_read(title: str, tmp_path: Path) -> None:
    assert await section(title, TOPICS[title], tmp_path) == kept(title), AGAIN
