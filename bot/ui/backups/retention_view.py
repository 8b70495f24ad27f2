"""Retention and schedules, each shown before it counts."""

from bot.domain.backups import RetentionRule
from bot.services.backups import NothingToDelete
from bot.services.servers.directory import Target
from bot.ui.backups import plan_embeds as embeds
from bot.ui.kit.authorize import Gate
from bot.ui.kit.confirm import confirm
from bot.ui.kit.respond import Interaction, respond


async def show_policy(interaction: Interaction, gate: Gate, target: Target) -> None:
    """Tell which policy is on."""
    retention = interaction.client.services.retention
    policy = await retention.policy(await gate.permit(interaction))
    is_stopped = policy is not None and await retention.is_stopped(policy)
    await respond(interaction, embed=embeds.retention_now(target.server, policy, is_stopped=is_stopped))


async def switch_off(interaction: Interaction, gate: Gate, target: Target) -> None:
    """Let nothing be deleted any more."""
    was_on = await interaction.client.services.retention.switch_off(await gate.permit(interaction))
    await respond(interaction, embed=embeds.retention_off(target.server, was_on=was_on))


async def apply_rule(
    interaction: Interaction, gate: Gate, target: Target, rule: RetentionRule, *, stay_on: bool
) -> None:
    """Show what would go, then do exactly that; with `stay_on` go on doing it."""
    retention = interaction.client.services.retention
    _, plan = await retention.preview(await gate.permit(interaction), rule)
    if not plan.delete and not stay_on:
        raise NothingToDelete(
            "That rule lets no backup go at the moment.",
            next_step="With `stay_on: True` Quetzal applies it after each new backup.",
        )
    yes = await confirm(
        interaction, embeds.retention_prompt(target.server, rule, plan, stay_on=stay_on), gate
    )
    if yes is None:
        return
    permit = await gate.permit(yes)
    if stay_on:
        await retention.switch_on(permit, rule)
    applied = await retention.apply(permit, rule, shown=plan)
    await respond(yes, embed=embeds.retention_done(target.server, applied, on=stay_on))


async def show_schedules(interaction: Interaction, gate: Gate, target: Target) -> None:
    """List what makes backups by the clock."""
    found = await interaction.client.services.backup_schedule.seen(await gate.permit(interaction))
    await respond(interaction, embed=embeds.schedules(target.server, found))


async def schedule(
    interaction: Interaction, gate: Gate, target: Target, cron: str, *, only_when_online: bool
) -> None:
    """Check the cron text, ask, and hand it to the panel."""
    action = interaction.client.services.backup_schedule
    rhythm = action.rhythm(cron)
    prompt = embeds.schedule_prompt(target.server, rhythm, only_when_online=only_when_online)
    yes = await confirm(interaction, prompt, gate)
    if yes is None:
        return
    made = await action.set(await gate.permit(yes), rhythm, only_when_online=only_when_online)
    await respond(yes, embed=embeds.schedules(target.server, [made]))


async def unschedule(interaction: Interaction, gate: Gate, target: Target) -> None:
    """Delete Quetzal's schedule."""
    was_on = await interaction.client.services.backup_schedule.remove(await gate.permit(interaction))
    await respond(interaction, embed=embeds.schedule_off(target.server, was_on=was_on))
