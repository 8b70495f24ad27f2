"""Somebody tries again and again what they may not do: it is written down, and fills nothing."""

import pytest

from bot.domain.audit import AuditEntry, AuditFilter, Outcome
from tests.attacks.forging import forge
from tests.support.alerts import fired, seen
from tests.support.forms import field
from tests.support.messages import text
from tests.support.world import GUILD_ID, World, shown


async def refusals(world: World) -> list[AuditEntry]:
    wanted = AuditFilter(GUILD_ID, action="access.refused")
    return [*(await world.services.audit.page(wanted, size=100)).acts]


@pytest.mark.shows("Acknowledge")  # the audit quotes what stood on the button
async def test_refused_attempts_are_in_the_audit_with_the_reason(world: World) -> None:
    await world.stranger.slash(world.channel, "quetzal audit")
    _, message = await fired(world)
    await world.stranger.click(seen(world, message).message, label="Acknowledge")
    form = await world.operator.slash(world.channel, "quetzal link")
    await forge(world.admin, world.channel, form, {field(form)["custom_id"]: "ptlc_x"})

    refused = await refusals(world)
    assert [(audit_entry.user_id, audit_entry.facts["tried"]) for audit_entry in reversed(refused)] == [
        (world.stranger.id, "/quetzal audit"),
        (world.stranger.id, "“Acknowledge”"),
        (world.admin.id, "a form"),
    ]
    assert {entry.outcome for entry in refused} == {Outcome.FAILED}
    assert refused[-1].facts["why"] == "You don't have access to Quetzal here."
    response = text(shown(await world.admin.slash(world.channel, "quetzal audit", action="access.refused")))
    assert f"<@{world.stranger.id}> was refused /quetzal audit" in response


async def test_the_same_try_is_written_down_once_an_hour(world: World) -> None:
    for _ in range(5):
        await world.operator.slash(world.channel, "quetzal audit")
    assert len(await refusals(world)) == 1
    await world.sleep_through(3601)
    await world.operator.slash(world.channel, "quetzal audit")
    assert len(await refusals(world)) == 2
