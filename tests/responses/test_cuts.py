"""Responses arrive, and what was asked for is done once or not at all, whatever the connection does."""

import sys
from pathlib import Path

import pytest

from demo.discord.connection_faults import Cut
from tests.access_matrix.arguments import BY_ITSELF, GROUPS
from tests.responses.walk import walking

_LEAST = {
    "activity": 48,
    "alerts": 1010,
    "backup": 2300,
    "database": 680,
    "files": 1090,
    "network": 870,
    "players": 390,
    "quetzal": 630,
    "schedule": 1500,
    "server": 1300,
    "startup": 300,
    "users": 600,
    BY_ITSELF: 1220,
}
"""So many stories at least: fewer mean that the walk no longer comes to everything.

All are counted, files to its edits, but what comes by itself: that has ten for each row of
docs/access-table.md, whose walk comes to the same presses. Each of two requests meets six cuts, and nearly
every press takes two.
"""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("database create", marks=pytest.mark.sweep),
        pytest.param("server power", marks=pytest.mark.sweep),
        "quetzal link",
    ],
)
async def test_a_cut_at_any_request_of_a_command_loses_and_doubles_nothing(
    command: str, tmp_path: Path
) -> None:
    async with walking(tmp_path, (Cut(taken=False), Cut(taken=True, lasts_s=8.0))) as walk:
        await walk.play(command.split(maxsplit=1)[0], only=[command], depth=1)
    assert walk.wrong == []
    assert walk.played > 4


@pytest.mark.cuts
@pytest.mark.parametrize("group", (*GROUPS, BY_ITSELF))
async def test_a_cut_at_any_request_of_any_command_and_press_loses_and_doubles_nothing(
    group: str, tmp_path: Path
) -> None:
    async with walking(tmp_path) as walk:
        await walk.play(group)
    lines = (f"{group}: {walk.played} stories, {len(walk.wrong)} wrong", *walk.wrong)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    assert walk.wrong == []
    assert walk.played >= _LEAST[group]
