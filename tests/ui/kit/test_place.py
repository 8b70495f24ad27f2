"""Where an expired message leads is read from its custom ids, with the longest names that settings allow."""

from uuid import UUID

import pytest

from bot.domain.levels import Level
from bot.domain.target import Target
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.place import PAGE_WORDS, Place, read, written
from tests.ui.card_limits import server

LONGEST_PANEL = "p" * 32
STEM = "q:01234567:89abcdef"  # as `stale_components.new_id` makes it
LONGEST_CUSTOM_ID = 100


@pytest.mark.parametrize("page", PAGE_WORDS)
@pytest.mark.parametrize(
    "uuid", [UUID(int=0), UUID(int=2**128 - 1), UUID("8d1f2c3a-0b4e-4f6a-9c7d-112233445566")]
)
def test_page_of_the_panel_with_the_longest_name_is_written_and_read(page: str, uuid: UUID) -> None:
    known = server().model_copy(update={"uuid": str(uuid)})
    tail = written(f"/{page}", AccessCheck(Level.VIEWER, Target(LONGEST_PANEL, known)))
    custom_id = f"{STEM}{tail}:private"
    assert len(custom_id) <= LONGEST_CUSTOM_ID
    assert read(custom_id) == (Place(page, LONGEST_PANEL, str(uuid)), "")


def test_page_that_an_earlier_release_wrote_is_read() -> None:
    uuid = "8d1f2c3a-0b4e-4f6a-9c7d-112233445566"
    assert read(f"{STEM};open:files:main:{uuid};:3") == (Place("files", "main", uuid), "")


@pytest.mark.parametrize(
    "tail", ["", ";", ";o:files:main:short;:3", ";o:nowhere:main:AAAAAAAAAAAAAAAAAAAAAA;:3"]
)
def test_anything_else_leads_nowhere(tail: str) -> None:
    assert read(f"{STEM}{tail}") == (None, "")
