"""What ends a live console: its button, silence, a lost permission, a deleted or archived thread."""

import discord
import pytest

from bot.ui.servers import live_console
from tests.support.backups import acts
from tests.support.bot_view import bot_thread
from tests.support.forms import submit
from tests.support.live_console import fill_in, is_archived, open_console, pages, read, say, thread_of
from tests.support.messages import text
from tests.support.world import World, shown


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


@pytest.mark.sweep
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


@pytest.mark.sweep
async def test_it_ends_within_a_minute_when_the_person_left(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)

    world.guild.remove_member(world.operator)
    await world.advance(live_console.MEMBER_EVERY_S + 5)

    assert "left this Discord server" in read(thread)


async def test_somebody_without_the_level_can_neither_open_nor_press(world: World) -> None:
    asked = await world.stranger.slash(world.channel, "server console", server="Survival")
    assert "You don't have access to Quetzal here." in text(shown(asked))
    await grant(world, "viewer")
    asked = await world.stranger.slash(world.channel, "server console", server="Survival")
    assert "operator access" in text(shown(asked))
    assert world.channel.threads == []

    await open_console(world, world.operator)
    thread = bot_thread(world, thread_of(world).id)
    await thread.add_user(discord.Object(world.stranger.id))
    for label in ("Send…", "Filter…", "Save as file", "Close"):
        answer = await world.stranger.click(pages(thread_of(world))[-1], label=label)
        assert "operator access" in text(shown(answer))
        assert shown(answer).ephemeral
        assert not shown(answer).attachments


@pytest.mark.sweep
@pytest.mark.parametrize("label", ["Send…", "Filter…"])
async def test_a_form_is_refused_when_the_level_was_taken_away_meanwhile(world: World, label: str) -> None:
    await open_console(world, world.admin)
    thread = bot_thread(world, thread_of(world).id)
    await thread.add_user(discord.Object(world.stranger.id))
    await grant(world, "operator")
    form = await world.stranger.click(pages(thread_of(world))[-1], label=label)
    await grant(world, "viewer")

    answer = await fill_in(world.stranger, form, "list")

    assert "operator access" in text(shown(answer))
    assert await acts(world, "server.command") == []
    assert "only lines with" not in read(thread_of(world))


async def grant(world: World, level: str) -> None:
    """Give the stranger a level."""
    await world.admin.slash(world.channel, "quetzal access grant", who=world.stranger, level=level)


@pytest.mark.sweep
async def test_a_thread_that_somebody_deletes_ends_it(world: World) -> None:
    await open_console(world, world.operator)
    await bot_thread(world, thread_of(world).id).delete()

    say(world, "nobody reads this")
    await world.until(lambda: not world.survival.listeners)


@pytest.mark.sweep
async def test_a_thread_that_somebody_archives_ends_it(world: World) -> None:
    await open_console(world, world.operator)
    await bot_thread(world, thread_of(world).id).edit(archived=True)

    await world.until(lambda: "The thread was archived." in read(thread_of(world)))

    assert is_archived(world)
    assert not world.survival.listeners


@pytest.mark.sweep
async def test_it_ends_when_the_person_links_another_panel_key(world: World) -> None:
    await open_console(world, world.operator)
    thread = thread_of(world)
    form = await world.operator.slash(world.channel, "quetzal link")
    key = world.sandbox.world.key_of("owner")

    await submit(world.operator, form, key)
    await world.until(lambda: "ended" in read(thread))

    assert "The panel key that read it was linked, replaced or unlinked." in read(thread)
