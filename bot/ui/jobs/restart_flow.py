"""Asks about a restart, and begins it."""

from datetime import datetime, timedelta

from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _, keyword
from bot.domain.game_commands import commands_of
from bot.domain.jobs import CountdownPlan
from bot.domain.moment_words import moment, span
from bot.panel.models import PowerSignal
from bot.services.access import Scope
from bot.services.jobs import CannotCountPlayers, RestartRequest
from bot.ui.jobs import cards
from bot.ui.jobs.cards import RestartQuestion
from bot.ui.kit.authorize import require
from bot.ui.kit.channel_post import check_can_post
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice, SuggestingTransformer
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.suggestions import lead_to
from bot.ui.servers.power_flow import PowerResultView

_MARKS = (600, 300, 60, 10)
_NOW, _EMPTY = keyword("now"), keyword("when empty")
_SUGGESTED = (
    _NOW,
    _EMPTY,
    keyword("in 10 minutes"),
    keyword("in 30 minutes"),
    keyword("in 1 hour"),
    keyword("at 4:00"),
    keyword("tomorrow 4:00"),
)
_SOON_S, _LATER_S = 60, 600
_LONGEST_AHEAD = timedelta(days=7)
_LONGEST_WAIT = timedelta(hours=24)
_EMPTY_WAIT = timedelta(hours=3)


class WhenTransformer(SuggestingTransformer):
    """When a restart is to be, in words."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        await require(interaction, Scope.ANY_SERVER)
        fitting = [words for words in _SUGGESTED if typed.casefold() in words]
        return [app_commands.Choice(name=_(words), value=words) for words in fitting]


WhenOption = app_commands.Transform[str, WhenTransformer]


async def restart_safely(
    context: ServerContext, when: str, *, warn_s: int | None, backup: bool, wait: str | None
) -> None:
    """Ask, and begin the restart. `warn_s`: the first warning, in seconds before; None: what fits."""
    interaction, services = context.interaction, context.services
    channel_id = interaction.channel_id or 0
    check_can_post(interaction.guild, channel_id, history=True)
    due_at, plan = _planned(context, when, warn_s, backup=backup, wait=wait)
    permit = await context.permit()
    await services.jobs.check_free([permit.key])
    if backup:
        services.make_backup.check_room(await services.make_backup.fetch_inventory(permit))
    players = services.job_runner.players_on(permit.key)
    if plan.when_empty and players is None:
        await lead_to(HubPage.PLAYER_QUERY, context, CannotCountPlayers())
        return
    if due_at is None and await services.power.is_offline(permit):
        view = PowerResultView(context, [PowerSignal.START], [HubPage.STATUS])
        await respond(interaction, card=cards.nothing_to_restart(context.server), view=view)
        return
    question = RestartQuestion(
        context.server,
        plan,
        due_at,
        players,
        commands_of(context.server) is not None,
        await services.power.over_disk(permit),
    )
    confirmed = await context.confirm(cards.restart_prompt(question))
    if confirmed is None:
        return
    request = RestartRequest(plan, channel_id, due_at)

    async def begin(context: ServerContext) -> None:
        job = await services.jobs.restart(await context.permit(), request)
        await respond(context.interaction, card=cards.begun(job))

    await with_retry_if_unchanged(confirmed, begin)


def _planned(
    context: ServerContext, when: str, warn_s: int | None, *, backup: bool, wait: str | None
) -> tuple[datetime | None, CountdownPlan]:
    """Read the options; raises BadInput."""
    now, words = context.services.clock.now(), when.casefold()
    if words == _NOW:
        first_s = _SOON_S if warn_s is None else warn_s
        return None, CountdownPlan(_marks(first_s), backup)
    first_s = _LATER_S if warn_s is None else warn_s
    if words == _EMPTY:
        longest = _EMPTY_WAIT if wait is None else span(wait)
        if longest is None or not timedelta() < longest <= _LONGEST_WAIT:
            raise BadInput(
                _("`wait` must be a time of at most a day."),
                next_step=_("Write it like `30 minutes` or `3 hours`."),
            )
        return now + longest, CountdownPlan(_marks(first_s), backup, when_empty=True)
    at = moment(words, now, context.services.settings.time_zone)
    if at is None or at - now > _LONGEST_AHEAD:
        raise BadInput(
            _("`when` must be a time within a week."),
            next_step=_("Write it like `now`, `when empty`, `in 30 minutes`, `at 4:00` or `tomorrow 4:00`."),
        )
    return at, CountdownPlan(_marks(first_s), backup)


def _marks(first_s: int) -> tuple[int, ...]:
    """List the warnings from the first one on."""
    return tuple(mark for mark in _MARKS if mark <= first_s)
