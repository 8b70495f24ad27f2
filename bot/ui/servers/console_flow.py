"""Opens a live console or follows a file like one, and ends those that a restart left behind."""

import logging
from collections.abc import Callable

import discord

from bot.core.discord_permissions import CONSOLE, missing
from bot.core.i18n import _
from bot.core.supervisor import Pulse
from bot.domain.audit import Facts
from bot.services.access import Permit
from bot.services.files import FileTail
from bot.services.line_feed import LineFeed
from bot.services.servers import ConsoleFeed
from bot.ui.kit.authorize import actor
from bot.ui.kit.card import layout
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.languages import language_of
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.servers import cards as server_cards
from bot.ui.servers import console_cards as cards
from bot.ui.servers.console_buttons import console_buttons
from bot.ui.servers.console_screen import PrivateScreen, Screen, ThreadScreen, open_thread
from bot.ui.servers.live_console import LiveConsole
from bot.ui.servers.live_subject import LiveSubject
from bot.ui.servers.open_consoles import Consoles

log = logging.getLogger(__name__)

_CHECK_EVERY_S = 60.0
_TOO_MANY_THREADS = 160006
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#json"""


class NoThread(Exception):
    """There can be no thread; the text says why."""


async def open_console(context: ServerContext, *, hides_addresses: bool) -> None:
    """Open a live console in a private thread, or in the response where there can be none."""
    services = context.services

    def feed(permit: Permit) -> LineFeed:
        return ConsoleFeed(
            permit.panel, permit.uuid, services.clock, services.workers, hides_addresses=hides_addresses
        )

    facts: Facts = {"hides_addresses": hides_addresses}

    async def work(context: ServerContext) -> None:
        await _open(context, LiveSubject(context.server), feed, action="server.console", facts=facts)

    await with_retry(context, work)


async def send_line(context: ServerContext, text: str) -> None:
    """Send a console line, and show what the server printed after it."""

    async def begins() -> None:
        await show_progress(context.interaction, card=server_cards.console_sending(context.server, text))

    outcome = await context.services.console.send(await context.permit(), text, begins)
    await respond(
        context.interaction,
        card=server_cards.console(context.server, text, outcome),
        file=server_cards.console_file(outcome),
    )


async def follow_file(context: ServerContext, path: str) -> None:
    """Follow the end of a file in a private thread, or in the response where there can be none."""
    services = context.services

    def feed(permit: Permit) -> LineFeed:
        return FileTail(permit, path, services.clock, services.workers)

    async def work(context: ServerContext) -> None:
        subject = LiveSubject(context.server, path)
        await _open(context, subject, feed, action="files.tail", facts={"path": path})

    await with_retry(context, work)


async def _open(
    context: ServerContext,
    subject: LiveSubject,
    feed: Callable[[Permit], LineFeed],
    *,
    action: str,
    facts: Facts,
) -> None:
    interaction, client = context.interaction, context.interaction.client
    consoles = client.shared(Consoles)
    thread = consoles.thread_of(actor(interaction), subject)
    if thread is not None:
        await respond(interaction, card=cards.open_already(subject, thread))
        return
    consoles.check_room(subject)
    await show_progress(interaction, card=cards.opening(subject))
    permit = await context.permit()
    console = LiveConsole(client, permit, subject, feed(permit))
    async with context.services.audit.act(permit, action, facts):
        await console.connect()
    screen: Screen
    try:
        thread = await _thread(context, subject)
        screen = ThreadScreen(thread)
    except NoThread as error:
        screen = PrivateScreen(interaction, cards.instead_of_thread(str(error)))
        await respond(interaction, card=cards.connecting(subject))
    except BaseException:
        await console.stop_reading()
        raise
    consoles.start(console, screen, lambda: console_buttons(console))
    if thread is not None:
        await respond(interaction, card=cards.opened(subject, thread))


async def _thread(context: ServerContext, subject: LiveSubject) -> discord.Thread:
    """Open the thread in this channel, or in the one that this thread belongs to; raises NoThread."""
    guild, channel = context.interaction.guild, context.interaction.channel
    if isinstance(channel, discord.Thread):
        channel = channel.parent
    if guild is None or not isinstance(channel, discord.TextChannel) or channel.is_news():
        raise NoThread(_("This kind of channel has no private threads."))
    given = channel.permissions_for(guild.me)
    lacking = missing(given, CONSOLE)
    if lacking:
        raise NoThread(cards.missing(lacking))
    try:
        return await open_thread(channel, subject.thread_name, context.interaction.user)
    except discord.HTTPException as error:
        log.info("no thread in channel %d: %s", channel.id, error)
        if error.code == _TOO_MANY_THREADS:
            raise NoThread(_("This Discord server has as many active threads as Discord allows.")) from error
        raise NoThread(_("Discord refused to open a private thread in this channel.")) from error


async def end_orphans(bot: QuetzalClient, pulse: Pulse) -> None:
    """Say in the threads of an earlier run that their console ended, for the supervisor.

    Every console archives its thread when it ends, so one that is open and has no console was left behind.
    """
    await bot.came_up.wait()
    seen: set[int] = set()
    while True:
        for guild in bot.guilds:
            if guild.unavailable or guild.id in seen:
                continue
            seen.add(guild.id)
            for thread in [*guild.threads]:
                await _end_orphan(bot, thread)
        pulse.beat()
        await bot.services.clock.sleep(_CHECK_EVERY_S)


async def _end_orphan(bot: QuetzalClient, thread: discord.Thread) -> None:
    is_ours = bot.user is not None and thread.owner_id == bot.user.id and thread.is_private()
    if not is_ours or thread.archived or bot.shared(Consoles).holds(thread.id):
        return
    try:
        with language_of(thread.guild):
            ended = layout(cards.ended_by_restart())
        await thread.send(view=ended, silent=True)
        await thread.edit(archived=True)
    except discord.HTTPException as error:
        log.info("thread %d gets no message that its console ended: %s", thread.id, error)
