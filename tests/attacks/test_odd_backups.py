"""A panel lists backups that no panel should: every command on backups says something true of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.resources import Backup
from tests.support.backups import room, run
from tests.support.messages import text
from tests.support.world import World, shown

FAR = datetime(9999, 12, 31, 23, 59, 50, tzinfo=UTC)
HOSTILE = "@everyone `x` \x1b[31m\u202e\n# [a](https://b.example)\x00"
_RULE = {"keep_last": 1}


@pytest.fixture(autouse=True)
def _has_room(world: World) -> None:
    room(world)


def place(world: World, number: int, age: timedelta | datetime, **columns: Any) -> Backup:
    """Put a row into the panel's table: of such an age, or such a moment."""
    at = age if isinstance(age, datetime) else world.sandbox.world.now() - age
    usual = {"name": f"night {number}", "is_successful": True, "size": 1000, "checksum": "0" * 40}
    uuid = f"{number:08x}-0000-4000-8000-000000000000"
    row = Backup(id=number, uuid=uuid, created_at=at, completed_at=at, **{**usual, **columns})
    world.survival.backups.append(row)
    return row


async def answers(world: World) -> dict[str, str]:
    """Run every command that reads the list; none may fail."""
    commands: dict[str, dict[str, Any]] = {
        "list": {},
        "analytics": {},
        "retention": _RULE,
        "restore": {"backup": "night 1"},
    }
    response = {
        command: text(shown(await run(world, command, **given))) for command, given in commands.items()
    }
    response["health"] = text(
        shown(await world.admin.slash(world.channel, "server health", server="Survival"))
    )
    assert await world.admin.autocomplete(world.channel, "backup delete", "backup", "", server="Survival")
    assert not [command for command, words in response.items() if "wrong inside" in words]
    return response


async def test_one_that_is_dated_in_the_future_hides_no_real_one(world: World) -> None:
    place(world, 1, timedelta(days=3))
    place(world, 2, timedelta(days=4))
    place(world, 3, timedelta(days=-400), name="next year")
    place(world, 4, FAR, name="end of time")
    responses = await answers(world)
    assert "3 days old" in responses["analytics"]
    assert "Last backup: 3 days old" in responses["health"]
    kept, _, _ = responses["retention"].partition("would stay")
    assert "1 backup would be deleted" in kept
    assert "night 2" in kept
    assert "next year · dated in the future" in responses["retention"].replace("-# ", "")
    assert "night 1 · last good, last" in responses["retention"]


@pytest.mark.sweep
async def test_one_that_runs_in_the_future_blocks_nothing(world: World) -> None:
    place(world, 1, timedelta(days=3))
    running = place(world, 2, FAR, is_successful=False)
    running.completed_at = None
    responses = await answers(world)
    assert "being made" not in responses["restore"]
    assert "stuck" in responses["list"]
    created = text(shown(await run(world, "create")))
    assert "minutes" not in created


async def test_odd_values_are_read_for_what_they_are(world: World) -> None:
    place(world, 1, timedelta(days=3))
    place(world, 1, timedelta(days=2), name="the same uuid")
    place(world, 2, datetime(1, 1, 1, tzinfo=UTC), name="past")
    place(world, 3, timedelta(hours=9), checksum=None, size=-5)
    place(world, 4, timedelta(hours=8), name=HOSTILE, size=2**70)
    ended_before = place(world, 5, timedelta(hours=1), name="")
    ended_before.completed_at = ended_before.created_at - timedelta(hours=1)
    responses = await answers(world)
    for words in responses.values():
        assert "@everyone" not in words
        assert "\x1b" not in words
        assert "\x00" not in words
    assert "night 3" in responses["list"]
    assert "empty" in responses["list"]
    assert "1 PiB" in responses["list"]


@pytest.mark.sweep
async def test_thousands_of_rows_are_listed_and_judged(world: World) -> None:
    for number in range(1, 3_001):
        place(world, number, timedelta(hours=number))
    responses = await answers(world)
    assert "3000 backups of Survival" in responses["list"].replace(",", "")
    assert "2999 backups would be deleted" in responses["retention"].replace(",", "")
