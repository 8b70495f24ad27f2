"""The access review, with buttons to take over and end standing work."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.standing_work import StandingWork
from bot.services.access import OneServer, Scope, Where, WholePanel
from bot.services.standing_work import Reviewed
from bot.ui.access import review_cards as cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction, QuetzalClient
from bot.ui.kit.confirm import confirm
from bot.ui.kit.paginator import ListPages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names
from bot.ui.kit.view import BaseView, view_of


async def show_review(interaction: Interaction, access: AccessCheck, said: str = "") -> None:
    """Show the guild's standing work, stopped work first."""
    reviewed = await interaction.client.services.standing_work.review(actor(interaction))
    await ReviewPages(interaction, access, reviewed, await _names(interaction.client, reviewed), said).show(
        interaction
    )


async def left_behind(interaction: Interaction) -> bool:
    """Stop work whose owner lost the right to it; returns whether this person may review any."""
    services, caller = interaction.client.services, actor(interaction)
    await services.standing_work.check_all(interaction.guild_id)
    rights = await services.access.rights(caller)
    if rights.level(Scope.ALL_SERVERS) < Level.ADMIN:
        return False
    return any(entry.lost is not None for entry in await services.standing_work.review(caller))


class ReviewPages(ListPages[Reviewed]):
    """Standing work, a page at a time; the select opens one."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        reviewed: Sequence[Reviewed],
        names: dict[str, str],
        said: str,
    ) -> None:
        super().__init__(interaction, access, reviewed, placeholder=_("Take over or end…"))
        self._names = names
        self._said = said

    @override
    async def render(self) -> Card:
        return cards.review(self.on_page(), len(self.entries), self._names, self._said)

    @override
    def options(self) -> list[discord.SelectOption]:
        return [cards.option(entry, str(at), self._names) for at, entry in enumerate(self.on_page())]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show one, with the buttons that fit."""
        entry = self.on_page()[int(value)]
        await respond(
            interaction,
            card=cards.details(entry, self._names),
            view=_WorkView(interaction, self.access, entry, self._names),
        )


class _WorkView(BaseView):
    def __init__(
        self, interaction: Interaction, access: AccessCheck, entry: Reviewed, names: dict[str, str]
    ) -> None:
        super().__init__(interaction, AccessCheck(entry.work.kind.level, _place(entry.work)))
        self.review_access = access
        self.work = entry.work
        self.names = names
        if entry.work.kind.can_resume and (entry.work.stop is None or entry.work.stop.can_resume):
            self.add_item(_TakeOver())
        self.add_item(_End())


class _TakeOver(discord.ui.Button[_WorkView]):
    def __init__(self) -> None:
        super().__init__(label=_("Take over"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        standing = interaction.client.services.standing_work
        await standing.take_over(actor(interaction), view.work)
        said = cards.taken_over(view.work, interaction.user.id, view.names)
        await show_review(interaction, view.review_access, said)


class _End(discord.ui.Button[_WorkView]):
    def __init__(self) -> None:
        super().__init__(label=_("End it…"), style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        yes = await confirm(interaction, cards.end_prompt(view.work, view.names), view.access)
        if yes is None:
            return
        await yes.client.services.standing_work.end(actor(yes), view.work)
        await show_review(yes, view.review_access, cards.ended(view.work, view.names))


async def _names(bot: QuetzalClient, reviewed: Sequence[Reviewed]) -> dict[str, str]:
    return await server_names(
        bot.services.directory, ((entry.work.panel_id, entry.work.server_uuid) for entry in reviewed)
    )


def _place(work: StandingWork) -> Where:
    if work.server_uuid is None:
        return WholePanel(work.panel_id)
    return OneServer(work.panel_id, work.server_uuid)
