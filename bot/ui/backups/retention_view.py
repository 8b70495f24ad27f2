"""Retention and schedules, each shown before it counts."""

from bot.domain.backups import RetentionRule
from bot.services.backups import NothingToDelete
from bot.ui.backups import plan_embeds as embeds
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext


async def show_policy(context: ServerContext) -> None:
    """Tell which policy is on."""
    retention = context.services.retention
    policy = await retention.policy(await context.permit())
    is_stopped = policy is not None and await retention.is_stopped(policy)
    await respond(
        context.interaction,
        card=embeds.retention_now(
            context.server,
            policy,
            is_stopped=is_stopped,
            is_ours=policy is None or policy.guild_id == context.interaction.guild_id,
        ),
    )


async def switch_off(context: ServerContext) -> None:
    """Let nothing be deleted any more."""
    was_on = await context.services.retention.switch_off(await context.permit())
    await respond(context.interaction, card=embeds.retention_off(context.server, was_on=was_on))


async def apply_rule(context: ServerContext, rule: RetentionRule, *, stay_on: bool) -> None:
    """Show what would go, then do exactly that; with `stay_on` go on doing it."""
    retention = context.services.retention
    _, plan = await retention.preview(await context.permit(), rule)
    if not plan.delete and not stay_on:
        raise NothingToDelete(
            "That rule would delete no backup at the moment.",
            next_step="With `stay_on: True` Quetzal applies it after each new backup.",
        )
    confirmed = await context.confirm(embeds.retention_prompt(context.server, rule, plan, stay_on=stay_on))
    if confirmed is None:
        return
    permit = await confirmed.permit()
    if stay_on:
        await retention.switch_on(permit, rule)
    applied = await retention.apply(permit, rule, shown=plan)
    await respond(confirmed.interaction, card=embeds.retention_done(context.server, applied, on=stay_on))


async def show_schedules(context: ServerContext) -> None:
    """List what makes backups by the clock."""
    schedules = await context.services.backup_schedule.seen(await context.permit())
    await respond(context.interaction, card=embeds.schedules(context.server, schedules))


async def schedule(context: ServerContext, cron: str, *, only_when_online: bool) -> None:
    """Check the cron text, ask, and hand it to the panel."""
    action = context.services.backup_schedule
    rhythm = action.rhythm(cron)
    prompt = embeds.schedule_prompt(context.server, rhythm, only_when_online=only_when_online)
    confirmed = await context.confirm(prompt)
    if confirmed is None:
        return
    made = await action.set(await confirmed.permit(), rhythm, only_when_online=only_when_online)
    await respond(confirmed.interaction, card=embeds.schedules(context.server, [made]))


async def unschedule(context: ServerContext) -> None:
    """Delete Quetzal's schedule."""
    was_on = await context.services.backup_schedule.remove(await context.permit())
    await respond(context.interaction, card=embeds.schedule_off(context.server, was_on=was_on))
