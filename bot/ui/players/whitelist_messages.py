"""Keeps the messages of whitelist requests up to date, and sends the decisions to those who asked."""

import logging
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress

import discord
from typing_extensions import override

from bot.alerting.receiver import ChannelClosed
from bot.core.i18n import language
from bot.core.supervisor import Pulse
from bot.domain.whitelist import RequestState, WhitelistRequest
from bot.ui.kit.card import Card, layout
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.discord_errors import faults
from bot.ui.kit.lasting_messages import LastingMessages
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.written import Reference
from bot.ui.players import whitelist_cards as cards
from bot.ui.players.whitelist_buttons import ApproveButton, RefuseButton

log = logging.getLogger(__name__)

_PRUNED_EVERY_S = 24 * 3600.0


async def keep_whitelist_messages(bot: QuetzalClient, pulse: Pulse) -> None:
    """Keep all messages of whitelist requests forever, for the supervisor."""
    await bot.came_up.wait()
    messages, whitelist, clock = WhitelistMessages(bot), bot.services.whitelist, bot.services.clock
    pruned_s = -math.inf
    while True:
        if clock.monotonic() - pruned_s >= _PRUNED_EVERY_S:
            await whitelist.prune()
            pruned_s = clock.monotonic()
        whitelist.news.clear()
        waits_s = await messages.round()
        pulse.beat()
        with suppress(TimeoutError):
            await clock.wait_external(whitelist.news.wait(), limit_s=waits_s)


class WhitelistMessages(LastingMessages[WhitelistRequest]):
    """Posts requests for those who decide, and ends them once whoever asked knows."""

    kind = "request"
    is_silent = False

    @override
    async def to_show(self) -> Sequence[WhitelistRequest]:
        return await self.bot.services.whitelist.to_show()

    @override
    def drawn(self, request: WhitelistRequest) -> tuple[Card, list[BaseDynamicItem]]:
        if request.state is not RequestState.OPEN:
            return cards.request(request), []
        return cards.request(request), [ApproveButton(request.id), RefuseButton(request.id)]

    @override
    def reference(self, request: WhitelistRequest) -> Reference:
        return cards.reference(request)

    @override
    async def note(self, request: WhitelistRequest, values: Mapping[str, object]) -> WhitelistRequest:
        return await self.bot.services.whitelist.note(request, values)

    @override
    def panel_of(self, request: WhitelistRequest) -> str:
        return request.panel_id

    @override
    async def shown_now(self, request: WhitelistRequest) -> None:
        if not request.is_decided:
            return
        now = self.bot.services.clock.now()
        if request.notified_at is None:
            is_reached = await self._notify(request)
            await self.note(request, {"notified_at": now, "is_unreached": not is_reached})
            self.bot.services.whitelist.news.set()  # the message may have to say more
            return
        await self.note(request, {"closed_at": now})
        self.forget(request)

    async def _notify(self, request: WhitelistRequest) -> bool:
        """Send the decision to whoever asked; False when they take no private messages."""
        guild = self.bot.get_guild(request.guild_id)
        with language(request.locale):
            card = cards.decision(request, "" if guild is None else guild.name)
        try:
            with faults():
                direct = await self.bot.create_dm(discord.Object(request.user_id))
                await direct.send(view=layout(card), nonce=f"whitelist-{request.id}")
        except ChannelClosed:
            log.info("user %d takes no private messages", request.user_id)
            return False
        return True
