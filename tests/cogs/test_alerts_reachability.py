"""What keeps alerts from arriving, or from notifying anybody, is said where people look."""

import discord
from simcord import ChannelHandle

from bot.domain.alerts import RuleKind
from bot.domain.guild_settings import GuildSettings
from bot.storage.repositories import guild_settings
from tests.support.alerts import (
    PANEL_ID,
    fired,
    incident,
    seen,
    sent,
)
from tests.support.messages import text
from tests.support.world import GUILD_ID, World, shown

LOCKED = discord.PermissionOverwrite(send_messages=False)


async def choose(world: World, role_id: int | None = None, channel_id: int | None = None) -> None:
    settings = GuildSettings(
        GUILD_ID,
        PANEL_ID,
        world.admin.id,
        world.services.clock.now(),
        alert_channel_id=channel_id or world.channel.id,
        alert_role_id=role_id,
        alerts_by=world.admin.id,
    )
    await world.services.store.write(lambda conn: guild_settings.put(conn, settings))


def directs(world: World) -> list[str]:
    direct = ChannelHandle(world.env, None, world.env.backend.get_dm_channel(world.admin.id))
    return [one.embeds[0].description or "" for one in direct.history()]


async def view(world: World) -> str:
    return text(shown(await world.admin.slash(world.channel, "alerts channel")))


async def test_alert_without_its_role_says_so_and_those_who_chose_it_are_told_once(world: World) -> None:
    role = world.guild.create_role("On call", mentionable=True)
    await choose(world, role.id)
    await world.env.bot.get_guild(GUILD_ID).get_role(role.id).delete()
    await world.env.settle()
    for value in (95.0, 96.0):
        _, loud = await fired(world, incident(world, rule=RuleKind.CPU, value=value), loud=True)
        assert seen(world, loud).content == (
            "⚠️ Nobody is mentioned: the role was deleted. Choose another one with `/alerts channel`."
        )
    (told,) = directs(world)
    assert "the role was deleted" in told
    said = await view(world)
    assert "Critical ones mention nobody" in said
    assert "Nobody is mentioned: the role was deleted." in said


async def test_role_that_may_not_be_mentioned_is_said_to_notify_nobody(world: World) -> None:
    role = world.guild.create_role("On call", mentionable=False)
    await choose(world, role.id)
    me = world.env.bot.get_guild(GUILD_ID).me
    channel = world.env.bot.get_channel(world.channel.id)
    await channel.set_permissions(me, mention_everyone=False)
    await world.env.settle()
    assert not channel.permissions_for(me).mention_everyone
    _, loud = await fired(world, incident(world, rule=RuleKind.CPU, value=95.0), loud=True)
    assert "isn't allowed to mention the role" in (seen(world, loud).content or "")


async def test_closed_channel_is_shown_wherever_people_look_and_is_written_to_once_it_opens(
    world: World,
) -> None:
    alerts = world.guild.create_text_channel("alerts")
    await choose(world, channel_id=alerts.id)
    channel = world.env.bot.get_channel(alerts.id)
    everyone = world.env.bot.get_guild(GUILD_ID).me
    await channel.set_permissions(everyone, overwrite=LOCKED)
    await world.env.settle()

    said = await view(world)
    assert "Alerts can't be delivered: Quetzal lacks Send Messages, Embed Links there." in said
    opened = shown(await world.admin.slash(world.channel, "alerts channel"))
    await world.admin.click(opened, label="Send a test")
    await world.advance(15)
    assert "The test could not be delivered" in text(opened)
    about = text(shown(await world.admin.slash(world.channel, "quetzal about")))
    assert f"<#{alerts.id}>: 1 message waiting" in about

    await channel.set_permissions(everyone, overwrite=None)
    await world.env.settle()
    await sent(world)
    assert [one.embeds[0].title for one in alerts.history()] == ["🔔 This is a test"]
    assert "can't be delivered" not in await view(world)


async def test_deleted_channel_is_said_to_be_deleted(world: World) -> None:
    alerts = world.guild.create_text_channel("alerts")
    await choose(world, channel_id=alerts.id)
    await world.env.bot.get_channel(alerts.id).delete()
    await world.env.settle()
    assert "the channel was deleted" in await view(world)


async def test_commands_that_were_cleared_are_registered_again(world: World) -> None:
    application = world.env.bot.application_id
    await world.env.bot.http.bulk_upsert_guild_commands(application, GUILD_ID, payload=[])
    assert await world.env.bot.http.get_guild_commands(application, GUILD_ID) == []
    await world.restart()
    names = {one["name"] for one in await world.env.bot.http.get_guild_commands(application, GUILD_ID)}
    assert {"alerts", "quetzal", "server"} <= names
