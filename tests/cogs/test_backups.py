"""/backup: made, followed, looked at, kept, deleted; what cannot be is said before and after."""

import pytest

from bot.domain.audit import Outcome
from bot.ui.kit import theme
from sandbox import Fault
from sandbox.backups import Wish, begin
from tests.fault_messages.backups import past
from tests.support.backups import TEN_MINUTES, acts, made, run, seen
from tests.support.messages import button_beside, buttons, nodes, pictures, rows, text
from tests.support.panel_accounts import only_may
from tests.support.world import World, shown

pytestmark = pytest.mark.usefixtures("room_for_backups")


async def test_a_backup_is_made_and_followed_to_its_end(world: World) -> None:
    asked = await run(world, "create", ignore="*.tmp, dynmap/")
    response = await seen(world, asked, "Backup of Survival finished")
    (backup,) = world.survival.backups
    assert "manual" in response and "sha1:" in response
    assert backup.name.startswith("manual_")
    assert backup.ignored_files == ["*.log", "cache/*", "temp/*", "logs/*", ".quetzal/", "*.tmp", "dynmap/"]
    assert await acts(world, "backup.create") == [Outcome.DONE]
    assert await acts(world, "backup.end") == [Outcome.DONE]


async def test_patterns_of_the_server_are_joined_in_since_any_pattern_switches_them_off(world: World) -> None:
    world.survival.disk.write("/.pteroignore", b"# ours\nbackups/\n\n!logs/keep.txt\n")
    await seen(world, await run(world, "create", name="joined"), "finished")
    assert world.survival.backups[0].ignored_files[-2:] == ["backups/", "!logs/keep.txt"]


async def test_without_waiting_it_only_begins(world: World) -> None:
    response = text(shown(await run(world, "create", wait=False, lock=True)))
    assert "started" in response and "slot 1 of 5" in response
    assert world.survival.backups[0].is_locked


async def test_a_failed_backup_is_shown_as_failed(world: World) -> None:
    world.survival.fail_next_backup = True
    response = await seen(world, await run(world, "create"), "failed")
    assert "earlier backups are untouched" in response
    assert await acts(world, "backup.end") == [Outcome.FAILED]


async def test_a_failed_one_can_be_tried_again_and_a_made_one_restored_by_a_button(world: World) -> None:
    world.survival.fail_next_backup = True
    asked = await run(world, "create")
    await seen(world, asked, "failed")
    assert buttons(shown(asked)) == ["Try again", "Backups"]
    await world.admin.click(shown(asked), label="Try again")
    await seen(world, asked, "Backup of Survival finished")
    assert buttons(shown(asked)) == ["Restore…", "Backups"]
    await world.admin.click(shown(asked), label="Restore…")
    assert "Restore Survival" in text(shown(asked))


async def test_throttle_and_limit_are_shown_before_the_panel_is_asked(world: World) -> None:
    await made(world, "one", ago_s=20)
    await made(world, "two", ago_s=20)
    response = text(shown(await run(world, "create")))
    assert "only a few backups in a row" in response
    world.survival.feature_limits.backups = 2
    await world.advance(TEN_MINUTES + 60)
    assert "All 2 backup slots" in text(shown(await run(world, "create")))
    world.survival.feature_limits.backups = 0
    await world.advance(61)
    assert "its limit in the panel is 0" in text(shown(await run(world, "create")))
    assert not [
        request
        for request in world.sandbox.requests
        if request.method == "POST" and "/backups" in request.path
    ]


async def test_the_list_says_true_states_and_opens_one_with_its_actions(world: World) -> None:
    assert "no backups yet" in text(shown(await run(world, "list")))
    await made(world, "first *bold*")
    world.survival.fail_next_backup = True
    begin(world.sandbox.world, world.survival, Wish("broken"))
    await world.advance(TEN_MINUTES)
    begin(world.sandbox.world, world.survival, Wish("now"))
    answer = shown(await run(world, "list"))
    response = text(answer)
    assert "3 backups" in response and "2 of 5 slots" in response
    assert "**now**\n-# ⏳ running" in response and "**broken**\n-# ❌ failed" in response
    assert r"first \*bold\*" in response
    assert buttons(answer) == ["Open", "Open", "Open", "Create", "Schedule"]

    await world.admin.click(answer, custom_id=button_beside(answer, "first"))
    assert "sha1:" in text(answer)
    assert buttons(answer) == ["Restore", "Download", "Check", "Lock", "Delete", "◀ Backups"]
    await world.admin.click(answer, label="Lock")
    assert "🔒 locked" in text(answer)
    assert buttons(answer) == ["Restore", "Download", "Check", "Unlock", "◀ Backups"]
    await world.admin.click(answer, label="◀ Backups")
    assert "🔒" in text(answer)


async def test_an_empty_list_offers_to_create_one(world: World) -> None:
    answer = shown(await run(world, "list"))
    assert "no backups yet" in text(answer)
    assert buttons(answer) == ["Create", "Schedule"]
    await seen(world, await world.admin.click(answer, label="Create"), "Backup of Survival finished")

    world.survival.feature_limits.backups = 0
    await world.advance(61)
    world.survival.backups.clear()
    answer = shown(await run(world, "list"))
    assert "backup limit is 0" in text(answer)
    assert buttons(answer) == []


async def test_the_list_is_as_green_as_the_newest_good_backup_is_young(world: World) -> None:
    colours = []
    for days in (8, 4, 0):
        past(world, f"of {days}", days=days)
        await world.advance(61)
        answer = shown(await run(world, "list"))
        colours += [node["accent_color"] for node in nodes(answer) if "accent_color" in node]
    assert colours == [theme.BAD.value, theme.CAREFUL.value, theme.GOOD.value]


