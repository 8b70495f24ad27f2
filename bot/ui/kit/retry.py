"""A button that tries again what failed for a reason that may pass."""

from collections.abc import Awaitable, Callable

import discord
from typing_extensions import override

from bot.panel.errors import (
    BrokenAnswer,
    NodeDown,
    NodeFault,
    PanelError,
    PanelFault,
    PanelUnreachable,
    RateLimited,
)
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.error_report import report
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of

_MAY_PASS = (PanelUnreachable, BrokenAnswer, PanelFault, RateLimited, NodeDown, NodeFault)
Work = Callable[[ServerContext], Awaitable[None]]


async def with_retry(context: ServerContext, work: Work) -> None:
    """Do it; where it fails for a reason that may pass, show the error with a button that does it again.

    Only for work that raises before anything was changed, or that can be done twice.
    """
    try:
        await work(context)
    except PanelError as error:
        if not isinstance(error, _MAY_PASS):
            raise
        await report(context.interaction, error, in_place=True, view=RetryView(context, work))


class RetryView(BaseView):
    """Does it again."""

    def __init__(self, context: ServerContext, work: Work) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.work = work
        self.add_item(_RetryButton())


class _RetryButton(discord.ui.Button[RetryView]):
    def __init__(self) -> None:
        super().__init__(label="Retry", style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await with_retry(view.context.continued_by(interaction), view.work)
