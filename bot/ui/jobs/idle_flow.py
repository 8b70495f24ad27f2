"""Lets a server stop when it is empty, and starts it again for whoever may see it."""

import re
from datetime import timedelta
from typing import Self

import discord
from typing_extensions import override

from bot.core.errors import AccessDenied, BadInput
from bot.core.i18n import _
from bot.domain.formatting import about
from bot.domain.levels import Level
from bot.domain.moment_words import span
from bot.domain.target import Target
from bot.panel.models import PowerSignal, PowerState
from bot.services.access import Scope
from bot.services.jobs import CannotCountPlayers
from bot.ui.alerts.deliverability import channel_problem
from bot.ui.jobs import idle_cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.channel_post import check_can_post
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.error_report import error_card
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext, find_target
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.suggestions import lead_to
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers import cards

_USUAL_MIN = (15, 30, 60, 240)


async def set_idle(context: ServerContext, after: str | timedelta | None, *, off: bool) -> None:
    """Show the rule of a server, or set or end it. To do so twice is the same as once."""
    if off:
        await with_retry(context, _switch_off)
    elif after is None:
        await with_retry(context, _show_rule)
    else:
        await with_retry(context, lambda context: _set_up(context, after))


async def _switch_off(context: ServerContext) -> None:
    was_on = await context.services.idle.switch_off(await context.permit())
    await respond(context.interaction, card=idle_cards.switched_off(context.server, was_on=was_on))


async def _show_rule(context: ServerContext) -> None:
    services, permit = context.services, await context.permit()
    rule = await services.idle.rule(permit)
    is_paused = rule is not None and await services.standing_work.is_stopped(rule.work)
    view = _IdleTimesView(context) if rule is None else IdleRuleView(context)
    problem = None if rule is None else channel_problem(context.interaction.guild, rule.channel_id)
    card = idle_cards.rule(context.server, rule, is_paused=is_paused, problem=problem)
    await respond(context.interaction, card=card, view=view)


async def _set_up(context: ServerContext, after: str | timedelta) -> None:
    """Check that the rule is possible, ask, and set it."""
    idle, channel_id = context.services.idle, context.interaction.channel_id or 0
    check_can_post(context.interaction.guild, channel_id, history=True)
    try:
        length = await idle.check(await context.permit(), span(after) if isinstance(after, str) else after)
    except CannotCountPlayers as error:
        await lead_to(HubPage.PLAYER_QUERY, context, error)
        return
    except BadInput as error:
        card = error_card(error, "", in_change=False)
        await respond(context.interaction, card=card, view=_IdleTimesView(context))
        return
    confirmed = await context.confirm(idle_cards.idle_prompt(context.server, length))
    if confirmed is None:
        return

    async def save(context: ServerContext) -> None:
        await idle.switch_on(await context.permit(), length, channel_id)
        card = idle_cards.switched_on(context.server, length)
        await respond(context.interaction, card=card, view=IdleRuleView(context))

    await with_retry(confirmed, save)


class _IdleTimesView(BaseView):
    """Sets the rule up with one of the usual times."""

    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        for minutes in _USUAL_MIN:
            self.add_item(_TimeButton(minutes))


class _TimeButton(discord.ui.Button[_IdleTimesView]):
    def __init__(self, minutes: int) -> None:
        super().__init__(label=about(60.0 * minutes))
        self._after = timedelta(minutes=minutes)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await set_idle(view_of(self).context.continued_by(interaction), self._after, off=False)


class IdleRuleView(BaseView):
    """Ends the rule."""

    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.add_item(_OffButton())


class _OffButton(discord.ui.Button[IdleRuleView]):
    def __init__(self) -> None:
        super().__init__(label=_("Turn off"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await set_idle(view_of(self).context.continued_by(interaction), None, off=True)


async def start_stopped(interaction: Interaction, target: Target) -> None:
    """Start a server that was stopped because it was empty, and follow it."""

    async def progress(state: PowerState | None, elapsed_s: float) -> None:
        drawn = cards.power_progress(target.server, PowerSignal.START, state, elapsed_s)
        await show_progress(interaction, card=drawn)

    await progress(None, 0.0)
    outcome = await interaction.client.services.idle.start(actor(interaction), target, progress)
    await respond(
        interaction, card=cards.power_outcome(target.server, outcome), file=cards.console_file(outcome)
    )


class IdleStartButton(
    BaseDynamicItem, template=r"idle:start:(?P<panel>[a-z0-9-]{1,32}):(?P<uuid>[\w-]{1,50})"
):
    """Starts a server that was stopped because it was empty, for everybody who may see it."""

    is_for_everybody = True
    """What it takes is shown to players on a public board, too."""

    def __init__(self, panel_id: str, uuid: str) -> None:
        self._panel_id = panel_id
        self._uuid = uuid
        super().__init__(
            discord.ui.Button(
                label=_("Start"), style=discord.ButtonStyle.success, custom_id=f"idle:start:{panel_id}:{uuid}"
            )
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(match["panel"], match["uuid"])

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        rights = await interaction.client.services.access.rights(actor(interaction))
        # A person without any access does not learn which servers exist.
        has_access = rights.level(Scope.ANY_SERVER) >= Level.VIEWER
        target = await self._target(interaction) if has_access else None
        if target is None or not rights.sees(target):
            raise AccessDenied(
                _("You can't start this server: that takes viewer access."),
                next_step=_(
                    "Ask its staff to start it. An administrator can let one of your roles do it with "
                    "`/quetzal access grant`."
                ),
            )
        return AccessCheck(Level.VIEWER, target)

    @override
    async def pressed(self, interaction: Interaction) -> None:
        await start_stopped(interaction, await self._target(interaction))

    async def _target(self, interaction: Interaction) -> Target:
        return await find_target(interaction, self._panel_id, self._uuid)
