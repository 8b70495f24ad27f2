"""/backup: made, followed, looked at, kept, deleted; what cannot be is said before and after."""

from typing import Any

import pytest
from simcord import InteractionResult

from bot.domain.audit import AuditFilter, Outcome
from bot.sandbox import Fault
from bot.sandbox.backups import Wish, begin
from bot.sandbox.node.volumes import archive_of
from bot.sandbox.rows import Backup
from bot.store import audit
from tests.cogs.look import buttons, options, text
from tests.world import GUILD_ID, World, shown

TEN_MINUTES = 601.0


async def run(world: World, command: str, **given: object) -> InteractionResult:
    return await world.admin.slash(world.channel, f"backup {command}", server="Survival", **given)


async def seen(world: World, result: InteractionResult, words: str, within_s: float = 300) -> str:
    await world.until(lambda: words in text(shown(result)), within_s=within_s)
    return text(shown(result))


async def made(world: World, name: str, *, ago_s: float = TEN_MINUTES) -> Backup:
    """Let there be a good backup that is so old."""
    backup = begin(world.sandbox.world, world.survival, Wish(name))
    await world.advance(max(ago_s, world.survival.backup_seconds + 1))
    assert backup.is_successful
    return backup


async def acts(world: World, action: str) -> list[Outcome]:
    async with world.services.store.read() as conn:
        page = await audit.page(conn, AuditFilter(GUILD_ID, action=action))
    return [act.outcome for act in page.acts]


def field_of(modal: dict[str, Any]) -> str:
    (row,) = modal["components"]
    return str(row["component"]["custom_id"])


def content(world: World, path: str) -> bytes:
    return (world.survival.disk.tree.root / path.lstrip("/")).read_bytes()


@pytest.fixture(autouse=True)
def _room(world: World) -> None:
    world.survival.feature_limits.backups = 5
    world.survival.disk.write("/world/level.dat", b"level" * 100)


async def test_a_backup_is_made_and_followed_to_its_end(world: World) -> None:
    asked = await run(world, "create", ignore="*.tmp, dynmap/")
    told = await seen(world, asked, "Backup of Survival done")
    (backup,) = world.survival.backups
    assert "manual" in told and "sha1:" in told
    assert backup.name.startswith("manual_")
    assert backup.ignored_files == ["*.log", "cache/*", "temp/*", "logs/*", ".quetzal/", "*.tmp", "dynmap/"]
    assert await acts(world, "backup.create") == [Outcome.DONE]
    assert await acts(world, "backup.end") == [Outcome.DONE]


async def test_patterns_of_the_server_are_joined_in_since_any_pattern_switches_them_off(world: World) -> None:
    world.survival.disk.write("/.pteroignore", b"# ours\nbackups/\n\n!logs/keep.txt\n")
    await seen(world, await run(world, "create", name="joined"), "done")
    assert world.survival.backups[0].ignored_files[-2:] == ["backups/", "!logs/keep.txt"]


async def test_without_waiting_it_only_begins(world: World) -> None:
    told = text(shown(await run(world, "create", wait=False, lock=True)))
    assert "has begun" in told and "1. of 5 places" in told
    assert world.survival.backups[0].is_locked


async def test_a_failed_one_is_told_as_failed(world: World) -> None:
    world.survival.fail_next_backup = True
    told = await seen(world, await run(world, "create"), "failed")
    assert "earlier backups are as they were" in told
    assert await acts(world, "backup.end") == [Outcome.FAILED]


async def test_throttle_and_limit_are_told_before_the_panel_is_asked(world: World) -> None:
    await made(world, "one", ago_s=20)
    await made(world, "two", ago_s=20)
    told = text(shown(await run(world, "create")))
    assert "only a few backups in a row" in told and "Nothing was changed." in told
    world.survival.feature_limits.backups = 2
    await world.advance(TEN_MINUTES + 60)
    assert "All 2 places" in text(shown(await run(world, "create")))
    world.survival.feature_limits.backups = 0
    await world.advance(61)
    assert "limit for it is 0" in text(shown(await run(world, "create")))
    assert not [one for one in world.sandbox.requests if one.method == "POST" and "/backups" in one.path]


