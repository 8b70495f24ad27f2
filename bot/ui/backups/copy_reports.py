"""Posts that a copy has ended, for whoever asked and whose response didn't live to show it."""

import logging
import re
from contextlib import suppress
from typing import Self

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.core.supervisor import Pulse
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.services.access import OneServer
from bot.services.backup_copies import LEVEL, NoSuchCopy
from bot.ui.backups.copy_flow import show_copy
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.channel_post import CannotPost, post
from bot.ui.kit.client import Interaction, QuetzalClient
from bot.ui.kit.discord_errors import is_fault
from bot.ui.kit.languages import language_of
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.server_context import ServerContext

log = logging.getLogger(__name__)

_CHECK_EVERY_S = 600.0
_AGAIN_S = 30.0


async def keep_copies_reported(bot: QuetzalClient, pulse: Pulse) -> None:
    """Post forever what ended after a restart of the bot, for the supervisor."""
    await bot.came_up.wait()
    copies = bot.services.backup_copies
    while True:
        copies.ended.clear()
        waits_s = _CHECK_EVERY_S
        for copy in await copies.to_report():
            if await _reported(bot, copy):
                await copies.note_reported(copy)
            else:
                waits_s = _AGAIN_S
        pulse.beat()
        with suppress(TimeoutError):
            await bot.services.clock.wait_external(copies.ended.wait(), limit_s=waits_s)


async def _reported(bot: QuetzalClient, copy: BackupCopy) -> bool:
    """Post that a copy has ended, without what others may not see; False to try again."""
    guild = bot.get_guild(copy.guild_id)
    if guild is None:
        return False
    view = discord.ui.View(timeout=None)
    with language_of(guild):
        view.add_item(ShowCopyButton(copy.id))
        embed = _ended(copy)
    whom = discord.Object(copy.asked_by)
    try:
        await post(bot, copy.channel_id, embed, view=view, mentioned=whom, nonce=f"copy-{copy.id}")
    except CannotPost as error:
        log.info("that copy %d has ended could not be posted: %s", copy.id, error.detail)
    except Exception as error:
        if not is_fault(error):
            raise
        log.info("that copy %d has ended is posted later: %s", copy.id, error)
        return False
    return True


def _ended(copy: BackupCopy) -> discord.Embed:
    if copy.state is CopyState.COPIED:
        return theme.embed(
            _("✅ Copied"), _("The copy that you asked for was made and checked."), colour=theme.GOOD
        )
    return theme.embed(
        _("❌ Not copied"), _("The copy that you asked for failed. Press Show to see why."), colour=theme.BAD
    )


class ShowCopyButton(BaseDynamicItem, template=r"copy:show:(?P<number>\d{1,18})"):
    """Shows how a copy ended."""

    def __init__(self, number: int) -> None:
        self._number = number
        super().__init__(
            discord.ui.Button(
                label=_("Show"), style=discord.ButtonStyle.primary, custom_id=f"copy:show:{number}"
            )
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        copy = await interaction.client.services.backup_copies.find(self._number)
        if copy.guild_id != interaction.guild_id:  # the message is in the guild where it was asked for
            raise NoSuchCopy
        return AccessCheck(LEVEL, OneServer(copy.panel_id, copy.server_uuid))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        copies = interaction.client.services.backup_copies
        copy = await copies.find(self._number)
        target = await interaction.client.services.directory.find(copy.panel_id, copy.server_uuid)
        if target is None:
            raise NoSuchCopy
        await show_copy(ServerContext(interaction, LEVEL, target), copy)
