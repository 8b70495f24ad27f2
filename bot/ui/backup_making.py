"""Make a backup and show how it goes and ends."""

from bot.actions.backups import MakingEnd, Wish
from bot.actions.directory import Target
from bot.ui.answer import Interaction, respond
from bot.ui.embeds import backups as embeds
from bot.ui.gate import Gate
from bot.ui.long_answers import LongAnswer


async def make(
    interaction: Interaction, gate: Gate, target: Target, wish: Wish, *, wait: bool = True
) -> None:
    """Begin a backup; with `wait` follow it to its end, else say that it runs."""
    services = interaction.client.services
    permit = await gate.permit(interaction)
    before = await services.make_backup.look(permit)
    backup = await services.make_backup.begin(permit, wish, interaction_id=interaction.id)
    if not wait:
        await respond(interaction, embed=embeds.begun(target.server, backup, before))
        return
    answer = LongAnswer(interaction)

    async def progress(took_s: float) -> None:
        await answer.progress(embeds.making(target.server, backup, took_s))

    await respond(interaction, embed=embeds.making(target.server, backup, 0.0))
    made = await services.make_backup.follow(permit, backup, progress)
    await services.make_backup.note_end(permit, made, interaction.id)
    embed = embeds.made(target.server, made, wanted_lock=wish.locked)
    if made.end is MakingEnd.DONE:
        applied = await services.retention.after_backup(permit)
        if applied is not None and applied.deleted:
            embed.set_footer(text=embeds.let_go(applied))
    await answer.end("A backup", embed)
