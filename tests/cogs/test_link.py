"""/quetzal link: what a person does runs with their own key, and their level stays the most they may do."""

import sqlite3
from contextlib import closing

from pydantic import SecretStr

from tests.support.console import run_command
from tests.support.forms import submit
from tests.support.messages import text
from tests.support.panel_accounts import friend
from tests.support.panel_links import link
from tests.support.world import World, shown


def accounts(world: World, path: str) -> list[str | None]:
    return [entry.user for entry in world.sandbox.requests if entry.path.endswith(path)]


async def test_what_a_person_does_runs_with_their_key(world: World) -> None:
    key = friend(world, "control.console", "control.start", "websocket.connect")
    response = await link(world, world.operator, f"  {key} ")
    assert "run as its account **friend**" in response
    assert key not in response

    await run_command(world, world.operator)
    await run_command(world, world.admin)
    assert accounts(world, "/command") == ["friend", "owner"]


async def test_the_panels_own_permissions_hold_and_the_level_stays_the_most(world: World) -> None:
    await link(world, world.operator, friend(world, "control.start", "websocket.connect"))
    refused = await run_command(world, world.operator)
    assert "has no permission for that" in refused
    assert "/quetzal unlink" in refused

    world.sandbox.world.add_user("boss", admin=True)
    response = await link(world, world.operator, world.sandbox.world.key_of("boss"))
    assert "panel administrator" in response
    listed = await world.operator.slash(world.channel, "quetzal access list")
    assert "You need admin access" in text(shown(listed))


async def test_a_linked_key_gives_no_level(world: World) -> None:
    refused = await world.stranger.slash(world.channel, "quetzal link")
    assert "You don't have access to Quetzal here." in text(shown(refused))


async def test_unlinking_counts_at_once(world: World) -> None:
    await link(world, world.operator, friend(world, "control.console", "websocket.connect"))
    result = await world.operator.slash(world.channel, "quetzal unlink")
    assert "Quetzal deleted your key" in text(shown(result))
    await run_command(world, world.operator)
    assert accounts(world, "/command") == ["owner"]
    again = await world.operator.slash(world.channel, "quetzal unlink")
    assert "You have no key linked" in text(shown(again))


async def test_a_link_outlives_a_restart_and_a_deleted_key_is_reported(world: World) -> None:
    key = friend(world, "control.console", "websocket.connect")
    await link(world, world.operator, key)
    await world.restart()
    await run_command(world, world.operator)
    assert accounts(world, "/command") == ["friend"]

    world.sandbox.world.keys.clear()
    response = text(shown(await world.operator.slash(world.channel, "server status", server="Survival")))
    assert "rejects the API key" in response
    assert "link another one with `/quetzal link`" in response


async def test_what_is_no_account_key_is_refused_before_the_panel_is_asked(world: World) -> None:
    for typed, why in (
        ("ptla_" + "a" * 43, "application key"),
        ("hello", "not an account key"),
        ("ptlc_with spaces in it and more", "not an account key"),
    ):
        response = await link(world, world.operator, typed)
        assert why in response
        assert typed not in response
    assert accounts(world, "/account") == []


async def test_a_key_that_the_panel_refuses_is_not_kept(world: World) -> None:
    response = await link(world, world.operator, "ptlc_" + "x" * 43)
    assert "rejects the API key" in response
    assert "Nothing was saved" in response
    gone = await world.operator.slash(world.channel, "quetzal unlink")
    assert "You have no key linked" in text(shown(gone))


async def test_a_form_from_before_a_restart_does_not_give_the_key_back(world: World) -> None:
    form = await world.operator.slash(world.channel, "quetzal link")
    await world.restart()
    response = shown(await submit(world.operator, form, world.sandbox.world.key_of("owner")))
    assert "restarted since" in text(response)
    assert response.attachments == []


async def test_the_key_is_sealed_in_the_store_and_named_by_its_fingerprint_in_the_audit(world: World) -> None:
    key = friend(world, "control.console")
    response = await link(world, world.operator, key)
    path = world.services.settings.data_dir / "quetzal.db"
    with closing(sqlite3.connect(path)) as conn:
        ((sealed, fingerprint),) = conn.execute("SELECT sealed, fingerprint FROM member_keys")
        rows = conn.execute("SELECT action, facts FROM audit").fetchall()
    assert key.encode() not in sealed
    assert fingerprint in response
    assert [action for action, _ in rows] == ["key.link"]
    assert fingerprint in rows[0][1]
    assert key not in rows[0][1]


async def test_a_linked_key_is_used_for_its_owner_only(world: World) -> None:
    key = friend(world, "control.console", "websocket.connect")
    await link(world, world.operator, key)
    keys = world.services.keys
    theirs = await keys.client("main", world.operator.id)
    others = await keys.client("main", world.admin.id)
    assert theirs._sibling.holder.key == SecretStr(key)
    assert others is world.services.panels["main"]
