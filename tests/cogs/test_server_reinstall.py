"""/server reinstall: what it does to the files is said, a name is typed, and it is followed to its end."""

import pytest
from simcord import ResponseMessage

from bot.domain.audit import Outcome
from bot.domain.levels import Level
from sandbox import Fault
from tests.support.backups import acts, made, room
from tests.support.forms import submit
from tests.support.grants import grant
from tests.support.messages import buttons, text
from tests.support.world import World, new_world, shown


async def asked(world: World) -> ResponseMessage:
    result = await world.admin.slash(world.channel, "server reinstall", server="Survival")
    return shown(result)


async def typed(world: World, question: ResponseMessage, name: str = "Survival") -> ResponseMessage:
    form = await world.admin.click(question, label="Reinstall…")
    return shown(await submit(world.admin, form, name))


async def ended(world: World, message: ResponseMessage, words: str, within_s: float = 120) -> ResponseMessage:
    await world.until(lambda: words in text(message), within_s=within_s)
    return message


async def test_what_is_lost_and_what_stays_is_said_before(world: World) -> None:
    said = text(await asked(world))

    assert "The install script of **Paper** runs again" in said
    assert "it can delete or overwrite anything else" in said
    assert "stays off afterwards" in said
    assert "**There is no good backup**" in said


async def test_a_backup_is_offered_first_and_its_age_said(world: World) -> None:
    room(world)
    await made(world, "nightly")
    question = await asked(world)
    assert "Last good backup: <t:" in text(question)

    await world.admin.click(question, label="Back up")

    assert len(world.survival.backups) == 2
    assert "Reinstall…" in buttons(question)


async def test_it_is_followed_to_its_end_and_start_offered(world: World) -> None:
    message = await typed(world, await asked(world))
    assert "Reinstalling Survival…" in text(message)

    done = await ended(world, message, "Survival is installed")

    assert "The panel doesn't say whether the install script worked." in text(done)
    assert buttons(done) == ["Start", "Files", "Status"]
    assert world.survival.state == "offline"
    assert await acts(world, "server.reinstall") == [Outcome.DONE]


async def test_a_wrong_name_reinstalls_nothing(world: World) -> None:
    said = await typed(world, await asked(world), "Survivor")

    assert "That isn't the name." in text(said)
    assert world.survival.status is None
    assert world.survival.state == "running"


async def test_one_that_fails_says_what_to_do(world: World) -> None:
    message = await typed(world, await asked(world))
    world.survival.status = "reinstall_failed"

    done = await ended(world, message, "The reinstallation of Survival failed")

    assert "Restore a backup" in text(done)
    assert buttons(done) == ["Backups", "Files", "Status"]
    assert await acts(world, "server.reinstall") == [Outcome.FAILED]


async def test_a_lost_answer_is_followed_when_the_panel_begins(world: World) -> None:
    question = await asked(world)
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/settings/reinstall")

    await ended(world, await typed(world, question), "Survival is installed")

    assert await acts(world, "server.reinstall") == [Outcome.DONE]


async def test_without_a_sign_of_it_nothing_is_claimed(world: World) -> None:
    question = await asked(world)
    world.sandbox.faults.add(Fault.status(500), path="*/settings/reinstall")
    message = await typed(world, question)
    assert "not confirmed yet" in text(await ended(world, message, "not confirmed yet"))

    done = await ended(world, message, "was probably not reinstalled")

    assert "It may still happen" in text(done)
    assert world.survival.state == "running"
    assert await acts(world, "server.reinstall") == [Outcome.UNKNOWN]


async def test_a_panel_that_is_down_meanwhile_does_not_end_it(world: World) -> None:
    message = await typed(world, await asked(world))
    world.sandbox.faults.add(Fault.status(502, html=True))
    await world.advance(10)
    world.sandbox.faults.clear()

    await ended(world, message, "Survival is installed", within_s=300)

    assert await acts(world, "server.reinstall") == [Outcome.DONE]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("installing", "is being installed already"),
        ("suspended", "is suspended"),
        ("restoring_backup", "is being restored"),
    ],
)
async def test_a_server_that_is_unavailable_is_not_asked_about(
    world: World, status: str, reason: str
) -> None:
    world.survival.status = status

    assert reason in text(await asked(world))


async def test_a_node_that_is_busy_refuses_it(world: World) -> None:
    question = await asked(world)
    world.survival.power.action = "stop"

    said = text(await ended(world, await typed(world, question), "➡️"))

    assert "refused" in said
    assert await acts(world, "server.reinstall") == [Outcome.FAILED]


async def test_a_manager_may_not(world: World) -> None:
    await grant(world, world.operator.id, Level.MANAGER)

    result = await world.operator.slash(world.channel, "server reinstall", server="Survival")

    assert "admin access" in text(shown(result))


async def test_the_stop_that_comes_with_it_is_no_crash(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with new_world(tmp_path_factory.mktemp("watched"), watch=True) as world:
        message = await typed(world, await asked(world))
        await ended(world, message, "Survival is installed")
        await world.advance(180)

        alerts = text(shown(await world.admin.slash(world.channel, "alerts list")))

    assert "unexpectedly" not in alerts
    assert "crashed" not in alerts
