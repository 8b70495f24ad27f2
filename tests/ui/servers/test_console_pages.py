"""The pages of a live console: within a message, in order, and nothing lost without a word."""

from bot.services.line_feed import LineBatch
from bot.ui.servers.console_pages import LINE_ROOM, ROOM, Page, shown_line, turn


def batch(*lines: str, skipped: int = 0) -> LineBatch:
    return LineBatch(lines, skipped)


def test_a_page_is_filled_before_the_next_one_begins() -> None:
    lines = [f"line {number} {'x' * 90}" for number in range(25)]

    first = turn(Page(), batch(*lines[:10]))
    second = turn(first.filled, batch(*lines[10:]))

    assert first.new is None
    assert second.new is not None
    assert second.filled.lines + second.new.lines == lines
    assert second.rest.lines == tuple(second.new.lines)


def test_what_has_no_room_on_one_new_page_is_counted_there() -> None:
    lines = [f"line {number}" for number in range(1_000)]

    step = turn(Page(["before"], ROOM), batch(*lines, skipped=5))

    assert step.new is not None
    note, *shown = step.new.lines
    assert shown == lines[-len(shown) :]
    assert f"{1_005 - len(shown):,} lines skipped" in note
    assert step.filled.lines == ["before"]
    assert step.new.size <= ROOM


def test_a_full_page_takes_nothing_more() -> None:
    step = turn(Page(["before"], 7), batch("after"), is_full=True)

    assert step.filled.lines == ["before"]
    assert step.new == Page(["after"], 6)


def test_a_long_line_says_how_long_it_is() -> None:
    line = "x" * 100_000

    assert shown_line(line).startswith("x" * LINE_ROOM + "… (100,000 characters")
    assert shown_line("x" * LINE_ROOM) == "x" * LINE_ROOM
    assert len(turn(Page(), batch(*["`" * 3_000] * 3)).filled.text("footer")) < 2_000
