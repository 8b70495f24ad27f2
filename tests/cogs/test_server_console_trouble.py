"""A live console while the node, Discord or the server fails, and where it cannot open a thread."""

import discord
import pytest

from bot.domain.audit import Outcome
from sandbox import Fault
from tests.support.backups import acts
from tests.support.bot_view import bot_channel, bot_guild
from tests.support.live_console import is_archived, lines, open_console, pages, read, say, thread_of
from tests.support.messages import buttons, text
from tests.support.world import World, shown

pytestmark = pytest.mark.sweep


async def test_a_node_that_was_cut_off_is_said_and_comes_back(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    world.sandbox.node_down()
    await world.until(lambda: "connection to the node lost, reconnecting" in read(thread))
    world.sandbox.node_down(down=False)
    await world.until(lambda: "was lost for a while" in read(thread), within_s=300, step_s=5)
    say(world, "back again")
    await world.until(lambda: "back again" in read(thread))

    assert "live" in pages(thread)[-1].content
    assert "reconnecting" not in read(thread)


async def test_after_a_restart_the_thread_gets_a_message(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    last = pages(thread)[-1]

    await world.restart()
    await world.until(lambda: "This has ended" in read(thread))

    assert "Quetzal was restarted." in read(thread)
    assert is_archived(world)
    answer = await world.operator.click(last, label="Save as file")
    assert "This has ended." in text(shown(answer))
    assert "/server console" in text(shown(answer))


async def test_without_the_permission_it_says_so_and_shows_it_privately(world: World) -> None:
    guild = bot_guild(world)
    locked = discord.PermissionOverwrite(create_private_threads=False)
    await bot_channel(world).set_permissions(guild.me, overwrite=locked)
    say(world, "an earlier line")

    asked = await world.operator.slash(world.channel, "server console", server="Survival")
    await world.until(lambda: "an earlier line" in text(shown(asked)))
    assert "Quetzal is missing Create Private Threads here" in text(shown(asked))
    assert shown(asked).ephemeral
    assert buttons(shown(asked)) == ["Send…", "Filter…", "Save as file", "Close"]

    await world.advance(14.6 * 60)
    assert "Discord lets a private message be updated for 15 minutes." in text(shown(asked))
    assert buttons(shown(asked)) == []
    assert world.channel.threads == []


async def test_in_a_thread_it_opens_beside_it(world: World) -> None:
    channel = bot_channel(world)
    await channel.create_thread(name="talk", type=discord.ChannelType.public_thread)
    (talk,) = world.channel.threads

    await world.admin.slash(talk, "server console", server="Survival")
    await world.until(lambda: len(world.channel.threads) == 2)

    assert thread_of(world).name == "Console: Survival"


async def test_a_channel_without_private_threads_says_so(world: World) -> None:
    news = world.guild.create_news_channel("news")
    asked = await world.admin.slash(news, "server console", server="Survival")
    await world.until(lambda: "live" in text(shown(asked)))

    assert "This kind of channel has no private threads." in text(shown(asked))


async def test_a_console_that_cannot_be_read_opens_no_thread(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/websocket")
    asked = await world.operator.slash(world.channel, "server console", server="Survival")
    await world.until(lambda: "Connecting" not in text(shown(asked)))

    assert "The panel had an internal error" in text(shown(asked))
    assert world.channel.threads == []
    assert await acts(world, "server.console") == [Outcome.FAILED]


async def test_a_page_that_somebody_deletes_gets_a_successor(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    await world.admin.delete(pages(thread)[-1])

    say(world, "on a new page")
    await world.until(lambda: "on a new page" in read(thread))

    assert buttons(pages(thread)[-1]) == ["Send…", "Filter…", "Save as file", "Close"]


async def test_a_page_of_an_hour_ago_is_left_as_it_is(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    say(world, "the first line")
    await world.until(lambda: "the first line" in read(thread))

    for number in range(6):
        await world.advance(10 * 60)
        say(world, f"line {number}")
    await world.until(lambda: "line 5" in read(thread))

    assert "line 5" not in pages(thread)[0].content
    assert "line 5" in pages(thread)[-1].content
    assert buttons(pages(thread)[0]) == []


async def test_pages_wait_while_discord_has_trouble_and_none_is_lost(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    world.env.inject_error("PATCH", f"/channels/{thread.id}/messages/*", times=2)
    say(world, "meanwhile")
    await world.advance(2)
    assert "meanwhile" not in read(thread)
    await world.until(lambda: "meanwhile" in read(thread))

    assert lines(thread).count("meanwhile") == 1
