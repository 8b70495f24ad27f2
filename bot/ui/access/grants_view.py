"""The list of grants, from which they can be revoked."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.services.access import Scope, place_of
from bot.ui.access import cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.confirm import confirm
from bot.ui.kit.paginator import ListPages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names


async def show_grants(interaction: Interaction, access: AccessCheck, where: Target | Scope) -> None:
    """Show the grants on one server or in the whole guild."""
    given = await interaction.client.services.granting.given(actor(interaction), where)
    names = await server_names(
        interaction.client.services.directory, ((grant.panel_id, grant.server_uuid) for grant in given)
    )
    await GrantPages(interaction, access, given, where, names).show(interaction)


class GrantPages(ListPages[Grant]):
    """Grants in pages; the select revokes one after a confirmation."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        given: Sequence[Grant],
        where: Target | Scope,
        names: dict[str, str],
    ) -> None:
        super().__init__(interaction, access, given, placeholder=_("Revoke access…"))
        self._where = where
        self._names = names
        self._guild = interaction.guild

    @override
    async def render(self) -> Card:
        return cards.grants(self.on_page(), len(self.entries), self._names)

    @override
    def options(self) -> list[discord.SelectOption]:
        return [
            cards.grant_option(grant, str(position), self._who(grant), self._names)
            for position, grant in enumerate(self.on_page())
        ]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        grant = self.on_page()[int(value)]
        access = AccessCheck(Level.ADMIN, place_of(grant, self._where))
        await access.check(interaction)
        yes = await confirm(interaction, cards.revoke_prompt(grant, self._names), access)
        if yes is None:
            return
        await yes.client.services.granting.take(actor(yes), grant, self._where)
        subject = cards.mention(grant.subject_kind, grant.subject_id)
        await respond(yes, card=cards.revoked(subject, cards.place(grant, self._names)))

    def _who(self, grant: Grant) -> str:
        """Name the role; people are not in memory without the members intent."""
        if grant.subject_kind is SubjectKind.PERSON:
            return _("Person {subject_id}", subject_id=grant.subject_id)
        role = self._guild.get_role(grant.subject_id) if self._guild else None
        return f"@{role.name}" if role else _("Role {subject_id} (deleted)", subject_id=grant.subject_id)
