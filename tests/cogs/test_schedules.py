"""/schedule: the panel's schedules as a calendar, and running, pausing and resuming them."""

from datetime import timedelta

import pytest

from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.power import signal
from tests.fault_messages.backups import past
from tests.support.backups import acts
from tests.support.messages import button_beside, buttons, rows, text
from tests.support.schedules import add_task, run, said, scheduled
from tests.support.world import World, shown


async def backup_slots(world: World, count: int) -> None:
    """Give the server so many backup slots, and wait until its list in memory has it."""
    world.survival.feature_limits.backups = count
    await world.advance(61)


def requested(world: World, ending: str) -> int:
    return sum(entry.method == "POST" and entry.path.endswith(ending) for entry in world.sandbox.requests)


async def test_a_server_without_schedules_says_so(world: World) -> None:
    assert "None yet" in await said(world, "list")


async def test_the_list_is_a_calendar_with_what_runs_next_first(world: World) -> None:
    scheduled(world, "Sunday", ("backup", "", 0), cron="0 4 * * 0")
    scheduled(world, "Off", ("backup", "", 0), is_active=False)
    scheduled(world, "Nightly", ("power", "restart", 0))
    scheduled(world, "Empty", cron="0 5 * * *")

    answer = shown(await run(world, "list"))

    assert rows(answer) == ["🟢 **Nightly**", "🟢 **Empty**", "🟢 **Sunday**", "⏸️ **Off**"]
    assert "**Next: Nightly** <t:1795492800:R> · 1 paused" in text(answer)
    assert "at 04:00 on Sunday · <t:" in text(answer)
    assert "has no tasks" in text(answer)
    assert "Times are in the panel's time zone, UTC" in text(answer)


async def test_a_row_opens_its_schedule_and_leads_back(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    answer = shown(await run(world, "list"))

    await world.admin.click(answer, custom_id=button_beside(answer, "Nightly"))
    assert "1. Restart the server" in text(answer)
    await world.admin.click(answer, label="◀ Schedules")

    assert rows(answer) == ["🟢 **Nightly**"]


async def test_a_schedule_shows_three_runs_and_its_tasks_with_their_delays(world: World) -> None:
    scheduled(
        world, "Nightly", ("command", "say bye", 0), ("command", "save-all", 90), ("power", "restart", 300)
    )

    answer = await said(world, "show", schedule="nightly")

    assert "**At 04:00 every day**" in answer
    assert "Next: <t:1795492800:f> (<t:1795492800:R>)" in answer
    assert "then <t:1795579200:f> · <t:1795665600:f>" in answer
    assert "1. Send `say bye`\n2. Then, 1 min 30 s later: send `save-all`" in answer
    assert "3. Then, 5 minutes later: restart the server" in answer


async def test_tasks_stand_in_the_order_in_which_they_run(world: World) -> None:
    schedule = scheduled(world, "Nightly", ("command", "second", 0))
    first = add_task(world, schedule, "command", "first")
    schedule.tasks.reverse()
    first.sequence_id, schedule.tasks[1].sequence_id = 1, 2

    assert "1. Send `first`\n2. Then send `second`" in await said(world, "show", schedule="Nightly")


async def test_a_run_that_ended_is_not_called_a_success(world: World) -> None:
    scheduled(world, "Nightly", ("command", "save-all", 0)).last_run_at = world.sandbox.world.now()

    answer = await said(world, "show", schedule="Nightly")

    assert "Last run ended <t:1795435200:R>; the panel doesn't record whether it worked" in answer


async def test_a_schedule_that_the_panel_did_not_run_is_overdue(world: World) -> None:
    late = scheduled(world, "Nightly", ("power", "restart", 0))
    late.next_run_at = world.sandbox.world.now() - timedelta(minutes=11)

    assert "⚠️ Overdue: the panel should have run it <t:1795434540:R>" in await said(
        world, "show", schedule="Nightly"
    )
    assert "⚠️ overdue" in await said(world, "list")


async def test_the_panels_time_zone_comes_from_its_next_run(world: World) -> None:
    world.sandbox.world.settings.timezone = "Asia/Kolkata"
    scheduled(world, "Nightly", ("power", "restart", 0))

    answer = await said(world, "show", schedule="Nightly")

    assert "Next: <t:1795473000:f>" in answer, "04:00 in India"
    assert "then <t:1795559400:f> · <t:1795645800:f>" in answer
    assert "time zone, UTC+5:30" in answer


async def test_a_zone_that_no_schedule_shows_is_called_an_assumption(world: World) -> None:
    scheduled(world, "Often", ("command", "save-all", 0), cron="*/5 * * * *")

    assert "time zone, which is assumed to be UTC" in await said(world, "show", schedule="Often")


async def test_below_manager_a_command_shows_no_secret(world: World) -> None:
    scheduled(world, "Login", ("command", "login password=hunter2hunter2", 0))

    seen = await world.operator.slash(world.channel, "schedule show", schedule="Login", server="Survival")

    assert "hunter2" not in text(shown(seen))
    assert "[hidden]" in text(shown(seen))
    assert "hunter2" in await said(world, "show", schedule="Login")


async def test_a_schedule_that_does_not_exist_is_refused(world: World) -> None:
    assert "no schedule of that name" in await said(world, "show", schedule="Nightly")


async def test_times_that_the_panel_leaves_out_are_not_promised(world: World) -> None:
    scheduled(world, "Twice a day", ("command", "save-all", 0), cron="0 18,6 * * *")

    shown_ = await said(world, "show", schedule="Twice a day")

    assert "At 06:00 and 18:00" not in shown_
    assert "may leave out some of its times" in shown_
    assert "Change its times to `0 6,18 * * *`" in shown_


async def test_suggestions_say_when_each_runs(world: World) -> None:
    made = scheduled(world, "Nightly", ("power", "restart", 0))

    offered = await world.admin.autocomplete(
        world.channel, "schedule show", "schedule", "night", server="Survival"
    )

    assert offered == [{"name": "Nightly · at 04:00 every day", "value": str(made.id)}]


async def test_a_harmless_schedule_runs_at_once_with_what_follows(world: World) -> None:
    schedule = scheduled(world, "Save", ("command", "save-all", 0), ("command", "say saved", 60))

    answer = await said(world, "run", schedule="Save")

    assert "## ▶️ Save is running\nSend `save-all`: done\n<t:1795435260:R>: send `say saved`" in answer
    assert "reports only whether the first task worked" in answer
    assert schedule.is_processing
    assert await acts(world, "schedule.run") == [Outcome.DONE]


async def test_a_paused_schedule_can_be_run_by_hand(world: World) -> None:
    scheduled(world, "Save", ("command", "save-all", 0), is_active=False)

    assert "Save has run" in await said(world, "run", schedule="Save")


async def test_a_run_that_restarts_the_server_is_asked(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))

    asked = await run(world, "run", schedule="Nightly")
    assert "everybody on it is disconnected" in text(shown(asked))
    assert requested(world, "/execute") == 0
    await world.admin.click(shown(asked), label="Run Nightly")

    assert "Restart the server: started" in text(shown(asked))
    assert world.survival.state == "stopping"


