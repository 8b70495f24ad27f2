"""The button that calls a job off, for as long as it can be."""

import re
from typing import Self

import discord
from typing_extensions import override

from bot.core.i18n import N_, _
from bot.domain.jobs import Job, JobKind
from bot.services.access import OneServer
from bot.ui.jobs import cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import Interaction
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import respond

_WORDS = {JobKind.RESTART: N_("Abort"), JobKind.IDLE: N_("Keep it running"), JobKind.BULK: N_("Abort")}

_STYLES = {JobKind.IDLE: discord.ButtonStyle.primary}


class AbortButton(BaseDynamicItem, template=r"job:abort:(?P<kind>restart|idle|bulk):(?P<number>\d{1,18})"):
    """Calls a job off."""

    def __init__(self, number: int, kind: JobKind) -> None:
        self._number = number
        super().__init__(
            discord.ui.Button(
                label=_(_WORDS[kind]),
                style=_STYLES.get(kind, discord.ButtonStyle.secondary),
                custom_id=f"job:abort:{kind.value}:{number}",
            )
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]), JobKind(match["kind"]))

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        job = await self._job(interaction)
        return AccessCheck(job.kind.level, OneServer(*job.server.key))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        job = await interaction.client.services.jobs.abort(actor(interaction), self._number)
        await respond(interaction, card=cards.aborting(job))

    async def _job(self, interaction: Interaction) -> Job:
        return await interaction.client.services.jobs.get(self._number, interaction.guild_id)
