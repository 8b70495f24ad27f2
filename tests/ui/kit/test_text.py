"""Whatever a server or a person calls something, it is only ever shown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.kit.text import (
    code_block,
    inline_code,
    label,
    neutralise,
    path_code,
    shorten,
    shorten_left,
    shorten_middle,
)

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("`*_~|<>@#[]()\\:&!-+.1\n\r\t\x1b\x00\u200b\u202e\u2028 ehrvyon")),
        st.characters(codec="utf-8"),
    ),
    max_size=300,
)
MARKUP = set("*_~`|<>[]()")


def as_read(markdown: str) -> tuple[str, str]:
    """Split into what is literal and what Discord would take for markup, by the rule of the backslash."""
    literal, live, at = "", "", 0
    while at < len(markdown):
        if markdown[at] == "\\" and at + 1 < len(markdown):
            literal += markdown[at + 1]
            at += 2
            continue
        literal += markdown[at]
        live += markdown[at]
        at += 1
    return literal, live


@given(NASTY)
def test_a_neutralised_name_holds_no_live_markup_and_no_mention(text: str) -> None:
    shown = neutralise(text)
    _, live = as_read(shown)
    assert not MARKUP & set(live)
    assert not re.search(r"@(everyone|here)", shown, re.IGNORECASE)
    assert "://" not in shown
    assert not re.match(r"#|-|\+|\d+[.)]", shown)
    assert "\n" not in shown
    assert "\x1b" not in shown


@given(st.text(alphabet="ab c*_`<>@", min_size=1, max_size=50).filter(str.strip))
def test_what_is_read_is_what_it_is_called(text: str) -> None:
    literal, _ = as_read(neutralise(text))
    assert literal.replace("\u200b", "") == " ".join(text.split())


@given(NASTY, st.sampled_from(["", "yaml", "properties"]))
def test_nothing_closes_a_code_block(text: str, language: str) -> None:
    block = code_block(text, language)
    assert block.startswith(f"```{language}\n")
    assert block.endswith("\n```")
    assert "```" not in block[3:-3]
    assert "\x1b" not in block


@given(st.text(alphabet="abc\n\t {}=#", max_size=200))
def test_an_ordinary_file_is_shown_as_it_is(text: str) -> None:
    assert code_block(text) == f"```\n{text or ' '}\n```"


@given(NASTY)
def test_inline_code_stays_inline(text: str) -> None:
    shown = inline_code(text)
    match = re.fullmatch(r"(`+)((?!`).*(?<!`))\1", shown)
    assert match is not None
    assert match[1] not in re.findall("`+", match[2])
    assert "\n" not in shown


@given(NASTY, st.integers(2, 100))
def test_a_label_fits_and_is_never_empty(text: str, limit: int) -> None:
    shown = label(text, limit)
    assert 0 < len(shown) <= limit
    assert shown.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name", "plain name"),
        ("a_b*c", r"a\_b\*c"),
        ("1. first", "1\u200b. first"),
        ("# big", r"\# big"),
        ("@everyone", "@\u200beveryone"),
        ("<@123>", r"\<@123\>"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("two\nlines", "two lines"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", r"\(no name\)"),
        ("\u200d\u200d", r"\(no name\)"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert neutralise(text) == shown


def test_cutting_says_that_it_was_cut() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten_left("/a/b/config.yml", 11) == "…config.yml"
    assert shorten_middle("world-backup-2026-01-01.tar.gz", 16) == "world-ba….tar.gz"


def test_a_path_that_is_too_long_keeps_its_end() -> None:
    assert path_code("/a_b/" + "c" * 100 + "/last one.yml", 14) == "`…/last one.yml`"
