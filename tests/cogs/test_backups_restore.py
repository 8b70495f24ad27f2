"""/backup restore: what is said before, how it is followed, how it ended."""

import gzip
import random
from collections.abc import Callable

import pytest
from simcord import InteractionResult

from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.backups import Wish, begin
from sandbox.node.volumes import archive_of
from sandbox.resources import Backup
from tests.support.backups import acts, content, made, run, seen
from tests.support.forms import submit
from tests.support.messages import buttons, text
from tests.support.world import World, shown

pytestmark = pytest.mark.usefixtures("room_for_backups")


async def truncating(world: World, name: str) -> InteractionResult:
    asked = await run(world, "restore", backup=name, truncate=True)
    form = await world.admin.click(shown(asked), label="Restore")
    await submit(world.admin, form, "Survival")
    return asked


async def test_a_restore_is_followed_judged_by_the_log_and_offers_the_start(world: World) -> None:
    await made(world, "good")
    world.survival.disk.write("/world/level.dat", b"griefed")
    asked = await run(world, "restore", backup="good")
    assert "overwrite" in text(shown(asked)) and "10 min" in text(shown(asked))
    assert set(buttons(shown(asked))) == {"Cancel", "Restore", "Back up"}
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Survival is restored")
    assert content(world, "/world/level.dat") == b"level" * 100
    assert await acts(world, "backup.restore") == [Outcome.DONE]
    started = await world.admin.click(shown(asked), label="Start")
    await seen(world, started, "is running")


async def test_without_a_name_the_last_good_backup_is_meant(world: World) -> None:
    await made(world, "older")
    await made(world, "newer", ago_s=700)
    await made(world, "failed", ago_s=1400)
    world.survival.backups[-1].is_successful = False
    assert "**newer** · " in text(shown(await run(world, "restore")))


async def test_without_a_good_backup_the_list_is_offered(world: World) -> None:
    asked = await run(world, "restore")
    assert "This server has no good backup." in text(shown(asked))
    await world.admin.click(shown(asked), label="Backups")
    assert "Create" in buttons(shown(asked))


@pytest.mark.sweep
async def test_a_backup_that_its_node_lost_is_stuck_and_blocks_no_other(world: World) -> None:
    await made(world, "good")
    stuck = begin(world.sandbox.world, world.survival, Wish("lost"))
    world.sandbox.node_down()
    world.sandbox.node_down(down=False)
    await world.advance(1800)
    refused = await run(world, "restore", backup="good")
    assert "is running at the moment" in text(shown(refused))  # nobody can know yet
    await world.advance(1900)
    assert stuck.completed_at is None
    assert "stuck" in text(shown(await run(world, "list")))
    response = text(shown(await run(world, "info", backup="lost")))
    assert "probably because the node was restarted" in response and "Delete it" in response
    assert "1 backup is stuck" in text(shown(await run(world, "analytics")))
    refused = await run(world, "restore", backup="lost")
    assert "never finished" in text(shown(refused))
    health = await world.admin.slash(world.channel, "server health", server="Survival")
    assert "1 stuck" in text(shown(health))
    asked = await run(world, "restore", backup="good")
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Survival is restored")


async def test_a_truncate_wants_the_name_and_says_what_goes(world: World) -> None:
    await made(world, "good")
    for name in ("x.saved", "x.json"):
        world.survival.disk.write(f"/.quetzal/{name}", b"1")
    asked = await run(world, "restore", backup="good", truncate=True)
    response = text(shown(asked))
    assert "Delete all files and restore" in response and "1 saved file" in response
    form = await world.admin.click(shown(asked), label="Restore")
    await submit(world.admin, form, "Survival")
    await seen(world, asked, "Survival is restored")
    assert not (world.survival.disk.root / ".quetzal/x.saved").exists()


async def test_a_truncate_never_begins_when_the_archive_is_not_there(world: World) -> None:
    backup = await made(world, "gone")
    archive_of(world.sandbox.world, world.survival, backup.uuid).unlink()
    asked = await run(world, "restore", backup="gone", truncate=True)
    form = await world.admin.click(shown(asked), label="Restore")
    await submit(world.admin, form, "Survival")
    response = await seen(world, asked, "missing on the node")
    assert "all files are unchanged" in response
    assert content(world, "/world/level.dat") == b"level" * 100


async def test_a_damaged_archive_is_reported_as_a_failed_restore(world: World) -> None:
    backup = await made(world, "torn")
    archive = archive_of(world.sandbox.world, world.survival, backup.uuid)
    archive.write_bytes(archive.read_bytes()[:40])
    asked = await run(world, "restore", backup="torn")
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Restoring Survival failed")
    assert await acts(world, "backup.restore") == [Outcome.FAILED]


def other_bytes(world: World, backup: Backup) -> None:
    archive_of(world.sandbox.world, world.survival, backup.uuid).write_bytes(b"\x1f\x8b\x08" + b"0" * 200)


def no_tar(world: World, backup: Backup) -> None:
    path = archive_of(world.sandbox.world, world.survival, backup.uuid)
    path.write_bytes(gzip.compress(b"words" * 500))
    backup.size = path.stat().st_size


def cut_short(world: World, backup: Backup) -> None:
    path = archive_of(world.sandbox.world, world.survival, backup.uuid)
    path.write_bytes(path.read_bytes()[:-1])


def a_page_in_its_place(world: World, _: Backup) -> None:
    world.sandbox.faults.add(Fault.status(200, html=True), path="/download/backup", origin="node")


