"""A live console as a person sees it: its thread, the lines in it, and its buttons."""

import discord
from simcord import ChannelHandle, InteractionResult, MemberActor

from sandbox.console import put
from tests.support.messages import text
from tests.support.world import World, shown


async def open_console(world: World, who: MemberActor, **options: object) -> InteractionResult:
    """Run the command, and wait until the first page is there."""
    return await _open(world, who, "server console", **options)


async def open_tail(world: World, who: MemberActor, path: str) -> InteractionResult:
    """Follow a file, and wait until the first page is there."""
    return await _open(world, who, "files tail", path=path)


async def _open(world: World, who: MemberActor, command: str, **options: object) -> InteractionResult:
    before = {thread.id for thread in world.channel.threads}
    asked = await who.slash(world.channel, command, server="Survival", **options)
    await world.until(
        lambda: (
            any(thread.id not in before and pages(thread) for thread in world.channel.threads)
            or "Connecting" not in text(shown(asked))
        )
    )
    return asked


def thread_of(world: World) -> ChannelHandle:
    """Return the thread that was opened last."""
    return max(world.channel.threads, key=lambda thread: thread.id)


def messages(thread: ChannelHandle) -> list[discord.Message]:
    """Return what the bot wrote there."""
    return [message for message in thread.history() if text(message).strip()]


def pages(thread: ChannelHandle) -> list[discord.Message]:
    """Return the messages that show lines, the oldest first."""
    return [message for message in messages(thread) if message.content.startswith("```")]


def read(thread: ChannelHandle) -> str:
    """Return everything that can be read in it."""
    return "\n".join(text(message) for message in messages(thread))


def lines(thread: ChannelHandle) -> list[str]:
    """Return the lines of all its pages, in order."""
    return [line for page in pages(thread) for line in page.content.split("```")[1].strip("\n").split("\n")]


async def fill_in(who: MemberActor, opened: InteractionResult, typed: str) -> InteractionResult:
    """Submit a form of one field."""
    assert opened.modal is not None, opened
    (row,) = opened.modal["components"]
    (field,) = row["components"]
    return await who.submit_modal(opened, {field["custom_id"]: typed})


async def saved_file(answer: InteractionResult) -> str:
    """Return the content of the file that was given."""
    (file,) = shown(answer).attachments
    return (await file.read()).decode()


def say(world: World, *said: str) -> None:
    """Let the server print lines."""
    for line in said:
        put(world.sandbox.world, world.survival, line)


def is_archived(world: World) -> bool:
    """Say whether the thread that was opened last is archived."""
    channel = world.env.backend.channels[thread_of(world).id]
    return channel.thread_metadata is not None and bool(channel.thread_metadata.archived)
