"""What keeps alerts from arriving, or from notifying anybody, is said where people look."""

from functools import partial

import discord
import pytest
from simcord import ChannelHandle

from bot.domain.alerts import RuleKind
from bot.domain.audit import AuditFilter
from bot.domain.guild_settings import GuildSettings
from bot.domain.levels import Actor
from bot.storage.repositories import guild_settings
from tests.support.alerts import (
    PANEL_ID,
    fired,
    incident,
    seen,
    sent,
)
from tests.support.bot_view import bot_channel, bot_guild, bot_role
from tests.support.console import run_command
from tests.support.messages import buttons, text
from tests.support.world import GUILD_ID, World, shown

pytestmark = pytest.mark.sweep

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


async def choose_audit(world: World, channel_id: int) -> None:
    admin = Actor(world.admin.id, "ada", GUILD_ID, frozenset(), is_administrator=True)
    choose = world.services.guild_settings.choose_audit_channel
    await choose(admin, PANEL_ID, channel_id)
    await world.advance(1)


async def act(world: World) -> None:
    """Do something that the audit has."""
    await run_command(world, world.admin)
    await world.advance(1)


def directs(world: World, user_id: int | None = None) -> list[str]:
    direct = ChannelHandle(world.env, None, world.env.backend.get_dm_channel(user_id or world.admin.id))
    return [message.embeds[0].description or "" for message in direct.history()]


def requests_to(world: World, channel_id: int) -> int:
    return sum(f"/channels/{channel_id}/" in request.path for request in world.env.backend.http_requests)


def owner_of(world: World) -> int:
    return bot_guild(world).owner_id or 0


async def view(world: World) -> str:
    return text(shown(await world.admin.slash(world.channel, "alerts channel")))


async def test_alert_without_its_role_says_so_and_those_who_chose_it_are_notified_once(world: World) -> None:
    role = world.guild.create_role("On call", mentionable=True)
    await choose(world, role.id)
    await bot_role(world, role.id).delete()
    await world.env.settle()
    for value in (95.0, 96.0):
        _, loud = await fired(world, incident(world, rule=RuleKind.CPU, value=value), loud=True)
        assert seen(world, loud).content == (
            "⚠️ No role is mentioned: the role was deleted. Choose another one with `/alerts channel`."
        )
    (letter,) = directs(world)
    assert "the role was deleted" in letter
    said = await view(world)
    assert "Critical ones mention nobody" in said
    assert "No role is mentioned: the role was deleted." in said


async def test_role_that_may_not_be_mentioned_is_said_to_notify_nobody(world: World) -> None:
    role = world.guild.create_role("On call", mentionable=False)
    await choose(world, role.id)
    me = bot_guild(world).me
    channel = bot_channel(world)
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
    channel = bot_channel(world, alerts.id)
    everyone = bot_guild(world).me
    await channel.set_permissions(everyone, overwrite=LOCKED)
    await world.env.settle()

    said = await view(world)
    assert "Alerts can't be delivered: Quetzal is missing Send Messages, Embed Links there." in said
    opened = shown(await world.admin.slash(world.channel, "alerts channel"))
    await world.admin.click(opened, label="Send test alert")
    await world.advance(15)
    assert "The test alert couldn't be delivered" in text(opened)
    about = text(shown(await world.admin.slash(world.channel, "quetzal about")))
    assert f"<#{alerts.id}>: 1 message waiting" in about

    await channel.set_permissions(everyone, overwrite=None)
    await world.env.settle()
    await sent(world)
    assert [message.embeds[0].title for message in alerts.history()] == ["🔔 This is a test"]
    assert "can't be delivered" not in await view(world)


async def test_deleted_channel_is_said_to_be_deleted(world: World) -> None:
    alerts = world.guild.create_text_channel("alerts")
    await choose(world, channel_id=alerts.id)
    await bot_channel(world, alerts.id).delete()
    await world.env.settle()
    assert "the channel was deleted" in await view(world)


async def about(world: World) -> str:
    return text(shown(await world.admin.slash(world.channel, "quetzal about")))


async def test_board_in_a_closed_channel_is_said_and_goes_on_once_it_opens(world: World) -> None:
    board = world.guild.create_text_channel("board")
    await world.admin.slash(world.channel, "alerts board", channel=board)
    channel = bot_channel(world, board.id)
    me = bot_guild(world).me
    await channel.set_permissions(me, overwrite=LOCKED)
    await world.env.settle()
    await world.advance(25)
    assert board.history() == []
    (letter,) = directs(world)
    assert "Quetzal is missing Send Messages" in letter and "`/alerts board`" in letter
    said = text(shown(await world.admin.slash(world.channel, "alerts board")))
    assert "It can't be updated: Quetzal is missing Send Messages" in said
    assert f"<#{board.id}> (board): Quetzal is missing Send Messages" in await about(world)

    await channel.set_permissions(me, overwrite=None)
    await world.env.settle()
    await world.advance(25)
    assert len(board.history()) == 1
    assert "can't be updated" not in text(shown(await world.admin.slash(world.channel, "alerts board")))
    assert "(board)" not in await about(world)


