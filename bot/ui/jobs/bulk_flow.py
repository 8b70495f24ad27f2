"""Finds the servers of a bulk action, previews it, and begins it."""

from collections.abc import Mapping, Sequence

from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.jobs import BulkAction, BulkPlan, JobKind
from bot.domain.observation import ServerKey
from bot.domain.server_filter import ServerFilter, suggestions
from bot.domain.target import Target
from bot.panel.models import PowerState
from bot.services.access import Rights, Scope
from bot.services.jobs import BulkRequest
from bot.services.servers import one_line
from bot.ui.jobs import bulk_cards as cards
from bot.ui.jobs.bulk_cards import BulkQuestion
from bot.ui.kit.authorize import actor, require
from bot.ui.kit.channel_post import check_can_post
from bot.ui.kit.client import Interaction
from bot.ui.kit.confirm import confirm
from bot.ui.kit.option import Choice, SuggestingTransformer
from bot.ui.kit.respond import respond

_MOST_SERVERS = 200
_UP = (PowerState.RUNNING, PowerState.STARTING)
_NOTHING_TO_DO: Mapping[BulkAction, tuple[PowerState, ...]] = {
    BulkAction.START: _UP,
    BulkAction.STOP: (PowerState.OFFLINE,),
    BulkAction.RESTART: (PowerState.OFFLINE,),
    BulkAction.COMMAND: (PowerState.OFFLINE, PowerState.STOPPING),
}


class FilterTransformer(SuggestingTransformer):
    """Which servers, with the nodes, tags and states that there are."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        await require(interaction, Scope.ANY_SERVER)
        targets = await _may_change(interaction)
        *before, last = typed.split(" ")
        fitting = [words for words in suggestions([target.server for target in targets]) if last in words]
        whole = [" ".join([*before, words]) for words in fitting]
        return [app_commands.Choice(name=words, value=words) for words in whole if len(words) <= _CHOICE]


FilterOption = app_commands.Transform[str, FilterTransformer]
_CHOICE = 100


async def act_on_many(interaction: Interaction, action: BulkAction, typed: str, command: str) -> None:
    """Preview which servers are meant and, when confirmed, begin with them."""
    access = await require(interaction, Scope.ANY_SERVER)
    channel_id = interaction.channel_id or 0
    check_can_post(interaction.guild, channel_id, history=True)
    plan = _planned(action, command)
    asked = await _question(interaction, plan, ServerFilter.parse(typed))
    if not asked.targets:
        await respond(interaction, card=cards.nothing_matches(asked))
        return
    if len(asked.targets) > _MOST_SERVERS:
        raise BadInput(
            _(
                "{count} servers match, and a bulk action takes {most_servers} at most.",
                count=len(asked.targets),
                most_servers=_MOST_SERVERS,
            ),
            next_step=_("Narrow the filter, for example with `node:` or `state:`."),
        )
    confirmed = await confirm(interaction, cards.bulk_prompt(asked), access)
    if confirmed is None:
        return
    services = interaction.client.services
    job = await services.jobs.bulk(actor(confirmed), asked.targets, BulkRequest(plan, channel_id))
    await respond(confirmed, card=cards.begun(job))


def _planned(action: BulkAction, command: str) -> BulkPlan:
    if action is BulkAction.COMMAND:
        if not command.strip():
            raise BadInput(
                _("The action `command` needs a console command."),
                next_step=_("Give it as `command`, without a leading slash."),
            )
        return BulkPlan(action, one_line(command))
    if command:
        raise BadInput(
            _("`command` goes with the action `command` only."),
            next_step=_("Leave it out, or choose that action."),
        )
    return BulkPlan(action)


async def _question(interaction: Interaction, plan: BulkPlan, wanted: ServerFilter) -> BulkQuestion:
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    seen = await services.directory.iter_all(rights.sees)
    states = await _states(interaction, rights, seen)
    matching = [target for target in seen if wanted.matches(target.server, states.get(target.key))]
    allowed = [target for target in matching if rights.level(target) >= JobKind.BULK.level]
    useful = [target for target in allowed if states.get(target.key) not in _NOTHING_TO_DO[plan.action]]
    busy = await services.jobs.busy([target.key for target in useful])
    targets = [target for target in useful if target.key not in busy]
    players = [services.job_runner.players_on(target.key) or 0 for target in targets]
    return BulkQuestion(
        plan,
        targets,
        sum(players),
        len(allowed) - len(useful),
        len(useful) - len(targets),
        len(matching) - len(allowed),
    )


async def _states(
    interaction: Interaction, rights: Rights, targets: Sequence[Target]
) -> dict[ServerKey, PowerState]:
    """Return the states that are known; those that nothing observes are asked for."""
    services = interaction.client.services
    known = {target.key: services.latest.watched(target.key) for target in targets}
    states = {key: seen.state for key, seen in known.items() if seen is not None}
    unknown = [target for target in targets if target.key not in states][:_MOST_SERVERS]
    for now in await services.status.glance(rights, unknown):
        if now.resources is not None:
            states[now.target.key] = now.resources.state
    return states


async def _may_change(interaction: Interaction) -> list[Target]:
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    level = JobKind.BULK.level
    return await services.directory.iter_all(lambda target: rights.level(target) >= level)
