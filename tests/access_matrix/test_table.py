"""Nobody gets anything below the level it takes: not by a command, a button, a menu or a form."""

from pathlib import Path

import pytest

from bot.ui.setup.overview import every_command
from tests.access_matrix.arguments import BY_ITSELF, ELSEWHERE, GROUPS
from tests.access_matrix.components import every_piece, outsiders
from tests.access_matrix.matrix import walking
from tests.access_matrix.table import (
    again,
    lines,
    pressed,
    section,
    section_of,
)
from tests.support.world import World

# A target of backup copies, as the settings name it, and a backup.
pytestmark = pytest.mark.shows("bucket", "an old one")
SOME_GROUPS = ("database", "network", "startup", "users")
"""The walk over everything, in `make sweep`, tries the commands of all groups, too."""


@pytest.mark.parametrize("group", SOME_GROUPS)
async def test_every_command_refuses_every_level_below_its_own(group: str, tmp_path: Path) -> None:
    async with walking(tmp_path) as walk:
        await walk.run_commands(group)
    table = section_of(group)
    missing = [row for row in lines(walk.rows) if row not in table]
    assert not missing, "\n".join((f"docs/access-table.md lacks these rows: {again(group)}", *missing))


@pytest.mark.sweep
@pytest.mark.parametrize("group", (*GROUPS, BY_ITSELF))
async def test_every_command_and_what_it_leads_to_refuse_every_level_below_theirs(
    group: str, tmp_path: Path
) -> None:
    async with walking(tmp_path) as walk:
        await walk.run(group)
    assert section(group, walk.rows) == section_of(group), again(group)
    assert sorted(walk.met) == pressed()[group], again(group)


async def test_no_group_of_commands_is_left_out(world: World) -> None:
    known = {command.qualified_name.split()[0] for command in every_command(world.bot.tree)}
    assert known == set(GROUPS), "add the new group to GROUPS in tests/access_matrix/arguments.py"


def test_no_button_menu_or_form_is_left_out() -> None:
    met = {piece for pieces in pressed().values() for piece in pieces}
    unpressed = every_piece() - met
    assert not unpressed - set(ELSEWHERE), (
        "the walk pressed none of these, by tests/access_matrix/pressed.json. Walk over their command again "
        f"({again('GROUP')}); if it can't reach them, add a way to WAYS or a reason to ELSEWHERE in "
        f"tests/access_matrix/arguments.py: {sorted(unpressed - set(ELSEWHERE))}"
    )
    assert not set(ELSEWHERE) - unpressed, (
        f"take these out of ELSEWHERE: {sorted(set(ELSEWHERE) - unpressed)}"
    )


def test_every_button_menu_and_form_that_is_listed_exists() -> None:
    existing = every_piece()
    gone = {group: sorted(set(pieces) - existing) for group, pieces in pressed().items()}
    gone = {group: pieces for group, pieces in gone.items() if pieces}
    assert not gone, f"these have another name now or are gone: {gone}. {'; '.join(map(again, gone))}"


def test_everything_that_can_be_pressed_stands_on_a_base_that_checks() -> None:
    assert outsiders() == set()
