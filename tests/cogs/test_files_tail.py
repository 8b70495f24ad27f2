"""/files tail: the end of a log file, followed in a private thread like a console."""

import pytest

from bot.domain.audit import Outcome
from bot.services.files import tail
from bot.ui.servers import live_console, open_consoles
from sandbox import Fault
from sandbox.node.volumes import disk_of
from tests.support.backups import acts
from tests.support.live_console import (
    fill_in,
    is_archived,
    lines,
    open_tail,
    pages,
    read,
    saved_file,
    thread_of,
)
from tests.support.messages import buttons, text
from tests.support.world import World, shown

LOG = "/logs/hats.log"


def write(world: World, content: str | bytes) -> None:
    """Let the game start its log again."""
    world.survival.disk.write(LOG, content if isinstance(content, bytes) else content.encode())


async def follow(world: World, content: str | bytes) -> None:
    """Write the log, and follow it."""
    write(world, content)
    await open_tail(world, world.operator, LOG)


async def test_last_lines_come_first_and_then_what_is_added(world: World) -> None:
    write(world, "one\ntwo\n")
    asked = await open_tail(world, world.operator, LOG)
    thread = thread_of(world)
    assert lines(thread) == ["one", "two"]

    write(world, "one\ntwo\nthree\nfour\n")
    await world.until(lambda: "four" in read(thread))

    assert lines(thread) == ["one", "two", "three", "four"]
    assert thread.mention in text(shown(asked))
    assert shown(asked).ephemeral
    assert "following" in read(thread)
    assert await acts(world, "files.tail") == [Outcome.DONE]


async def test_half_a_line_waits_for_its_end_and_is_shown_when_none_comes(world: World) -> None:
    await follow(world, "one\nhal")
    thread = thread_of(world)
    assert lines(thread) == ["one"]

    write(world, "one\nhalf\nlast")
    await world.until(lambda: "last" in read(thread))

    assert lines(thread) == ["one", "half", "last"]


async def test_truncated_file_is_read_from_its_beginning(world: World) -> None:
    await follow(world, "old one\nold two\n")
    thread = thread_of(world)

    write(world, "new\n")
    await world.until(lambda: lines(thread)[-1] == "new")
    assert lines(thread)[-2:] == [str(tail.REPLACED), "new"]

    write(world, "another, longer than the one before\nsecond\n")
    await world.until(lambda: lines(thread)[-1] == "second")
    assert lines(thread)[-3:] == [str(tail.REPLACED), "another, longer than the one before", "second"]


async def test_file_that_is_gone_is_waited_for(world: World) -> None:
    await follow(world, "one\n")
    thread = thread_of(world)

    disk_of(world.survival).delete("/logs", ["hats.log"])
    await world.until(lambda: str(tail.GONE) in read(thread))
    assert "waiting for the file" in read(thread)
    write(world, "back\n")
    await world.until(lambda: "back" in read(thread))

    assert lines(thread) == ["one", str(tail.GONE), "back"]


async def test_no_secret_is_shown_and_nothing_in_it_is_taken_for_markdown(world: World) -> None:
    await follow(world, "``` @everyone <@1> \x1b[31mred\nrcon password=hunter22\r\nsmörgås\n")
    thread = thread_of(world)

    (page,) = pages(thread)
    assert page.content.count("```") == 2
    assert not page.mentions and not page.mention_everyone
    assert "password=[hidden]" in read(thread)
    assert "hunter22" not in read(thread)
    assert "smörgås" in read(thread)
    kept = await saved_file(await world.operator.click(page, label="Save as file"))
    assert "hunter22" not in kept


async def test_only_the_end_of_a_large_file_is_shown_and_a_flood_is_counted(world: World) -> None:
    begun = "".join(f"line {number}\n" for number in range(50_000))
    await follow(world, begun)
    thread = thread_of(world)
    assert lines(thread)[-1] == "line 49999"
    kept = await saved_file(await world.operator.click(pages(thread)[-1], label="Save as file"))
    assert len(kept) < tail.FIRST_BYTES

    write(world, begun + "".join(f"flood {number}\n" for number in range(200_000)))
    await world.until(lambda: "flood 199999" in read(thread))

    kept = await saved_file(await world.operator.click(pages(thread)[-1], label="Save as file"))
    assert len(kept) < tail.FIRST_BYTES + tail.MOST_AT_ONCE_BYTES
    assert "lines skipped here" in read(thread)


