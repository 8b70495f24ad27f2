"""Sentences show names, keys and paths as they are, and Discord makes nothing of them."""

import pytest

from bot.core.errors import BadInput
from bot.domain.configs import set_key
from bot.domain.quoting import escaped, quoted, shown_address
from bot.ui.kit.error_report import error_card


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("list[0]", "`list[0]`"),
        (r"C:\games\a.cfg", r"`C:\games\a.cfg`"),
        ('"a.b".c', '`"a.b".c`'),
        ("_a_*b*", "`_a_*b*`"),
        ("<@123> @everyone https://a.b", "`<@123> @everyone https://a.b`"),
        ("a  b ", "`a  b `"),
        ("two\nlines\t\x7f", "`two␊lines␉␡`"),
        ("\u202egnp\u200b.exe", "`⟨U+202E⟩gnp⟨U+200B⟩.exe`"),
        ("a`b", "`` a`b ``"),
        ("``", "` `` `"),
        ("", "(empty)"),
    ],
)
def test_a_name_in_a_sentence_is_exactly_itself(name: str, shown: str) -> None:
    assert quoted(name) == shown


def test_words_of_a_file_lose_nothing_but_their_effect() -> None:
    assert escaped("Expected ']' after `x`\n@everyone") == "Expected '\\]' after \\`x\\`␊@\u200beveryone"


@pytest.mark.parametrize("key", ["worlds[0].na_me", r"paths.C:\x", '"a.b"', "a`b", "k\tk"])
def test_a_key_that_is_not_there_is_named_as_it_was_typed(key: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_key("a.yml", "other: 1", key, "1")
    assert quoted(key) in refused.value.happened


def test_the_keys_that_were_perhaps_meant_can_be_copied() -> None:
    with pytest.raises(BadInput) as refused:
        set_key("a.ini", "[/Script/Pal.Settings]\nna_me[0]=1\n", "/Script/Pal.Settings.na_me[1]", "2")
    assert "`/Script/Pal.Settings.na_me[0]`" in refused.value.next_step


def test_two_stars_in_a_name_do_not_end_the_bold() -> None:
    shown = error_card(BadInput(f"There is no key {quoted('a**b')}."), "1").description
    assert shown is not None
    assert shown.startswith("There is no key `a**b`.")


@pytest.mark.parametrize(
    ("host", "shown"),
    [("10.0.0.1", "10.0.0.1:25565"), ("mc.example", "mc.example:25565"), ("::1", "[::1]:25565")],
)
def test_an_address_stands_as_people_type_it(host: str, shown: str) -> None:
    assert shown_address(host, 25565) == shown
