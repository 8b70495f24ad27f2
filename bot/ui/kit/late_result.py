"""Work that outlives the interaction it answers.

Discord lets an answer be edited for 15 minutes. What takes longer is told in the channel without any content:
a post with a Show button, which checks the right of whoever presses it and then shows what came out, to them
alone. Where nothing can be posted, the person is told privately and finds the button in `/quetzal about`.
What came out is kept in memory; after a restart the button says so.
"""

import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Self

import discord
from typing_extensions import override

from bot.core.errors import BadInput, QuetzalError
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.channel_post import CannotPost, post
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, is_late
from bot.ui.kit.discord_errors import is_fault
from bot.ui.kit.error_report import report
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import was_delivered
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import neutralise
from bot.ui.kit.view import BaseView

log = logging.getLogger(__name__)

_KEPT = 100
_PAUSES_S = (1.0, 5.0, 15.0, 30.0)
_PATIENCE_S = 3600.0
_BUTTONS = 5
_GONE = (
    "That result is no longer kept: Quetzal was restarted, or many newer results came in.",
    "What was done stays done.",
    "Run the command again.",
)

Show = Callable[[Interaction], Awaitable[None]]
"""Shows what came out, as the response to any interaction."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out, and what it takes to see it in its Discord server; nobody sees it in another."""

    guild_id: int | None
    access: AccessCheck
    show: Show


class LateResults:
    """What came out too late for its own answer; the oldest are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Result] = OrderedDict()
        self._undelivered: dict[str, tuple[int | None, int]] = {}

    def keep(self, result: Result) -> str:
        """Keep it, under a key that nobody guesses."""
        key = secrets.token_hex(8)
        self._kept[key] = result
        while len(self._kept) > _KEPT:
            dropped, _ = self._kept.popitem(last=False)
            self._undelivered.pop(dropped, None)
        return key

    def could_not_deliver(self, key: str, guild_id: int | None, user_id: int) -> None:
        """Have it wait for whoever asked for it."""
        self._undelivered[key] = guild_id, user_id

    def undelivered(self, guild_id: int | None, user_id: int) -> list[str]:
        """List what waits for a person in a guild, the oldest first."""
        return [key for key, place in self._undelivered.items() if place == (guild_id, user_id)]

    def delivered(self, key: str) -> None:
        """Note that it was shown: it waits for nobody any more."""
        self._undelivered.pop(key, None)

    def find(self, key: str, guild_id: int | None) -> Result:
        """Find it again; raises BadInput when it is gone, or of another Discord server."""
        if key not in self._kept or self._kept[key].guild_id != guild_id:
            happened, state, next_step = _GONE
            raise BadInput(happened, state=state, next_step=next_step)
        return self._kept[key]


async def deliver(context: ServerContext, work: Awaitable[Show]) -> None:
    """Do the work and show what comes out, also an error: in the answer, or in the channel if it is late."""
    interaction = context.interaction
    try:
        show = await work
    except QuetzalError as error:
        show = _telling(error)
        if is_late(interaction):  # perhaps nobody presses Show, and so nobody reports it
            log.warning(
                "work that took long failed: %s: %s %s", type(error).__name__, error, error.detail or ""
            )
    if not is_late(interaction):
        await show(interaction)
        if was_delivered(interaction) or not is_late(interaction):
            return
    key = interaction.client.shared(LateResults).keep(Result(interaction.guild_id, context.access, show))
    if not await _announce(interaction, key):
        interaction.client.shared(LateResults).could_not_deliver(
            key, interaction.guild_id, interaction.user.id
        )
        await _tell_privately(interaction)


async def _announce(interaction: Interaction, key: str) -> bool:
    """Post the button, for as long as Discord may come back; whether it is there."""
    clock = interaction.client.services.clock
    began = clock.monotonic()
    ready = theme.embed("✅ Finished", "What you asked for has finished.")
    for pause_s in chain(_PAUSES_S, repeat(_PAUSES_S[-1])):
        view = discord.ui.View(timeout=None)
        view.add_item(ShowResult(key))
        try:
            await post(
                interaction.client,
                interaction.channel_id or 0,
                ready,
                view=view,
                mentioned=interaction.user,
                nonce=key,
            )
        except CannotPost as error:
            log.info("that long work has ended could not be posted: %s", error.detail)
            return False
        except Exception as error:
            if not is_fault(error):
                raise
            if clock.monotonic() - began > _PATIENCE_S:
                log.warning("that long work has ended could not be posted: %s", error)
                return False
        else:
            return True
        await clock.sleep(pause_s)
    return False


async def _tell_privately(interaction: Interaction) -> None:
    where = f" in {neutralise(interaction.guild.name, 100)}" if interaction.guild is not None else ""
    embed = theme.embed(
        "Finished, but it couldn't be posted",
        f"What you asked for in <#{interaction.channel_id}> has finished, but Quetzal can't post there.\n"
        f"➡️ Run `/quetzal about`{where} and press Show. The result is kept until Quetzal restarts.",
        colour=theme.CAREFUL,
    )
    try:
        await interaction.user.send(embed=embed)
    except discord.HTTPException as error:
        log.warning("user %d could not be told that long work has ended: %s", interaction.user.id, error)


class UndeliveredView(BaseView):
    """The buttons of what waits for one person."""

    def __init__(self, interaction: Interaction, access: AccessCheck, keys: Sequence[str]) -> None:
        super().__init__(interaction, access)
        for key in keys[:_BUTTONS]:
            self.add_item(_ShowUndelivered(key))


class _ShowUndelivered(discord.ui.Button[UndeliveredView]):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, key: str) -> None:
        super().__init__(label="Show", style=discord.ButtonStyle.primary)
        self._key = key

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await _show_kept(interaction, self._key)


class ShowResult(BaseDynamicItem, template=r"later:(?P<key>[0-9a-f]{16})"):
    """Shows what came out, to whoever may see it."""

    def __init__(self, key: str) -> None:
        self._key = key
        super().__init__(
            discord.ui.Button(label="Show", style=discord.ButtonStyle.primary, custom_id=f"later:{key}")
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(match["key"])

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Ask for the right that the command asked for."""
        return interaction.client.shared(LateResults).find(self._key, interaction.guild_id).access

    @override
    async def pressed(self, interaction: Interaction) -> None:
        await _show_kept(interaction, self._key)


async def _show_kept(interaction: Interaction, key: str) -> None:
    """Show what came out to somebody who may see it; raises AccessDenied, or BadInput when it is gone."""
    results = interaction.client.shared(LateResults)
    result = results.find(key, interaction.guild_id)
    await result.access.check(interaction)
    await result.show(interaction)
    results.delivered(key)


def _telling(error: QuetzalError) -> Show:
    async def show(interaction: Interaction) -> None:
        await report(interaction, error, in_place=True)

    return show
