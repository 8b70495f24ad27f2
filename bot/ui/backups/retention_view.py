"""Retention policies: show, preview, apply and turn off."""

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError, with_state
from bot.core.i18n import N_, _
from bot.domain.retention_policy import RetentionRule
from bot.services.backups import NothingToDelete
from bot.ui.backups import plan_cards as cards
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import RetryView, with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.kit.view import BaseView, view_of

_PRESETS = (
    (N_("The last 7"), RetentionRule(last=7)),
    (N_("One a day for 7 days"), RetentionRule(daily=7)),
    (N_("7 days and 4 weeks"), RetentionRule(daily=7, weekly=4)),
)
_ON_ONLY = N_("The policy is on: it applies after each new backup. No backup was deleted yet.")


async def show_policy(context: ServerContext) -> None:
    """Say which policy is on."""
    await with_retry(context, _show_policy)


async def _show_policy(context: ServerContext) -> None:
    retention = context.services.retention
    policy = await retention.policy(await context.permit())
    is_stopped = policy is not None and await retention.is_stopped(policy)
    is_ours = policy is None or policy.guild_id == context.interaction.guild_id
    await respond(
        context.interaction,
        card=cards.retention_now(context.server, policy, is_stopped=is_stopped, is_ours=is_ours),
        view=_PolicyView(context, is_on=policy is not None) if is_ours else None,
    )


async def switch_off(context: ServerContext) -> None:
    """Ask, and turn the policy off."""
    await with_retry(context, _switch_off)


async def _switch_off(context: ServerContext) -> None:
    retention = context.services.retention
    policy = await retention.policy(await context.permit())
    asked: ServerContext | None = context
    if policy is not None and policy.guild_id == context.interaction.guild_id:
        asked = await context.confirm(cards.retention_off_prompt(context.server, policy))
    if asked is None:
        return
    was_on = await retention.switch_off(await asked.permit())
    await respond(asked.interaction, card=cards.retention_off(context.server, was_on=was_on))


async def apply_rule(context: ServerContext, rule: RetentionRule, *, stay_on: bool) -> None:
    """Preview a rule, then delete exactly that; with `stay_on`, apply it after each new backup too.

    What failed is tried again from the preview, since nothing brings a deleted backup back.
    """
    await with_retry(context, lambda context: _apply_rule(context, rule, stay_on=stay_on))


async def _apply_rule(context: ServerContext, rule: RetentionRule, *, stay_on: bool) -> None:
    retention = context.services.retention
    _inventory, plan = await retention.preview(await context.permit(), rule)
    if not plan.delete and not stay_on:
        raise NothingToDelete(
            _("That rule would delete no backup at the moment."),
            next_step=_("With `stay_on: True` Quetzal applies it after each new backup."),
        )
    confirmed = await context.confirm(cards.retention_prompt(context.server, rule, plan, stay_on=stay_on))
    if confirmed is None:
        return
    permit = await confirmed.permit()
    if stay_on:
        await retention.switch_on(permit, rule)
    try:
        applied = await retention.apply(permit, rule, shown=plan)
    except QuetzalError as error:
        raise (with_state(error, _(_ON_ONLY)) if stay_on else error) from None
    is_left = any(error.may_pass for _, error in applied.failed)
    await respond(
        confirmed.interaction,
        card=cards.retention_done(context.server, applied, on=stay_on),
        view=RetryView(confirmed, lambda context: apply_rule(context, rule, stay_on=stay_on))
        if is_left
        else PagesView(confirmed, HubPage.BACKUPS),
    )


class _PolicyView(BaseView):
    """Usual rules where there is none, else Turn off."""

    def __init__(self, context: ServerContext, *, is_on: bool) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        if is_on:
            self.add_item(_OffButton())
            return
        for words, rule in _PRESETS:
            self.add_item(_PresetButton(_(words), rule))


class _PresetButton(discord.ui.Button[_PolicyView]):
    def __init__(self, words: str, rule: RetentionRule) -> None:
        super().__init__(label=words)
        self._rule = rule

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await apply_rule(view_of(self).context.continued_by(interaction), self._rule, stay_on=True)


class _OffButton(discord.ui.Button[_PolicyView]):
    def __init__(self) -> None:
        super().__init__(label=_("Turn off"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await switch_off(view_of(self).context.continued_by(interaction))
