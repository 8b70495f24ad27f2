"""/server list: everything at a glance."""

import discord

from bot.domain.alerts import RuleKind, Severity
from bot.domain.annotations import Annotations
from bot.ui.kit import theme
from sandbox import Fault
from tests.support import games
from tests.support.alerts import begun, incident, run
from tests.support.messages import buttons, nodes, text
from tests.support.world import World, shown


async def test_an_admin_sees_the_servers_and_nobody_else_sees_the_answer(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "server list"))

    assert answer.ephemeral
    assert "🟢 **Survival**" in text(answer)
    assert "-# CPU 5% · memory 25%" in text(answer)
    assert buttons(answer) == ["Open", "Refresh"]


async def test_everybody_sees_it_when_it_is_asked_for(world: World) -> None:
    assert not shown(await world.admin.slash(world.channel, "server list", public=True)).ephemeral


async def test_a_member_without_a_level_reads_a_clear_no_and_one_with_a_level_reads_it(world: World) -> None:
    answer = shown(await world.stranger.slash(world.channel, "server list"))
    assert "You don't have access to Quetzal here." in text(answer)
    assert "Survival" not in text(answer)

    assert "Survival" in text(shown(await world.operator.slash(world.channel, "server list")))


async def test_in_a_guild_that_the_settings_do_not_name_nothing_is_shown(world: World) -> None:
    elsewhere = discord.Object(world.foreign_guild.id)
    world.bot.tree.copy_global_to(guild=elsewhere)
    await world.bot.tree.sync(guild=elsewhere)  # as if the settings had named it once

    answer = shown(await world.foreign_admin.slash(world.foreign_channel, "server list"))

    assert "isn't set up for this Discord server" in text(answer)
    typed = await world.foreign_admin.autocomplete(world.foreign_channel, "server status", "server", "")
    assert typed == []


async def test_many_servers_come_in_pages_and_one_can_be_opened(world: World) -> None:
    for number in range(25):
        world.sandbox.world.add_server(name=f"Lobby {number:02}", owner="owner", state="offline")
    await world.advance(10)

    answer = shown(await world.admin.slash(world.channel, "server list"))
    assert "26 servers" in text(answer)
    assert buttons(answer) == [*["Start"] * 10, "▶", "Refresh"]
    second = shown(await world.admin.click(answer, label="▶"))
    assert "Lobby 10" in text(second)
    third = shown(await world.admin.click(second, label="▶"))
    assert buttons(third)[:6] == ["Open", *["Start"] * 5]  # what runs comes before what is off

    opened = shown(await world.admin.click(third, label="Open"))
    assert "🟢 Survival" in text(opened)
    back = shown(await world.admin.click(opened, label="◀ Servers"))
    assert buttons(back) == [*["Open"], *["Start"] * 5, "◀", "Refresh"]


async def test_a_search_narrows_it_and_an_empty_one_says_what_to_do(world: World) -> None:
    world.sandbox.world.add_server(name="Creative", owner="owner", state="offline")
    await world.advance(10)

    response = text(shown(await world.admin.slash(world.channel, "server list", search="crea")))
    assert "Creative" in response
    assert "Survival" not in response

    nothing = text(shown(await world.admin.slash(world.channel, "server list", search="zzz")))
    assert "Nothing matches" in nothing
    assert "/server list" in nothing


async def test_a_node_that_does_not_answer_costs_only_its_own_lines(world: World) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/resources")

    answer = text(shown(await world.admin.slash(world.channel, "server list")))

    assert "Survival" in answer
    assert "-# node doesn't answer" in answer


async def test_the_panel_being_down_is_said_in_three_sentences_with_a_reference(world: World) -> None:
    world.sandbox.faults.add(Fault.status(502, html=True))
    await world.restart()
    await world.advance(30)  # nothing is known yet

    asked = await world.admin.slash(world.channel, "server list")
    await world.advance(30)  # the client tries again before it gives up
    answer = text(shown(asked))

    assert "panel" in answer
    assert "Reference" in answer


async def test_a_panel_that_went_away_is_named_once_above_the_last_known_servers(world: World) -> None:
    world.sandbox.world.add_server(name="Creative", owner="owner", state="offline")
    await world.advance(10)
    await world.admin.slash(world.channel, "server list")
    world.sandbox.faults.add(Fault.status(502, html=True))
    await world.advance(120)

    asked = await world.admin.slash(world.channel, "server list")
    await world.until(lambda: "servers" in text(shown(asked)), within_s=30)
    answer = text(shown(asked))

    assert answer.count("(HTTP 502). This has been going on for") == 1
    assert answer.count("state unknown") == 2


async def test_a_server_has_the_sign_of_its_worst_alert(world: World) -> None:
    await world.advance(10)
    full, _ = await begun(
        world, incident(world, rule=RuleKind.DISK), incident(world, rule=RuleKind.CPU, level=Severity.WARNING)
    )
    await run(world, "ack", alert=str(full.id))

    answer = shown(await world.admin.slash(world.channel, "server list"))
    assert "🔴 **Survival**" in text(answer)
    assert [node["accent_color"] for node in nodes(answer) if "accent_color" in node] == [theme.BAD.value]


async def test_the_most_urgent_problem_of_a_running_server_is_said(world: World) -> None:
    await world.advance(10)
    games.answer(world, 3)
    await begun(
        world,
        incident(world, rule=RuleKind.CPU, level=Severity.WARNING),
        incident(world, rule=RuleKind.BACKUP_AGE, value=12.0),
    )
    listed = text(shown(await world.admin.slash(world.channel, "server list")))
    assert "-# no successful backup for 12 days · 👥 3/40" in listed


async def test_a_server_that_came_back_from_a_crash_is_not_counted_as_crashed(world: World) -> None:
    world.sandbox.world.add_server(name="Creative", owner="owner", state="offline")
    await world.advance(10)
    back = Annotations(gave_up=True, back_at=world.services.clock.now().isoformat())
    await begun(world, incident(world, rule=RuleKind.CRASH, value=1.0, facts=back))
    listed = text(shown(await world.admin.slash(world.channel, "server list")))
    assert "**1 online** · 1 off" in listed
    assert "crash" not in listed
    assert "-# CPU 5% · memory 25%" in listed


async def test_only_a_server_that_is_off_counts_as_crashed(world: World) -> None:
    world.sandbox.world.add_server(name="Creative", owner="owner", state="offline")
    await world.advance(10)
    await begun(world, incident(world, rule=RuleKind.CRASH, value=3.0))
    listed = text(shown(await world.admin.slash(world.channel, "server list")))
    assert "**1 online** · 1 off · 🟠 1 with alerts" in listed
    assert "-# keeps crashing · CPU 5%" in listed


async def test_a_server_stopped_after_it_came_back_is_off(world: World) -> None:
    creative = world.sandbox.world.add_server(name="Creative", owner="owner", state="offline")
    await world.advance(10)
    back = Annotations(gave_up=True, back_at=world.services.clock.now().isoformat())
    await begun(world, incident(world, creative, rule=RuleKind.CRASH, value=1.0, facts=back))
    listed = text(shown(await world.admin.slash(world.channel, "server list")))
    assert "**1 online** · 1 off" in listed
    assert "crashed" not in listed


async def test_a_suspended_server_has_a_lock(world: World) -> None:
    world.sandbox.world.add_server(name="Unpaid", owner="owner", status="suspended")
    await world.advance(10)

    answer = shown(await world.admin.slash(world.channel, "server list"))

    assert "🔒 **Unpaid**" in text(answer)
    assert "-# suspended" in text(answer)
