"""Startup templates: save one, list them, set one on many servers after a preview, undo it."""

from collections.abc import Sequence
from dataclasses import replace

import discord
from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.server_filter import ServerFilter
from bot.domain.startup_templates import Comparison, StartupTemplate
from bot.services.access import Permit, Scope
from bot.services.servers import TemplatePlan, TemplateResult
from bot.ui.kit.authorize import AccessCheck, actor, require
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.confirm import confirm
from bot.ui.kit.option import Choice, SuggestingTransformer, suggested
from bot.ui.kit.paginator import ListPages
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.startup import template_cards as cards

_CHANGES = Level.MANAGER
_MOST_SERVERS = 25
_UNDO_S = 840.0
"""As long as Discord lets a response be edited, less a minute."""


class TemplateTransformer(SuggestingTransformer):
    """A startup template by its name."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        await require(interaction, Scope.ANY_SERVER)
        templates = await interaction.client.services.startup_templates.list(interaction.guild_id or 0)
        return [
            suggested(template.name, template.name)
            for template in templates
            if typed.casefold() in template.name.casefold()
        ]


TemplateOption = app_commands.Transform[str, TemplateTransformer]


async def save(context: ServerContext, name: str) -> None:
    """Keep the variables of a server under a name. Raises BadInput."""
    result = await context.services.startup_templates.save(await context.permit(), name)
    await respond(context.interaction, card=cards.saved(result))


async def show_templates(interaction: Interaction, access: AccessCheck) -> None:
    """List the templates of the Discord server."""
    templates = await interaction.client.services.startup_templates.list(interaction.guild_id or 0)
    await TemplatePages(interaction, access, templates).show(interaction)


async def apply(interaction: Interaction, name: str, servers: str) -> None:
    """Show what would change on each server, ask, set it, and offer Undo.

    Raises NoSuchTemplate, BadInput.
    """
    access = await require(interaction, Scope.ANY_SERVER)
    templates = interaction.client.services.startup_templates
    template = await templates.find(interaction.guild_id or 0, name)
    plans = [await templates.plan(permit, template) for permit in await _permits(interaction, servers)]
    if not any(plan.differences for plan in plans):
        await respond(interaction, card=cards.nothing_to_do(template, plans))
        return
    confirmed = await confirm(interaction, cards.apply_prompt(template, plans), access)
    if confirmed is not None:
        await _set_all(confirmed, access, template, [plan for plan in plans if plan.differences])


async def _permits(interaction: Interaction, servers: str) -> list[Permit]:
    """Return a permit for each server that is meant and that the person may change."""
    services, wanted = interaction.client.services, ServerFilter.parse(servers)
    rights = await services.access.rights(actor(interaction))
    targets = [
        target
        for target in await services.directory.iter_all(rights.sees)
        if wanted.matches(target.server, None) and rights.level(target) >= _CHANGES
    ]
    if len(targets) > _MOST_SERVERS:
        raise BadInput(
            _(
                "{count} servers match, and a template is set on {most} at most.",
                count=len(targets),
                most=_MOST_SERVERS,
            ),
            next_step=_("Narrow the filter, for example with `node:`."),
        )
    return [await services.access.require(actor(interaction), target, _CHANGES) for target in targets]


async def _set_all(
    interaction: Interaction,
    access: AccessCheck,
    template: StartupTemplate,
    plans: Sequence[TemplatePlan],
    *,
    undoes: bool = False,
) -> None:
    """Set everything with fresh permits, server after server, and report."""
    services = interaction.client.services
    results: list[TemplateResult] = []
    for plan in plans:
        permit = await services.access.require(actor(interaction), plan.permit.target, _CHANGES)
        results.append(await services.startup_templates.apply(replace(plan, permit=permit)))
        if len(results) < len(plans):
            await show_progress(interaction, card=cards.applied(template, results, undone=undoes))
    view = None if undoes else _AppliedView(interaction, access, template, results)
    await respond(interaction, card=cards.applied(template, results, undone=undoes), view=view)


class TemplatePages(ListPages[StartupTemplate]):
    """All templates of a Discord server."""

    @override
    async def render(self) -> Card:
        rows = [Row(cards.row_text(template), _DeleteButton(template)) for template in self.on_page()]
        return cards.template_list(self.entries, rows)


class _DeleteButton(discord.ui.Button[TemplatePages]):
    required_level = _CHANGES

    def __init__(self, template: StartupTemplate) -> None:
        super().__init__(label=_("Delete"))
        self._template = template

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        access = view_of(self).access
        confirmed = await confirm(interaction, cards.delete_prompt(self._template), access)
        if confirmed is None:
            return
        await interaction.client.services.startup_templates.delete(actor(confirmed), self._template)
        await show_templates(confirmed, access)


class _AppliedView(BaseView):
    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        template: StartupTemplate,
        results: Sequence[TemplateResult],
    ) -> None:
        super().__init__(interaction, access, timeout=_UNDO_S)
        self.template = template
        self.results = results
        self.add_item(_UndoButton())


class _UndoButton(discord.ui.Button[_AppliedView]):
    required_level = _CHANGES

    def __init__(self) -> None:
        super().__init__(label=_("Undo"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        plans = [
            TemplatePlan(result.permit, Comparison(result.before, (), ()))
            for result in view.results
            if result.before
        ]
        await _set_all(interaction, view.access, view.template, plans, undoes=True)
