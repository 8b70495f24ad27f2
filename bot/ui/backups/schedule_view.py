"""Automatic backups: what is scheduled, presets to choose from, and turning it off."""

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError, with_state
from bot.core.i18n import N_, _
from bot.domain.levels import Level
from bot.ui.backups import plan_cards as cards
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseModal, BaseView, view_of

_PRESETS = ((N_("Daily"), "0 4 * * *"), (N_("Every 6 hours"), "0 */6 * * *"), (N_("Weekly"), "0 4 * * 0"))


async def show_schedules(context: ServerContext) -> None:
    """List the schedules that make backups, and offer presets."""
    await with_retry(context, _show_schedules)


async def _show_schedules(context: ServerContext) -> None:
    action = context.services.backup_schedule
    listed = await action.schedules(await context.permit())
    view = ScheduleView(context, is_on=action.own(listed) is not None)
    await respond(context.interaction, card=cards.schedules(context.server, listed), view=view)


async def schedule(context: ServerContext, cron: str, *, only_when_online: bool) -> None:
    """Check the cron text, ask, and hand it to the panel."""
    times = context.services.backup_schedule.parse_times(await context.permit(), cron)
    prompt = cards.schedule_prompt(context.server, times, only_when_online=only_when_online)
    confirmed = await context.confirm(prompt)
    if confirmed is None:
        return

    async def save(context: ServerContext) -> None:
        action = context.services.backup_schedule
        await action.set(await context.permit(), times, only_when_online=only_when_online)
        await with_retry(context, show)

    async def show(context: ServerContext) -> None:
        try:
            await _show_schedules(context)
        except QuetzalError as error:
            raise with_state(error, _("The schedule is saved.")) from None

    await with_retry(confirmed, save)  # to save it twice is the same as once


async def unschedule(context: ServerContext) -> None:
    """Ask, and delete Quetzal's schedule."""
    await with_retry(context, _unschedule)


async def _unschedule(context: ServerContext) -> None:
    action = context.services.backup_schedule
    permit = await context.permit()
    ours = action.own(await action.schedules(permit))
    asked: ServerContext | None = context
    if ours is not None and await action.is_ours(permit):
        asked = await context.confirm(cards.schedule_off_prompt(context.server, ours))
    if asked is None:
        return
    was_on = await action.remove(await asked.permit())
    view = ScheduleView(asked, is_on=False)
    await respond(asked.interaction, card=cards.schedule_off(context.server, was_on=was_on), view=view)


class ScheduleView(BaseView):
    """Presets, times of one's own, and Turn off."""

    def __init__(self, context: ServerContext, *, is_on: bool) -> None:
        """Offer Turn off where Quetzal has a schedule."""
        super().__init__(context.interaction, context.access)
        self.context = context.raised_to(Level.ADMIN)
        for words, cron in _PRESETS:
            self.add_item(_PresetButton(_(words), cron))
        self.add_item(_OwnButton())
        if is_on:
            self.add_item(_OffButton())


class _PresetButton(discord.ui.Button[ScheduleView]):
    required_level = Level.ADMIN

    def __init__(self, words: str, cron: str) -> None:
        super().__init__(label=words)
        self._cron = cron

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await schedule(view_of(self).context.continued_by(interaction), self._cron, only_when_online=False)


class _OwnButton(discord.ui.Button[ScheduleView]):
    required_level = Level.ADMIN
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Custom…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await open_form(interaction, _CronForm(view_of(self).context.continued_by(interaction)))


class _OffButton(discord.ui.Button[ScheduleView]):
    required_level = Level.ADMIN

    def __init__(self) -> None:
        super().__init__(label=_("Turn off"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await unschedule(view_of(self).context.continued_by(interaction))


class _CronForm(BaseModal):
    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access, title=_("When to back up"))
        self._context = context
        self._cron: discord.ui.TextInput[_CronForm] = discord.ui.TextInput(
            default="0 4 * * *", max_length=100
        )
        self.add_item(
            discord.ui.Label(
                text=_("Minute hour day month weekday"),
                description=_("For example 30 */12 * * *: every 12 hours, at half past."),
                component=self._cron,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Check it and ask."""
        await schedule(self._context.continued_by(interaction), self._cron.value, only_when_online=False)
