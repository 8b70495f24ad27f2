"""The consoles that are open: each shows its lines in batches, and ends by itself."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import discord

from bot.core.clock import Clock
from bot.core.errors import AccessDenied, QuetzalError, Refused
from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.panel.errors import PanelError, SocketSilent
from bot.services.access import Permit
from bot.services.servers import ConsoleBatch, ConsoleFeed, SavedConsole
from bot.services.standing_work import MemberUnknown
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.discord_errors import is_fault
from bot.ui.kit.members import DiscordMembers
from bot.ui.servers import console_embeds as embeds
from bot.ui.servers.console_pages import Page, footer, turn
from bot.ui.servers.console_screen import PageDeleted, Screen, ScreenGone

log = logging.getLogger(__name__)

EVERY_S = 1.5
"""A console makes at most two requests in this time: its last page gets its last lines, and a new one begins.
Discord publishes no limit of a channel; bots see five messages in five seconds. discord.py waits as each
answer's headers say: https://docs.discord.com/developers/topics/rate-limits."""
APART_S = 0.1
"""All consoles together make ten requests a second, of the fifty that Discord gives a bot."""
EDITABLE_S = 55 * 60.0
"""Discord lets messages older than an hour be edited rarely (30046)."""
LONGEST_PAUSE_S = 60.0
IDLE_S = 15 * 60.0
UNTOUCHED_S = 2 * 60 * 60.0
MEMBER_EVERY_S = 60.0
OPENS_WITHIN_S = 10.0
MOST_OPEN = 50
_END_PAUSES_S = (0.0, 2.0, 10.0, 60.0, 300.0)
_DEFECT = "Quetzal couldn't go on, because of a defect."
LEVEL = Level.OPERATOR


class ConsoleEnded(Refused):
    """The button belongs to a console that is over."""

    happened = "This console has ended."
    next_step = "Open a new one with `/server console`."


class TooManyConsoles(Refused):
    """There is a limit for the whole bot."""

    happened = f"{MOST_OPEN} consoles are open already."
    next_step = "Close one that nobody reads, or use `/server command`."


class LiveConsole:
    """One open console: who opened it, what it reads, and where it is shown."""

    def __init__(self, client: QuetzalClient, permit: Permit, *, hides_addresses: bool) -> None:
        self.number = secrets.token_hex(4)
        self.target: Target = permit.target
        self.actor: Actor = permit.actor
        self.close_reason: str | None = None
        self._panel = permit.panel
        services = client.services
        self.feed = ConsoleFeed(
            permit.panel, permit.uuid, services.clock, services.workers, hides_addresses=hides_addresses
        )
        self.screen: Screen | None = None
        self._access = services.access
        self._members = DiscordMembers(client)
        self.clock: Clock = services.clock
        self._reader: asyncio.Task[None] | None = None
        self._page: Page | None = None
        self._drawn = ""
        self._begun_at = 0.0
        now = self.clock.monotonic()
        self._pressed_at = self._printed_at = self._member_at = now

    async def connect(self) -> None:
        """Begin to read; raises PanelError when that isn't possible."""
        self._reader = self.clock.beside(self.feed.run(), name=f"console of {self.target.server.uuid}")
        try:
            await self.clock.outside(self._opened(self._reader), limit_s=OPENS_WITHIN_S)
        except TimeoutError:
            await self.stop_reading()
            raise SocketSilent(detail="the console did not open in time") from None
        except BaseException:
            await self.stop_reading()
            raise

    async def stop_reading(self) -> None:
        """Let the connection go."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})

    async def run(self, screen: Screen, view: Callable[[], discord.ui.View], turn_of: "Pace") -> None:
        """Show what comes until it ends, and say why it did."""
        self.screen = screen
        try:
            reason = await self._show_all(screen, view, turn_of)
        except ScreenGone:
            log.info("the console of %s can't be shown any more", self.target.server.uuid)
            return
        except Exception:
            log.exception("a live console failed")
            reason = _DEFECT
        finally:
            await self.stop_reading()
        await self._end(screen, reason, turn_of)

    def touch(self) -> None:
        """Take note that somebody uses it."""
        self._pressed_at = self.clock.monotonic()

    def saved(self) -> SavedConsole:
        """Give all lines that are kept."""
        return self.feed.saved()

    async def _opened(self, reader: asyncio.Task[None]) -> None:
        opened = asyncio.create_task(self.feed.is_open.wait(), name="console opens")
        try:
            await asyncio.wait({opened, reader}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            opened.cancel()
        if reader.done():
            await reader

    async def _end(self, screen: Screen, reason: str, turn_of: "Pace") -> None:
        """Say that it ended, as soon as Discord takes it: nobody shall wait for lines that don't come."""
        for pause_s in _END_PAUSES_S:
            await self.clock.sleep(pause_s)
            await turn_of.wait(self.clock)
            try:
                if self._page is not None:
                    with suppress(PageDeleted):
                        await screen.finish(self._page.text())
                await screen.end(embeds.ended(self.target.server, reason))
            except ScreenGone:
                return
            except Exception as error:
                if not _may_pass(error):
                    raise
                log.info("the end of the console of %s waits: %s", self.target.server.uuid, error)
            else:
                return

    async def _show_all(self, screen: Screen, view: Callable[[], discord.ui.View], turn_of: "Pace") -> str:
        pause_s = EVERY_S
        while True:
            now = self.clock.monotonic()
            lost = await self._lost_access(now)
            if lost is not None:  # what came since is not theirs to read
                return lost
            reason = self._reason_to_end(screen, now)
            try:
                await self._show(screen, view, turn_of)
                pause_s = EVERY_S
            except Exception as error:
                if not _may_pass(error):
                    raise
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                log.info("a page of the console of %s waits: %s", self.target.server.uuid, error)
            if reason is not None:
                return reason
            await self.clock.sleep(pause_s)

    async def _show(self, screen: Screen, view: Callable[[], discord.ui.View], turn_of: "Pace") -> None:
        """Show what came since; what can't be shown now waits for the next time."""
        batch = self.feed.take()
        if batch.lines or batch.skipped:
            self._printed_at = self.clock.monotonic()
        try:
            batch = await self._extend(batch, screen, turn_of)
            if self._page is None or batch.lines or batch.skipped:
                await self._begin(batch, screen, view, turn_of)
        except PageDeleted:
            self._page = None
            self.feed.put_back(batch)
        except Exception:
            self.feed.put_back(batch)
            raise

    async def _extend(self, batch: ConsoleBatch, screen: Screen, turn_of: "Pace") -> ConsoleBatch:
        """Put on the page what has room there; gives what needs a new one."""
        if self._page is None:
            return batch
        is_full = self.clock.monotonic() - self._begun_at > EDITABLE_S
        step = turn(self._page, batch, is_full=is_full and bool(batch.lines))
        text = step.filled.text(footer(self.feed) if step.new is None else "")
        if text != self._drawn:
            await turn_of.wait(self.clock)
            await (screen.edit(text) if step.new is None else screen.finish(text))
        self._page, self._drawn = step.filled, text
        return step.rest

    async def _begin(
        self, batch: ConsoleBatch, screen: Screen, view: Callable[[], discord.ui.View], turn_of: "Pace"
    ) -> None:
        step = turn(Page(), batch)
        page = step.new or step.filled
        text = page.text(footer(self.feed))
        await turn_of.wait(self.clock)
        await screen.post(text, view())
        self._page, self._drawn, self._begun_at = page, text, self.clock.monotonic()

    def _reason_to_end(self, screen: Screen, now: float) -> str | None:
        return self.close_reason or self._lost_connection() or screen.end_reason or self._is_idle(now)

    def _lost_connection(self) -> str | None:
        if self._reader is None or not self._reader.done():
            return None
        error = None if self._reader.cancelled() else self._reader.exception()
        if isinstance(error, PanelError):
            return f"{error.happened} {error.next_step}"
        log.error("a console failed", exc_info=error)
        return _DEFECT

    def _is_idle(self, now: float) -> str | None:
        if now - max(self._pressed_at, self._printed_at) >= IDLE_S:
            return "Nothing was printed for 15 minutes."
        if now - self._pressed_at >= UNTOUCHED_S:
            return "Nobody pressed a button for 2 hours."
        return None

    async def _lost_access(self, now: float) -> str | None:
        """Check what is known at once, and once a minute who the person is in the guild by now."""
        name = self.actor.name
        try:
            if now - self._member_at >= MEMBER_EVERY_S:
                self._member_at = now
                member = await self._members.find(self.actor.guild_id or 0, self.actor.user_id)
                if member is None:
                    return embeds.left(name)
                self.actor = replace(member, interaction_id=self.actor.interaction_id)
            rights = await self._access.check(self.actor, self.target, LEVEL)
            if rights.panels[self.target.panel_id] is not self._panel:
                return embeds.KEY_CHANGED
        except MemberUnknown as error:
            log.debug("who %s is now is not known: %s", self.actor.user_id, error)
        except AccessDenied:
            return embeds.lost_access(name)
        except QuetzalError as error:
            log.debug("the access to a console is not known now: %s", error)
        return None


