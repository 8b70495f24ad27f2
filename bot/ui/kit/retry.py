"""A button that tries again what failed for a reason that may pass."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self, TypeVar

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.error_report import report
from bot.ui.kit.view import BaseView


class Continuable(Protocol):
    """What work goes on with when its button was pressed, as a `ServerContext`."""

    @property
    def interaction(self) -> Interaction:
        """The interaction that is responded to."""

    @property
    def access(self) -> AccessCheck:
        """What the work requires."""

    def continued_by(self, interaction: Interaction) -> Self:
        """Go on with another interaction."""


@dataclass(frozen=True, slots=True)
class PlainContext:
    """A person at work on several servers."""

    interaction: Interaction
    access: AccessCheck

    def continued_by(self, interaction: Interaction) -> Self:
        """Return the context of an interaction that follows from this one."""
        return replace(self, interaction=interaction)


C = TypeVar("C", bound=Continuable)


async def with_retry(context: C, work: Callable[[C], Awaitable[None]]) -> None:
    """Do it; where it fails for a reason that may pass, show the error with a button that does it again.

    Only for work that raises before anything was changed, or that can be done twice.
    """
    await _retried(context, work, lambda error: error.may_pass)


async def with_retry_if_unchanged(context: C, work: Callable[[C], Awaitable[None]]) -> None:
    """Do what was confirmed; where it changed nothing for a reason that may pass, offer to do it again."""
    await _retried(context, work, may_repeat)


def may_repeat(error: QuetzalError) -> bool:
    """Whether a change that failed so can be made again: nothing was changed, and the reason may pass."""
    return error.may_pass and error.is_unchanged


async def _retried(
    context: C, work: Callable[[C], Awaitable[None]], is_retried: Callable[[QuetzalError], bool]
) -> None:
    try:
        await work(context)
    except QuetzalError as error:
        if not is_retried(error):
            raise

        view = RetryView(context, lambda context: _retried(context, work, is_retried))
        await report(context.interaction, error, in_place=True, view=view)


class AgainButton(discord.ui.Button[Any]):
    """Does something again, with the interaction of the press."""

    def __init__(
        self,
        context: C,
        work: Callable[[C], Awaitable[None]],
        words: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(label=words, style=style)
        self._again: Callable[[Interaction], Awaitable[None]] = lambda interaction: work(
            context.continued_by(interaction)
        )

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await self._again(interaction)


class RetryView(BaseView):
    """Does again what failed; the next error takes the place of the one before."""

    def __init__(self, context: C, work: Callable[[C], Awaitable[None]]) -> None:
        super().__init__(context.interaction, context.access)

        async def again(context: C) -> None:
            try:
                await work(context)
            except QuetzalError as error:
                await report(context.interaction, error, in_place=True)

        self.add_item(AgainButton(context, again, _("Retry"), discord.ButtonStyle.primary))