async def test_the_list_says_true_states_and_opens_one_with_its_actions(world: World) -> None:
    assert "no backups yet" in text(shown(await run(world, "list")))
    await made(world, "first *bold*")
    world.survival.fail_next_backup = True
    begin(world.sandbox.world, world.survival, Wish("broken"))
    await world.advance(TEN_MINUTES)
    begin(world.sandbox.world, world.survival, Wish("now"))
    answer = shown(await run(world, "list"))
    told = text(answer)
    assert "3 backups" in told and "2 of 5 places" in told
    assert "⏳ **now**" in told and "❌ **broken**" in told and r"first \*bold\*" in told
    assert options(answer) == ["now", "broken", "first *bold*"]

    opened = await world.admin.select(answer, values=[world.survival.backups[0].uuid])
    assert "sha1:" in text(shown(opened))
    assert buttons(shown(opened)) == ["Restore", "Download", "Lock", "Delete"]


async def test_lock_and_unlock_look_first_since_the_panel_only_toggles(world: World) -> None:
    backup = await made(world, "keep")
    assert "cannot be deleted" in text(shown(await run(world, "lock", backup="keep")))
    assert "It was so already." in text(shown(await run(world, "lock", backup="keep")))
    assert backup.is_locked
    assert "is locked" in text(shown(await run(world, "delete", backup="keep")))
    assert "may be deleted" in text(shown(await run(world, "unlock", backup=backup.uuid)))
    assert not backup.is_locked


async def test_deleting_asks_and_warns_of_the_only_good_one(world: World) -> None:
    backup = await made(world, "alone")
    asked = await run(world, "delete", backup="alone")
    assert "only good backup" in text(shown(asked))
    await world.admin.click(shown(asked), label="Delete")
    assert "is deleted" in text(shown(asked))
    assert backup.deleted
    assert "no backup of that name" in text(shown(await run(world, "info", backup="alone")))


async def test_a_link_is_given_only_for_what_is_done_and_is_in_no_audit_row(world: World) -> None:
    begin(world.sandbox.world, world.survival, Wish("now"))
    assert "still being made" in text(shown(await run(world, "download", backup="now")))
    await made(world, "old", ago_s=20)
    given = shown(await run(world, "download", backup="old"))
    assert given.ephemeral and "works **once**" in text(given)
    assert f"({world.sandbox.node_url}/download/backup?token=" in text(given)
    assert await acts(world, "backup.download") == [Outcome.DONE]


async def test_after_a_quarter_of_an_hour_the_channel_is_told_without_content(world: World) -> None:
    world.survival.backup_seconds = 1200
    await run(world, "create", name="slow")
    await world.advance(1300)
    posted = world.channel.last_message
    assert posted is not None
    assert "has ended now" in text(posted)
    assert "slow" not in text(posted)
    told = text(shown(await world.admin.click(posted, label="Show")))
    assert "Backup of Survival done" in told
    assert "slow" in told


async def test_a_panel_that_is_down_while_following_is_waited_out(world: World) -> None:
    asked = await run(world, "create")
    world.sandbox.faults.add(Fault.status(502, html=True), path="*", times=6)
    await seen(world, asked, "Backup of Survival done", within_s=600)


async def test_analytics_cite_their_numbers_and_come_with_a_chart(world: World) -> None:
    await made(world, "one")
    await world.services.charts.draw(len_of_nothing)
    answer = shown(await run(world, "analytics"))
    assert "Only 1 good backup: keep 3 to 5." in text(answer)
    assert [one.filename for one in answer.attachments] == ["backups.png"]
    assert "sizes of 1 backup over time: 1 good" in (answer.attachments[0].description or "")


def len_of_nothing() -> bytes:
    return b""


