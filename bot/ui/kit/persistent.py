"""Buttons that outlive a restart of the bot: all they know is in their custom id, and in the store."""

import re
from abc import abstractmethod
from typing import Any, Self

import discord
from typing_extensions import override

from bot.domain.levels import Level
from bot.services.access import Scope
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, acknowledge
from bot.ui.kit.error_report import report
from bot.ui.kit.languages import speak_to
from bot.ui.kit.stale_components import claim


class BaseDynamicItem(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"(?!)"):
    """A persistent button. It is sent among such buttons only, in a view with `timeout=None`.

    discord.py silently drops what these raise: here everything is caught and reported. Each press is
    answered privately: beside the message, which everybody may be looking at, unless that is private itself.
    """

    acknowledgement = Acknowledgement.PRIVATE
    """FORM for a button that opens a form; its access is checked from memory before."""
    is_for_everybody = False
    """Whether people without any access may press it: what it shows and does has to be fit for anybody."""

    @classmethod
    @abstractmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """Make the button from its custom id; the template vouches for it, so this cannot fail.

        People can send any id that it matches: numbers have at most 18 digits, which the store can take.
        """

    def acknowledgement_of(self, interaction: Interaction) -> Acknowledgement:
        """Return how this press is acknowledged."""
        return self.acknowledgement

    @abstractmethod
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Return the access that pressing requires; what it concerns may have to be read first."""

    @abstractmethod
    async def pressed(self, interaction: Interaction) -> None:
        """Do it: the right was checked, the response is private."""

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: AnyInteraction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        claim(interaction)
        speak_to(interaction)
        return cls.restored(match)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Check guild and access again, then do it."""
        try:
            how = self.acknowledgement_of(interaction)
            if how is not Acknowledgement.FORM:
                await acknowledge(interaction, how)
            if not self.is_for_everybody:
                # A person without any access does not learn which ids exist.
                await AccessCheck(Level.VIEWER, Scope.ANY_SERVER).check(interaction)
            await (await self.required_access(interaction)).check(interaction)
            await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001 - discord.py has no handler for these, so none would be reported
            await report(interaction, error)
