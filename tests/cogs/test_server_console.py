"""/server console: a live console in a private thread.

What the simulator does not model was checked against Discord's documentation: a private thread is seen by its
members and by whoever has Manage Threads (https://docs.discord.com/developers/topics/threads#private-threads),
and its owner may archive it. The limit on requests a channel is counted here, since the simulator has none.
"""

import re

import discord
import pytest

from bot.core.secret_masking import LONGEST_LINE
from bot.domain.audit import Outcome
from bot.ui.servers import console_display, live_console
from sandbox import Fault, power
from sandbox.console import put
from sandbox.node import frames
from tests.support.backups import acts
from tests.support.live_console import fill_in, lines, open_console, pages, read, saved_file, thread_of
from tests.support.messages import buttons, text
from tests.support.world import World, shown


def say(world: World, *said: str) -> None:
    for line in said:
        put(world.sandbox.world, world.survival, line)


async def test_the_recent_lines_come_first_and_then_each_new_one(world: World) -> None:
    say(world, "\x1b[32mearlier one\x1b[0m", "earlier two")

    asked = await open_console(world, world.operator)
    thread = thread_of(world)
    say(world, "a new line")
    await world.until(lambda: "a new line" in read(thread))

    assert thread.mention in text(shown(asked))
    assert shown(asked).ephemeral
    assert lines(thread)[-3:] == ["earlier one", "earlier two", "a new line"]
    assert "running · live" in read(thread)
    assert await acts(world, "server.console") == [Outcome.DONE]


async def test_only_who_opened_it_is_in_the_private_thread(world: World) -> None:
    await open_console(world, world.operator)

    thread = world.env.bot.get_guild(world.guild.id).get_thread(thread_of(world).id)
    assert thread.is_private()
    members = {member.id for member in await thread.fetch_members()}
    assert members == {world.operator.id, world.env.bot.user.id}


async def test_lines_mention_nobody_close_no_block_and_hold_no_secret(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    say(world, "``` @everyone <@1> \x1b[31mred", "rcon password=hunter22", "joined from 10.1.2.3:5000")
    await world.until(lambda: "10.1.2.3" in read(thread))

    (page,) = pages(thread)
    assert page.content.count("```") == 2
    assert not page.mentions and not page.mention_everyone
    assert "hunter22" not in read(thread)
    assert "\x1b" not in read(thread)


async def test_addresses_of_players_are_hidden_on_request(world: World) -> None:
    await open_console(world, world.operator, hide_addresses=True)
    thread = thread_of(world)

    say(world, "Ada joined from 10.1.2.3:5000 and [2001:db8::7]:80 at 12:34:56")
    await world.until(lambda: "Ada joined" in read(thread))

    assert "Ada joined from [address]:5000 and [[address]]:80 at 12:34:56" in read(thread)


async def test_a_flood_takes_few_messages_and_every_line_is_shown_counted_or_in_the_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "FLOOD_LINES", 10**9)
    await open_console(world, world.operator)
    thread = thread_of(world)
    before = len(lines(thread))

    say(world, *(f"flood {number}" for number in range(10_000)))
    await world.until(lambda: "flood 9999" in read(thread))

    skipped = [int(count.replace(",", "")) for count in re.findall(r"([\d,]+) lines skipped", read(thread))]
    flood = [line for line in lines(thread)[before:] if line.startswith("flood")]
    assert sum(skipped) + len(flood) == 10_000
    assert flood == sorted(flood, key=lambda line: int(line.split()[1]))
    assert len(pages(thread)) <= 1 + len(skipped) <= 6
    assert all(len(page.content) <= 2_000 for page in pages(thread))
    assert [bool(page.components) for page in pages(thread)][:-1] == [False] * (len(pages(thread)) - 1)
    answer = await world.operator.click(pages(thread)[-1], label="Save as file")
    assert (await saved_file(answer)).count("flood") == 10_000


