"""/backup check: an archive is read to its end and compared with what the panel recorded."""

import gzip

import pytest

from bot.domain.audit import Outcome
from bot.domain.levels import Actor, Level
from bot.panel.models import Backup
from bot.services.backups import CheckCancelled, CheckUnderWay
from bot.ui.backups.check_flow import checking
from sandbox import Fault
from sandbox.node.volumes import archive_of, disk_of
from tests.support.backups import acts, made, room, run, seen
from tests.support.messages import buttons, text
from tests.support.world import GUILD_ID, World, shown


@pytest.fixture(autouse=True)
def _room(world: World) -> None:
    room(world)
    disk_of(world.survival).write("/plugins/Essentials/config.yml", b"a: 1\n")


async def test_whole_archive_is_proven_and_says_what_it_holds(world: World) -> None:
    backup = await made(world, "nightly")
    asked = await run(world, "check", backup="nightly")
    card = await seen(world, asked, "can be restored")
    assert "2 files" in card
    assert "The checksum matches." in card
    assert "First" in card
    assert "level.dat" in card
    assert await acts(world, "backup.check") == [Outcome.DONE]
    assert world.survival.backups == [backup]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda content: content[:-1], "the panel recorded"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "Its checksum differs"),
    ],
)
async def test_damaged_archive_is_said_to_be_damaged_and_a_new_one_is_offered(
    world: World, damage: "object", why: str
) -> None:
    backup = await made(world, "nightly")
    archive = archive_of(world.sandbox.world, world.survival, backup.uuid)
    archive.write_bytes(damage(archive.read_bytes()))  # type: ignore[operator]  # a function
    asked = await run(world, "check", backup="nightly")
    card = await seen(world, asked, "is damaged")
    assert why in card
    assert buttons(shown(asked)) == ["Back up now", "Backups"]
    assert await acts(world, "backup.check") == [Outcome.FAILED]

    await world.admin.click(shown(asked), label="Back up now")
    await world.until(lambda: len(world.survival.backups) == 2)


@pytest.mark.sweep
async def test_archive_that_never_was_whole_is_found_though_its_checksum_matches(world: World) -> None:
    """A node whose disk is full can record a checksum of half an archive."""
    backup = await made(world, "nightly")
    archive = archive_of(world.sandbox.world, world.survival, backup.uuid)
    half = gzip.compress(gzip.decompress(archive.read_bytes())[:1_024])
    archive.write_bytes(half)
    backup.size, backup.checksum = len(half), None
    card = await seen(world, await run(world, "check", backup="nightly"), "is damaged")
    assert "it lacks the mark at its end" in card


@pytest.mark.sweep
async def test_missing_archive_running_backup_and_broken_transfer_are_distinguished(world: World) -> None:
    backup = await made(world, "nightly")
    world.sandbox.faults.add(Fault.status(502, html=True), path="*/backups/*/download")
    asked = await run(world, "check", backup="nightly")
    await seen(world, asked, "502")
    assert "damaged" not in text(shown(asked))
    assert buttons(shown(asked)) == ["Retry"]
    world.sandbox.faults.clear()
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, "can be restored")

    archive_of(world.sandbox.world, world.survival, backup.uuid).unlink()
    await seen(world, await run(world, "check", backup="nightly"), "The node has no archive of it.")


async def test_check_is_a_button_of_the_backup(world: World) -> None:
    await made(world, "nightly")
    opened = await run(world, "info", backup="nightly")
    assert "Check" in buttons(shown(opened))
    await world.admin.click(shown(opened), label="Check")
    await seen(world, opened, "can be restored")


@pytest.mark.sweep
async def test_check_can_be_cancelled_and_begun_again(world: World) -> None:
    await made(world, "nightly")
    world.sandbox.faults.add(Fault.status(502, html=True), path="*/backups/*/download", times=1)
    asked = await run(world, "check", backup="nightly")
    assert "Checking nightly" in text(shown(asked))
    assert buttons(shown(asked)) == ["Cancel"]

    await world.admin.click(shown(asked), label="Cancel")

    card = await seen(world, asked, "The check of the backup was cancelled.")
    assert "it isn't known whether the backup can be restored" in card
    assert buttons(shown(asked)) == ["Retry"]
    assert await acts(world, "backup.check") == [Outcome.FAILED]
    await world.advance(60)
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, "can be restored")


@pytest.mark.sweep
async def test_check_that_is_cancelled_while_it_reads_stops_reading(world: World) -> None:
    backup = await made(world, "nightly")
    target = await world.services.directory.find("main", world.survival.uuid)
    assert target is not None
    admin = Actor(world.admin.id, "Ada", GUILD_ID, is_administrator=True)
    permit = await world.services.access.require(admin, target, Level.VIEWER)
    checks = world.services.check_backup
    under_way = checks.begin(await permit.panel.backups.view(permit.uuid, backup.uuid))

    async def cancel(under_way: CheckUnderWay) -> None:
        under_way.cancel()

    with pytest.raises(CheckCancelled):
        await checks.run(permit, backup.uuid, under_way, cancel)
    assert under_way.read_bytes > 0


async def test_progress_says_how_fast_it_is_and_how_long_it_takes(world: World) -> None:
    made_backup = Backup(
        uuid="u", name="nightly", created_at=world.services.clock.now(), is_successful=True, bytes=2**30
    )
    under_way = world.services.check_backup.begin(made_backup)
    assert "Read 0 B of 1 GiB." in checking(made_backup, under_way).description
    under_way.read_bytes = 2**28
    await world.advance(100)
    assert checking(made_backup, under_way).description.splitlines() == [
        "**25%** · 256 MiB of 1 GiB",
        "-# 2.6 MiB/s · about 5 minutes left",
    ]
    under_way.read_bytes = 2**30 - 2**20
    assert "less than a minute left" in checking(made_backup, under_way).description
