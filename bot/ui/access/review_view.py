"""The access review with its buttons, and the notices about standing work that stopped."""

import logging
from collections.abc import Sequence
from contextlib import suppress

import discord
from typing_extensions import override

from bot.core.supervisor import Pulse
from bot.domain.levels import Level
from bot.domain.standing_work import StandingWork
from bot.services.access import OneServer, Scope, Where, WholePanel
from bot.services.standing_work import Reviewed
from bot.ui.access import review_cards as cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction, QuetzalClient
from bot.ui.kit.confirm import confirm
from bot.ui.kit.paginator import ListPages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names
from bot.ui.kit.view import BaseView, view_of

log = logging.getLogger(__name__)

_AGAIN_S = 300.0
_NONCE_LENGTH = 25


async def show_review(interaction: Interaction, access: AccessCheck, said: str = "") -> None:
    """Show the guild's standing work, stopped work first."""
    reviewed = await interaction.client.services.standing_work.review(actor(interaction))
    await ReviewPages(interaction, access, reviewed, await _names(interaction.client, reviewed), said).show(
        interaction
    )


async def left_behind(interaction: Interaction) -> bool:
    """Stop work whose owner lost the right to it; returns whether this person may review any."""
    services, caller = interaction.client.services, actor(interaction)
    await services.standing_work.check_all(interaction.guild_id)
    rights = await services.access.rights(caller)
    if rights.level(Scope.ALL_SERVERS) < Level.ADMIN:
        return False
    return any(entry.lost is not None for entry in await services.standing_work.review(caller))


class ReviewPages(ListPages[Reviewed]):
    """Standing work, a page at a time; the select opens one."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        reviewed: Sequence[Reviewed],
        names: dict[str, str],
        said: str,
    ) -> None:
        super().__init__(interaction, access, reviewed, placeholder="Take over or end…")
        self._names = names
        self._said = said

    @override
    async def render(self) -> Card:
        return cards.review(self.on_page(), len(self.entries), self._names, self._said)

    @override
    def options(self) -> list[discord.SelectOption]:
        return [cards.option(entry, str(at), self._names) for at, entry in enumerate(self.on_page())]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show one, with the buttons that fit."""
        entry = self.on_page()[int(value)]
        await respond(
            interaction,
            card=cards.details(entry, self._names),
            view=_WorkView(interaction, self.access, entry, self._names),
        )


class _WorkView(BaseView):
    def __init__(
        self, interaction: Interaction, access: AccessCheck, entry: Reviewed, names: dict[str, str]
    ) -> None:
        super().__init__(interaction, AccessCheck(entry.work.kind.level, _place(entry.work)))
        self.review_access = access
        self.work = entry.work
        self.names = names
        if entry.work.kind.can_resume and (entry.work.stop is None or entry.work.stop.can_resume):
            self.add_item(_TakeOver())
        self.add_item(_End())


class _TakeOver(discord.ui.Button[_WorkView]):
    def __init__(self) -> None:
        super().__init__(label="Take over", style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        standing = interaction.client.services.standing_work
        await standing.take_over(actor(interaction), view.work)
        said = cards.taken_over(view.work, interaction.user.id, view.names)
        await show_review(interaction, view.review_access, said)


class _End(discord.ui.Button[_WorkView]):
    def __init__(self) -> None:
        super().__init__(label="End it…", style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        yes = await confirm(interaction, cards.end_prompt(view.work, view.names), view.access)
        if yes is None:
            return
        await yes.client.services.standing_work.end(actor(yes), view.work)
        await show_review(yes, view.review_access, cards.ended(view.work, view.names))


async def keep_notified(bot: QuetzalClient, pulse: Pulse) -> None:
    """Notify guilds of stopped work forever, for the supervisor; failed notices are retried."""
    await bot.came_up.wait()
    standing, clock = bot.services.standing_work, bot.services.clock
    while True:
        standing.stopped.clear()
        for work in await standing.pending_notices():
            if await _notify(bot, work):
                await standing.notified(work)
        pulse.beat()
        with suppress(TimeoutError):
            await clock.timeout(_AGAIN_S, standing.stopped.wait())


async def _notify(bot: QuetzalClient, work: StandingWork) -> bool:
    """Write into the alert channel or, where there is none, to the owner; False to try again."""
    services = bot.services
    guild = bot.get_guild(work.guild_id)
    if guild is None:
        return False
    names = await server_names(services.directory, [(work.panel_id, work.server_uuid)])
    at = int(work.stop.at.timestamp() * 1000) if work.stop is not None else 0
    reference = f"W-{at:x}"
    embed = cards.notice(work, names, reference)
    settings = await services.guild_settings.get(work.guild_id, work.panel_id)
    # The same nonce again makes no second message, for as long as Discord remembers it.
    nonce = f"{reference}-{work.kind}"[:_NONCE_LENGTH]
    try:
        if settings.alert_channel_id is not None:
            try:
                channel = bot.get_partial_messageable(settings.alert_channel_id, guild_id=work.guild_id)
                await channel.send(embed=embed, nonce=nonce)
            except (discord.Forbidden, discord.NotFound):
                log.info("the alert channel of guild %d is closed: its owner is told", work.guild_id)
            else:
                return True
        if guild.owner_id is None:
            return False
        owner = await bot.create_dm(discord.Object(guild.owner_id))
        await owner.send(embed=embed, nonce=nonce)
    except (discord.Forbidden, discord.NotFound):
        log.warning("nobody in guild %d can be told that %s stopped", work.guild_id, work.kind)
        return True
    except discord.HTTPException as error:
        log.info("a notice for guild %d is tried again: %s", work.guild_id, error)
        return False
    return True


async def _names(bot: QuetzalClient, reviewed: Sequence[Reviewed]) -> dict[str, str]:
    return await server_names(
        bot.services.directory, ((entry.work.panel_id, entry.work.server_uuid) for entry in reviewed)
    )


def _place(work: StandingWork) -> Where:
    if work.server_uuid is None:
        return WholePanel(work.panel_id)
    return OneServer(work.panel_id, work.server_uuid)
