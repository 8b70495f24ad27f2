"""A restore or reinstallation that failed is asked again, and never repeated without its confirmation."""

import pytest
from simcord import InteractionResult

from bot.domain.audit import Outcome
from sandbox import Fault
from tests.support.backups import acts, content, made, room, run, seen
from tests.support.forms import submit
from tests.support.messages import buttons, text
from tests.support.panel_requests import count_requests
from tests.support.retries import end_faults, failed
from tests.support.world import World, shown

pytestmark = pytest.mark.sweep


async def restore_refused(world: World) -> InteractionResult:
    """Confirm a restore that the panel refuses."""
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await world.admin.click(shown(asked), label="Restore")
    await failed(world, asked)
    return asked


async def test_a_restore_that_was_not_sent_is_asked_again(world: World) -> None:
    room(world)
    await made(world, "good")
    world.survival.disk.write("/world/level.dat", b"griefed")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await world.admin.click(shown(asked), label="Restore")
    await failed(world, asked)

    await world.admin.click(shown(asked), label="Retry")
    assert "Restore Survival?" in text(shown(asked))
    assert content(world, "/world/level.dat") == b"griefed"
    assert count_requests(world, "/restore") == 0

    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Survival is restored")
    assert await acts(world, "backup.restore") == [Outcome.DONE]


async def test_a_node_that_is_down_before_a_restore_has_retry(world: World) -> None:
    room(world)
    await made(world, "good")
    world.sandbox.faults.add(Fault.status(504), path="*/files/list*")
    asked = await run(world, "restore", backup="good")
    await failed(world, asked)
    await world.admin.click(shown(asked), label="Retry")
    assert "Restore Survival?" in text(shown(asked))


async def test_an_error_after_retry_takes_the_place_of_the_first(world: World) -> None:
    asked = await restore_refused(world)

    world.survival.backups.clear()
    await world.admin.click(shown(asked), label="Retry")
    assert "Not found" in text(shown(asked))
    assert "Couldn't reach" not in text(shown(asked))
    assert buttons(shown(asked)) == []


async def test_a_truncate_is_never_repeated_without_its_name(world: World) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good", truncate=True)
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await submit(world.admin, await world.admin.click(shown(asked), label="Restore"), "Survival")
    await failed(world, asked)

    await world.admin.click(shown(asked), label="Retry")
    await submit(world.admin, await world.admin.click(shown(asked), label="Restore"), "Creative")
    assert count_requests(world, "/restore") == 0
    await submit(world.admin, await world.admin.click(shown(asked), label="Restore"), "Survival")
    await seen(world, asked, "Survival is restored")


@pytest.mark.parametrize("truncate", [False, True])
async def test_a_restore_that_may_have_begun_offers_what_to_check_and_the_question(
    world: World, *, truncate: bool
) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good", truncate=truncate)
    world.sandbox.faults.add(Fault.status(500), path="*/restore")
    form = await world.admin.click(shown(asked), label="Restore")
    if truncate:
        await submit(world.admin, form, "Survival")
    await world.until(lambda: "Restore again…" in buttons(shown(asked)))
    assert buttons(shown(asked)) == ["Backups", "Files", "Status", "Restore again…"]
    assert "Nothing was changed" not in text(shown(asked))
    assert "➡️ Check" in text(shown(asked))

    await end_faults(world)
    await world.admin.click(shown(asked), label="Restore again…")
    assert "estore Survival?" in text(shown(asked))
    assert count_requests(world, "/restore") == 1


async def test_a_restore_without_a_trace_offers_what_to_check_and_the_question(world: World) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.cut(), path="*/restore")
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "may not have started", within_s=400)
    assert buttons(shown(asked)) == ["Files", "Status", "Restore again…"]
    await end_faults(world)
    await world.admin.click(shown(asked), label="Files")
    assert "world" in text(shown(asked))


async def test_the_right_to_restore_is_checked_at_retry(world: World) -> None:
    asked = await restore_refused(world)

    (admins,) = [role for role in world.guild.roles.values() if role.name == "Admins"]
    world.env.backend.guilds[world.guild.id].members[world.admin.id].role_ids.remove(admins.id)
    await world.admin.click(shown(asked), label="Retry")
    assert "You don't have access to Quetzal here." in text(shown(asked))
    assert count_requests(world, "/restore") == 0


async def test_a_reinstallation_that_was_not_sent_is_asked_again(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server reinstall", server="Survival")
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await submit(world.admin, await world.admin.click(shown(asked), label="Reinstall…"), "Survival")
    await failed(world, asked)

    await world.admin.click(shown(asked), label="Retry")
    assert count_requests(world, "/reinstall") == 0
    await submit(world.admin, await world.admin.click(shown(asked), label="Reinstall…"), "Survival")
    await seen(world, asked, "Survival is installed")
    assert await acts(world, "server.reinstall") == [Outcome.DONE]


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.cut()])
async def test_a_reinstallation_that_may_have_begun_offers_what_to_check_and_the_question(
    world: World, fault: Fault
) -> None:
    asked = await world.admin.slash(world.channel, "server reinstall", server="Survival")
    world.sandbox.faults.add(fault, path="*/settings/reinstall")
    await submit(world.admin, await world.admin.click(shown(asked), label="Reinstall…"), "Survival")
    await seen(world, asked, "was probably not reinstalled")
    assert buttons(shown(asked)) == ["Status", "Reinstall…"]

    await end_faults(world)
    await world.admin.click(shown(asked), label="Reinstall…")
    assert "Reinstall Survival?" in text(shown(asked))
    assert count_requests(world, "/reinstall") == 1
