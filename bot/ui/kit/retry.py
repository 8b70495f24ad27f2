"""A button that tries again what failed for a reason that may pass."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.error_report import report
from bot.ui.kit.view import BaseView, view_of


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

        async def again(interaction: Interaction) -> None:
            try:
                await _retried(context.continued_by(interaction), work, is_retried)
            except QuetzalError as error:  # takes the place of the first one
                await report(interaction, error, in_place=True)

        view = RetryView(context.interaction, context.access, again)
        await report(context.interaction, error, in_place=True, view=view)


class RetryView(BaseView):
    """Does it again."""

    def __init__(
        self, interaction: Interaction, access: AccessCheck, again: Callable[[Interaction], Awaitable[None]]
    ) -> None:
        super().__init__(interaction, access)
        self.again = again
        self.add_item(_RetryButton())


class _RetryButton(discord.ui.Button[RetryView]):
    def __init__(self) -> None:
        super().__init__(label=_("Retry"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).again(interaction)
