"""What games say is cleaned and checked before anybody sees it."""

import pytest

from bot.domain.players import (
    MOST_NAMES,
    ImplausibleAnswer,
    Player,
    checked_online,
    clean_text,
    named_player,
    named_players,
    plausible_maximum,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("§aThe §lHall§r", "The Hall"),
        ("two\nlines\tand  blanks ", "two lines and blanks"),
        ("\x1b[31mred\x1b[0m\x00\x07", "red"),
        ("safe\u202egnp.exe\u2066\u200b", "safegnp.exe"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 3),
        (
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("\u3164\u2800\u200d", None),
        ("\ud800lone", "lone"),
        ("", None),
        (None, None),
        ("x" * 10_000, "x" * 119 + "…"),
        ("^_^ a_b *c* `d`", "^_^ a_b *c* `d`"),
    ],
)
def test_a_text_comes_out_as_one_short_visible_line(raw: str | None, shown: str | None) -> None:
    assert clean_text(raw) == shown


@pytest.mark.parametrize(("raw", "count"), [(0, 0), (31, 31), ("7", 7), (100_000, 100_000)])
def test_a_count_is_taken(raw: object, count: int) -> None:
    assert checked_online(raw) == count


@pytest.mark.parametrize("raw", [-1, "-1", 100_001, 2**31, True, None, 3.0, "many", "\uff19", "1" * 5000, []])
def test_what_cannot_be_a_count_is_refused(raw: object) -> None:
    with pytest.raises(ImplausibleAnswer):
        checked_online(raw)


@pytest.mark.parametrize("raw", [0, -1, 2**31, None, "none", True])
def test_a_game_without_a_limit_has_no_maximum(raw: object) -> None:
    assert plausible_maximum(raw) is None


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf"), 1e12])
def test_an_impossible_time_is_not_shown(seconds: float) -> None:
    assert named_player("Ann", seconds=seconds, score=2**40) == Player("Ann")


@pytest.mark.sweep
def test_players_without_a_name_are_left_out_and_a_long_list_is_cut() -> None:
    players = [named_player(""), *(named_player(f"Player {number}") for number in range(100_000))]
    named = named_players(players)
    assert (len(named), named[0].name) == (MOST_NAMES, "Player 0")
