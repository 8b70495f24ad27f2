"""Backups on Pelican, whose node has an ignore file of its own name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Fault
from sandbox.panel_version import Mode
from tests.support.backups import room, run, seen
from tests.support.world import World, new_world


@pytest.fixture(params=["pacc_", "ptlc_"])
async def world(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """Begin with a panel that has keys of its own, and with one that was migrated with its keys."""
    monkeypatch.setattr(Mode, "key_prefix", request.param)
    async with new_world(tmp_path, mode=Mode.PELICAN) as world:
        room(world)
        yield world


async def test_its_own_patterns_are_joined_and_those_of_other_panels_are_not(world: World) -> None:
    world.survival.disk.write("/.pelicanignore", b"\xef\xbb\xbf*\r\n!ShooterGame/Saved/\r\n")
    world.survival.disk.write("/.pteroignore", b"old/\n")
    await seen(world, await run(world, "create", name="joined"), "finished")
    assert world.survival.backups[0].ignored_files[-2:] == ["*", "!ShooterGame/Saved/"]


async def test_a_backup_is_made_while_the_account_cannot_be_read(world: World) -> None:
    world.survival.disk.write("/.pelicanignore", b"new/\n")
    world.survival.disk.write("/.pteroignore", b"old/\n")
    world.sandbox.faults.add(Fault.status(500), path="*/account")
    await seen(world, await run(world, "create", name="meanwhile"), "finished")
    by_key = {"pacc_": "new/", "ptlc_": "old/"}[Mode.PELICAN.key_prefix]
    assert world.survival.backups[0].ignored_files[-1] == by_key

    world.sandbox.faults.clear()
    await seen(world, await run(world, "create", name="afterwards"), "finished")
    assert world.survival.backups[1].ignored_files[-1] == "new/"


@pytest.mark.sweep
async def test_a_panel_that_is_migrated_meanwhile_is_known_as_such_within_the_hour(tmp_path: Path) -> None:
    async with new_world(tmp_path) as world:
        room(world)
        world.survival.disk.write("/.pelicanignore", b"new/\n")
        world.survival.disk.write("/.pteroignore", b"old/\n")
        await seen(world, await run(world, "create", name="before"), "finished")
        world.sandbox.world.mode = Mode.PELICAN
        await world.advance(3_600)
        await seen(world, await run(world, "create", name="afterwards"), "finished")
        asked = sum(entry.path.endswith("/account") for entry in world.sandbox.requests)
        await seen(world, await run(world, "create", name="later"), "finished")

        patterns = [backup.ignored_files[-1] for backup in world.survival.backups]
        assert patterns == ["old/", "new/", "new/"]
        assert sum(entry.path.endswith("/account") for entry in world.sandbox.requests) == asked
