"""Whatever the panel's web page does with the client API can be done here, or a reason says why not."""

import pytest

from tests.panel.routes import ROUTES, Row, collect_rows, table

ROWS = collect_rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route.name)
def test_a_route_of_the_web_page_has_a_command_and_is_held_to_a_real_panel(row: Row) -> None:
    assert row.problems == []


def test_a_route_has_either_a_command_or_a_reason() -> None:
    assert [route.name for route in ROUTES if (route.command is None) == (route.without is None)] == []


def test_no_route_is_listed_twice() -> None:
    assert len({route.name for route in ROUTES}) == len(ROUTES)


def test_the_table_has_a_line_for_each_route() -> None:
    *lines, last = list(table(ROWS))[1:]
    assert len(lines) == len(ROUTES)
    assert last.startswith(f"{len(ROUTES)} routes, ")
