"""Keys that come and go while something runs with them, and keys that are tried out."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.domain.levels import Actor
from bot.panel import PanelClient
from bot.panel.models import Entries
from sandbox import Fault
from sandbox.node.volumes import disk_of
from tests.support.file_changes import (
    content,
    furnish,
    kept,
    proposed,
)
from tests.support.messages import text
from tests.support.panel_links import link
from tests.support.world import GUILD_ID, World, shown

_REQUESTS_OF_A_CHANGE = 12


def key_of_owner(world: World) -> str:
    return world.sandbox.world.key_of("owner")


def panel(world: World) -> PanelClient:
    return world.services.panels["main"]


async def unlinked(world: World, user_id: int) -> None:
    actor = Actor(user_id, "Ada", GUILD_ID, is_administrator=True)
    if await world.services.linking.linked(actor):
        await world.services.linking.unlink(actor, "main")


@pytest.mark.sweep
async def test_a_key_that_is_unlinked_while_a_change_runs_with_it_stays_until_it_has_ended(
    world: World,
) -> None:
    furnish(world)
    world.sandbox.world.add_user("ada", admin=True)
    for number in range(_REQUESTS_OF_A_CHANGE):
        disk_of(world.survival).write("/notes.txt", b"one\n")
        await link(world, world.admin, world.sandbox.world.key_of("ada"))
        asked, question = await proposed(world, "notes.txt", f"two {number}")
        world.sandbox.faults.add(
            Fault.meanwhile(lambda: unlinked(world, world.admin.id)), times=1, skip=number
        )
        await world.admin.click(question, label="Save")
        world.sandbox.faults.clear()

        assert "Saved" in text(shown(asked)), number
        assert content(world, "/notes.txt") == f"two {number}\n".encode()
        assert len(kept(world)) == number + 1
        assert set(kept(world)) == {b"one\n"}


async def test_two_people_with_one_key_do_not_end_each_others_reads(world: World) -> None:
    world.sandbox.world.add_user("shared", admin=True)
    key = world.sandbox.world.key_of("shared")
    for who in (world.admin, world.operator):
        await link(world, who, key)
    hers = await world.services.keys.client("main", world.admin.id)
    world.sandbox.faults.add(Fault.meanwhile(lambda: unlinked(world, world.operator.id)), times=1)
    files = await hers.files.list(world.survival.uuid)
    assert isinstance(files, Entries)
    assert await world.services.keys.client("main", world.admin.id) is hers
    assert await world.services.keys.client("main", world.operator.id) is panel(world)


async def test_a_cancelled_read_does_not_cancel_the_read_of_another_caller(world: World) -> None:
    client = panel(world)
    arrived = asyncio.Event()
    goes_on = asyncio.Event()

    async def wait() -> None:
        arrived.set()
        await goes_on.wait()

    world.sandbox.faults.add(Fault.meanwhile(wait), path="*/files/list", times=1)
    first, second = (asyncio.create_task(client.files.list(world.survival.uuid)) for _ in range(2))
    await arrived.wait()
    first.cancel()
    goes_on.set()
    assert isinstance(await second, Entries)
    assert first.cancelled()


async def test_wrong_keys_leave_nothing_behind(world: World) -> None:
    await link(world, world.operator, key_of_owner(world))
    before = panel(world).keys_in_use
    for number in range(20):
        response = await link(world, world.operator, "ptlc_" + f"{number:043}")
        assert "rejects the API key" in response
    assert panel(world).keys_in_use == before
    kept = await world.services.keys.client("main", world.operator.id)
    await kept.account.view()


async def test_a_replaced_key_is_gone_once_nothing_runs_with_it(world: World) -> None:
    for name in ("first", "second"):
        world.sandbox.world.add_user(name)
        await link(world, world.operator, world.sandbox.world.key_of(name))
        await world.services.keys.client("main", world.operator.id)
    assert panel(world).keys_in_use == 2
    other = panel(world).with_key(SecretStr("ptlc_" + "x" * 43))
    assert panel(world).keys_in_use == 3
    del other
    assert panel(world).keys_in_use == 2
