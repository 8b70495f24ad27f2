"""Gives access, and offers other levels for whoever got it."""

from dataclasses import dataclass

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.services.access import Scope, Subject
from bot.ui.access import cards
from bot.ui.access.review_view import left_behind, show_review
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseView, view_of

_OFFERED = (Level.VIEWER, Level.OPERATOR, Level.MANAGER, Level.ADMIN)


@dataclass(frozen=True, slots=True)
class NewGrant:
    """Who gets access where; `everyone`: that is the role of all members."""

    subject: Subject
    mention: str
    where: Target | Scope
    place: str
    everyone: bool = False


async def give(interaction: Interaction, grant: NewGrant, level: Level) -> None:
    """Give this level, and show it with the other ones."""
    await interaction.client.services.granting.give(actor(interaction), grant.subject, level, grant.where)
    card = cards.granted(grant.mention, level, grant.place, everyone=grant.everyone)
    await respond(interaction, card=card, view=_GrantedView(interaction, grant, level))


async def take_back(interaction: Interaction, grant: NewGrant) -> None:
    """Revoke it, and show what people without access have left running."""
    await interaction.client.services.granting.revoke(actor(interaction), grant.subject, grant.where)
    card = cards.revoked(grant.mention, grant.place)
    if await left_behind(interaction):
        await show_review(interaction, AccessCheck(Level.ADMIN), card.description)
    else:
        await respond(interaction, card=card)


class _GrantedView(BaseView):
    """The other levels, and to take it back."""

    def __init__(self, interaction: Interaction, grant: NewGrant, level: Level) -> None:
        super().__init__(interaction, AccessCheck(Level.ADMIN, grant.where))
        self.grant = grant
        for other in _OFFERED:
            self.add_item(_LevelButton(other, given=other is level))
        self.add_item(_RevokeButton())


class _LevelButton(discord.ui.Button[_GrantedView]):
    def __init__(self, level: Level, *, given: bool) -> None:
        style = discord.ButtonStyle.primary if given else discord.ButtonStyle.secondary
        super().__init__(label=level.word.capitalize(), style=style, disabled=given)
        self._level = level

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await give(interaction, view_of(self).grant, self._level)


class _RevokeButton(discord.ui.Button[_GrantedView]):
    def __init__(self) -> None:
        super().__init__(label=_("Revoke"), row=1)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await take_back(interaction, view_of(self).grant)
