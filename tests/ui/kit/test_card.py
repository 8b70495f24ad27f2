"""However much a card holds, a message takes it, and nothing in it is cut in the middle of a mark."""

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ui.kit.card import (
    COMPONENTS_LIMIT,
    TEXT_LIMIT,
    Card,
    Field,
    Row,
    draw,
    safe_name,
)
from bot.ui.kit.fitting import cut_line, cut_lines

quick = settings(suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(
    ["**bold**", "`code`", "||`secret`||", "<t:1785585600:R>", "<@123456789012345678>", r"\*plain\*", "word"]
)
LINES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=8).map(" ".join),
    st.builds(" ".join, st.builds(lambda word, times: [word] * times, WORDS, st.integers(1, 300))),
    st.integers(1, 3_000).map(lambda size: "x" * size),
    st.integers(1, 600).map(lambda lines: "```ini\n" + "a = 1\n" * lines + "```"),
    st.integers(1, 600).map(lambda lines: "||```\n" + "hunter2\n" * lines + "```||"),
)
TEXTS = st.lists(LINES, max_size=8).map("\n".join)


def button(number: int) -> discord.ui.Button[Any]:
    return discord.ui.Button(label="Open", custom_id=f"q:{number}")


ROWS = st.builds(
    lambda texts, with_button: tuple(
        Row(text, button(number) if with_button else None) for number, text in enumerate(texts)
    ),
    st.lists(LINES, max_size=40),
    st.booleans(),
)
CARDS = st.builds(
    Card,
    title=st.lists(WORDS, max_size=60).map(" ".join),
    description=TEXTS,
    rows=ROWS,
    fields=st.lists(st.builds(Field, st.just("Memory"), TEXTS, st.booleans()), max_size=25).map(tuple),
    footer=st.lists(WORDS, max_size=60).map(" ".join),
)


def shown(card: Card, controls: int = 0, below: Card | None = None) -> discord.ui.LayoutView:
    """Draw a card into a view, as a message has it."""
    view = discord.ui.LayoutView(timeout=None)
    buttons = [discord.ui.Button[Any](label="Refresh") for _ in range(controls)]
    for item in draw(card, buttons, below).items:
        view.add_item(item)
    return view


def texts(view: discord.ui.LayoutView) -> Iterator[str]:
    return (item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))


def has_room(view: discord.ui.LayoutView) -> bool:
    return view.total_children_count <= COMPONENTS_LIMIT and view.content_length() <= TEXT_LIMIT


@quick
@given(CARDS, st.integers(0, 15), st.none() | CARDS)
async def test_a_message_takes_every_card(card: Card, controls: int, below: Card | None) -> None:
    view = shown(card, controls, below)
    assert has_room(view)
    for text in texts(view):
        assert text.strip()
        assert text.count("```") % 2 == 0
        outside = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        assert outside.count("**") % 2 == 0
        assert outside.count("||") % 2 == 0
        assert not re.search(r"<(t|@)(?![^<>]*>)", outside)


async def test_what_is_left_out_is_counted_where_it_is_missing() -> None:
    card = Card("Log", "\n".join(f"line {number}" for number in range(1_000)), footer="Survival")
    (head, footer) = texts(shown(card))
    *lines, last = head.split("\n")
    assert lines[:2] == ["## Log", "line 0"]
    assert last == f"-# …and {1_000 - (len(lines) - 1)} more lines"
    assert len(head) + len(footer) > TEXT_LIMIT - 20
    assert footer == "-# Survival"


async def test_the_longest_part_gives_room_to_the_others() -> None:
    card = Card("T", "short", fields=(Field("A", "x\n" * 3_000), Field("B", "also short")))
    head, first, second = texts(shown(card))
    assert head == "## T\nshort"
    assert "more lines" in first
    assert second == "**B**\nalso short"


async def test_rows_beyond_what_a_message_holds_are_counted() -> None:
    rows = tuple(Row(f"server {number}", button(number)) for number in range(30))
    view = shown(Card("Servers", rows=rows), controls=3)
    sections = [item for item in view.walk_children() if isinstance(item, discord.ui.Section)]
    assert has_room(view)
    assert list(texts(view))[-1] == f"-# …and {30 - len(sections)} more"


async def test_ten_rows_have_room_with_arrows_and_a_note() -> None:
    rows = tuple(Row(f"server {number}", button(number)) for number in range(10))
    for below in (None, Card(description="That is not yours.")):
        view = shown(Card("10 servers", "7 online", rows=rows, footer="now"), 3, below)
        sections = [item for item in view.walk_children() if isinstance(item, discord.ui.Section)]
        assert len(sections) == 10
        assert has_room(view)


def test_a_code_block_that_is_cut_is_closed() -> None:
    assert cut_lines("```ini\n" + "a = 1\n" * 100 + "```", 60) == (
        "```ini\na = 1\na = 1\na = 1\na = 1\n```\n-# …and 96 more lines"
    )


def test_a_spoiler_that_is_cut_still_hides_what_it_hid() -> None:
    cut = cut_lines("||```\n" + "hunter2\n" * 100 + "```||", 80)
    assert cut.startswith("||```\nhunter2\n")
    assert "\n```||\n" in cut


@pytest.mark.parametrize(
    ("line", "limit", "cut"),
    [
        ("**Survival** is running", 21, "**Sur…**"),
        ("see <t:1785585600:R> and more", 27, "see…"),
        ("a `code that goes on and on`", 24, "a `code…`"),
    ],
)
def test_a_line_is_cut_before_a_mark_and_closed_after_one(line: str, limit: int, cut: str) -> None:
    assert cut_line(line, limit) == cut


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("latest.log", "latest.log"),
        ("Müller (1).txt", "Muller_1_.txt"),
        ("[3f2a] @ada.diff", "3f2a_ada.diff"),
        ("…", "file"),
        (".env", "env"),
        ("x" * 300 + ".yml", "x" * 80 + ".yml"),
    ],
)
def test_a_file_gets_a_name_that_a_component_can_refer_to(name: str, safe: str) -> None:
    assert safe_name(name) == safe


async def test_each_picture_gets_a_name_of_its_own_and_a_description() -> None:
    card = Card("Chart").with_picture("chart.png", b"png", "Memory goes up.")
    first, second = draw(card), draw(card)
    assert first.files[0].filename != second.files[0].filename
    (container,) = (item for item in first.items if isinstance(item, discord.ui.Container))
    (gallery,) = (item for item in container.walk_children() if isinstance(item, discord.ui.MediaGallery))
    assert gallery.items[0].media.url == first.files[0].uri
    assert gallery.items[0].description == "Memory goes up."
