"""/backup schedule: presets, cron texts, and what the panel keeps of them."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.levels import Actor, Level
from sandbox import Fault
from tests.support.backups import run
from tests.support.forms import submit
from tests.support.messages import buttons, text
from tests.support.world import GUILD_ID, World, shown

pytestmark = pytest.mark.usefixtures("room_for_backups")


REFUSED = [
    ("0 4 * *", "five fields; yours has 4"),
    ("61 4 * * *", "can't read `61` as the minute"),
    ("*/5 * * * *", "every 5 minutes"),
    ("0 0 30 2 *", "would never run"),
]


async def test_a_cron_text_that_cannot_be_is_refused_with_an_example(
    world: World, subtests: pytest.Subtests
) -> None:
    for cron, why in REFUSED:
        with subtests.test(cron):
            response = text(shown(await run(world, "schedule", cron=cron)))
            assert why in response and "0 4 * * *" in response


async def test_the_panel_keeps_the_schedule(world: World) -> None:
    asked = await run(world, "schedule", cron="0 4 * * *", only_when_online=True)
    assert "deletes the oldest unlocked backup" in text(shown(asked))
    await world.admin.click(shown(asked), label="Schedule")
    assert "only when online" in text(shown(asked)) and "next run <t:" in text(shown(asked))
    (schedule,) = world.survival.schedules
    assert [task.action for task in schedule.tasks] == ["backup"]
    world.survival.disk.write("/.pteroignore", b"maps/\n")
    again = await run(world, "schedule", cron="30 5 * * *")
    await world.admin.click(shown(again), label="Schedule")
    (schedule,) = world.survival.schedules
    assert (schedule.minute, schedule.only_when_online, len(schedule.tasks)) == ("30", False, 1)
    assert schedule.tasks[0].payload.endswith("\nmaps/"), "what the server leaves out by now"
    asked = await run(world, "schedule", off=True)
    assert [schedule.name for schedule in world.survival.schedules] == ["Quetzal backup"]
    await world.admin.click(shown(asked), label="Turn off")
    assert "is deleted" in text(shown(asked))
    assert world.survival.schedules == []
    assert "no schedule here" in text(shown(await run(world, "schedule", off=True)))


@pytest.mark.parametrize(
    ("preset", "cron"),
    [("Daily", "0 4 * * *"), ("Every 6 hours", "0 */6 * * *"), ("Weekly", "0 4 * * 0")],
)
async def test_a_preset_is_asked_and_kept_by_the_panel_with_its_next_run(
    world: World, preset: str, cron: str
) -> None:
    answer = shown(await run(world, "schedule"))
    assert buttons(answer) == ["Daily", "Every 6 hours", "Weekly", "Custom…"]
    await world.admin.click(answer, label=preset)
    assert "Next run: <t:" in text(answer)
    await world.admin.click(answer, label="Schedule")
    assert f"`{cron}`" in text(answer)
    assert "next run <t:" in text(answer)
    await world.admin.click(answer, label="Turn off")
    await world.admin.click(answer, label="Turn off")
    assert world.survival.schedules == []


async def test_times_of_ones_own_are_typed_into_a_form(world: World) -> None:
    answer = shown(await run(world, "schedule"))
    form = await world.admin.click(answer, label="Custom…")
    await submit(world.admin, form, "30 */12 * * *")
    await world.admin.click(answer, label="Schedule")
    assert [schedule.minute for schedule in world.survival.schedules] == ["30"]


async def test_a_schedule_without_a_task_is_not_left_behind(world: World) -> None:
    asked = await run(world, "schedule", cron="0 4 * * *")
    world.sandbox.faults.add(Fault.status(403), path="*/tasks", method="POST")
    await world.admin.click(shown(asked), label="Schedule")
    assert "The schedule was removed again" in text(shown(asked))
    assert world.survival.schedules == []


async def test_the_next_run_is_certain_where_the_panels_time_zone_is_set(world: World) -> None:
    target = await world.services.directory.find("main", world.survival.uuid)
    assert target is not None
    admin = Actor(world.admin.id, "Ada", GUILD_ID, is_administrator=True)
    permit = await world.services.access.require(admin, target, Level.MANAGER)
    permit.panel._sibling.panel.config = replace(permit.panel.config, zone=ZoneInfo("America/New_York"))

    asked = await world.admin.slash(
        world.channel, "backup schedule", cron="every day at 4:00", server="Survival"
    )

    assert "Next run: <t:1795510800:f>\n" in text(shown(asked)), "9:00 UTC"