async def test_viewers_are_offered_no_change(world: World) -> None:
    await made(world, "one")
    answer = shown(await world.operator.slash(world.channel, "backup list", server="Survival"))
    assert buttons(answer) == ["Open", "Create"]
    await world.operator.click(answer, custom_id=button_beside(answer, "one"))
    assert buttons(answer) == ["◀ Backups"]


async def test_backups_are_suggested_by_the_time_they_are_of(world: World) -> None:
    past(world, "old", days=30)
    past(world, "new", days=0)

    async def suggested(typed: str) -> list[str]:
        choices = await world.admin.autocomplete(
            world.channel, "backup restore", "backup", typed, server="Survival"
        )
        return [str(choice["name"]).split(" ·")[0] for choice in choices]

    assert await suggested("today") == ["new"]
    assert await suggested("last month") == ["old"]
    assert await suggested("november") == ["new"]
    assert await suggested("ol") == ["old"]
    assert await suggested("2026-10") == ["old"]
    assert await suggested("september") == []


async def test_lock_and_unlock_read_the_state_first_since_the_panel_only_toggles(world: World) -> None:
    backup = await made(world, "keep")
    locked = shown(await run(world, "lock", backup="keep"))
    assert "can't be deleted" in text(locked)
    assert buttons(locked) == ["Backups"]
    assert "No change." in text(shown(await run(world, "lock", backup="keep")))
    assert backup.is_locked
    assert "is locked" in text(shown(await run(world, "delete", backup="keep")))
    assert "can be deleted" in text(shown(await run(world, "unlock", backup=backup.uuid)))
    assert not backup.is_locked


async def test_deleting_asks_and_warns_of_the_only_good_one(world: World) -> None:
    backup = await made(world, "alone")
    asked = await run(world, "delete", backup="alone")
    assert "only good backup" in text(shown(asked))
    await world.admin.click(shown(asked), label="Delete")
    assert "Deleted alone" in text(shown(asked))
    assert backup.deleted
    assert "no backup of that name" in text(shown(await run(world, "info", backup="alone")))


async def test_a_link_is_given_only_for_what_is_done_and_is_in_no_audit_row(world: World) -> None:
    begin(world.sandbox.world, world.survival, Wish("now"))
    assert "still running" in text(shown(await run(world, "download", backup="now")))
    await made(world, "old", ago_s=20)
    given = shown(await run(world, "download", backup="old"))
    assert given.ephemeral and "works **once**" in text(given)
    assert f"({world.sandbox.node_url}/download/backup?token=" in text(given)
    assert await acts(world, "backup.download") == [Outcome.DONE]


@pytest.mark.sweep
async def test_after_a_quarter_of_an_hour_a_message_without_content_is_posted_in_the_channel(
    world: World,
) -> None:
    world.survival.backup_seconds = 1200
    await run(world, "create", name="slow")
    await world.advance(1300)
    posted = world.channel.last_message
    assert posted is not None
    assert "has finished" in text(posted)
    assert "slow" not in text(posted)
    response = text(shown(await world.admin.click(posted, label="Show")))
    assert "Backup of Survival finished" in response
    assert "slow" in response


async def test_a_panel_that_is_down_while_following_is_waited_out(world: World) -> None:
    asked = await run(world, "create")
    world.sandbox.faults.add(Fault.status(502, html=True), path="*", times=6)
    await seen(world, asked, "Backup of Survival finished", within_s=600)


async def test_analytics_cite_their_numbers_and_come_with_a_chart(world: World) -> None:
    await made(world, "one")
    await world.services.charts.draw(len_of_nothing)
    answer = shown(await run(world, "analytics"))
    assert "Only 1 good backup: keep 3 to 5." in text(answer)
    assert [item["media"]["url"] for item in pictures(answer)] == [answer.attachments[0].url]
    assert "sizes of 1 backup over time: 1 good" in (answer.attachments[0].description or "")


def len_of_nothing() -> bytes:
    return b""


async def test_patterns_of_a_file_that_may_not_be_read_are_never_switched_off(world: World) -> None:
    world.survival.disk.write("/.pteroignore", b"huge/\n")
    only_may(world, "backup.read", "backup.create")
    response = text(shown(await run(world, "create", ignore="*.tmp")))
    assert "can't read" in response and "Leave `ignore` out" in response
    await seen(world, await run(world, "create"), "Backup of Survival finished")
    assert world.survival.backups[0].ignored_files == []


async def test_a_lock_whose_answer_is_lost_is_checked(world: World) -> None:
    backup = await made(world, "keep")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/lock", method="POST", times=1)
    assert "can't be deleted" in text(shown(await run(world, "lock", backup="keep")))
    world.sandbox.faults.add(Fault.cut(), path="*/lock", method="POST", times=1)
    response = text(shown(await run(world, "unlock", backup="keep")))
    assert "was unchanged" in response and "Somebody else" not in response
    assert backup.is_locked


async def test_a_full_page_of_many_backups_has_room_for_the_way_back(world: World) -> None:
    for number in range(12):
        past(world, f"b{number:02}", days=number)
    report = shown(await world.admin.slash(world.channel, "server status", server="Survival"))
    await world.admin.click(report, label="Backups")
    assert len(rows(report)) == 10
    assert buttons(report)[10:] == ["▶", "Create", "Schedule", "◀ Status"]
