"""What a console says is shown as it is and whole, or it comes as a file."""

import pytest

from bot.domain.power_progress import Ending
from bot.panel.models import PowerSignal, PowerState
from bot.services.servers.console import ConsoleOutcome
from bot.services.servers.power import PowerOutcome
from bot.ui.kit import console_text
from bot.ui.servers.cards import console, console_file, power_outcome
from tests.ui.card_limits import server


def outcome(*lines: str) -> ConsoleOutcome:
    return ConsoleOutcome(lines, 0, unanswered=None, watched=True)


def test_a_long_line_is_shown_whole() -> None:
    players = ", ".join(f"Player_{number:03d}" for number in range(60))
    shown = console(server(), "list", outcome(f"There are 60 players online: {players}"))
    assert players in shown.description
    assert console_file(outcome(players)) is None


def test_blanks_and_empty_lines_stay() -> None:
    table = ("name       tps    mspt", "", "world     20.0     3.1")
    assert "\n".join(table) in console(server(), "tps", outcome(*table)).description


def test_what_does_not_fit_comes_whole_in_a_file_beside_its_end() -> None:
    lines = [f"line {number} {'x' * 300}" for number in range(100)]
    shown = console(server(), "help", outcome(*lines)).description
    file = console_file(outcome(*lines))
    assert "line 99 " in shown
    assert "in the file" in shown
    assert file is not None
    assert file.fp.read().decode() == "\n".join(lines)


def failed_start(*lines: str, ending: Ending = Ending.FELL_BACK) -> PowerOutcome:
    return PowerOutcome(PowerSignal.START, ending, PowerState.OFFLINE, PowerState.OFFLINE, 9.0, lines, None)


def test_a_start_that_failed_shows_its_last_lines_and_gives_all_of_them() -> None:
    lines = [f"at com.example.Class{number}({'x' * 80})" for number in range(100)]
    name, shown = next(
        (field.name, field.value)
        for field in power_outcome(server(), failed_start(*lines)).fields
        if "lines" in field.name
    )
    file = console_file(failed_start(*lines))
    assert "Class99(" in shown
    assert "in the file" in name
    assert file is not None
    assert file.fp.read().decode() == "\n".join(lines)
    assert console_file(failed_start(*lines[:3])) is None
    assert console_file(failed_start(*lines, ending=Ending.REACHED)) is None


@pytest.mark.parametrize("line", ["x" * 990, "table   with  blanks\n\n  and indents"])
def test_a_field_shows_lines_whole_while_they_fit(line: str) -> None:
    shown, is_whole = console_text.field(line.split("\n"))
    assert is_whole
    assert line in shown


def test_a_field_cuts_long_lines_rather_than_leaving_out_the_others() -> None:
    shown, is_whole = console_text.field(["first", "y" * 3_000, "`" * 3_000, "last"])
    assert not is_whole
    assert "first" in shown
    assert "last" in shown
    assert len(shown) <= 1_024
