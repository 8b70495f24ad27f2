"""Keeps the boards: edited when something visible has changed, posted again when too old for an edit."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import discord

from bot.alerting.receiver import (
    ChannelClosed,
    DeliveryUnknown,
    MessageDeleted,
    RetryAfter,
)
from bot.core.nonce import new_nonce
from bot.core.supervisor import Pulse
from bot.domain.notifications import Audience, Board
from bot.domain.standing_work import Stop
from bot.services.alerts import work_of
from bot.ui.access import review_cards as work_cards
from bot.ui.alerts import board_card as cards
from bot.ui.alerts import public_board_card
from bot.ui.alerts.deliverability import channel_problem
from bot.ui.alerts.private_warnings import warn_of_board
from bot.ui.kit.card import Card, digest, layout
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.discord_errors import faults
from bot.ui.kit.languages import language_of
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.written import small_print
from bot.ui.players.whitelist_buttons import RequestWhitelistButton

log = logging.getLogger(__name__)

EVERY_S = 20.0
_EDITABLE = timedelta(minutes=55)
"""Discord lets messages older than an hour be edited rarely (30046)."""
_CLOSED_S = 600.0
_PATIENCE_S = 20.0
_NO_MENTIONS = discord.AllowedMentions.none()
"""discord.py adds its own to messages that are sent, and not to edits."""
_MESSAGES_SEARCHED = 50
_LATE_EDIT_S = 60.0 + _PATIENCE_S
"""For so long after its attempt Discord may still carry out an edit that was given up."""

Key = tuple[int, str, Audience]


async def keep_boards(bot: QuetzalClient, pulse: Pulse) -> None:
    """Keep all boards for ever, for the supervisor."""
    await bot.came_up.wait()
    boards = Boards(bot)
    while True:
        await boards.round()
        pulse.beat()
        await bot.services.clock.sleep(EVERY_S)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """An edit was given up and may be carried out until then, also over what was `shown` since."""

    until: float
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A board with the buttons below it."""

    card: Card
    controls: Sequence[BaseDynamicItem] = ()

    def view(self) -> discord.ui.LayoutView:
        """Make what is sent, a new one for each message and each edit."""
        return layout(self.card, self.controls)


