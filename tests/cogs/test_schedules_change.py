"""/schedule create, edit and delete: what the panel keeps of them, and what people see first."""

import pytest

from bot.domain.audit import Outcome
from sandbox import Fault
from tests.support.backups import acts
from tests.support.forms import fill
from tests.support.messages import buttons, text
from tests.support.schedules import does, only, run, said, scheduled
from tests.support.world import World, shown


async def test_a_schedule_is_created_after_its_next_runs_were_seen(world: World) -> None:
    asked = await run(world, "create", name=" Tidy  up ", when="weekdays at 18:30", only_when_online=True)
    preview = text(shown(asked))
    assert "## Create Tidy up?\n**At 18:30 on weekdays** `30 18 * * 1-5`" in preview
    assert "Next: <t:1795458600:f> · <t:1795545000:f> · <t:1795631400:f>" in preview
    assert "has no tasks" in preview
    assert world.survival.schedules == []
    await world.admin.click(shown(asked), label="Create")

    made = only(world)
    assert (made.name, made.minute, made.hour, made.day_of_week) == ("Tidy up", "30", "18", "1-5")
    assert (made.is_active, made.only_when_online) == (True, True)
    assert buttons(shown(asked)) == ["Pause", "Edit…", "Add task…", "Delete…"]
    assert await acts(world, "schedule.create") == [Outcome.DONE]


async def test_the_preview_is_in_the_zone_that_other_schedules_show(world: World) -> None:
    world.sandbox.world.settings.timezone = "Asia/Kolkata"
    scheduled(world, "Nightly", ("power", "restart", 0))

    asked = await run(world, "create", name="Tidy", when="every day at 4:00")

    assert "Next: <t:1795473000:f>" in text(shown(asked))
    assert "time zone, UTC+5:30" in text(shown(asked))


async def test_the_first_schedule_shows_the_zone_once_the_panel_has_it(world: World) -> None:
    world.sandbox.world.settings.timezone = "Asia/Kolkata"
    asked = await run(world, "create", name="Tidy", when="every day at 4:00")
    assert "which is assumed to be UTC" in text(shown(asked))

    await world.admin.click(shown(asked), label="Create")

    assert "Next: <t:1795473000:f>" in text(shown(asked))
    assert "time zone, UTC+5:30" in text(shown(asked))


async def test_a_restart_with_warnings_is_ready_made(world: World) -> None:
    asked = await run(world, "create", name="Restart", when="daily at 4", does="restart with warnings")
    assert "3. Then, 50 seconds later: send `say The server restarts in 10 seconds`" in text(shown(asked))
    await world.admin.click(shown(asked), label="Create")

    assert does(only(world)) == [
        ("command", "say The server restarts in 5 minutes", 0),
        ("command", "say The server restarts in 1 minute", 240),
        ("command", "say The server restarts in 10 seconds", 50),
        ("power", "restart", 10),
    ]
    assert only(world).is_active
    assert "4. Then, 10 seconds later: restart the server" in text(shown(asked))


async def test_a_game_that_shows_no_text_is_restarted_without_a_warning(world: World) -> None:
    world.survival.egg.name, world.survival.egg.startup = "Oddity", "./oddity"
    world.survival.egg.docker_images = {"Oddity": "oddity:1"}
    world.survival.docker_image, world.survival.egg.features = "oddity:1", []
    await world.advance(61)

    asked = await run(world, "create", name="Restart", when="daily at 4", does="restart with warnings")

    assert "so they get no warning" in text(shown(asked))
    assert "1. Restart the server" in text(shown(asked))


async def test_an_active_schedule_that_is_renamed_stays_active(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))

    await run(world, "edit", schedule="Nightly", name="Weekly")

    assert (only(world).name, only(world).is_active) == ("Weekly", True)


async def test_a_nightly_backup_says_what_becomes_of_older_ones(world: World) -> None:
    asked = await run(world, "create", name="Backup", when="daily at 4", does="backup")
    assert "has 5 backup slots. When all are used, the panel deletes the oldest" in text(shown(asked))
    await world.admin.click(shown(asked), label="Create")

    assert does(only(world)) == [("backup", "", 0)]


async def test_a_backup_is_refused_where_the_server_may_have_none(world: World) -> None:
    world.survival.feature_limits.backups = 0
    await world.advance(61)
    asked = await run(world, "create", name="Backup", when="daily at 4", does="backup")

    assert "can't have backups" in text(shown(asked))
    assert buttons(shown(asked)) == []
    assert world.survival.schedules == []


async def test_times_are_sent_in_the_order_in_which_the_panel_comes_to_all_of_them(world: World) -> None:
    asked = await run(world, "create", name="Tidy", when="0 18,6 * * fri-mon")
    assert "At 06:00 and 18:00 on" in text(shown(asked))
    await world.admin.click(shown(asked), label="Create")

    made = only(world)
    assert (made.hour, made.day_of_week) == ("6,18", "0,1,5,6")


REFUSED = [
    ("Tidy", "every 5 hours", "starts over each day"),
    ("Tidy", "0 0 31 2 *", "would never run"),
    ("Tidy", "*/168 * * * *", "larger than its field"),
    ("Tidy", "@reboot", "five fields; yours has 1"),
    ("Tidy", "0 4 15,L * *", "takes `L`, the last day of the month, only by itself"),
    ("  ", "daily at 4", "needs a name"),
    ("n" * 192, "daily at 4", "has 192 characters"),
    ("Quetzal backup", "daily at 4", "belongs to Quetzal's own backup schedule"),
]


async def test_what_the_panel_would_refuse_or_misread_is_not_sent(
    world: World, subtests: pytest.Subtests
) -> None:
    for name, when, why in REFUSED:
        with subtests.test(why):
            assert why in await said(world, "create", name=name, when=when)
            assert world.survival.schedules == []