async def test_a_backup_that_deletes_the_oldest_one_is_asked_by_its_name(world: World) -> None:
    await backup_slots(world, 2)
    past(world, "locked", days=9).is_locked = True
    past(world, "oldest", days=8)
    scheduled(world, "Backup", ("backup", "", 0))

    asked = await run(world, "run", schedule="Backup")
    assert "deletes the oldest unlocked backup: **oldest** of <t:" in text(shown(asked))
    await world.admin.click(shown(asked), label="Run Backup")
    await world.advance(60)

    kept = [backup.name for backup in world.survival.backups if not backup.deleted]
    assert "oldest" not in kept
    assert len(kept) == 2


async def test_where_all_backups_are_locked_the_run_is_said_to_fail(world: World) -> None:
    await backup_slots(world, 1)
    past(world, "locked", days=9).is_locked = True
    scheduled(world, "Backup", ("backup", "", 0))

    assert "its backup will fail" in await said(world, "run", schedule="Backup")


async def test_a_schedule_that_is_running_would_run_twice(world: World) -> None:
    scheduled(world, "Save", ("command", "save-all", 0), ("command", "say saved", 60))
    await said(world, "run", schedule="Save")

    assert "Its tasks would run twice" in await said(world, "run", schedule="Save")
    assert requested(world, "/execute") == 1


async def test_one_that_waits_for_the_server_is_not_sent_while_it_is_off(world: World) -> None:
    signal(world.sandbox.world, world.survival, "kill")
    await world.advance(5)
    schedule = scheduled(world, "Save", ("command", "save-all", 0), only_when_online=True)

    answer = await said(world, "run", schedule="Save")

    assert "only runs while the server is online, and the server is offline" in answer
    assert schedule.last_run_at is None
    assert requested(world, "/execute") == 0


async def test_the_first_tasks_failure_is_said(world: World) -> None:
    signal(world.sandbox.world, world.survival, "kill")
    await world.advance(5)
    scheduled(world, "Save", ("command", "save-all", 0), ("command", "say saved", 60))

    answer = await said(world, "run", schedule="Save")

    assert "The server is offline" in answer
    assert "The first task failed, so the run ended there." in answer
    assert await acts(world, "schedule.run") == [Outcome.FAILED]


