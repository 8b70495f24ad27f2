"""Puts the lines of one live console on its screen, page by page."""

import math
from contextlib import suppress

from bot.core.clock import Clock
from bot.services.line_feed import LineBatch, LineFeed
from bot.ui.kit.card import Card
from bot.ui.servers.console_pages import Page, footer, turn
from bot.ui.servers.console_screen import MakeButtons, PageDeleted, Screen

APART_S = 0.1
"""All consoles together make ten requests a second, of the fifty that Discord gives a bot:
https://docs.discord.com/developers/topics/rate-limits#global-rate-limit."""
_EDITABLE_S = 55 * 60.0
"""Discord lets messages older than an hour be edited rarely (error 30046):
https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""


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


class ConsoleDisplay:
    """The pages of one console; `buttons` makes those that each new page gets."""

    def __init__(
        self, feed: LineFeed, screen: Screen, buttons: MakeButtons, pace: Pace, clock: Clock
    ) -> None:
        self.screen = screen
        self.printed_at = -math.inf
        """When lines came last, by the monotonic clock."""
        self._feed = feed
        self._buttons = buttons
        self._pace = pace
        self._clock = clock
        self._page: Page | None = None
        self._drawn = ""
        self._begun_at = 0.0

    async def update(self) -> None:
        """Show what came since; what can't be shown now waits for the next time."""
        batch = self._feed.take()
        if batch.lines or batch.skipped:
            self.printed_at = self._clock.monotonic()
        try:
            batch = await self._extend(batch)
            if self._page is None or batch.lines or batch.skipped:
                await self._begin(batch)
        except PageDeleted:
            self._page = None
            self._feed.put_back(batch)
        except Exception:
            self._feed.put_back(batch)
            raise

    async def end(self, card: Card) -> None:
        """Take the buttons from the last page, and say below it that the console ended."""
        await self._pace.wait(self._clock)
        if self._page is not None:
            with suppress(PageDeleted):
                await self.screen.finish(self._page.text())
        await self.screen.end(card)

    async def _extend(self, batch: LineBatch) -> LineBatch:
        """Put on the page what has room there; return what needs a new one."""
        if self._page is None:
            return batch
        is_full = self._clock.monotonic() - self._begun_at > _EDITABLE_S
        step = turn(self._page, batch, is_full=is_full and bool(batch.lines))
        text = step.filled.text(footer(self._feed) if step.new is None else "")
        if text != self._drawn:
            await self._pace.wait(self._clock)
            await (self.screen.edit(text) if step.new is None else self.screen.finish(text))
        self._page, self._drawn = step.filled, text
        return step.rest

    async def _begin(self, batch: LineBatch) -> None:
        step = turn(Page(), batch)
        page = step.new or step.filled
        text = page.text(footer(self._feed))
        await self._pace.wait(self._clock)
        await self.screen.post(text, self._buttons())
        self._page, self._drawn, self._begun_at = page, text, self._clock.monotonic()
