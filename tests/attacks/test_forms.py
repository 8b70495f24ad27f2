"""A form is sent off by somebody who did not open it, or who no longer may.

Discord shows a form to the one person who opened it; its documentation does not promise that nobody else can
send it off (Receiving and Responding, "Modal"). These are sent off by a hand-made client.
"""

import asyncio

from bot.domain.alerts import RuleKind
from bot.domain.levels import Level
from sandbox import Fault
from tests.attacks.forging import forge
from tests.support.alerts import changed, edit_rule
from tests.support.databases import given, type_name
from tests.support.file_changes import content, furnish, run, typed
from tests.support.forms import field, submit
from tests.support.grants import grant
from tests.support.messages import text
from tests.support.panel_accounts import friend
from tests.support.world import World, shown

_TURNS = 50


async def test_a_text_is_written_by_whoever_opened_the_form_only(world: World) -> None:
    furnish(world)
    await grant(world, world.stranger.id, Level.ADMIN)
    asked = await run(world, "edit", path="notes.txt")
    form = await world.admin.click(shown(asked), label="Edit")
    forged = {field(form)["custom_id"]: "evil"}

    response = shown(await forge(world.stranger, world.channel, form, forged))
    assert response.ephemeral
    assert "This form belongs to someone else. Nothing was changed." in text(response)

    # Nor does it get into what the owner sends off at the same time.
    attack: list[asyncio.Task[object]] = []

    async def meanwhile() -> None:
        attack.append(asyncio.create_task(forge(world.stranger, world.channel, form, forged)))
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    world.sandbox.faults.add(Fault.meanwhile(meanwhile), times=1)
    await typed(world, form, "two")
    assert len(attack) == 1
    await asyncio.gather(*attack)
    assert "evil" not in text(shown(asked))
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/notes.txt") == b"two\n"


async def test_a_key_is_linked_by_whoever_opened_the_form_only(world: World) -> None:
    key = friend(world, "control.console")
    form = await world.operator.slash(world.channel, "quetzal link")
    for who in (world.stranger, world.admin):
        result = await forge(who, world.channel, form, {field(form)["custom_id"]: key})
        assert "belongs to someone else" in text(shown(result))
        assert await world.services.keys.linked(who.id) == ()
    assert "run as its account" in text(shown(await submit(world.operator, form, key)))


async def test_a_rule_is_changed_by_whoever_opened_the_form_only(world: World) -> None:
    page = await world.admin.slash(world.channel, "alerts rules")
    form = await edit_rule(world.admin, page, RuleKind.DISK)
    assert form.modal is not None
    warning, *_, switch = (row["component"] for row in form.modal["components"])
    forged = {warning["custom_id"]: "1", switch["custom_id"]: [switch["options"][0]["value"]]}
    result = await forge(world.stranger, world.channel, form, forged)
    assert "belongs to someone else" in text(shown(result))
    assert not (await changed(world)).of_all


async def test_a_name_is_typed_by_whoever_was_asked_only(world: World) -> None:
    row = given(world)
    await grant(world, world.stranger.id, Level.ADMIN)
    asked = await world.admin.slash(world.channel, "database delete", database="luckperms")
    form = await world.admin.click(shown(asked), label="Delete…")
    named = {field(form)["custom_id"]: row.name}
    result = await forge(world.stranger, world.channel, form, named)
    assert "belongs to someone else" in text(shown(result))
    assert world.survival.databases == [row]
    assert "is deleted" in text(await type_name(world, form, row.name))


async def test_who_lost_the_level_cannot_send_a_form_off(world: World) -> None:
    await grant(world, world.stranger.id, Level.VIEWER)
    key = friend(world, "control.console")
    form = await world.stranger.slash(world.channel, "quetzal link")
    await world.admin.slash(world.channel, "quetzal access revoke", who=world.stranger)
    assert "You don't have access to Quetzal here." in text(shown(await submit(world.stranger, form, key)))
    assert await world.services.keys.linked(world.stranger.id) == ()
