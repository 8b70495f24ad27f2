"""The defaults that apply where a person is, with buttons to clear them."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import N_, _
from bot.domain.default_server import DefaultScope, DefaultServer
from bot.domain.target import Target
from bot.services.access import Rights, Scope
from bot.services.servers import DEFAULT_SERVER_LEVEL, ServerDirectory
from bot.ui.access import cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.paginator import OPTIONS_LIMIT
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names
from bot.ui.kit.server_option import spot
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseView, view_of

_CLEAR = {
    DefaultScope.CHANNEL: N_("Clear this channel's"),
    DefaultScope.SELF: N_("Clear mine"),
    DefaultScope.GUILD: N_("Clear the Discord server's"),
}


async def show_defaults(interaction: Interaction, access: AccessCheck) -> None:
    """Show what was chosen here and what counts; only servers that the person may see are named."""
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    chosen = await services.defaults.here(spot(interaction))
    counting = await services.defaults.counting(spot(interaction), rights)
    seen = [default for default in chosen if await _sees(services.directory, rights, default)]
    names = await server_names(
        services.directory, ((default.panel_id, default.server_uuid) for default in seen)
    )
    own = {
        default.scope for default in chosen if default.subject_id == spot(interaction).subject(default.scope)
    }
    scopes = [
        scope
        for scope in DefaultScope
        if scope in own
        and rights.level(Scope.ANY_SERVER if scope is DefaultScope.SELF else Scope.ALL_SERVERS)
        >= DEFAULT_SERVER_LEVEL[scope]
    ]
    view = DefaultsView(interaction, access, scopes)
    targets = await services.directory.iter_all(rights.sees, "")
    if targets:
        view.add_item(_ChooseMenu(targets[:OPTIONS_LIMIT]))
    card = cards.defaults(seen, names, counting.server.name if counting else None)
    await respond(interaction, card=card, view=view)


async def _sees(directory: ServerDirectory, rights: Rights, default: DefaultServer) -> bool:
    target = await directory.find(default.panel_id, default.server_uuid)
    return target is None or rights.sees(target)


class DefaultsView(BaseView):
    """A button for each default that the person may clear, and a menu for their own."""

    def __init__(self, interaction: Interaction, access: AccessCheck, scopes: list[DefaultScope]) -> None:
        super().__init__(interaction, access)
        for scope in scopes:
            self.add_item(_Clear(scope))


class _Clear(discord.ui.Button[DefaultsView]):
    def __init__(self, scope: DefaultScope) -> None:
        super().__init__(label=_(_CLEAR[scope]))
        self._scope = scope
        self.required_level = DEFAULT_SERVER_LEVEL[scope]

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await interaction.client.services.defaults.clear(actor(interaction), spot(interaction), self._scope)
        await show_defaults(interaction, view_of(self).access)


class _ChooseMenu(discord.ui.Select[DefaultsView]):
    """Chooses the person's own default."""

    def __init__(self, targets: Sequence[Target]) -> None:
        options = [
            discord.SelectOption(label=label(target.server.name), value=str(position))
            for position, target in enumerate(targets)
        ]
        super().__init__(placeholder=_("Choose yours…"), options=options)
        self._targets = targets

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        target = self._targets[int(self.values[0])]
        await interaction.client.services.defaults.choose(
            actor(interaction), spot(interaction), DefaultScope.SELF, target
        )
        await show_defaults(interaction, view_of(self).access)
