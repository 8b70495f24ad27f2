"""/schedule task: tasks are added, changed, moved and removed, by options, forms and buttons."""

import pytest

from bot.domain.audit import Outcome
from sandbox import Fault
from tests.support.backups import acts
from tests.support.forms import fill
from tests.support.messages import buttons, menus, options, rows, text
from tests.support.schedules import does, only, run, said, scheduled
from tests.support.world import World, shown


async def test_a_task_is_added_at_the_end_or_at_a_place(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))

    await run(world, "task add", schedule="Nightly", does="backup", after="15 min")
    answer = await said(world, "task add", schedule="Nightly", does="command", command="say bye", place=1)

    assert does(only(world)) == [("command", "say bye", 0), ("power", "restart", 0), ("backup", "", 900)]
    assert "1. Send `say bye`\n2. Then restart the server\n3. Then, 15 minutes later: make a backup" in answer
    assert await acts(world, "schedule.task") == [Outcome.DONE, Outcome.DONE]


REFUSED = [
    ({"does": "command"}, "no command to send"),
    ({"does": "command", "command": "say a\nstop"}, "one line without control characters"),
    ({"does": "restart", "command": "say bye"}, "Only a task that sends a command"),
    ({"does": "restart", "after": "16 min"}, "at most 15 minutes"),
    ({"does": "restart", "after": "soon"}, "at most 15 minutes"),
]


async def test_a_task_that_could_not_work_is_not_sent(world: World, subtests: pytest.Subtests) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    for given, why in REFUSED:
        with subtests.test(str(given)):
            assert why in await said(world, "task add", schedule="Nightly", **given)
            assert does(only(world)) == [("power", "restart", 0)]


async def test_an_eleventh_task_is_refused(world: World) -> None:
    scheduled(world, "Full", *(("command", f"say {number}", 0) for number in range(10)))

    assert "at most 10 tasks" in await said(world, "task add", schedule="Full", does="restart")
    assert "Add task…" not in buttons(shown(await run(world, "show", schedule="Full")))


async def test_an_edited_task_keeps_what_is_not_named(world: World) -> None:
    scheduled(world, "Nightly", ("command", "say bye", 30), ("power", "restart", 60))
    only(world).tasks[0].continue_on_failure = True

    await run(world, "task edit", schedule="Nightly", task="1", command="say good night")

    assert does(only(world)) == [("command", "say good night", 30), ("power", "restart", 60)]
    assert only(world).tasks[0].continue_on_failure


async def test_a_task_becomes_another_kind(world: World) -> None:
    scheduled(world, "Nightly", ("command", "say bye", 30))

    await run(world, "task edit", schedule="Nightly", task="1", does="stop", after="0 s")

    assert does(only(world)) == [("power", "stop", 0)]


@pytest.mark.parametrize(("task", "to", "order"), [("1", 3, "bca"), ("3", 1, "cab"), ("2", 10, "acb")])
async def test_a_moved_task_makes_the_others_room(world: World, task: str, to: int, order: str) -> None:
    scheduled(world, "Letters", *(("command", letter, 0) for letter in "abc"))

    answer = await said(world, "task move", schedule="Letters", task=task, to=to)

    assert [payload for _, payload, _ in does(only(world))] == [*order]
    assert f"1. Send `{order[0]}`\n2. Then send `{order[1]}`\n3. Then send `{order[2]}`" in answer


async def test_a_removed_task_lets_the_others_move_up(world: World) -> None:
    scheduled(world, "Letters", *(("command", letter, 0) for letter in "abc"))

    asked = await run(world, "task remove", schedule="Letters", task="2")
    assert "It no longer does this: send `b`." in text(shown(asked))
    await world.admin.click(shown(asked), label="Remove task 2")

    assert [(task.sequence_id, task.payload) for task in only(world).tasks] == [(1, "a"), (2, "c")]
    assert "1. Send `a`\n2. Then send `c`" in text(shown(asked))