@pytest.mark.parametrize("spoil", [other_bytes, no_tar, cut_short, a_page_in_its_place])
async def test_a_truncate_begins_only_on_a_real_archive_of_the_right_length(
    world: World, spoil: Callable[[World, Backup], None]
) -> None:
    spoil(world, await made(world, "odd"))
    asked = await truncating(world, "odd")
    await seen(world, asked, "missing on the node, or damaged")
    assert content(world, "/world/level.dat") == b"level" * 100
    assert not [request for request in world.sandbox.requests if request.path.endswith("/restore")]


async def test_a_truncate_that_fails_says_that_the_server_may_be_empty(world: World) -> None:
    world.survival.disk.write("/noise.bin", random.Random(1).randbytes(50_000))
    backup = await made(world, "torn")
    path = archive_of(world.sandbox.world, world.survival, backup.uuid)
    path.write_bytes(path.read_bytes()[:30_000])
    backup.size = 30_000
    await seen(world, await truncating(world, "torn"), "may be empty or half restored")
    assert await acts(world, "backup.restore") == [Outcome.FAILED]


async def test_a_restore_without_a_response_or_any_sign_is_shown_as_unconfirmed(world: World) -> None:
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.cut(), path="*/restore", method="POST")
    await world.admin.click(shown(asked), label="Restore")
    response = await seen(world, asked, "The restore of Survival may not have started", within_s=200)
    assert "deletes nothing first, but may still be running" in response
    assert await acts(world, "backup.restore") == [Outcome.UNKNOWN]


async def test_a_truncate_that_outlives_its_request_is_found_in_the_log(world: World) -> None:
    await made(world, "good")
    world.survival.restore_seconds = 400
    world.sandbox.faults.add(Fault.status(504, acts=True), path="*/restore", method="POST", times=1)
    asked = await truncating(world, "good")
    await world.advance(2)
    world.survival.status = None  # the panel's own change is rolled back with its time-out
    await seen(world, asked, "Survival is restored", within_s=600)


async def test_the_same_backup_restored_twice_is_judged_by_its_own_entry(world: World) -> None:
    backup = await made(world, "twice")
    path = archive_of(world.sandbox.world, world.survival, backup.uuid)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    first = await run(world, "restore", backup="twice")
    await world.admin.click(shown(first), label="Restore")
    await seen(world, first, "Restoring Survival failed")
    path.write_bytes(whole)
    second = await run(world, "restore", backup="twice")
    world.sandbox.faults.add(Fault.status(502, html=True), path="*/activity*", times=1)
    await world.admin.click(shown(second), label="Restore")
    await seen(world, second, "Survival is restored")


async def test_the_result_is_shown_although_start_cannot_be_offered(world: World) -> None:
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    await world.admin.click(shown(asked), label="Restore")
    world.sandbox.faults.add(Fault.status(502, html=True), path="*/resources")
    await seen(world, asked, "Survival is restored")


@pytest.mark.parametrize("page", [None, 502, 504])
async def test_a_node_that_is_down_is_named_before_anything_is_asked(world: World, page: int | None) -> None:
    await made(world, "good")
    if page is None:
        world.sandbox.node_down()
    else:
        world.sandbox.faults.add(Fault.status(page, html=True), path="*/files/list")
    response = await seen(world, await run(world, "restore", backup="good"), "was not sent", within_s=3)
    assert ("can't be reached" if page is None else f"(HTTP {page})") in response
    assert "all files are unchanged" in response


async def test_a_node_that_died_during_the_question_is_named_and_nothing_is_sent(world: World) -> None:
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    world.sandbox.node_down()
    await world.admin.click(shown(asked), label="Restore")
    assert "can't be reached" in await seen(world, asked, "was not sent", within_s=3)
    assert not restores(world)
    assert await acts(world, "backup.restore") == []


async def test_a_node_that_dies_between_confirm_and_call_is_reported_at_once(world: World) -> None:
    await made(world, "good")
    asked = await run(world, "restore", backup="good")

    async def dies() -> None:
        world.sandbox.node_down()

    world.sandbox.faults.add(Fault.meanwhile(dies), path="*/activity*", times=1)
    await world.admin.click(shown(asked), label="Restore")
    response = await seen(world, asked, "not confirmed yet", within_s=3)
    assert "can't be reached" in response and "for up to 2 min" in response
    assert len(restores(world)) == 1
    ended = await seen(world, asked, "The restore of Survival may not have started", within_s=200)
    assert "can't be reached" in ended
    assert await acts(world, "backup.restore") == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        (Fault.late(), "can't be reached"),
        (Fault.status(504, html=True, acts=True), "(HTTP 504)"),
        (Fault.status(502, html=True, acts=True), "(HTTP 502)"),
    ],
)
async def test_a_restore_whose_answer_was_lost_says_what_is_waited_for(
    world: World, lost: Fault, reason: str
) -> None:
    await made(world, "good")
    world.survival.restore_seconds = 40
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(lost, path="*/restore", method="POST", times=1)
    await world.admin.click(shown(asked), label="Restore")
    response = await seen(world, asked, "not confirmed yet", within_s=3)
    assert reason in response and "activity log" in response
    await seen(world, asked, "Restoring Survival", within_s=10)  # the panel holds the server: it has begun
    await seen(world, asked, "Survival is restored")


async def test_a_panel_that_takes_long_to_answer_is_seen_to_be_waited_for(world: World) -> None:
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    states: list[str] = []

    async def look() -> None:
        states.append(text(shown(asked)))

    world.sandbox.faults.add(Fault.meanwhile(look), path="*/restore", method="POST", times=1)
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Survival is restored")
    assert "Asking the panel to restore" in states[0]


def restores(world: World) -> list[str]:
    return [request.path for request in world.sandbox.requests if request.path.endswith("/restore")]