async def test_a_schedule_whose_task_fails_is_removed_again(world: World) -> None:
    asked = await run(world, "create", name="Restart", when="daily at 4", does="restart with warnings")
    world.sandbox.faults.add(Fault.status(500), path="*/tasks", method="POST")
    await world.admin.click(shown(asked), label="Create")

    assert "The schedule was removed again." in text(shown(asked))
    assert world.survival.schedules == []


async def test_a_half_made_schedule_that_cannot_be_removed_is_left_paused(world: World) -> None:
    asked = await run(world, "create", name="Restart", when="daily at 4", does="restart with warnings")
    world.sandbox.faults.add(Fault.status(500), path="*/tasks", method="POST")
    world.sandbox.faults.add(Fault.status(500), path="*/schedules/*", method="DELETE")
    await world.admin.click(shown(asked), label="Create")

    assert "left in the panel, paused" in text(shown(asked))
    assert not only(world).is_active


async def test_a_lost_answer_creates_no_second_schedule(world: World) -> None:
    asked = await run(world, "create", name="Tidy", when="daily at 4", does="backup")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/schedules", method="POST", times=1)
    await world.admin.click(shown(asked), label="Create")

    assert does(only(world)) == [("backup", "", 0)]
    assert await acts(world, "schedule.create") == [Outcome.DONE]


async def test_a_form_creates_one_and_gives_back_what_was_wrong(world: World) -> None:
    answer = shown(await run(world, "list"))
    form = await world.admin.click(answer, label="Create…")
    await fill(world.admin, form, name="Tidy", when="every 7 hours", what=["backup"])
    assert "can't run every 7 hours" in text(answer)

    again = await world.admin.click(answer, label="Correct")
    assert again.modal is not None
    filled = [row["component"].get("value") for row in again.modal["components"]]
    assert filled[:2] == ["Tidy", "every 7 hours"]
    await fill(world.admin, again, when="every 8 hours")
    await world.admin.click(answer, label="Create")

    assert (only(world).name, only(world).hour) == ("Tidy", "*/8")
    assert does(only(world)) == [("backup", "", 0)]


async def test_an_edit_changes_what_is_named_and_nothing_else(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0), is_active=False, only_when_online=True)

    answer = await said(world, "edit", schedule="Nightly", when="every day at 5:15")

    changed = only(world)
    assert (changed.name, changed.minute, changed.hour) == ("Nightly", "15", "5")
    assert (changed.is_active, changed.only_when_online) == (False, True)
    assert does(changed) == [("power", "restart", 0)]
    assert "**At 05:15 every day**" in answer
    assert await acts(world, "schedule.edit") == [Outcome.DONE]


async def test_an_edit_that_changes_nothing_is_not_sent(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))

    assert "At 04:00 every day" in await said(world, "edit", schedule="Nightly", when="daily at 4:00")
    assert await acts(world, "schedule.edit") == []


async def test_the_form_of_a_schedule_shows_it_as_it_is(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    answer = shown(await run(world, "show", schedule="Nightly"))

    form = await world.admin.click(answer, label="Edit…")
    assert form.modal is not None
    filled = [row["component"].get("value") for row in form.modal["components"]]
    assert filled[:2] == ["Nightly", "0 4 * * *"]
    await fill(world.admin, form, name="Weekly", when="sundays at 4:00", only=["yes"])

    assert (only(world).name, only(world).day_of_week, only(world).only_when_online) == ("Weekly", "0", True)
    assert "Weekly" in text(answer)


async def test_a_deleted_schedule_can_be_had_back_with_its_tasks(world: World) -> None:
    scheduled(world, "Nightly", ("command", "say bye", 0), ("power", "restart", 60), is_active=False)

    asked = await run(world, "delete", schedule="Nightly")
    assert "At 04:00 every day**, 2 tasks" in text(shown(asked))
    await world.admin.click(shown(asked), label="Delete Nightly")
    assert "Nightly deleted" in text(shown(asked))
    assert world.survival.schedules == []
    assert buttons(shown(asked)) == ["Undo", "Schedules"]
    await world.admin.click(shown(asked), label="Undo")

    assert does(only(world)) == [("command", "say bye", 0), ("power", "restart", 60)]
    assert not only(world).is_active
    assert await acts(world, "schedule.delete") == [Outcome.DONE]


async def test_a_schedule_deleted_from_the_list_leads_back_to_it_by_one_button(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Open")
    await world.admin.click(shown(listed), label="Delete…")
    await world.admin.click(shown(listed), label="Delete Nightly")

    assert "Nightly deleted" in text(shown(listed))
    assert buttons(shown(listed)) == ["Undo", "◀ Schedules"]


async def test_a_deletion_whose_answer_is_lost_is_checked(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    asked = await run(world, "delete", schedule="Nightly")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/schedules/*", method="DELETE")
    await world.admin.click(shown(asked), label="Delete Nightly")

    assert "Nightly deleted" in text(shown(asked))
    assert await acts(world, "schedule.delete") == [Outcome.DONE]


async def test_quetzals_own_backup_schedule_is_neither_edited_nor_deleted(world: World) -> None:
    scheduled(world, "Quetzal backup", ("backup", "", 0))
    for command, given in (
        ("edit", {"name": "Mine"}),
        ("task add", {"does": "restart"}),
        ("task move", {"task": "1", "to": 1}),
    ):
        await run(world, command, schedule="Quetzal backup", **given)
    asked = await run(world, "delete", schedule="Quetzal backup")
    await world.admin.click(shown(asked), label="Delete Quetzal backup")

    assert "Quetzal's own backup schedule" in text(shown(asked))
    assert only(world).name == "Quetzal backup"
    assert does(only(world)) == [("backup", "", 0)]
