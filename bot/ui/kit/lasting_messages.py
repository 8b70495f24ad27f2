"""Keeps a message for each record of a kind: posted once, edited when it changes, found after a restart."""

import logging
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

import discord

from bot.alerting.receiver import ChannelClosed, DeliveryUnknown, MessageDeleted, RetryAfter
from bot.core.nonce import new_nonce
from bot.ui.kit.card import Card, digest, layout
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.command_mentions import CommandMentions
from bot.ui.kit.discord_errors import faults
from bot.ui.kit.languages import language_of
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.written import Reference, small_print

log = logging.getLogger(__name__)

_CHECK_EVERY_S = 30.0
_PATIENCE_S = 20.0
_AGAIN_S = 5.0
_CLOSED_S = 600.0
_LOOK_BACK = 50
_LATE_EDIT_S = 60.0 + _PATIENCE_S
"""For so long after its attempt Discord may still carry out an edit that was given up."""
_NO_MENTIONS = discord.AllowedMentions.none()


class Record(Protocol):
    """What a message is kept for, as the store has it."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def guild_id(self) -> int:
        """The guild that it belongs to."""

    @property
    def channel_id(self) -> int:
        """Where its message stands."""

    @property
    def nonce(self) -> str:
        """The nonce of its message."""

    @property
    def discord_id(self) -> int | None:
        """Its message; None before it is posted."""

    @property
    def shown(self) -> str | None:
        """A digest of what the message shows; None when that isn't certain."""


R = TypeVar("R", bound=Record)


class LastingMessages(Generic[R]):
    """Posts, edits and ends the messages; knows which of them were found in this run."""

    kind = "record"
    """What the log calls the records."""
    is_silent = True
    """Whether a new message makes no sound."""

    def __init__(self, bot: QuetzalClient) -> None:
        self.bot = bot
        self._clock = bot.services.clock
        self._certain: set[int] = set()
        self._not_before: dict[int, float] = {}
        self._doubts: dict[int, float] = {}
        """By record, until when an edit that was given up may be carried out over a newer one."""

    @abstractmethod
    async def to_show(self) -> Sequence[R]:
        """List the records whose message may change, or whose end people were not notified of."""

    @abstractmethod
    def drawn(self, record: R) -> tuple[Card, list[BaseDynamicItem]]:
        """Draw a message, with `reference()` below its small print, and its buttons."""

    @abstractmethod
    def reference(self, record: R) -> Reference:
        """Return what a record's message is recognised by."""

    @abstractmethod
    async def note(self, record: R, values: Mapping[str, object]) -> R:
        """Store what is known of a record's message, by the names of its fields; return the record so."""

    @abstractmethod
    def panel_of(self, record: R) -> str:
        """Return the panel that a record is about."""

    @abstractmethod
    async def shown_now(self, record: R) -> None:
        """Go on once a message shows what is so, for certain."""

    async def round(self) -> float:
        """Bring each message up to date; return the seconds until it is to be tried again."""
        waits_s = _CHECK_EVERY_S
        for record in await self.to_show():
            not_before = self._not_before.get(record.id, 0.0)
            if (left_s := not_before - self._clock.monotonic()) > 0:
                waits_s = min(waits_s, left_s)
                continue
            again_s = await self._try(record)
            if again_s is not None:
                self._not_before[record.id] = self._clock.monotonic() + again_s
                waits_s = min(waits_s, again_s)
        now_s = self._clock.monotonic()
        # One that is over stays while its message can't be edited: the bot may have left the guild.
        doubts = [until - now_s for until in self._doubts.values() if until > now_s]
        return min([waits_s, *doubts])

    async def search(self, record: R, ending: Reference) -> int | None:
        """Find a message of ours whose small print ends like this, where the record's message stands."""
        me = self.bot.user.id if self.bot.user is not None else 0
        async for message in self.channel(record).history(limit=_LOOK_BACK):
            lines = small_print(message) if message.author.id == me else []
            if any(line.endswith(ending) for line in lines):
                return message.id
        return None

    def channel(self, record: R) -> discord.PartialMessageable:
        """Return where a record's message stands."""
        return self.bot.get_partial_messageable(record.channel_id, guild_id=record.guild_id)

    def forget(self, record: R) -> None:
        """Forget a record that has ended."""
        self._certain.discard(record.id)
        self._not_before.pop(record.id, None)

    async def _try(self, record: R) -> float | None:
        """Bring one up to date; return after how many seconds to try again, None when it is done."""
        try:
            with faults():
                # discord.py would wait for as long as a rate limit lasts, and all other messages with it.
                await self._clock.timeout(_PATIENCE_S, self._kept(record))
        except ChannelClosed as closed:
            return await self._move(record, str(closed))
        except RetryAfter as later:
            return later.after_s
        except DeliveryUnknown as error:
            self._certain.discard(record.id)
            self._doubts[record.id] = self._clock.monotonic() + _LATE_EDIT_S
            log.info("the message of %s %d is tried again: %s", self.kind, record.id, error)
            return _AGAIN_S
        except MessageDeleted:
            await self.note(record, {"discord_id": None, "shown": None, "nonce": new_nonce()})
            return 0.0
        return None

    async def _kept(self, record: R) -> None:
        guild = self.bot.get_guild(record.guild_id)
        if guild is None:
            return
        with language_of(guild):
            await self._keep(record)

    async def _keep(self, record: R) -> None:
        record = await self._find_message(record)
        card, controls = self.drawn(record)
        card = self.bot.shared(CommandMentions).in_card(card, record.guild_id)
        shown = digest(layout(card, controls))
        channel, is_over = self.channel(record), self._is_over(record.id)
        if record.discord_id is None:
            sent = await channel.send(view=layout(card, controls), nonce=record.nonce, silent=self.is_silent)
            self._certain.add(record.id)
            posted = {"discord_id": sent.id, "posted_at": self._clock.now(), "shown": shown}
            record = await self.note(record, posted)
        elif is_over or record.shown != shown:
            message = channel.get_partial_message(record.discord_id)
            await message.edit(view=layout(card, controls), allowed_mentions=_NO_MENTIONS)
            record = await self.note(record, {"shown": shown})
        if is_over:
            del self._doubts[record.id]
        if record.id not in self._doubts:
            await self.shown_now(record)

    def _is_over(self, record_id: int) -> bool:
        """Whether an edit that was given up can't come any more, so that one edit settles what is shown."""
        until = self._doubts.get(record_id)
        return until is not None and self._clock.monotonic() >= until

    async def _find_message(self, record: R) -> R:
        """Find out once in a run, and after each doubt, whether its message was posted before."""
        if record.id in self._certain or record.discord_id is not None:
            return record
        message_id = await self.search(record, self.reference(record))
        if message_id is None:
            return record
        record = await self.note(record, {"discord_id": message_id, "shown": None})
        self._certain.add(record.id)
        return record

    async def _move(self, record: R, why: str) -> float:
        """Go on in the alert channel, where there is one; return after how many seconds to try again."""
        settings = await self.bot.services.guild_settings.get(record.guild_id, self.panel_of(record))
        if settings.alert_channel_id in (None, record.channel_id):
            log.warning("the message of %s %d can't be written (%s)", self.kind, record.id, why)
            return _CLOSED_S
        log.info("%s %d goes on in the alert channel: %s", self.kind, record.id, why)
        moved = {"channel_id": settings.alert_channel_id, "discord_id": None, "nonce": new_nonce()}
        await self.note(record, moved)
        return 0.0