class Boards:
    """Keeps boards up to date; knows which were found in this run, and when closed channels are retried.

    A board whose last edit may be undone by an older one has no `shown` in the store, so that it is edited
    again when the time of the older one is over, or after a restart.
    """

    def __init__(self, bot: QuetzalClient) -> None:
        self._bot = bot
        self._boards = bot.services.boards
        self._clock = bot.services.clock
        self._certain: set[Key] = set()
        self._not_before: dict[Key, float] = {}
        self._doubts: dict[Key, _Doubt] = {}

    async def round(self) -> None:
        """Bring each board up to date."""
        while self._boards.retried:
            guild_id = self._boards.retried.pop()
            self._not_before = {key: until for key, until in self._not_before.items() if key[0] != guild_id}
        for board in await self._boards.iter_all():
            key = board.key
            if self._clock.monotonic() < self._not_before.get(key, 0.0):
                continue
            try:
                with faults():
                    # discord.py would wait for as long as a rate limit lasts, and all boards with it.
                    await self._clock.timeout(_PATIENCE_S, self._keep(board))
            except ChannelClosed as closed:
                if closed.gone and self._is_deleted(board):
                    await self._bot.services.standing_work.note_deleted_channel(work_of(board))
                    continue
                self._not_before[key] = self._clock.monotonic() + _CLOSED_S
                problem = channel_problem(self._bot.get_guild(board.guild_id), board.channel_id)
                await self._notify_of_closed(board, problem or str(closed))
            except RetryAfter as later:
                self._not_before[key] = self._clock.monotonic() + later.after_s
            except (DeliveryUnknown, MessageDeleted) as error:
                self._certain.discard(key)
                log.info("the board of guild %d is tried again: %s", board.guild_id, error)

    async def _keep(self, board: Board) -> None:
        if self._bot.get_guild(board.guild_id) is None:
            return
        stop = await self._boards.stop_of(board)
        if stop is not None and not stop.can_resume:
            return
        with language_of(self._bot.get_guild(board.guild_id)):
            drawn = await self._drawn(board, stop)
            shown = digest(drawn.view())
        board = await self._find_message(board)
        if board.discord_id is None:
            await self._post(board, drawn, shown)
        elif self._needs_edit(board, shown):
            if board.posted_at is None or self._clock.now() - board.posted_at > _EDITABLE:
                await self._repost(board, drawn, shown)
            else:
                await self._edit(board, board.discord_id, drawn, shown)

    def _needs_edit(self, board: Board, shown: str) -> bool:
        doubt = self._doubts.get(board.key)
        if doubt is not None and doubt.shown == shown and self._clock.monotonic() < doubt.until:
            return False
        return board.shown != shown

    def _is_deleted(self, board: Board) -> bool:
        """Whether the channel is deleted, as far as the gateway knows."""
        guild = self._bot.get_guild(board.guild_id)
        return guild is not None and guild.get_channel_or_thread(board.channel_id) is None

    async def _drawn(self, board: Board, stop: Stop | None) -> _Drawn:
        """Draw the board, or that it is paused."""
        if board.audience is Audience.PUBLIC:
            if stop is not None:
                return _Drawn(public_board_card.paused(cards.reference(board)))
            servers = await self._bot.services.public_boards.content(board)
            card = public_board_card.public_board(servers, board.panel_id, cards.reference(board))
            takes_requests = await self._bot.services.whitelist.forms.of_panel(board.guild_id, board.panel_id)
            return _Drawn(card, (RequestWhitelistButton(board.panel_id),) if takes_requests else ())
        if stop is not None:
            return _Drawn(work_cards.paused_board(replace(work_of(board), stop=stop), cards.reference(board)))
        return _Drawn(cards.board(await self._boards.content(board), board))

    async def _find_message(self, board: Board) -> Board:
        """Find out once in a run, and after each doubt, which of its messages is there; the others go."""
        key = board.key
        if key in self._certain:
            return board
        me = self._bot.user.id if self._bot.user is not None else 0
        history = _channel(self._bot, board).history(limit=_MESSAGES_SEARCHED)
        shown_messages = [
            message async for message in history if message.author.id == me and _is_of(message, board)
        ]
        newest = max((message.id for message in shown_messages), default=None)
        for message in shown_messages:
            if message.id != newest:
                await delete_message(self._bot, board, message.id)
        self._certain.add(key)
        if newest is None or newest == board.discord_id:
            return board
        posted_at = discord.utils.snowflake_time(newest)
        certain = replace(board, discord_id=newest, posted_at=posted_at, shown=None)
        await self._boards.keep_if_same(board, certain)
        return certain

    async def _post(self, board: Board, drawn: _Drawn, shown: str) -> None:
        channel = _channel(self._bot, board)
        try:
            with faults():
                sent = await channel.send(view=drawn.view(), nonce=board.nonce, silent=True)
        except MessageDeleted:  # somebody deleted it between two tries; its nonce is used up
            await self._boards.keep_if_same(board, replace(board, nonce=new_nonce()))
            return
        posted = replace(board, discord_id=sent.id, posted_at=self._clock.now(), shown=shown)
        if not await self._boards.keep_if_same(board, posted):
            await delete_message(self._bot, board, sent.id)
            return
        await self._bot.services.closed_channels.reopened(board.channel_id)

    async def _repost(self, board: Board, drawn: _Drawn, shown: str) -> None:
        old = board.discord_id
        fresh = replace(board, discord_id=None, nonce=new_nonce(), shown=None)
        self._doubts.pop(board.key, None)
        if not await self._boards.keep_if_same(board, fresh):
            return
        await self._post(fresh, drawn, shown)
        if old is not None:
            await delete_message(self._bot, board, old)

    async def _edit(self, board: Board, discord_id: int, drawn: _Drawn, shown: str) -> None:
        key, begun = board.key, self._clock.monotonic()
        before = self._doubts.get(key)
        if before is None and board.shown is None:  # what was given up before a restart
            before = _Doubt(begun + _LATE_EDIT_S)
        tried = replace(board, shown=None)
        if not await self._boards.keep_if_same(board, tried):
            return
        self._doubts[key] = _Doubt(begun + _LATE_EDIT_S)
        try:
            with faults():
                # Boards of earlier releases were embeds, beside which Discord takes no layout.
                await (
                    _channel(self._bot, board)
                    .get_partial_message(discord_id)
                    .edit(content=None, embed=None, view=drawn.view(), allowed_mentions=_NO_MENTIONS)
                )
        except MessageDeleted:
            await self._repost(tried, drawn, shown)
            return
        if before is not None and begun < before.until:
            self._doubts[key] = replace(before, shown=shown)
            return
        self._doubts.pop(key, None)
        await self._boards.keep_if_same(tried, replace(board, shown=shown))

    async def _notify_of_closed(self, board: Board, why: str) -> None:
        closed = self._bot.services.closed_channels
        channel = await closed.note(board.channel_id, board.guild_id, board.panel_id, why)
        if channel is None:
            return
        log.warning("the board's channel %d cannot be written to (%s)", board.channel_id, why)
        try:
            await warn_of_board(self._bot, channel, board.set_by)
        except (DeliveryUnknown, RetryAfter) as error:
            log.warning("this couldn't be reported to anybody: %s", error)


async def delete_message(bot: QuetzalClient, board: Board, discord_id: int) -> None:
    """Delete one of a board's messages, if it can be."""
    try:
        await _channel(bot, board).get_partial_message(discord_id).delete()
    except discord.HTTPException as error:
        log.info("an old board in channel %d stays: %s", board.channel_id, error)


def _channel(bot: QuetzalClient, board: Board) -> discord.PartialMessageable:
    return bot.get_partial_messageable(board.channel_id, guild_id=board.guild_id)


def _is_of(message: discord.Message, board: Board) -> bool:
    return any(line.rpartition(" · ")[2] in cards.references(board) for line in small_print(message))