async def test_a_task_that_does_not_exist_is_answered_with_those_that_do(world: World) -> None:
    scheduled(world, "Letters", *(("command", letter, 0) for letter in "abcd"))

    answer = shown(await run(world, "task move", schedule="Letters", task="5", to=1))
    assert "no task of that number" in text(answer)
    assert buttons(answer) == ["4. send `d`", "3. send `c`", "2. send `b`", "Schedules"]
    await world.admin.click(answer, label="4. send `d`")

    assert [payload for _, payload, _ in does(only(world))] == [*"dabc"]


@pytest.mark.parametrize("number", ["9" * 5000, "first", "²"], ids=["long", "word", "superscript"])
async def test_what_is_no_number_of_a_task_leads_to_those_of_the_schedule(world: World, number: str) -> None:
    scheduled(world, "Nightly", ("command", "say bye", 30))

    answer = shown(await run(world, "task remove", schedule="Nightly", task=number))
    assert "no task of that number" in text(answer)
    assert buttons(answer) == ["1. send `say bye`", "Schedules"]


async def test_a_schedule_without_tasks_leads_to_the_schedules(world: World) -> None:
    scheduled(world, "Nothing")

    answer = shown(await run(world, "task remove", schedule="Nothing", task="1"))
    assert buttons(answer) == ["Schedules"]
    await world.admin.click(answer, label="Schedules")

    assert rows(answer) == ["🟢 **Nothing**"]


async def test_tasks_are_suggested_with_what_they_do(world: World) -> None:
    scheduled(world, "Nightly", ("command", "say bye", 0), ("power", "restart", 60))

    offered = await world.admin.autocomplete(
        world.channel, "schedule task edit", "task", "rest", server="Survival", schedule="Nightly"
    )

    assert offered == [{"name": "2. restart the server", "value": "2"}]


async def test_buttons_add_change_move_and_remove_tasks(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    result = await run(world, "show", schedule="Nightly")
    answer = shown(result)

    form = await world.admin.click(answer, label="Add task…")
    await fill(world.admin, form, what=["command"], command="say bye", how="1 min")
    assert options(answer) == ["1. restart the server", "2. send `say bye`"]
    (menu,) = menus(result)
    await world.admin.select(answer, custom_id=menu, values=["2"])
    assert "2. **Then, 1 minute later: send `say bye`**" in text(answer)
    assert buttons(answer) == ["Edit…", "Earlier", "Remove…", "◀ Schedule"]
    await world.admin.click(answer, label="Earlier")

    assert does(only(world)) == [("command", "say bye", 60), ("power", "restart", 0)]
    (menu,) = menus(result)
    await world.admin.select(answer, custom_id=menu, values=["1"])
    form = await world.admin.click(answer, label="Edit…")
    await fill(world.admin, form, what=["backup"], how="20 min")
    assert "at most 15 minutes" in text(answer)
    again = await world.admin.click(answer, label="Correct")
    await fill(world.admin, again, how="10 min")

    assert does(only(world)) == [("backup", "", 600), ("power", "restart", 0)]


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("task add", {"does": "backup"}),
        ("task edit", {"task": "1", "command": "say good night"}),
        ("task move", {"task": "1", "to": 2}),
    ],
)
async def test_a_task_whose_answer_is_lost_is_checked(
    world: World, command: str, given: dict[str, object]
) -> None:
    scheduled(world, "Nightly", ("command", "say bye", 0), ("power", "restart", 60))
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/tasks*", method="POST")

    await run(world, command, schedule="Nightly", **given)

    assert await acts(world, "schedule.task") == [Outcome.DONE]


async def test_a_task_that_the_panel_did_not_take_is_said_so(world: World) -> None:
    scheduled(world, "Nightly", ("power", "restart", 0))
    world.sandbox.faults.add(Fault.status(500), path="*/tasks", method="POST")

    answer = await said(world, "task add", schedule="Nightly", does="backup")

    assert "still as before when Quetzal checked" in answer
    assert await acts(world, "schedule.task") == [Outcome.FAILED]
