"""Restore a backup: what is lost, the yes, how it goes, how it ended, and Start."""

import logging
from dataclasses import replace

import discord

from bot.core.errors import QuetzalError
from bot.domain.levels import Level
from bot.panel.models import Backup, PowerState
from bot.services.backups import BackupRequest, RestoreEnd, RestoreProgress
from bot.services.servers.directory import Target
from bot.ui.backups import plan_embeds as embeds
from bot.ui.backups.create_flow import make
from bot.ui.kit.authorize import Gate
from bot.ui.kit.confirm import confirm
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.error_report import report
from bot.ui.kit.late_result import Show, finish
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import (
    AnyInteraction,
    Interaction,
    respond,
    show_progress,
)
from bot.ui.kit.view import BaseView
from bot.ui.servers.views import StatusView

log = logging.getLogger(__name__)


async def restore(
    interaction: Interaction, gate: Gate, target: Target, backup: Backup, *, truncate: bool
) -> None:
    """Ask with everything that is lost, restore, follow, judge, and offer the start."""
    services = interaction.client.services
    before = await services.restore_backup.preview(
        await gate.permit(interaction), backup.uuid, truncate=truncate
    )
    prompt = embeds.restore_prompt(
        target.server,
        before,
        trash=services.settings.trash_dir,
        others=(_BackUpFirst(gate, target),),
    )
    yes = await confirm(interaction, prompt, gate)
    if yes is None:
        return
    await show_progress(yes, embed=embeds.asking_to_restore(target.server, backup))
    await finish(yes, gate, _restored(yes, gate, target, backup, truncate=truncate))


async def _restored(yes: Interaction, gate: Gate, target: Target, backup: Backup, *, truncate: bool) -> Show:
    progress = Progress(yes)
    told_title: str | None = None

    async def tell(so_far: RestoreProgress) -> None:
        nonlocal told_title
        embed = embeds.restoring(target.server, backup, so_far, truncate=truncate)
        await progress.tell(embed, is_news=embed.title != told_title)
        told_title = embed.title

    outcome = await yes.client.services.restore_backup.run(
        await gate.permit(yes), backup.uuid, truncate=truncate, progress=tell
    )

    async def show(to: Interaction) -> None:
        embed = embeds.restored(target.server, outcome)
        view = await _start(to, gate) if outcome.end is RestoreEnd.DONE else None
        await respond(to, embed=embed, view=view)

    return show


async def _start(interaction: Interaction, gate: Gate) -> StatusView | None:
    """Offer what fits a server that is off: the panel does not start it again."""
    try:
        permit = await gate.permit(interaction)
        now = await interaction.client.services.status.fetch(permit)
    except QuetzalError as error:  # how the restore ended is worth more than a button
        log.info("no Start after a restore: %s", error)
        return None
    # The panel's figures may be from before the restore (docs/reference/servers.md#resources).
    if now.resources is not None:
        off = now.resources.model_copy(update={"state": PowerState.OFFLINE})
        now = replace(now, resources=off)
    return StatusView(interaction, gate, now, level=permit.level)


class _BackUpFirst(discord.ui.Button[BaseView]):
    """Makes a backup of what is there now, beside the question, which stays as it is."""

    least = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, gate: Gate, target: Target) -> None:
        super().__init__(label="Back up first", emoji="💾")
        self._gate = gate
        self._target = target

    async def callback(self, interaction: AnyInteraction) -> None:
        try:
            await make(interaction, self._gate, self._target, BackupRequest(name="", locked=False))
        except QuetzalError as error:  # a confirmation ends when a button of it raises
            await report(interaction, error)
