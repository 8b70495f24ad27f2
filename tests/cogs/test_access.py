"""/quetzal access: levels are given and taken, count at once, and reach no further than they say."""

from datetime import timedelta
from functools import partial

import pytest

from bot.domain.audit import AuditEntry
from bot.storage.repositories import audit
from sandbox import Fault
from sandbox.model import GameServer
from tests.support.console import run_command
from tests.support.messages import buttons, menus, options, text
from tests.support.world import GUILD_ID, World, shown

NO = "You don't have access to Quetzal here."


@pytest.fixture
async def lobby(world: World) -> GameServer:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(60)
    return lobby


async def grant(world: World, **options: object) -> str:
    return text(shown(await world.admin.slash(world.channel, "quetzal access grant", **options)))


async def revoke(world: World, **options: object) -> str:
    return text(shown(await world.admin.slash(world.channel, "quetzal access revoke", **options)))


async def asks(world: World, command: str, **options: object) -> str:
    return text(shown(await world.stranger.slash(world.channel, command, **options)))


async def test_a_level_on_one_server_shows_that_server_and_no_other(world: World, lobby: GameServer) -> None:
    assert NO in await asks(world, "server list")
    response = await grant(world, who=world.stranger, level="viewer", server="Lobby")
    assert "is **viewer** on Lobby: can see servers" in response

    listed = await asks(world, "server list")
    assert "Lobby" in listed
    assert "Survival" not in listed
    offered = await world.stranger.autocomplete(world.channel, "server status", "server", "")
    assert [choice["value"] for choice in offered] == [lobby.uuid]
    for hidden in ("Survival", world.survival.uuid, world.survival.uuid[:8]):
        assert "There is no server called" in await asks(world, "server status", server=hidden)


async def test_a_viewer_is_shown_no_button_that_would_refuse_them(world: World, lobby: GameServer) -> None:
    await grant(world, who=world.stranger, level="viewer")
    seen = shown(await world.stranger.slash(world.channel, "server status", server="Survival"))
    assert not {"Restart", "Stop", "Back up", "Console", "Files"}.intersection(buttons(seen))
    assert "Refresh" in buttons(seen)
    refused = await asks(world, "server power", action="start", server="Lobby")
    assert "You need operator access" in refused
    assert "you have viewer" in refused
    assert not [entry for entry in world.sandbox.requests if entry.path.endswith("/power")]


async def test_what_is_revoked_is_gone_from_buttons_that_are_already_shown(world: World) -> None:
    await grant(world, who=world.stranger, level="operator")
    asked = shown(await world.stranger.slash(world.channel, "server power", action="stop", server="Survival"))
    await revoke(world, who=world.stranger)

    assert NO in text(shown(await world.stranger.click(asked, label="Stop")))
    assert world.survival.state == "running"
    assert not [entry for entry in world.sandbox.requests if entry.path.endswith("/power")]


async def test_a_role_has_a_level_as_long_as_somebody_is_in_it(world: World) -> None:
    assert "Survival" in text(shown(await world.operator.slash(world.channel, "server list")))
    role = world.guild.roles["Operators"]
    await grant(world, who=world.stranger, level="viewer")  # with no access left, Discord hides the commands
    assert "no longer has access" in await revoke(world, who=role)
    assert NO in text(shown(await world.operator.slash(world.channel, "server list")))
    assert "no such access" in await revoke(world, who=role)


async def test_everybody_is_a_role_and_that_is_said(world: World) -> None:
    response = await grant(world, who=world.guild.default_role, level="viewer")
    assert "everyone on this Discord server" in response
    assert "Survival" in await asks(world, "server list")


async def test_the_list_names_who_what_where_and_takes_back(world: World, lobby: GameServer) -> None:
    await grant(world, who=world.stranger, level="manager", server="Lobby")
    listed = await world.admin.slash(world.channel, "quetzal access list")
    assert "Access: 2 grants" in text(shown(listed))
    assert f"**manager** <@{world.stranger.id}> on Lobby" in text(shown(listed))
    assert options(shown(listed)) == ["@Operators", f"Person {world.stranger.id}"]

    await world.admin.select(shown(listed), ["1"])
    assert "no longer be manager on Lobby" in text(shown(listed))
    await world.admin.click(shown(listed), label="Revoke")
    assert "no longer has access on" in text(shown(listed))
    assert NO in await asks(world, "server list")


async def test_the_admin_of_one_server_gives_levels_there_and_nowhere_else(
    world: World, lobby: GameServer
) -> None:
    await grant(world, who=world.stranger, level="admin", server="Lobby")
    give = {"who": world.operator, "level": "admin"}

    assert "is **admin** on Lobby" in await asks(world, "quetzal access grant", **give, server="Lobby")
    assert "You need admin access for all servers here" in await asks(world, "quetzal access grant", **give)
    assert "There is no server called" in await asks(world, "quetzal access grant", **give, server="Survival")
    assert "You need admin access for all servers here" in await asks(world, "quetzal audit")
    assert "You need admin access for all servers here" in await asks(world, "quetzal setup")
    # What was given for all servers stands in the list of one, but is not theirs to take.
    listed = shown(await world.stranger.slash(world.channel, "quetzal access list", server="Lobby"))
    position = options(listed).index("@Operators")
    refused = shown(await world.stranger.select(listed, [str(position)]))
    assert "for all servers here" in text(refused)
    assert "Survival" in text(shown(await world.operator.slash(world.channel, "server list")))


async def test_bots_are_given_nothing(world: World) -> None:
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    assert "Bots can't use Quetzal" in await grant(world, who=robot, level="viewer")


