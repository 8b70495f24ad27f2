"""The message that Quetzal leaves where it was invited: who sets it up, with the button that begins."""

import logging
import re
from typing import Self

import discord
from typing_extensions import override

from bot.core.discord_permissions import POSTING
from bot.core.errors import AccessDenied
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.services.access import WholePanel
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import Card, layout
from bot.ui.kit.client import Interaction, QuetzalClient
from bot.ui.kit.languages import language_of
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.setup.view import SetupView

log = logging.getLogger(__name__)


class SetUpButton(BaseDynamicItem, template=r"setup:begin:(?P<guild>[0-9]{1,18})"):
    """Opens the set-up privately, for whoever may do it."""

    def __init__(self, guild_id: int) -> None:
        self._guild_id = guild_id
        super().__init__(
            discord.ui.Button(
                label=_("Set up"), style=discord.ButtonStyle.primary, custom_id=f"setup:begin:{guild_id}"
            )
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["guild"]))

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Require what `/quetzal setup` does, in the Discord server of the button."""
        if interaction.guild_id != self._guild_id:
            raise AccessDenied(_("This button belongs to another Discord server."))
        return AccessCheck(Level.ADMIN, WholePanel(await self._panel_id(interaction)))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        panel_id = await self._panel_id(interaction)
        access = AccessCheck(Level.ADMIN, WholePanel(panel_id))
        await SetupView(interaction, access, panel_id).show(interaction)

    async def _panel_id(self, interaction: Interaction) -> str:
        """Choose the first panel whose set-up is not finished, else the first."""
        services = interaction.client.services
        panel_ids = services.access.panels_of(self._guild_id)
        for panel_id in panel_ids:
            if (await services.guild_settings.get(self._guild_id, panel_id)).missing:
                return panel_id
        return panel_ids[0]


def welcome() -> Card:
    """Say who sets it up, and what comes then."""
    return theme.card(
        _("👋 Quetzal is here"),
        _(
            "An administrator of this Discord server sets it up in about a minute: where alerts go, and who "
            "may use it. Until then, only administrators see its commands."
        ),
    )


async def post_welcome(client: QuetzalClient, guild: discord.Guild) -> int | None:
    """Post it where people of the guild see it; returns its number, None where nothing can be written."""
    channel = _channel(guild)
    if channel is None:
        log.info("there is no channel in guild %d to post the welcome in", guild.id)
        return None
    with language_of(guild):
        view = layout(welcome(), [SetUpButton(guild.id)])
    try:
        message = await channel.send(view=view, allowed_mentions=discord.AllowedMentions.none())
    except discord.HTTPException as error:  # `/quetzal setup` does the same
        log.warning("the welcome could not be posted in guild %d: %s", guild.id, error)
        return None
    return message.id


def _channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Choose the system channel, else the first text channel, in which Quetzal may post."""
    candidates = [guild.system_channel, *sorted(guild.text_channels, key=lambda channel: channel.position)]
    return next(
        (
            channel
            for channel in candidates
            if channel is not None and channel.permissions_for(guild.me).is_superset(POSTING)
        ),
        None,
    )
