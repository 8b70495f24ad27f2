"""A live console, or a file that is followed like one, from its opening to its end, and why it ends."""

import asyncio
import logging
import secrets
from dataclasses import replace

import discord

from bot.core.clock import Clock
from bot.core.errors import AccessDenied, QuetzalError
from bot.core.i18n import N_, _
from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.services.access import Permit
from bot.services.line_feed import LineFeed
from bot.services.standing_work import MemberUnknown
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.discord_errors import is_fault
from bot.ui.kit.members import DiscordMembers
from bot.ui.servers import console_cards as cards
from bot.ui.servers.console_display import ConsoleDisplay, Pace
from bot.ui.servers.console_screen import MakeButtons, Screen, ScreenGone
from bot.ui.servers.live_subject import LiveSubject

log = logging.getLogger(__name__)

EVERY_S = 1.5
"""A console makes at most two requests in this time: its last page gets its last lines, and a new one begins.
Discord publishes no limit of a channel and asks to go by each answer's headers, as discord.py does
(https://docs.discord.com/developers/topics/rate-limits). Libraries document five messages in five seconds:
https://javacord.org/wiki/advanced-topics/ratelimits.html."""
LONGEST_PAUSE_S = 60.0
IDLE_S = 15 * 60.0
UNTOUCHED_S = 2 * 60 * 60.0
MEMBER_EVERY_S = 60.0
_END_PAUSES_S = (0.0, 2.0, 10.0, 60.0, 300.0)
_DEFECT = N_("Quetzal hit an internal error.")
LEVEL = Level.OPERATOR


class LiveConsole:
    """A console that is open: who opened it, what it reads, and where it is shown."""

    def __init__(self, client: QuetzalClient, permit: Permit, subject: LiveSubject, feed: LineFeed) -> None:
        self.subject = subject
        self.feed = feed
        self.number = secrets.token_hex(4)
        self.target: Target = permit.target
        self.actor: Actor = permit.actor
        self.close_reason: str | None = None
        self._panel = permit.panel
        services = client.services
        self.thread: discord.Thread | None = None
        """Where it is shown, when that is a thread."""
        self._access = services.access
        self._members = DiscordMembers(client)
        self._clock: Clock = services.clock
        self._reader: asyncio.Task[None] | None = None
        self._pressed_at = self._member_at = self._clock.monotonic()

    async def connect(self) -> None:
        """Begin to read; raises the QuetzalError that says why that isn't possible."""
        self._reader = self._clock.spawn_detached(self.feed.run(), name=f"lines of {self.target.server.uuid}")
        try:
            await self._clock.wait_external(self._opened(self._reader), limit_s=self.feed.opens_within_s)
        except TimeoutError:
            await self.stop_reading()
            raise self.feed.too_slow() from None
        except BaseException:
            await self.stop_reading()
            raise

    async def stop_reading(self) -> None:
        """Let the connection go."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})

    async def run(self, screen: Screen, buttons: MakeButtons, pace: Pace) -> None:
        """Show what comes until it ends, and say why it did."""
        display = ConsoleDisplay(self.feed, screen, buttons, pace, self._clock)
        try:
            reason = await self._show_all(display)
        except ScreenGone:
            log.info("the console of %s can't be shown any more", self.target.server.uuid)
            return
        except Exception:
            log.exception("a live console failed")
            reason = _(_DEFECT)
        finally:
            await self.stop_reading()
        await self._end(display, reason)

    def touch(self) -> None:
        """Record that it is in use."""
        self._pressed_at = self._clock.monotonic()

    async def _opened(self, reader: asyncio.Task[None]) -> None:
        opened = asyncio.create_task(self.feed.is_open.wait(), name="console opens")
        try:
            await asyncio.wait({opened, reader}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            opened.cancel()
        if reader.done():
            await reader

    async def _end(self, display: ConsoleDisplay, reason: str) -> None:
        """Say that it ended, as soon as Discord takes it, so that people don't wait for more lines."""
        for pause_s in _END_PAUSES_S:
            await self._clock.sleep(pause_s)
            try:
                await display.end(cards.ended(self.subject, reason))
            except ScreenGone:
                return
            except Exception as error:
                if not _may_pass(error):
                    raise
                log.info("the end of the console of %s waits: %s", self.target.server.uuid, error)
            else:
                return

    async def _show_all(self, display: ConsoleDisplay) -> str:
        """Show what comes until there is a reason to end, and return it."""
        pause_s = EVERY_S
        while True:
            now = self._clock.monotonic()
            lost = await self._lost_access(now)
            if lost is not None:  # what came since is not theirs to read
                return lost
            reason = self._reason_to_end(display, now)
            try:
                await display.update()
                pause_s = EVERY_S
            except Exception as error:
                if not _may_pass(error):
                    raise
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                log.info("a page of the console of %s waits: %s", self.target.server.uuid, error)
            if reason is not None:
                return reason
            await self._clock.sleep(pause_s)

    def _reason_to_end(self, display: ConsoleDisplay, now: float) -> str | None:
        return (
            self.close_reason
            or self._lost_connection()
            or display.screen.end_reason
            or self._idle(display.printed_at, now)
        )

    def _lost_connection(self) -> str | None:
        if self._reader is None or not self._reader.done():
            return None
        error = None if self._reader.cancelled() else self._reader.exception()
        if isinstance(error, QuetzalError):
            return f"{error.happened} {error.next_step}"
        log.error("a console failed", exc_info=error)
        return _(_DEFECT)

    def _idle(self, printed_at: float, now: float) -> str | None:
        if now - max(self._pressed_at, printed_at) >= IDLE_S:
            return _("{silence} for 15 minutes.", silence=self.subject.silence)
        if now - self._pressed_at >= UNTOUCHED_S:
            return _("Nobody pressed a button for 2 hours.")
        return None

    async def _lost_access(self, now: float) -> str | None:
        """Check what is known at once, and once a minute who the person is in the guild by now."""
        name = self.actor.name
        try:
            if now - self._member_at >= MEMBER_EVERY_S:
                self._member_at = now
                member = await self._members.find(self.actor.guild_id or 0, self.actor.user_id)
                if member is None:
                    return cards.left(name)
                self.actor = replace(member, interaction_id=self.actor.interaction_id)
            rights = await self._access.check(self.actor, self.target, LEVEL)
            if rights.panels[self.target.panel_id] is not self._panel:
                return _(cards.KEY_CHANGED)
        except MemberUnknown as error:
            log.debug("who %s is now is not known: %s", self.actor.user_id, error)
        except AccessDenied:
            return cards.lost_access(name)
        except QuetzalError as error:
            log.debug("the access to a console is not known now: %s", error)
        return None


def _may_pass(error: Exception) -> bool:
    """Whether sending it later may help: Discord refused it, or could not be reached."""
    return isinstance(error, discord.HTTPException) or is_fault(error)