async def test_one_line_longer_than_all_that_is_shown_is_counted(world: World) -> None:
    await follow(world, "one\n")
    thread = thread_of(world)
    write(world, "one\n" + "x" * (tail.MOST_AT_ONCE_BYTES + 1) + "\nlast\n")
    await world.until(lambda: "last" in read(thread))
    assert "1 line skipped here" in read(thread)


async def test_what_changes_nothing_reads_nothing(world: World) -> None:
    await follow(world, "one\n")
    downloaded, listed = downloads(world), listings(world)

    await world.advance(120)

    assert downloads(world) == downloaded
    assert 120 / tail.QUIET_POLL_S <= listings(world) - listed <= 120 / tail.POLL_S


async def test_filter_and_stop_work_as_on_a_console(world: World) -> None:
    await follow(world, "one\n")
    thread = thread_of(world)
    assert buttons(pages(thread)[-1]) == [
        "Filter…",
        "Save as file",
        "Stop",
    ]

    form = await world.operator.click(pages(thread)[-1], label="Filter…")
    await fill_in(world.operator, form, "gold")
    write(world, "one\nsilver\nGOLD\n")
    await world.until(lambda: "GOLD" in read(thread))
    assert "silver" not in read(thread)

    await world.operator.click(pages(thread)[-1], label="Stop")
    await world.until(lambda: "ended" in read(thread))
    assert "hats.log on Survival ended" in read(thread)
    assert "Otto \\(operator\\) closed it." in read(thread)
    assert is_archived(world)
    before = listings(world)
    await world.advance(60)
    assert listings(world) == before


async def test_it_ends_when_nothing_is_added_for_a_while(world: World) -> None:
    await follow(world, "one\n")

    await world.advance(live_console.IDLE_S + 30)

    assert "Nothing was added to the file for 15 minutes." in read(thread_of(world))


async def test_it_ends_when_it_has_read_its_share(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "MOST_READ_BYTES", 20)
    await follow(world, "one\n")
    thread = thread_of(world)

    for count in range(2, 6):
        write(world, "one\n" * count)
        await world.advance(tail.POLL_S + 2)

    assert "the most for one run" in read(thread)
    assert is_archived(world)


async def test_it_goes_on_after_the_panel_could_not_be_reached(world: World) -> None:
    await follow(world, "one\n")
    thread = thread_of(world)

    world.sandbox.faults.add(Fault.status(502, html=True), path="*/files/list", times=3)
    write(world, "one\ntwo\n")
    await world.until(lambda: "trying again" in read(thread))
    await world.until(lambda: "two" in read(thread))

    assert "following" in read(thread)


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("/logs", None, "That is a folder."),
        ("/logs/none.log", None, "That file or folder doesn't exist."),
        (LOG, b"\x00\x01\x02" * 100, "there is no text to follow"),
        (LOG, "one\ntwo\n".encode("utf-16"), "UTF-16"),
    ],
)
async def test_what_cannot_be_followed_is_refused(
    world: World, path: str, content: bytes | None, words: str
) -> None:
    write(world, "one\n" if content is None else content)

    asked = await world.operator.slash(world.channel, "files tail", path=path, server="Survival")

    assert words in text(shown(asked))
    assert world.channel.threads == []


async def test_file_that_is_too_large_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "LARGEST_FILE_BYTES", 3)
    write(world, "one\n")

    asked = await world.operator.slash(world.channel, "files tail", path=LOG, server="Survival")

    assert "too large to follow" in text(shown(asked))
    assert "/server console" in text(shown(asked))


async def test_file_in_a_folder_of_very_many_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "MOST_ENTRIES", 1)
    write(world, "one\n")
    world.survival.disk.write("/logs/other.log", b"")

    asked = await world.operator.slash(world.channel, "files tail", path=LOG, server="Survival")

    assert "too many to check every few seconds" in text(shown(asked))
    assert world.channel.threads == []


async def test_few_files_are_followed_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_consoles, "MOST_TAILS", 1)
    await follow(world, "one\n")
    again = await open_tail(world, world.operator, LOG)
    assert thread_of(world).mention in text(shown(again))

    other = await world.operator.slash(
        world.channel, "files tail", path="/server.properties", server="Survival"
    )

    assert "files are being followed already" in text(shown(other))


async def test_somebody_without_the_level_can_not_follow_a_file(world: World) -> None:
    asked = await world.stranger.slash(world.channel, "files tail", path=LOG, server="Survival")

    assert "You don't have access to Quetzal here." in text(shown(asked))
    assert world.channel.threads == []


def downloads(world: World) -> int:
    return sum("/files/download" in request.path for request in world.sandbox.requests)


def listings(world: World) -> int:
    return sum("/files/list" in request.path for request in world.sandbox.requests)
