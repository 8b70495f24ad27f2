"""Which name somebody means."""

import string

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.name_ranking import NameIndex


def names(*titles: str) -> NameIndex[str]:
    return NameIndex.of(titles, title=str, codes=lambda title: (f"{sum(map(ord, title)):08x}",))


def test_nothing_typed_is_everything_by_name() -> None:
    assert names("b", "A", "c").ranked(" ") == ["A", "b", "c"]


def test_exact_then_start_then_word_then_inside_then_likeness() -> None:
    index = names("survivel", "xsurvival", "old survival", "survival 2", "Survival")
    assert index.ranked("survival") == ["Survival", "survival 2", "old survival", "xsurvival", "survivel"]


def test_codes_are_found_by_their_start() -> None:
    index = names("Lobby", "Hub")
    code = f"{sum(map(ord, 'Hub')):08x}"
    assert index.ranked(code)[0] == "Hub"
    assert index.ranked(code[:7])[0] in {"Hub", "Lobby"}
    assert index.exact(code.upper()) == ["Hub"]


def test_exact_gives_all_namesakes() -> None:
    assert names("Lobby", "lobby", "Lobby 2").exact("LOBBY") == ["Lobby", "lobby"]


def test_an_unknown_name_finds_no_server() -> None:
    assert names("Survival", "Creative").ranked("zzz") == []


@given(st.lists(st.text(alphabet=string.ascii_letters + " -", min_size=1), max_size=30), st.text(max_size=20))
def test_nothing_is_offered_twice_and_nothing_invented(titles: list[str], typed: str) -> None:
    ranked = NameIndex.of(enumerate(titles), title=lambda pair: pair[1], codes=lambda _: ()).ranked(typed)
    assert len(ranked) == len(set(ranked))
    assert set(ranked) <= set(enumerate(titles))


@given(st.lists(st.text(alphabet=string.ascii_letters, min_size=1), min_size=1, max_size=30))
def test_a_full_name_comes_first(titles: list[str]) -> None:
    wanted = titles[0]
    assert names(*titles).ranked(wanted)[0].casefold() == wanted.casefold()
