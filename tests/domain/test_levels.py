"""Who may do what, apart from what was granted."""

import pytest

from bot.domain.levels import Level, allowed_guilds, in_scope

HERE, ELSEWHERE = 1, 2


def test_levels_hold_what_is_below_them() -> None:
    assert Level.NONE < Level.VIEWER < Level.OPERATOR < Level.MANAGER < Level.ADMIN
    assert Level.OPERATOR.word == "operator"


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (None, False),
        ("all", True),
        (frozenset({"1a7ce997"}), True),
        (frozenset({"1a7ce997-0000-4000-8000-000000000000"}), True),
        (frozenset({"1a7"}), False),
        (frozenset(), False),
    ],
)
def test_a_guild_sees_what_its_settings_say(scope: frozenset[str] | None, seen: bool) -> None:
    assert in_scope(scope, "1a7ce997", "1a7ce997-0000-4000-8000-000000000000") is seen


def test_a_guild_is_allowed_by_any_panel() -> None:
    assert allowed_guilds({"a": {HERE: "all"}, "b": {ELSEWHERE: frozenset()}}) == {HERE, ELSEWHERE}
