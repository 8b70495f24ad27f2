"""/quetzal setup: step by step with buttons, left and resumed, and what is missing is said."""

import discord
from simcord import ChannelHandle, InteractionResult

from bot.domain.audit import AuditFilter
from sandbox import Fault
from tests.support.bot_view import bot_channel, bot_role
from tests.support.console import run_command
from tests.support.messages import buttons, menus, nodes, text
from tests.support.world import GUILD_ID, World, shown


async def begin(world: World) -> InteractionResult:
    return await world.admin.slash(world.channel, "quetzal setup")


async def choose(
    world: World, setup: InteractionResult, page: str, channel: ChannelHandle
) -> InteractionResult:
    await world.admin.click(shown(setup), label=page)
    return await world.admin.select(shown(setup), [channel], custom_id=menus(setup)[0])


async def test_the_whole_way_from_nothing_to_a_set_up_guild(world: World) -> None:
    alerts = world.guild.create_text_channel("alerts")
    operators = world.guild.roles["Operators"]
    setup = await begin(world)
    assert "Still missing: check the panel, alert channel, roles, test alert." in text(shown(setup))

    await world.admin.click(shown(setup), label="Check the panel")
    assert "Quetzal reaches the panel as **owner**. 1 server available here." in text(shown(setup))
    await choose(world, setup, "Alert channel", alerts)
    assert f"**Alert channel**: <#{alerts.id}>" in text(shown(setup))
    await world.admin.click(shown(setup), label="Roles")
    assert "Give" not in buttons(shown(setup))
    await world.admin.select(shown(setup), [operators], custom_id=menus(setup)[0])
    await world.admin.select(shown(setup), ["MANAGER"], custom_id=menus(setup)[1])
    assert f"<@&{operators.id}> as **manager**" in text(shown(setup))
    await world.admin.click(shown(setup), label="Give")
    assert "**Roles**: 1 level given" in text(shown(setup))
    await world.admin.click(shown(setup), label="Test alert")
    assert "Everything is set up." in text(shown(setup))
    posted = alerts.last_message
    assert posted is not None
    assert "This is a test" in (posted.embeds[0].title or "")


async def test_it_can_be_left_and_resumed_also_after_a_restart(world: World) -> None:
    setup = await begin(world)
    await world.admin.click(shown(setup), label="Check the panel")
    await world.restart()

    dead = await world.admin.click(shown(setup), label="Alert channel")
    assert "restarted since" in text(shown(dead))
    again = await begin(world)
    assert "Still missing: alert channel, roles, test alert." in text(shown(again))
    await world.admin.click(shown(again), label="Alert channel")
    assert "the last console lines to everyone who can read that channel" in text(shown(again))
    await world.admin.click(shown(again), label="Skip")
    await world.admin.click(shown(again), label="Roles")
    await world.admin.click(shown(again), label="Skip")
    await world.admin.click(shown(again), label="Test alert")
    assert "Everything is set up." in text(shown(again))
    assert "**Alert channel**: skipped" in text(shown(again))


async def test_a_test_alert_needs_a_channel(world: World) -> None:
    setup = await begin(world)
    result = await world.admin.click(shown(setup), label="Test alert")
    assert "There's no alert channel yet." in text(shown(result))
    assert "Still missing: check the panel" in text(shown(setup))


async def test_a_channel_that_quetzal_cannot_write_in_is_not_taken(world: World) -> None:
    closed = world.guild.create_text_channel(
        "closed", overwrites={world.guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    )
    setup = await begin(world)
    result = await choose(world, setup, "Alert channel", closed)
    assert "Quetzal can't post in that channel." in text(shown(result))
    assert (await world.services.guild_settings.get(GUILD_ID, "main")).alert_channel_id is None


async def test_what_was_chosen_and_is_gone_is_no_longer_ticked_and_can_be_chosen_again(world: World) -> None:
    alerts, audit = (world.guild.create_text_channel(name) for name in ("alerts", "audit"))
    role = world.guild.create_role("On call", mentionable=True)
    setup = await begin(world)
    await world.admin.click(shown(setup), label="Alert channel")
    await world.admin.select(shown(setup), [role], custom_id=menus(setup)[1])
    await world.admin.select(shown(setup), [alerts], custom_id=menus(setup)[0])
    await choose(world, setup, "Audit channel", audit)
    for channel in (alerts, audit):
        await bot_channel(world, channel.id).delete()
    await bot_role(world, role.id).delete()
    await world.env.settle()

    again = await begin(world)
    said = text(shown(again))
    for name in ("Alert channel", "Audit channel"):
        assert f"🔴 **{name}**: the channel was deleted, or Quetzal can't see it." in said
    assert "🔴 **Mention**: the role was deleted." in said
    await world.admin.click(shown(again), label="Alert channel")
    page = shown(again)
    assert "🔴 The current one can't be used: the channel was deleted" in text(page)
    assert "🔴 Critical alerts mention nobody: the role was deleted." in text(page)
    assert str(alerts.id) not in text(page)
    assert [node for node in nodes(page) if node.get("default_values")] == []


async def test_acts_are_posted_in_the_audit_channel_without_contents(world: World) -> None:
    channel = world.guild.create_text_channel("audit")
    setup = await begin(world)
    await choose(world, setup, "Audit channel", channel)
    assert "Changes are posted here" in (channel.history()[0].embeds[0].description or "")

    await run_command(world, world.operator, "say canary-text")
    await world.advance(1)
    assert channel.last_message is not None
    description = channel.last_message.embeds[0].description or ""
    assert f"<@{world.operator.id}> ran a console command on **Survival**" in description
    assert "canary-text" not in description

    await world.admin.click(shown(setup), label="Audit channel")
    await world.admin.click(shown(setup), label="Don't post")
    before = channel.last_message.id
    await run_command(world, world.operator)
    await world.advance(1)
    assert channel.last_message.id == before
    assert await world.services.audit.count(AuditFilter(GUILD_ID, action="server.command")) == 2


async def test_a_panel_that_does_not_answer_leaves_its_step_open(world: World) -> None:
    setup = await begin(world)
    world.sandbox.faults.add(Fault.status(401), path="*/account")
    result = await world.admin.click(shown(setup), label="Check the panel")
    assert "rejects the API key" in text(shown(result))
    assert "Still missing: check the panel" in text(shown(setup))
