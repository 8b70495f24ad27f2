"""Work that outlives the interaction it answers.

Discord lets an answer be edited for 15 minutes. What takes longer is told in the channel without any content:
a post with a Show button, which checks the right of whoever presses it and then shows what came out, to them
alone. What came out is kept in memory; after a restart the button says so.
"""

import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

import discord

from bot.core.errors import BadInput, QuetzalError
from bot.ui.kit import theme
from bot.ui.kit.authorize import Gate
from bot.ui.kit.channel_post import CannotPost, post
from bot.ui.kit.delivery import is_late
from bot.ui.kit.error_report import report
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import Interaction

log = logging.getLogger(__name__)

_KEPT = 100
_GONE = (
    "That result is not there any more: Quetzal was restarted since, or many others came after it.",
    "What was done stays done.",
    "Run the command again.",
)

Show = Callable[[Interaction], Awaitable[None]]
"""Shows what came out, as the response to any interaction."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out, and what it takes to see it."""

    gate: Gate
    show: Show


class Results:
    """What came out too late for its own answer; the oldest are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Result] = OrderedDict()

    def keep(self, result: Result) -> str:
        """Keep it, under a key that nobody guesses."""
        key = secrets.token_hex(8)
        self._kept[key] = result
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return key

    def find(self, key: str) -> Result:
        """Find it again; raises BadInput when it is gone."""
        if key not in self._kept:
            happened, state, next_step = _GONE
            raise BadInput(happened, state=state, next_step=next_step)
        return self._kept[key]


async def finish(interaction: Interaction, gate: Gate, work: Awaitable[Show]) -> None:
    """Do the work and show what comes out, also an error: in the answer, or in the channel if it is late."""
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
        return
    key = interaction.client.tree.results.keep(Result(gate, show))
    view = discord.ui.View(timeout=None)
    view.add_item(ShowResult(key))
    ready = theme.card("Ready", "What you asked for took its time, and has ended now.")
    try:
        await post(interaction.client, interaction.channel_id or 0, ready, view=view, told=interaction.user)
    except CannotPost as error:
        log.warning("nobody could be told that long work has ended: %s", error.detail)


class ShowResult(BaseDynamicItem, template=r"later:(?P<key>[0-9a-f]{16})"):
    """Shows what came out, to whoever may see it."""

    def __init__(self, key: str) -> None:
        self._key = key
        super().__init__(
            discord.ui.Button(label="Show", style=discord.ButtonStyle.primary, custom_id=f"later:{key}")
        )

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """Make the button from its custom id."""
        return cls(match["key"])

    async def gate(self, interaction: Interaction) -> Gate:
        """Ask for the right that the command asked for."""
        return interaction.client.tree.results.find(self._key).gate

    async def pressed(self, interaction: Interaction) -> None:
        """Show it privately."""
        await interaction.client.tree.results.find(self._key).show(interaction)


def _telling(error: QuetzalError) -> Show:
    async def show(interaction: Interaction) -> None:
        await report(interaction, error, in_place=True)

    return show
