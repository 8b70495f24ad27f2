"""The name of a server: what the panel would refuse is refused before it is sent."""

import pytest

from bot.core.errors import BadInput
from bot.domain.server_name import LONGEST_NAME, checked_server_name


def test_blanks_around_a_name_are_cut_as_the_panel_cuts_them() -> None:
    assert checked_server_name("  Season 2\t") == "Season 2"


def test_the_limit_counts_characters_and_not_bytes() -> None:
    assert checked_server_name("é" * LONGEST_NAME) == "é" * LONGEST_NAME


@pytest.mark.parametrize("typed", ["", "   ", "n" * (LONGEST_NAME + 1)])
def test_an_empty_or_too_long_name_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="The new name"):
        checked_server_name(typed)