async def test_a_rule_is_shown_before_it_deletes_and_goes_on_when_asked(world: World) -> None:
    for number in range(3):
        await made(world, f"b{number}")
    world.survival.backups[0].is_locked = True
    asked = await run(world, "retention", keep_last=1, stay_on=True)
    told = text(shown(asked))
    assert "**1 backup would be deleted**" in told and "b0 · locked" in told
    await world.admin.click(shown(asked), label="Delete them")
    assert "1 backup deleted" in text(shown(asked))
    assert [one.name for one in world.survival.backups if not one.deleted] == ["b0", "b2"]

    await made(world, "b3", ago_s=700)  # the panel's own schedule makes one, say
    assert [one.name for one in world.survival.backups if not one.deleted] == ["b0", "b3"]
    assert "keep the last 1" in text(shown(await run(world, "retention")))
    assert "deletes no backup by itself" in text(shown(await run(world, "retention", off=True)))
    await made(world, "b4", ago_s=700)
    assert len([one for one in world.survival.backups if not one.deleted]) == 3


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("0 4 * *", "five fields, and that has 4"),
        ("61 4 * * *", "no schedule that a panel understands"),
        ("*/5 * * * *", "every 5 minutes"),
        ("0 0 30 2 *", "no schedule that a panel understands"),
    ],
)
async def test_a_cron_text_that_cannot_be_is_refused_with_an_example(
    world: World, cron: str, why: str
) -> None:
    told = text(shown(await run(world, "schedule", cron=cron)))
    assert why in told and "0 4 * * *" in told


async def test_the_panel_keeps_the_schedule(world: World) -> None:
    asked = await run(world, "schedule", cron="0 4 * * *", only_when_online=True)
    assert "deletes the oldest unlocked backup" in text(shown(asked))
    await world.admin.click(shown(asked), label="Schedule")
    assert "only when online" in text(shown(asked)) and "next " in text(shown(asked))
    (schedule,) = world.survival.schedules
    assert [task.action for task in schedule.tasks] == ["backup"]
    again = await run(world, "schedule", cron="30 5 * * *")
    await world.admin.click(shown(again), label="Schedule")
    (schedule,) = world.survival.schedules
    assert (schedule.minute, schedule.only_when_online, len(schedule.tasks)) == ("30", False, 1)
    assert "is deleted" in text(shown(await run(world, "schedule", off=True)))
    assert world.survival.schedules == []


async def test_a_restore_is_followed_judged_by_the_log_and_offers_the_start(world: World) -> None:
    await made(world, "good")
    world.survival.disk.write("/world/level.dat", b"griefed")
    asked = await run(world, "restore", backup="good")
    assert "overwrite" in text(shown(asked)) and "10 min" in text(shown(asked))
    assert set(buttons(shown(asked))) == {"Cancel", "Restore", "Back up first"}
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Survival is restored")
    assert content(world, "/world/level.dat") == b"level" * 100
    assert await acts(world, "backup.restore") == [Outcome.DONE]
    started = await world.admin.click(shown(asked), label="Start")
    await seen(world, started, "is running")


async def test_a_truncate_wants_the_name_and_says_what_goes(world: World) -> None:
    await made(world, "good")
    world.survival.disk.write("/.quetzal/x.saved", b"1")
    asked = await run(world, "restore", backup="good", truncate=True)
    told = text(shown(asked))
    assert "are deleted first" in told and "1 saved file" in told
    form = await world.admin.click(shown(asked), label="Restore")
    await world.admin.submit_modal(form, {field_of(form.modal or {}): "Survival"})
    await seen(world, asked, "Survival is restored")
    assert not (world.survival.disk.tree.root / ".quetzal/x.saved").exists()


async def test_a_truncate_never_begins_when_the_archive_is_not_there(world: World) -> None:
    backup = await made(world, "gone")
    archive_of(world.sandbox.world, world.survival, backup.uuid).unlink()
    asked = await run(world, "restore", backup="gone", truncate=True)
    form = await world.admin.click(shown(asked), label="Restore")
    await world.admin.submit_modal(form, {field_of(form.modal or {}): "Survival"})
    told = await seen(world, asked, "not on the server's machine")
    assert "all files are as they were" in told
    assert content(world, "/world/level.dat") == b"level" * 100


async def test_a_damaged_archive_is_told_as_a_failed_restore(world: World) -> None:
    backup = await made(world, "torn")
    archive = archive_of(world.sandbox.world, world.survival, backup.uuid)
    archive.write_bytes(archive.read_bytes()[:40])
    asked = await run(world, "restore", backup="torn")
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Restoring Survival failed")
    assert await acts(world, "backup.restore") == [Outcome.FAILED]
