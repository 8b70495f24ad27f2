"""The defaults that apply where somebody is, with buttons to clear them."""

import discord

from bot.actions.access import Reach
from bot.actions.defaults import LEAST
from bot.domain.defaults import Default, Scope
from bot.ui.answer import AnyInteraction, Interaction, respond
from bot.ui.choices import spot
from bot.ui.embeds import access as embeds
from bot.ui.gate import Gate, actor
from bot.ui.names import server_names
from bot.ui.view import BaseView

_CLEAR = {
    Scope.CHANNEL: "Clear this channel's",
    Scope.SELF: "Clear mine",
    Scope.GUILD: "Clear the Discord server's",
}


async def show_defaults(interaction: Interaction, gate: Gate) -> None:
    """Show what was chosen here and what counts; only servers that the person may see are named."""
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    chosen = await services.defaults.here(spot(interaction))
    counting = await services.defaults.counting(spot(interaction), rights)
    seen = [one for one in chosen if await _sees(interaction, one)]
    names = await server_names(services.directory, ((one.panel_id, one.server_uuid) for one in seen))
    own = {one.scope for one in chosen if one.subject_id == spot(interaction).subject(one.scope)}
    scopes = [
        scope
        for scope in Scope
        if scope in own
        and rights.level(Reach.SOMEWHERE if scope is Scope.SELF else Reach.GUILD) >= LEAST[scope]
    ]
    view = DefaultsView(interaction, gate, scopes) if scopes else None
    embed = embeds.defaults(seen, names, counting.server.name if counting else None)
    await respond(interaction, embed=embed, view=view)


async def _sees(interaction: Interaction, one: Default) -> bool:
    services = interaction.client.services
    target = await services.directory.known(one.panel_id, one.server_uuid)
    return target is None or (await services.access.rights(actor(interaction))).sees(target)


class DefaultsView(BaseView):
    """A button for each default that the person may clear."""

    def __init__(self, interaction: Interaction, gate: Gate, scopes: list[Scope]) -> None:
        super().__init__(interaction, gate)
        for scope in scopes:
            self.add_item(_Clear(scope))


class _Clear(discord.ui.Button[DefaultsView]):
    def __init__(self, scope: Scope) -> None:
        super().__init__(label=_CLEAR[scope])
        self._scope = scope
        self.least = LEAST[scope]

    async def callback(self, interaction: AnyInteraction) -> None:
        assert self.view is not None  # noqa: S101 - a dispatched item has its view
        await interaction.client.services.defaults.clear(
            actor(interaction), spot(interaction), self._scope, interaction_id=interaction.id
        )
        await show_defaults(interaction, self.view.gate)
