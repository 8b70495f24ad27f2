"""The button that removes the cause of a start that failed, where Quetzal can do that safely."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.domain.diagnosis import Fix, FixKind
from bot.domain.file_changes import Change
from bot.domain.levels import Level
from bot.services.servers import PowerOutcome
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView

FIX_LEVEL = Level.MANAGER
FIX_LABELS = {
    FixKind.ACCEPT_EULA: N_("Accept the EULA…"),
    FixKind.CHANGE_JAVA: N_("Change Java…"),
    FixKind.SET_VARIABLE: N_("Set variable…"),
    FixKind.RESTORE_FILE: N_("Undo last change…"),
}

ApplyFix = Callable[[ServerContext, Fix, Change | None], Awaitable[None]]
"""Offers a fix; the change is the file that RESTORE_FILE puts back."""


class FixFlow:
    """How a fix is applied; the cog of alerts fills it in, since that flow starts servers as well."""

    apply: ApplyFix


class ApplyFixButton(discord.ui.Button[BaseView]):
    """Offers the fix of a start that failed."""

    required_level = FIX_LEVEL

    def __init__(self, context: ServerContext, fix: Fix, change: Change | None) -> None:
        super().__init__(label=_(FIX_LABELS[fix.kind]), style=discord.ButtonStyle.success)
        self._context = context
        self._fix = fix
        self._change = change

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction).raised_to(FIX_LEVEL)
        await interaction.client.shared(FixFlow).apply(context, self._fix, self._change)


async def add_fix(view: BaseView, context: ServerContext, outcome: PowerOutcome) -> None:
    """Add the button to a view where the start failed by a cause with a fix, and this person may apply it."""
    if not outcome.has_failed:
        return
    services, guild_id = context.services, context.interaction.guild_id or 0
    with suppress(QuetzalError):  # the outcome is shown in any case
        if (await context.permit()).level < FIX_LEVEL:
            return
        fix, change = await services.alert_past.fix_of_end(
            context.target.key, outcome.known, services.clock.now(), guild_id
        )
        if fix is not None:
            view.add_item(ApplyFixButton(context, fix, change))
