"""/alerts channel and board: where alerts go, whom they mention, and what can be chosen from a menu."""

import discord

from tests.support.alerts import PANEL_ID, begun, incident, notify, run
from tests.support.messages import buttons, text
from tests.support.world import GUILD_ID, World, shown


async def test_where_nothing_is_chosen_a_menu_chooses_it(world: World) -> None:
    for command, empty, said in (
        ("channel", "No alert channel yet", "The test alert arrived in"),
        ("board", "No board", "The board appears in"),
    ):
        answer = await run(world, command)
        assert empty in text(shown(answer))
        await world.admin.select(shown(answer), [world.channel])
        assert said in text(shown(answer))


async def test_choosing_a_channel_sends_a_test_and_the_firing_alerts(world: World) -> None:
    alerts = world.guild.create_text_channel("alerts")
    role = world.guild.create_role("On call", mentionable=True)
    await begun(world, incident(world))

    answer = await run(world, "channel", channel=alerts, role=role)

    assert f"✅ The test alert arrived in <#{alerts.id}>." in text(shown(answer))
    assert "1 active alert will be posted there too." in text(shown(answer))
    assert "the last console lines to everyone who can read that channel" in text(shown(answer))
    assert f"Critical ones mention <@&{role.id}>" in text(shown(answer))
    test, firing = alerts.history()[-2:]
    assert test.embeds[0].title == "🔔 This is a test"
    assert firing.embeds[0].title == "🔴 Survival: memory at 93%"
    settings = await world.services.guild_settings.get(GUILD_ID, PANEL_ID)
    assert (settings.alerts_by, settings.alert_role_id) == (world.admin.id, role.id)


async def test_what_waited_for_a_closed_channel_comes_into_the_new_one(world: World) -> None:
    (alert,) = await begun(world, incident(world))
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    waiting = await notify(world, [alert])
    assert waiting.discord_id is None
    alerts = world.guild.create_text_channel("alerts")
    await run(world, "channel", channel=alerts)

    titles = [message.embeds[0].title for message in alerts.history()]
    assert sorted(titles, key=str) == ["🔔 This is a test", "🔴 Survival: memory at 93%"]


async def test_the_role_can_be_removed_and_one_without_mentions_is_named(world: World) -> None:
    role = world.guild.create_role("Nobody hears", mentionable=False)
    silent = discord.PermissionOverwrite(mention_everyone=False)
    alerts = world.guild.create_text_channel("alerts", overwrites={world.guild.default_role: silent})
    answer = await run(world, "channel", channel=alerts, role=role)
    assert "⚠️ Quetzal can't mention that role" in text(shown(answer))
    assert "Mention nobody" in buttons(shown(answer))
    await world.admin.click(shown(answer), label="Mention nobody")
    assert "mention nobody" in text(shown(answer))


async def test_without_a_channel_it_says_so_and_everyone_is_no_role(world: World) -> None:
    assert "No alert channel yet" in text(shown(await run(world, "channel")))
    alerts = world.guild.create_text_channel("alerts")
    everyone = await run(world, "channel", channel=alerts, role=world.guild.default_role)
    assert "That role can't be mentioned." in text(shown(everyone))


async def test_a_role_without_a_channel_is_kept_and_said(world: World) -> None:
    role = world.guild.create_role("On call", mentionable=True)
    answer = await run(world, "channel", role=role)
    assert "No alert channel yet" in text(shown(answer))
    assert f"Critical alerts will mention <@&{role.id}>." in text(shown(answer))

    alerts = world.guild.create_text_channel("alerts")
    chosen = await run(world, "channel", channel=alerts)
    assert f"Critical ones mention <@&{role.id}>" in text(shown(chosen))
