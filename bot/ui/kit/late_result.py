"""Delivers the results of work that takes longer than a response can be edited, which is 15 minutes.

Such a result is announced in the channel without its content: a post with a Show button, which checks the
access of the person who presses it and then shows the result to them alone. If the channel can't be posted
in, the person gets a private message and finds the button in `/quetzal about`. Results are kept in memory;
after a restart the button says so.
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
from bot.core.i18n import N_, _
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.channel_post import CannotPost, post
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, is_late
from bot.ui.kit.discord_errors import is_fault
from bot.ui.kit.error_report import report
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import was_delivered
from bot.ui.kit.retry import RetryView, may_repeat
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import neutralise
from bot.ui.kit.view import BaseView

log = logging.getLogger(__name__)

_KEPT = 100
_PAUSES_S = (1.0, 5.0, 15.0, 30.0)
_PATIENCE_S = 3600.0
_BUTTONS = 5
_GONE = (
    N_("That result is no longer kept: Quetzal was restarted, or many newer results came in."),
    N_("What was done stays done."),
    N_("Run the command again."),
)

Show = Callable[[Interaction], Awaitable[None]]
"""Shows a result, as the response to any interaction."""
Again = Callable[[ServerContext], Awaitable[None]]
"""Begins the work again."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result, and the access that seeing it requires in its Discord server; it isn't shown in another."""

    guild_id: int | None
    access: AccessCheck
    show: Show


class LateResults:
    """Results that came too late for their response; the oldest are dropped."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Result] = OrderedDict()
        self._undelivered: dict[str, tuple[int | None, int]] = {}

    def keep(self, result: Result) -> str:
        """Keep it, under a key that can't be guessed."""
        key = secrets.token_hex(8)
        self._kept[key] = result
        while len(self._kept) > _KEPT:
            dropped, _ = self._kept.popitem(last=False)
            self._undelivered.pop(dropped, None)
        return key

    def could_not_deliver(self, key: str, guild_id: int | None, user_id: int) -> None:
        """Keep it waiting for the person who asked for it."""
        self._undelivered[key] = guild_id, user_id

    def undelivered(self, guild_id: int | None, user_id: int) -> list[str]:
        """List what waits for a person in a guild, the oldest first."""
        return [key for key, place in self._undelivered.items() if place == (guild_id, user_id)]

    def delivered(self, key: str) -> None:
        """Note that it was shown."""
        self._undelivered.pop(key, None)

    def find(self, key: str, guild_id: int | None) -> Result:
        """Find it; raises BadInput when it was dropped, or is of another Discord server."""
        if key not in self._kept or self._kept[key].guild_id != guild_id:
            happened, state, next_step = _GONE
            raise BadInput(happened, state=state, next_step=next_step)
        return self._kept[key]


async def deliver(context: ServerContext, work: Awaitable[Show], again: Again | None = None) -> None:
    """Do the work and show its result or error: in the response, or in the channel if it is late.

    `again`, which asks again what needs to be asked, is offered where the work changed nothing for a reason
    that may pass.
    """
    interaction = context.interaction
    try:
        show = await work
    except QuetzalError as error:
        show = _error_report(context, error, again)
        if is_late(interaction):  # it is reported only if somebody presses Show
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
        await _notify_privately(interaction)


async def _announce(interaction: Interaction, key: str) -> bool:
    """Post the button, for as long as Discord may come back; whether it is there."""
    clock = interaction.client.services.clock
    began = clock.monotonic()
    ready = theme.embed(_("✅ Finished"), _("What you asked for has finished."))
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


async def _notify_privately(interaction: Interaction) -> None:
    where = (
        _(" in {guild}", guild=neutralise(interaction.guild.name, 100))
        if interaction.guild is not None
        else ""
    )
    embed = theme.embed(
        _("Finished, but it couldn't be posted"),
        _(
            "What you asked for in <#{channel_id}> has finished, but Quetzal can't post there.\n"
            "➡️ Run `/quetzal about`{where} and press Show. The result is kept until Quetzal restarts.",
            channel_id=interaction.channel_id,
            where=where,
        ),
        colour=theme.CAREFUL,
    )
    try:
        await interaction.user.send(embed=embed)
    except discord.HTTPException as error:
        log.warning(
            "user %d couldn't get the message that long work has ended: %s", interaction.user.id, error
        )


class UndeliveredView(BaseView):
    """The buttons of what waits for one person."""

    def __init__(self, interaction: Interaction, access: AccessCheck, keys: Sequence[str]) -> None:
        super().__init__(interaction, access)
        for key in keys[:_BUTTONS]:
            self.add_item(_ShowUndelivered(key))


class _ShowUndelivered(discord.ui.Button[UndeliveredView]):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, key: str) -> None:
        super().__init__(label=_("Show"), style=discord.ButtonStyle.primary)
        self._key = key

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await _show_kept(interaction, self._key)


class ShowResult(BaseDynamicItem, template=r"later:(?P<key>[0-9a-f]{16})"):
    """Shows a result to people who may see it."""

    def __init__(self, key: str) -> None:
        self._key = key
        super().__init__(
            discord.ui.Button(label=_("Show"), style=discord.ButtonStyle.primary, custom_id=f"later:{key}")
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(match["key"])

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Require the access that the command required."""
        return interaction.client.shared(LateResults).find(self._key, interaction.guild_id).access

    @override
    async def pressed(self, interaction: Interaction) -> None:
        await _show_kept(interaction, self._key)


async def _show_kept(interaction: Interaction, key: str) -> None:
    """Show a result to a person who may see it; raises AccessDenied, or BadInput when it was dropped."""
    results = interaction.client.shared(LateResults)
    result = results.find(key, interaction.guild_id)
    await result.access.check(interaction)
    await result.show(interaction)
    results.delivered(key)


def _error_report(context: ServerContext, error: QuetzalError, again: Again | None) -> Show:
    async def show(interaction: Interaction) -> None:
        view = (
            RetryView(context.continued_by(interaction), again)
            if again is not None and may_repeat(error)
            else None
        )
        await report(interaction, error, in_place=True, view=view)

    return show
