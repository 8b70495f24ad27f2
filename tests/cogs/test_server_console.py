"""/server console: a live console in a private thread.

What the simulator does not model was checked against Discord's documentation: a private thread is seen by its
members and by whoever has Manage Threads (https://docs.discord.com/developers/topics/threads#private-threads),
and its owner may archive it. The limit on requests a channel is counted here, since the simulator has none.
"""

import re

import pytest

from bot.core.secret_masking import LONGEST_LINE
from bot.domain.audit import Outcome
from bot.ui.servers import console_display
from sandbox import power
from sandbox.console import put
from sandbox.node import frames
from sandbox.node.socket import Session
from tests.support.backups import acts
from tests.support.bot_view import bot_thread
from tests.support.live_console import fill_in, lines, open_console, pages, read, saved_file, say, thread_of
from tests.support.messages import text
from tests.support.world import World, shown


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


@pytest.mark.sweep
async def test_line_that_is_printed_while_the_recent_ones_are_asked_for_is_shown_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(world, "earlier")
    send_logs = Session._handlers["send logs"]

    def print_before(session: Session, typed: str) -> None:
        say(world, "meanwhile")
        send_logs(session, typed)

    monkeypatch.setitem(Session._handlers, "send logs", print_before)
    await open_console(world, world.operator)

    assert lines(thread_of(world)) == ["earlier", "meanwhile"]


async def test_only_who_opened_it_is_in_the_private_thread(world: World) -> None:
    await open_console(world, world.operator)

    thread = bot_thread(world, thread_of(world).id)
    assert thread.is_private()
    members = {member.id for member in await thread.fetch_members()}
    me = world.bot.user
    assert me is not None
    assert members == {world.operator.id, me.id}


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


@pytest.mark.sweep
async def test_addresses_of_players_are_hidden_on_request(world: World) -> None:
    await open_console(world, world.operator, hide_addresses=True)
    thread = thread_of(world)

    say(world, "Ada joined from 10.1.2.3:5000 and [2001:db8::7]:80 at 12:34:56")
    await world.until(lambda: "Ada joined" in read(thread))

    assert "Ada joined from [address]:5000 and [[address]]:80 at 12:34:56" in read(thread)


@pytest.mark.sweep
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


@pytest.mark.sweep
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

    assert "From now on, only lines with `gold`" in text(shown(answer))
    assert "only lines with “gold”" in read(thread)
    assert "silver" not in read(thread)
    kept = await saved_file(await world.operator.click(pages(thread)[-1], label="Save as file"))
    assert "a silver line" in kept


async def test_consoles_of_one_server_share_one_connection(world: World) -> None:
    await open_console(world, world.operator)
    first = thread_of(world)
    await open_console(world, world.admin)
    second = thread_of(world)

    say(world, "for both")
    await world.until(lambda: "for both" in read(first) and "for both" in read(second))

    assert first.id != second.id
    assert len(world.survival.listeners) == 1


async def test_the_same_console_cannot_be_opened_twice(world: World) -> None:
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

    made = []
    for _ in range(80):
        for server in world.sandbox.world.servers.values():
            put(world.sandbox.world, server, "a line")
        before = len(requests(world))
        await world.advance(console_display.APART_S / 2)
        made.append(len(requests(world)) - before)

    assert max(made) == 1
    assert sum(made) >= 2 * 8  # each of them had its turn, and another


async def test_a_flooded_console_posts_at_most_five_messages_in_five_seconds(world: World) -> None:
    await open_console(world, world.operator)
    posted: list[int] = []

    for _ in range(30):
        say(world, *(f"flood {number} {'x' * 80}" for number in range(300)))
        await world.advance(0.5)
        posted.append(sum(line.startswith("HTTP     POST") for line in requests(world)))

    assert posted[-1] > posted[0]
    assert max(after - before for before, after in zip(posted, posted[10:], strict=False)) <= 5


def requests(world: World) -> list[str]:
    """Every request to Discord so far about a message in a channel."""
    return [line for line in world.env.transcript().splitlines() if re.match(r"HTTP +\w+ /channels/", line)]