async def test_board_whose_channel_was_deleted_stops_until_another_is_chosen(world: World) -> None:
    board = world.guild.create_text_channel("board")
    await world.admin.slash(world.channel, "alerts board", channel=board)
    await world.advance(25)
    await bot_channel(world, board.id).delete()
    world.sandbox.world.add_server(name="Creative")  # so that it has something new to show
    await world.advance(700)
    (letter,) = directs(world, owner_of(world))
    assert f"Its channel was deleted. It was set up by <@{world.admin.id}>." in letter
    assert "choose another channel with `/alerts board`" in letter
    page = text(shown(await world.admin.slash(world.channel, "alerts board")))
    assert "Board stopped" in page
    assert "Its channel was deleted." in page
    assert f"<#{board.id}> (board): the channel was deleted" in await about(world)
    review = await world.admin.slash(world.channel, "quetzal access review")
    assert "its channel was deleted. Choose another: `/alerts board`" in text(shown(review))
    await world.admin.select(shown(review), ["0"])
    assert buttons(shown(review)) == ["End it…"]
    stop = AuditFilter(GUILD_ID, action="work.stop")
    (stopped,) = (await world.services.audit.page(stop, size=10)).acts
    assert stopped.facts == {"work": "board", "why": "channel", "set_up_by": world.admin.id}

    asked = requests_to(world, board.id)
    world.sandbox.world.add_server(name="Lobby")
    await world.advance(700)
    await world.restart()
    await world.advance(60)
    assert requests_to(world, board.id) == asked
    assert len(directs(world, owner_of(world))) == 1

    better = world.guild.create_text_channel("better")
    await world.admin.slash(world.channel, "alerts board", channel=better)
    await world.advance(25)
    assert len(better.history()) == 1
    assert "Posted in" in text(shown(await world.admin.slash(world.channel, "alerts board")))


async def test_deleted_audit_channel_is_reported_to_the_owner_once_and_shown(world: World) -> None:
    audit = world.guild.create_text_channel("audit")
    await choose_audit(world, audit.id)
    await act(world)
    await world.until(lambda: len(audit.history()) == 2)  # that it was chosen, and the act
    await bot_channel(world, audit.id).delete()
    await world.env.settle()
    for _ in range(2):
        await act(world)
    await world.until(lambda: bool(directs(world, owner_of(world))))
    (letter,) = directs(world, owner_of(world))
    assert "the channel was deleted" in letter and "`/quetzal audit` shows every change" in letter
    assert f"<#{audit.id}> (audit): the channel was deleted" in await about(world)

    other = world.guild.create_text_channel("other")
    await choose_audit(world, other.id)
    await act(world)
    await world.until(lambda: len(other.history()) == 2)
    assert "(audit)" not in await about(world)


async def test_audit_channel_that_closes_again_is_reported_again(world: World) -> None:
    audit = world.guild.create_text_channel("audit")
    await choose_audit(world, audit.id)
    channel = bot_channel(world, audit.id)
    me = bot_guild(world).me
    await world.until(lambda: len(audit.history()) == 1)  # that it was chosen

    def has_letters(count: int) -> bool:
        return len(directs(world, owner_of(world))) == count

    def has_entries(count: int) -> bool:
        return len(audit.history()) == count

    for closings in (1, 2):
        await channel.set_permissions(me, overwrite=LOCKED)
        await world.env.settle()
        await act(world)
        await world.until(partial(has_letters, closings))
        await channel.set_permissions(me, overwrite=None)
        await world.env.settle()
        await act(world)
        await world.until(partial(has_entries, 1 + closings))
        await world.advance(60)


async def test_role_that_is_lost_again_is_reported_again(world: World) -> None:
    role = world.guild.create_role("On call", mentionable=False)
    await choose(world, role.id)
    guild = bot_guild(world)
    await bot_channel(world).set_permissions(guild.me, mention_everyone=False)
    for times in (1, 2):
        await fired(world, incident(world, rule=RuleKind.CPU, value=95.0 + times), loud=True)
        assert len(directs(world)) == times
        await bot_role(world, role.id).edit(mentionable=True)
        await world.env.settle()
        assert "Nobody is mentioned" not in await view(world)
        await bot_role(world, role.id).edit(mentionable=False)
        await world.env.settle()
        await world.advance(60)


async def test_commands_that_were_cleared_are_registered_again(world: World) -> None:
    application = world.bot.application_id or 0
    await world.bot.http.bulk_upsert_guild_commands(application, GUILD_ID, payload=[])
    assert await world.bot.http.get_guild_commands(application, GUILD_ID) == []
    await world.restart()
    names = {command["name"] for command in await world.bot.http.get_guild_commands(application, GUILD_ID)}
    assert {"alerts", "quetzal", "server"} <= names