async def test_a_long_line_says_where_all_of_it_is(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    line = "player " * (LONGEST_LINE // 2) + "password=hunter22 last"

    say(world, line)
    await world.until(lambda: "whole line" in read(thread))

    assert "hunter22" not in read(thread)
    kept = await saved_file(await world.operator.click(pages(thread)[-1], label="Save as file"))
    assert "player " * (LONGEST_LINE // 2) + "password=[hidden]" in kept
    assert "hunter22" not in kept


async def test_a_line_is_sent_by_the_form_and_audited_as_by_the_command(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    form = await world.operator.click(pages(thread)[-1], label="Send…")
    answer = await fill_in(world.operator, form, "list")
    await world.until(lambda: "Unknown command: list" in read(thread))

    assert "`> list`" in text(shown(answer))
    assert shown(answer).ephemeral
    assert await acts(world, "server.command") == [Outcome.DONE]


async def test_a_line_to_a_server_that_is_offline_is_refused(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    form = await world.operator.click(pages(thread)[-1], label="Send…")
    power.signal(world.sandbox.world, world.survival, "kill")
    await world.until(lambda: "The server is now offline." in read(thread))

    answer = await fill_in(world.operator, form, "list")

    assert "offline" in text(shown(answer))


async def test_a_filter_shows_only_matching_lines_and_the_file_has_all(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    form = await world.operator.click(pages(thread)[-1], label="Filter…")
    answer = await fill_in(world.operator, form, "gold")
    say(world, "a silver line", "a GOLD line")
    await world.until(lambda: "a GOLD line" in read(thread))

    assert "only lines with `gold`" in text(shown(answer))
    assert "only lines with “gold”" in read(thread)
    assert "silver" not in read(thread)
    kept = await saved_file(await world.operator.click(pages(thread)[-1], label="Save as file"))
    assert "a silver line" in kept


async def test_close_ends_it_and_its_buttons(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    last = pages(thread)[-1]
    form = await world.operator.click(last, label="Send…")

    await world.operator.click(last, label="Close")
    await world.until(lambda: "ended" in read(thread))

    assert "Otto \\(operator\\) closed it." in read(thread)
    assert not pages(thread)[-1].components
    assert not world.survival.listeners
    assert is_archived(world)
    answer = await fill_in(world.operator, form, "list")
    assert "Sent" in text(shown(answer))


def is_archived(world: World) -> bool:
    channel = world.env.backend.channels[thread_of(world).id]
    return bool(channel.thread_metadata.archived)


async def test_it_ends_when_nothing_is_printed_for_a_while(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    await world.advance(live_console.IDLE_S - 60)
    assert "ended" not in read(thread)
    await world.advance(90)

    assert "Nothing was printed for 15 minutes." in read(thread)
    assert not world.survival.listeners


async def test_it_ends_at_once_when_the_grant_is_revoked(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    role = world.guild.roles["Operators"]
    await world.admin.slash(world.channel, "quetzal access revoke", who=role)
    say(world, "after the end")
    await world.until(lambda: "ended" in read(thread))

    assert "no longer has the level operator" in read(thread)
    assert "after the end" not in read(thread)
    assert not world.survival.listeners


async def test_it_ends_within_a_minute_when_the_person_left(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    world.guild.remove_member(world.operator)
    await world.advance(live_console.MEMBER_EVERY_S + 5)

    assert "left this Discord server" in read(thread)


async def test_somebody_without_the_level_can_neither_open_nor_press(world: World) -> None:
    asked = await world.stranger.slash(world.channel, "server console", server="Survival")
    assert "You may not use Quetzal here." in text(shown(asked))
    await grant(world, "viewer")
    asked = await world.stranger.slash(world.channel, "server console", server="Survival")
    assert "level operator" in text(shown(asked))
    assert world.channel.threads == []

    await open_console(world, world.operator)
    thread = world.env.bot.get_guild(world.guild.id).get_thread(thread_of(world).id)
    await thread.add_user(discord.Object(world.stranger.id))
    for label in ("Send…", "Filter…", "Save as file", "Close"):
        answer = await world.stranger.click(pages(thread_of(world))[-1], label=label)
        assert "level operator" in text(shown(answer))
        assert shown(answer).ephemeral
        assert not shown(answer).attachments


@pytest.mark.parametrize("label", ["Send…", "Filter…"])
async def test_a_form_is_refused_when_the_level_was_taken_away_meanwhile(world: World, label: str) -> None:
    await open_console(world, world.admin)
    thread = world.env.bot.get_guild(world.guild.id).get_thread(thread_of(world).id)
    await thread.add_user(discord.Object(world.stranger.id))
    await grant(world, "operator")
    form = await world.stranger.click(pages(thread_of(world))[-1], label=label)
    await grant(world, "viewer")

    answer = await fill_in(world.stranger, form, "list")

    assert "level operator" in text(shown(answer))
    assert await acts(world, "server.command") == []
    assert "only lines with" not in read(thread_of(world))


async def grant(world: World, level: str) -> None:
    """Give the stranger a level."""
    await world.admin.slash(world.channel, "quetzal access grant", who=world.stranger, level=level)


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


async def test_after_a_restart_the_thread_is_told(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    last = pages(thread)[-1]

    await world.restart()
    await world.until(lambda: "Console ended" in read(thread))

    assert "Quetzal was restarted." in read(thread)
    assert is_archived(world)
    answer = await world.operator.click(last, label="Save as file")
    assert "This console has ended." in text(shown(answer))
    assert "/server console" in text(shown(answer))


async def test_consoles_of_one_server_share_one_connection(world: World) -> None:
    await open_console(world, world.operator)
    first = thread_of(world)
    await open_console(world, world.admin)
    second = thread_of(world)

    say(world, "for both")
    await world.until(lambda: "for both" in read(first) and "for both" in read(second))

    assert first.id != second.id
    assert len(world.survival.listeners) == 1


async def test_nobody_opens_the_same_console_twice(world: World) -> None:
    await open_console(world, world.operator)
    again = await open_console(world, world.operator)

    assert thread_of(world).mention in text(shown(again))
    assert len(world.channel.threads) == 1


async def test_many_consoles_take_turns(world: World) -> None:
    for number in range(8):
        world.sandbox.world.add_server(name=f"Lobby {number}", owner="owner", state="running")
    await world.advance(10)
    for number in range(8):
        await world.operator.slash(world.channel, "server console", server=f"Lobby {number}")
    await world.until(lambda: sum(bool(pages(thread)) for thread in world.channel.threads) == 8)
    before = len(requests(world))

    for _ in range(20):
        for server in world.sandbox.world.servers.values():
            for number in range(300):
                put(world.sandbox.world, server, f"line {number}")
        await world.advance(0.5)

    assert len(requests(world)) - before <= 10 / console_display.APART_S


def requests(world: World) -> list[str]:
    """Every request to Discord so far about a message in a channel."""
    return [line for line in world.env.transcript().splitlines() if re.match(r"HTTP +\w+ /channels/", line)]


async def test_without_the_permission_it_says_so_and_shows_it_privately(world: World) -> None:
    guild = world.env.bot.get_guild(world.guild.id)
    locked = discord.PermissionOverwrite(create_private_threads=False)
    await world.env.bot.get_channel(world.channel.id).set_permissions(guild.me, overwrite=locked)
    say(world, "an earlier line")

    asked = await world.operator.slash(world.channel, "server console", server="Survival")
    await world.until(lambda: "an earlier line" in text(shown(asked)))
    assert "Quetzal lacks Create Private Threads in this channel" in text(shown(asked))
    assert shown(asked).ephemeral
    assert buttons(shown(asked)) == ["Send…", "Filter…", "Save as file", "Close"]

    await world.advance(14.6 * 60)
    assert "Discord lets a private message be updated for 15 minutes." in text(shown(asked))
    assert buttons(shown(asked)) == []
    assert world.channel.threads == []


async def test_in_a_thread_it_opens_beside_it(world: World) -> None:
    channel = world.env.bot.get_channel(world.channel.id)
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


async def test_a_thread_that_somebody_deletes_ends_it(world: World) -> None:
    await open_console(world, world.operator)
    await world.env.bot.get_guild(world.guild.id).get_thread(thread_of(world).id).delete()

    say(world, "nobody reads this")
    await world.until(lambda: not world.survival.listeners)


async def test_a_page_that_somebody_deletes_gets_a_successor(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    await world.admin.delete(pages(thread)[-1])

    say(world, "on a new page")
    await world.until(lambda: "on a new page" in read(thread))

    assert buttons_of(pages(thread)[-1]) == ["Send…", "Filter…", "Save as file", "Close"]


def buttons_of(page: discord.Message) -> list[str]:
    return [item.label for row in page.components for item in row.children]


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
    assert buttons_of(pages(thread)[0]) == []


async def test_a_thread_that_somebody_archives_ends_it(world: World) -> None:
    await open_console(world, world.operator)
    await world.env.bot.get_guild(world.guild.id).get_thread(thread_of(world).id).edit(archived=True)

    await world.until(lambda: "The thread was archived." in read(thread_of(world)))

    assert is_archived(world)
    assert not world.survival.listeners


async def test_pages_wait_while_discord_has_trouble_and_none_is_lost(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    world.env.inject_error("PATCH", f"/channels/{thread.id}/messages/*", times=2)
    say(world, "meanwhile")
    await world.advance(2)
    assert "meanwhile" not in read(thread)
    await world.until(lambda: "meanwhile" in read(thread))

    assert lines(thread).count("meanwhile") == 1


async def test_it_ends_when_the_person_links_another_panel_key(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    form = await world.operator.slash(world.channel, "quetzal link")
    (row,) = (form.modal or {})["components"]
    key = world.sandbox.world.key_of("owner")

    await world.operator.submit_modal(form, {row["component"]["custom_id"]: key})
    await world.until(lambda: "ended" in read(thread))

    assert "The panel key that read it was linked, replaced or unlinked." in read(thread)