async def test_a_run_whose_answer_is_lost_may_have_begun(world: World) -> None:
    scheduled(world, "Save", ("command", "save-all", 0))
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/execute")

    answer = await said(world, "run", schedule="Save")

    assert "may or may not have been run" in answer
    assert await acts(world, "schedule.run") == [Outcome.UNKNOWN]


@pytest.mark.parametrize("is_active", [True, False])
async def test_pause_and_resume_change_nothing_else(world: World, *, is_active: bool) -> None:
    schedule = scheduled(
        world, "Nightly", ("power", "restart", 0), is_active=is_active, only_when_online=True
    )
    command, after = ("pause", "resume") if is_active else ("resume", "pause")

    answer = shown(await run(world, command, schedule="Nightly"))

    assert schedule.is_active is not is_active
    assert (schedule.name, schedule.hour, schedule.only_when_online) == ("Nightly", "4", True)
    assert len(schedule.tasks) == 1
    assert buttons(answer) == ["Run now", after.capitalize(), "Edit…", "Add task…", "Delete…"]
    assert await acts(world, f"schedule.{command}") == [Outcome.DONE]


async def test_a_pause_whose_answer_is_lost_is_checked(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/schedules/*", method="POST")

    assert "Paused" in await said(world, "pause", schedule="Nightly")
    assert await acts(world, "schedule.pause") == [Outcome.DONE]


async def test_a_pause_that_the_panel_fails_says_how_the_schedule_is(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    world.sandbox.faults.add(Fault.status(500), path="*/schedules/*", method="POST")

    assert "still as before when Quetzal checked" in await said(world, "pause", schedule="Nightly")


async def test_quetzals_own_backup_schedule_is_changed_elsewhere(world: World) -> None:
    scheduled(world, "Quetzal backup", ("backup", "", 0))

    answer = shown(await run(world, "show", schedule="Quetzal backup"))
    assert "Quetzal's own backup schedule; `/backup schedule` changes it" in text(answer)
    assert buttons(answer) == ["Run now"]
    refused = await said(world, "pause", schedule="Quetzal backup")

    assert "Change it or turn it off with `/backup schedule`" in refused
    assert world.survival.schedules[0].is_active


async def test_an_operator_reads_and_runs_nothing(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))

    seen = await world.operator.slash(world.channel, "schedule show", schedule="Nightly", server="Survival")
    refused = await world.operator.slash(world.channel, "schedule run", schedule="Nightly", server="Survival")

    assert buttons(shown(seen)) == []
    assert "manager access" in text(shown(refused))


async def test_a_name_cannot_mention_anybody_or_add_a_link(world: World) -> None:
    scheduled(world, "@everyone [free](https://evil.example) <@1>", ("command", "`@here`", 0))

    for command, options in (("list", {}), ("show", {"schedule": "1"}), ("run", {"schedule": "1"})):
        answer = await said(world, command, **options)
        for active in ("@everyone", "](https:", "<@1>"):
            assert active not in answer


async def test_the_status_leads_to_the_schedules_and_back(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    answer = shown(await world.admin.slash(world.channel, "server status", server="Survival"))

    await world.admin.click(answer, label="Schedules")
    assert rows(answer) == ["🟢 **Nightly**"]
    await world.admin.click(answer, label="◀ Status")

    assert "Running" in text(answer)


async def test_a_mistyped_schedule_is_offered_as_a_button(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    answer = shown(await run(world, "pause", schedule="Nihtly"))
    assert "Did you mean `Nightly`?" in text(answer)
    assert buttons(answer) == ["Nightly", "Schedules"]

    await world.admin.click(answer, label="Nightly")

    assert world.survival.schedules[0].is_active is False


async def test_several_schedules_of_one_name_are_distinguished_by_their_times(world: World) -> None:
    scheduled(world, "Restart", ("power", "restart", 0))
    scheduled(world, "Restart", ("power", "restart", 0), cron="0 5 * * *")
    answer = shown(await run(world, "pause", schedule="restart"))
    assert "Several schedules of this server have that name." in text(answer)

    await world.admin.click(answer, label="Restart · at 05:00 every day")

    assert [schedule.is_active for schedule in world.survival.schedules] == [True, False]


async def test_a_run_whose_backup_has_no_room_says_that_it_ended_there(world: World) -> None:
    await backup_slots(world, 0)
    scheduled(world, "Backup", ("backup", "", 0))
    answer = shown(await run(world, "run", schedule="Backup"))

    await world.admin.click(answer, label="Run Backup")

    assert "The first task failed, so the run ended there." in text(answer)
