"""Which server is meant: autocomplete while typing, a select menu when it is not certain."""

from abc import abstractmethod
from collections.abc import Sequence

import discord
from discord import app_commands
from typing_extensions import override

from bot.core.errors import Missing
from bot.core.i18n import _
from bot.domain.formatting import counted
from bot.domain.target import Target
from bot.services.access import Permit, Scope
from bot.services.servers import DefaultLocation, Resolution, Sees, ServerAmbiguous, ServerFound
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck, actor, command_level, require
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.error_report import QuestionExpired
from bot.ui.kit.option import (
    CHOICE_CHARACTERS,
    CHOICES_LIMIT,
    TYPING_WAIT_S,
    Choice,
    SuggestingTransformer,
)
from bot.ui.kit.paginator import OPTIONS_LIMIT
from bot.ui.kit.place import again, place_of
from bot.ui.kit.respond import ask, respond
from bot.ui.kit.shown_views import lasting
from bot.ui.kit.text import label, neutralise
from bot.ui.kit.view import BaseView, view_of

_ASK_S = 60.0
_PAGES = 5


class ServerTransformer(SuggestingTransformer):
    """A server as people type it: a name, a short id, a uuid."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        directory = interaction.client.services.directory
        targets = await directory.search(
            typed, await seen_by(interaction), max_wait_s=TYPING_WAIT_S, limit=CHOICES_LIMIT
        )
        return [
            app_commands.Choice(name=_choice_name(target), value=target.server.uuid) for target in targets
        ]


ServerOption = app_commands.Transform[str, ServerTransformer]


class OnServerTransformer(SuggestingTransformer):
    """Something on the server that stands in the command's option `server`."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        """Find the server; suggest nothing unless it is certain which one is meant."""
        level = command_level(interaction)
        resolution = await resolve(interaction, getattr(interaction.namespace, "server", None))
        if level is None or not isinstance(resolution, ServerFound):
            return []
        access = interaction.client.services.access
        permit = await access.require(actor(interaction), resolution.target, level)
        return await self.suggest_on(interaction, permit, typed)

    @abstractmethod
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List what of this server fits, the likeliest first."""


async def seen_by(interaction: Interaction) -> Sees:
    """Make the rule for what this person may see at all."""
    return (await interaction.client.services.access.rights(actor(interaction))).sees


async def choose_server(interaction: Interaction, typed: str | None) -> Target:
    """Find the server that is meant, asking when it is not certain; raises QuestionExpired.

    Checks the command's level first, so that a person without access reads that,
    and not that there are no servers.
    """
    access = await require(interaction, Scope.ANY_SERVER)
    resolution = await resolve(interaction, typed)
    if isinstance(resolution, ServerFound):
        return resolution.target
    if isinstance(resolution, ServerAmbiguous):
        return await _ask(interaction, access, resolution.targets, typed)
    if not resolution.any_visible:
        raise Missing(
            _("This Discord server has no game servers yet."),
            next_step=_("Whoever runs the bot can give it some in the settings."),
        )
    raise Missing(
        _("There is no server called “{typed}” that you can see.", typed=neutralise(typed or "", 60)),
        next_step=_(
            "Choose from the list that appears while you type, or see all of them with `/server list`."
        ),
    )


async def resolve(interaction: Interaction, typed: str | None) -> Resolution:
    """Return which server is meant: what was typed, else the default that applies here, else the only one."""
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    if not typed and (default := await services.defaults.counting(spot(interaction), rights)):
        return ServerFound(default)
    return await services.directory.resolve(typed, rights.sees)


def spot(interaction: Interaction) -> DefaultLocation:
    """Return where the person is."""
    channel = interaction.channel
    ids = [interaction.channel_id, channel.parent_id if isinstance(channel, discord.Thread) else None]
    known = tuple(channel_id for channel_id in ids if channel_id is not None)
    return DefaultLocation(interaction.guild_id or 0, known, interaction.user.id)


async def _ask(
    interaction: Interaction, access: AccessCheck, targets: Sequence[Target], typed: str | None
) -> Target:
    view = _WhichServer(interaction, access, targets[:OPTIONS_LIMIT])
    question = _question(typed, len(targets))
    if len(targets) > OPTIONS_LIMIT:
        count = counted(len(targets), "server", "servers")
        question += _(
            "\nThese are the first {limit} of {count}. Type more of the name to see others.",
            limit=OPTIONS_LIMIT,
            count=count,
        )
    await ask(interaction, card=theme.card(_("Which server?"), question), view=view)
    await view.wait()
    if view.chosen is None:
        raise QuestionExpired
    return view.chosen


def _question(typed: str | None, fitting: int) -> str:
    if not typed:
        return _("Choose one below.")
    name = neutralise(typed, 60)
    if fitting == 1:  # similar, never the same: that would be the server
        return _("There is no server called “{typed}”. Did you mean this one?", typed=name)
    return _("“{typed}” matches several servers.", typed=name)


class _WhichServer(BaseView):
    def __init__(self, interaction: Interaction, access: AccessCheck, targets: Sequence[Target]) -> None:
        super().__init__(interaction, access, timeout=_ASK_S)
        self.chosen: Target | None = None
        self._targets = targets
        self.add_item(_ServerMenu(targets))

    @override
    async def on_timeout(self) -> None:
        """Lead to the page of each of the first servers, since what was typed with the command is gone."""
        if self.shown_by is None:
            return
        card = theme.card(
            _("Which server?"), f"{_('This prompt has expired.')} {again(self.origin)}", colour=theme.QUIET
        )
        pages = [
            place.button(target.server.name)
            for target in self._targets[:_PAGES]
            if (place := place_of(self.origin, AccessCheck(self.access.level, target))) is not None
        ]
        await respond(self.shown_by, card=card, view=lasting(pages))


class _ServerMenu(discord.ui.Select[_WhichServer]):
    def __init__(self, targets: Sequence[Target]) -> None:
        options = [
            discord.SelectOption(
                label=label(target.server.name, CHOICE_CHARACTERS),
                value=str(position),
                description=label(
                    _("{identifier} on {node}", identifier=target.server.identifier, node=target.server.node),
                    CHOICE_CHARACTERS,
                ),
            )
            for position, target in enumerate(targets)
        ]
        super().__init__(placeholder=_("Which server?"), options=options)
        self._targets = targets

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.chosen = self._targets[int(self.values[0])]
        view.stop()  # the command goes on, and shows its answer in this message


def _choice_name(target: Target) -> str:
    server = target.server
    suffix = f" · {label(server.node, 24)} · {server.identifier}"
    return label(server.name, CHOICE_CHARACTERS - len(suffix)) + suffix