async def test_each_act_is_in_the_audit_with_who_what_and_how_it_ended(world: World) -> None:
    await grant(world, who=world.stranger, level="operator")
    await run_command(world, world.stranger, "say canary-text")

    page = await world.admin.slash(world.channel, "quetzal audit")
    response = text(shown(page))
    assert f"✅ <@{world.stranger.id}> ran `say canary-text` on **Survival**" in response
    assert f"✅ <@{world.admin.id}> gave <@{world.stranger.id}> operator access" in response

    detail = text(shown(await world.admin.select(shown(page), ["0"])))
    assert "Done." in detail
    assert world.survival.uuid in detail
    assert "sha256" in detail
    assert "Interaction" in detail


async def test_the_audit_is_filtered_and_paged(world: World) -> None:
    for number in range(12):
        await grant(world, who=world.stranger, level="viewer" if number % 2 else "operator")
    await run_command(world, world.operator)

    page = await world.admin.slash(world.channel, "quetzal audit")
    assert "13 entries" in text(shown(page))
    assert "ran `list`" in text(shown(page))
    await world.admin.click(shown(page), label="▶")
    assert "ran `list`" not in text(shown(page))
    assert len(options(shown(page))) == 3
    await world.admin.click(shown(page), label="◀")
    assert "ran `list`" in text(shown(page))

    for filters, count in (
        ({"who": world.operator}, "1 entry"),
        ({"server": "Survival"}, "1 entry"),
        ({"action": "access.grant"}, "12 entries"),
        ({"outcome": "failed"}, "No matching entries"),
        ({"since": "the last hour", "who": world.admin}, "12 entries"),
    ):
        response = text(shown(await world.admin.slash(world.channel, "quetzal audit", **filters)))
        assert count in response, filters
    offered = await world.admin.autocomplete(world.channel, "quetzal audit", "action", "power")
    assert offered == []
    offered = await world.admin.autocomplete(world.channel, "quetzal audit", "action", "command")
    assert [choice["value"] for choice in offered] == ["server.command"]


async def test_failed_and_unknown_outcomes_are_in_the_audit(world: World) -> None:
    world.sandbox.faults.add(Fault.status(403), path="*/command")
    await run_command(world, world.admin)
    world.sandbox.faults.clear()
    world.sandbox.faults.add(Fault.cut(), path="*/command")
    await run_command(world, world.admin)

    outcomes = text(shown(await world.admin.slash(world.channel, "quetzal audit")))
    assert "ran `list` on **Survival** (failed)" in outcomes
    assert "ran `list` on **Survival** (not confirmed)" in outcomes


async def test_a_secret_in_a_command_is_hidden_in_the_audit(world: World) -> None:
    await run_command(world, world.admin, "login password=canary-secret")
    page = await world.admin.slash(world.channel, "quetzal audit")
    assert "ran `login password=" in text(shown(page))
    assert "canary" not in text(shown(page))
    assert "canary" not in text(shown(await world.admin.select(shown(page), ["0"])))


async def test_two_admins_revoke_the_same_level_and_the_second_reads_that_it_is_gone(world: World) -> None:
    (chiefs,) = [role for name, role in world.guild.roles.items() if name == "Admins"]
    eve = world.guild.add_member(world.env.create_user("eve"), roles=[chiefs])
    asked = {}
    for admin in (world.admin, eve):
        asked[admin] = await admin.slash(world.channel, "quetzal access list")
        await admin.select(shown(asked[admin]), ["0"])

    first, late = asked[world.admin], asked[eve]
    await world.admin.click(shown(first), label="Revoke")
    assert "no longer has access on" in text(shown(first))
    result = await eve.click(shown(late), label="Revoke")
    assert "no such access to revoke" in text(shown(result)) + text(shown(late))


async def test_today_begins_at_midnight(world: World) -> None:
    now = world.services.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for at in (midnight - timedelta(minutes=1), midnight, now):
        act = AuditEntry(at, GUILD_ID, world.admin.id, "main", None, "access.grant")
        await world.services.store.write(partial(audit.begin, act=act))
    page = await world.admin.slash(world.channel, "quetzal audit", since="today")
    assert "Audit: 2 entries" in text(shown(page))


async def test_the_audit_is_filtered_by_menus(world: World) -> None:
    await grant(world, who=world.stranger, level="viewer")
    await run_command(world, world.operator)
    page = await world.admin.slash(world.channel, "quetzal audit")
    for position, value, said in (
        (1, world.survival.uuid, "-# Only **Survival**"),
        (2, "server.command", "-# Only **Survival** · Server command"),
        (3, "today", "-# Only **Survival** · Server command · since <t:"),
    ):
        await world.admin.click(shown(page), label="Filter")
        await world.admin.select(shown(page), [value], custom_id=menus(page)[position])
        assert said in text(shown(page))
        assert "Audit: 1 entry" in text(shown(page))

    await world.admin.click(shown(page), label="Filter")
    await world.admin.click(shown(page), label="Show all")
    assert "Audit: 2 entries" in text(shown(page))

    await world.admin.click(shown(page), label="Filter")
    await world.admin.select(shown(page), [world.operator], custom_id=menus(page)[0])
    assert f"-# Only <@{world.operator.id}>" in text(shown(page))
    assert "Audit: 1 entry" in text(shown(page))


async def test_access_is_given_as_viewer_and_raised_or_taken_back_by_buttons(world: World) -> None:
    given = await world.admin.slash(world.channel, "quetzal access grant", who=world.stranger)
    assert "is **viewer** on all servers here" in text(shown(given))
    await world.admin.click(shown(given), label="Operator")
    assert "is **operator** on all servers here" in text(shown(given))
    await world.admin.click(shown(given), label="Revoke")
    assert "no longer has access" in text(shown(given))
    assert NO in await asks(world, "server list")
