"""What a console says is shown as it is and whole, or it comes as a file."""

from bot.actions.console import ConsoleOutcome
from bot.ui.embeds.servers import console, console_file
from tests.unit.test_embeds import server


def outcome(*lines: str) -> ConsoleOutcome:
    return ConsoleOutcome(lines, 0, unanswered=None, watched=True)


def test_a_long_line_is_shown_whole() -> None:
    players = ", ".join(f"Player_{number:03d}" for number in range(60))
    shown = console(server(), "list", outcome(f"There are 60 players online: {players}"))
    assert players in (shown.description or "")
    assert console_file(outcome(players)) is None


def test_blanks_and_empty_lines_stay() -> None:
    table = ("name       tps    mspt", "", "world     20.0     3.1")
    assert "\n".join(table) in (console(server(), "tps", outcome(*table)).description or "")


def test_what_does_not_fit_comes_whole_in_a_file_beside_its_end() -> None:
    lines = [f"line {number} {'x' * 300}" for number in range(100)]
    shown = console(server(), "help", outcome(*lines)).description or ""
    file = console_file(outcome(*lines))
    assert "line 99 " in shown
    assert "in the file" in shown
    assert file is not None
    assert file.fp.read().decode() == "\n".join(lines)
