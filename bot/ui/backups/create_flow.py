"""Make a backup and show how it goes and ends."""

from bot.panel.models import Backup
from bot.services.access.authorizer import Permit
from bot.services.backups import BackupEnd, BackupRequest
from bot.services.servers.directory import Target
from bot.ui.backups import embeds
from bot.ui.kit.authorize import Gate
from bot.ui.kit.late_result import Show, finish
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import Interaction, respond, show_progress


async def make(
    interaction: Interaction, gate: Gate, target: Target, wish: BackupRequest, *, wait: bool = True
) -> None:
    """Begin a backup; with `wait` follow it to its end, else say that it runs."""
    services = interaction.client.services
    permit = await gate.permit(interaction)
    before = await services.make_backup.fetch_inventory(permit)
    backup = await services.make_backup.begin(permit, wish)
    if not wait:
        await respond(interaction, embed=embeds.begun(target.server, backup, before))
        return
    await show_progress(interaction, embed=embeds.making(target.server, backup, 0.0))
    await finish(interaction, gate, _followed(interaction, permit, backup, wish))


async def _followed(interaction: Interaction, permit: Permit, backup: Backup, wish: BackupRequest) -> Show:
    services, progress = interaction.client.services, Progress(interaction)

    async def tell(took_s: float) -> None:
        await progress.tell(embeds.making(permit.server, backup, took_s))

    made = await services.make_backup.follow(permit, backup, tell)
    await services.make_backup.note_end(permit, made)
    embed = embeds.made(permit.server, made, wanted_lock=wish.locked)
    if made.end is BackupEnd.DONE:
        applied = await services.retention.after_backup(permit)
        if applied is not None and applied.deleted:
            embed.set_footer(text=embeds.let_go(applied))

    async def show(to: Interaction) -> None:
        await respond(to, embed=embed)

    return show