def _may_pass(error: Exception) -> bool:
    """Whether sending it later may help: Discord refused it, or could not be reached."""
    return isinstance(error, discord.HTTPException) or is_fault(error)


class Pace:
    """Spreads the requests of all consoles, so that alerts and responses are never behind them."""

    def __init__(self) -> None:
        self._free_at = 0.0

    async def wait(self, clock: Clock) -> None:
        """Wait for a turn."""
        now = clock.monotonic()
        at = max(now, self._free_at)
        self._free_at = at + APART_S
        if at > now:
            await clock.sleep(at - now)


class Consoles:
    """All that are open in this run of the bot."""

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

    def thread_of(self, actor: Actor, target: Target) -> discord.Thread | None:
        """Find the thread in which a person has this server's console open, in their Discord server."""
        place = (actor.user_id, actor.guild_id)
        for console in self._open.values():
            is_theirs = (console.actor.user_id, console.actor.guild_id) == place
            if (
                is_theirs
                and console.close_reason is None
                and console.target.server.uuid == target.server.uuid
            ):
                thread = getattr(console.screen, "thread", None)
                return thread if isinstance(thread, discord.Thread) else None
        return None

    def holds(self, thread_id: int) -> bool:
        """Whether a console is shown in this thread."""
        threads = (getattr(console.screen, "thread", None) for console in self._open.values())
        return any(thread is not None and thread.id == thread_id for thread in threads)

    def check_room(self) -> None:
        """Raise TooManyConsoles when no more may be opened."""
        if len(self._open) >= MOST_OPEN:
            raise TooManyConsoles

    def start(self, console: LiveConsole, screen: Screen, view: Callable[[], discord.ui.View]) -> None:
        """Keep one going until it ends by itself."""
        console.screen = screen
        self._open[console.number] = console
        task = asyncio.create_task(
            console.run(screen, view, self._pace), name=f"live console {console.number}"
        )
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(console, done))

    async def close(self) -> None:
        """Stop all of them without a word; their threads are told when the bot is back."""
        tasks = {*self._tasks}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, console: LiveConsole, task: asyncio.Task[None]) -> None:
        self._open.pop(console.number, None)
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a live console failed", exc_info=error)
