"""/backup retention: shown before it deletes, applied while it is on, and never to the last good backup."""

import pytest

from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.backups import Wish, begin
from tests.support.backups import acts, made, run
from tests.support.messages import buttons, text
from tests.support.world import World, shown

pytestmark = pytest.mark.usefixtures("room_for_backups")


async def test_a_rule_is_shown_before_it_deletes_and_goes_on_when_asked(world: World) -> None:
    for number in range(3):
        await made(world, f"b{number}")
    world.survival.backups[0].is_locked = True
    asked = await run(world, "retention", keep_last=1, stay_on=True)
    response = text(shown(asked))
    assert "**1 backup would be deleted**" in response and "b0 · locked" in response
    await world.admin.click(shown(asked), label="Delete 1 backup")
    assert "1 backup deleted" in text(shown(asked))
    assert buttons(shown(asked)) == ["Backups"]
    assert [backup.name for backup in world.survival.backups if not backup.deleted] == ["b0", "b2"]

    await made(world, "b3", ago_s=700)  # the panel's own schedule makes one, say
    assert [backup.name for backup in world.survival.backups if not backup.deleted] == ["b0", "b3"]
    assert "keep the last 1" in text(shown(await run(world, "retention")))
    asked = await run(world, "retention", off=True)
    assert "keep the last 1" in text(shown(asked))
    await world.admin.click(shown(asked), label="Cancel")
    assert "keep the last 1" in text(shown(await run(world, "retention")))
    asked = await run(world, "retention", off=True)
    await world.admin.click(shown(asked), label="Turn off")
    assert "no longer deletes backups" in text(shown(asked))
    assert "was already off" in text(shown(await run(world, "retention", off=True)))
    await made(world, "b4", ago_s=700)
    assert len([backup for backup in world.survival.backups if not backup.deleted]) == 3


async def test_a_usual_rule_is_one_tap_and_so_is_its_end(world: World) -> None:
    asked = await run(world, "retention")
    assert buttons(shown(asked)) == ["The last 7", "One a day for 7 days", "7 days and 4 weeks"]
    await world.admin.click(shown(asked), label="7 days and 4 weeks")
    assert "one a day for 7 days, one a week for 4 weeks" in text(shown(asked))
    await world.admin.click(shown(asked), label="Turn on")
    policy = await run(world, "retention")
    assert "keep one a day for 7 days, one a week for 4 weeks" in text(shown(policy))
    await world.admin.click(shown(policy), label="Turn off")
    await world.admin.click(shown(policy), label="Turn off")
    assert "no longer deletes backups" in text(shown(policy))


@pytest.mark.sweep
async def test_a_rule_that_stays_on_is_applied_after_a_restart_too(world: World) -> None:
    for number in range(2):
        await made(world, f"b{number}")
    await world.admin.click(shown(await run(world, "retention", keep_last=2, stay_on=True)), label="Turn on")
    begin(world.sandbox.world, world.survival, Wish("b2"))
    await world.restart()
    for _ in range(3):
        await world.advance(310)
    assert [backup.name for backup in world.survival.backups if not backup.deleted] == ["b1", "b2"]
    assert await acts(world, "backup.delete") == [Outcome.DONE]


@pytest.mark.sweep
async def test_what_became_the_last_good_one_meanwhile_is_not_deleted(world: World) -> None:
    for number in range(3):
        await made(world, f"b{number}")
    b0, b1, b2 = world.survival.backups
    asked = await run(world, "retention", keep_last=1)

    def gone() -> None:
        b2.deleted = True

    world.sandbox.world.later(0, gone)
    world.sandbox.faults.add(Fault.slow(1), path=f"*/backups/{b0.uuid}", method="DELETE", times=1)
    await world.admin.click(shown(asked), label="Delete 2 backups")
    await world.advance(60)
    assert b0.deleted and not b1.deleted


@pytest.mark.sweep
async def test_a_rule_that_may_delete_nothing_does_not_fill_the_audit(world: World) -> None:
    for number in range(2):
        await made(world, f"b{number}")
    asked = await run(world, "retention", keep_last=2, stay_on=True)
    await world.admin.click(shown(asked), label="Turn on")
    world.sandbox.faults.add(Fault.status(403), path="*/backups/*", method="DELETE")
    for name in ("b2", "b3"):
        await made(world, name)
        for _ in range(4):
            await world.advance(310)
    assert len(await acts(world, "backup.delete")) == 2
