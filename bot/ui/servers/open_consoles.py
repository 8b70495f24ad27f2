"""The live consoles that are open in this run of the bot, by number, person and thread."""

import asyncio
import logging

import discord

from bot.core.detached_task import cancel_all
from bot.core.errors import Refused
from bot.core.i18n import N_
from bot.domain.levels import Actor
from bot.ui.servers.console_display import Pace
from bot.ui.servers.console_screen import MakeButtons, Screen
from bot.ui.servers.live_console import LiveConsole
from bot.ui.servers.live_subject import LiveSubject

log = logging.getLogger(__name__)

MOST_OPEN = 50
MOST_TAILS = 5
"""Each asks the panel up to 24 times a minute, of the 256 that old panels allow."""


class ConsoleEnded(Refused):
    """The button belongs to a console that is over."""

    happened = N_("This has ended.")
    next_step = N_("Open it again with `/server console` or `/files tail`.")


class TooManyConsoles(Refused):
    """There is a limit for the whole bot."""

    happened = N_("{most_open} consoles are open already.", most_open=MOST_OPEN)
    next_step = N_("Close one you no longer need, or use `/server command`.")


class TooManyTails(Refused):
    """Following a file costs the panel's rate limit more than a console does."""

    happened = N_("{most_tails} files are being followed already.", most_tails=MOST_TAILS)
    next_step = N_("Stop one that nobody reads, or use `/files read`.")


class Consoles:
    """Keeps consoles going until each ends by itself, and finds them again."""

    def __init__(self) -> None:
        self._open: dict[str, LiveConsole] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pace = Pace()

    def get(self, number: str, guild_id: int | None) -> LiveConsole:
        """Find one of this Discord server by the number on its buttons; raises ConsoleEnded."""
        console = self._open.get(number)
        if console is None or console.actor.guild_id != guild_id:
            raise ConsoleEnded
        return console

    def thread_of(self, actor: Actor, subject: LiveSubject) -> discord.Thread | None:
        """Find the thread in which a person has this open, in their Discord server."""
        wanted = (actor.user_id, actor.guild_id, subject.server.uuid, subject.path)
        for console in self._open.values():
            shown = console.subject
            key = (console.actor.user_id, console.actor.guild_id, shown.server.uuid, shown.path)
            if key == wanted and console.close_reason is None:
                return console.thread
        return None

    def holds(self, thread_id: int) -> bool:
        """Whether a console is shown in this thread."""
        threads = (console.thread for console in self._open.values())
        return any(thread is not None and thread.id == thread_id for thread in threads)

    def check_room(self, subject: LiveSubject) -> None:
        """Raise TooManyConsoles or TooManyTails when no more may be opened."""
        if len(self._open) >= MOST_OPEN:
            raise TooManyConsoles
        tails = sum(console.subject.path is not None for console in self._open.values())
        if subject.path is not None and tails >= MOST_TAILS:
            raise TooManyTails

    def start(self, console: LiveConsole, screen: Screen, buttons: MakeButtons) -> None:
        """Keep a connected console going until it ends by itself."""
        console.thread = screen.thread
        self._open[console.number] = console
        task = asyncio.create_task(
            console.run(screen, buttons, self._pace), name=f"live console {console.number}"
        )
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(console, done))

    async def close(self) -> None:
        """Stop all of them; `end_orphans` says so in their threads after the next start."""
        await cancel_all(self._tasks)

    def _ended(self, console: LiveConsole, task: asyncio.Task[None]) -> None:
        self._open.pop(console.number, None)
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a live console failed", exc_info=error)
