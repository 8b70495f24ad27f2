"""The servers a person may see in pages, with a button a row that does what the server needs."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.domain.observation import ServerKey
from bot.domain.player_query import total_online
from bot.domain.target import Target
from bot.panel.models import PowerSignal, PowerState
from bot.services.access import Rights
from bot.ui.alerts.fix_flow import apply_fix
from bot.ui.jobs.idle_flow import start_stopped
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import PlainContext, with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, ServerHub
from bot.ui.kit.server_option import seen_by
from bot.ui.kit.view import view_of
from bot.ui.kit.way_back import leads_back
from bot.ui.servers import cards
from bot.ui.servers.list_card import ListedServer, list_title, need, row_text, server_list
from bot.ui.servers.power_flow import change_power


async def show_list(interaction: Interaction, access: AccessCheck, search: str) -> None:
    """Show the servers that this person may see, or say what to do when there are none."""

    async def show(context: PlainContext) -> None:
        interaction, directory = context.interaction, context.interaction.client.services.directory
        targets = await directory.iter_all(await seen_by(interaction), search)
        if targets or directory.unreadable:
            await ServerPages(interaction, access, targets, search).show(interaction)
        else:
            await respond(interaction, card=cards.no_servers(search))

    await with_retry(PlainContext(interaction, access), show)


class ServerPages(ListPages[Target]):
    """All servers a person may see, those that need attention first."""

    def __init__(
        self, interaction: Interaction, access: AccessCheck, targets: Sequence[Target], search: str
    ) -> None:
        super().__init__(interaction, access, targets)
        self._search = search
        self._services = interaction.client.services
        self._actor = actor(interaction)
        self._is_sorted = False
        self.unreadable = self._services.directory.unreadable

    @override
    async def render(self) -> Card:
        """Ask how the servers of this page are, and draw them."""
        rights = await self._services.access.rights(self._actor)
        alerts = await self._alerts(rights)
        if not self._is_sorted:
            self.entries = sorted(
                self.entries,
                key=lambda target: need(target, self._known(target.key), alerts[target.key]),
            )
            self._is_sorted = True
        page = await self._services.status.glance(rights, self.on_page())
        latest = self._services.players.latest
        shown = [now.target.key for now in page]
        idle = await self._services.idle.stopped(shown, self._actor.guild_id)
        listed = [
            ListedServer(now, tuple(alerts[now.target.key]), latest(now.target.key), idle.get(now.target.key))
            for now in page
        ]
        listed.sort(key=lambda server: need(server.now.target, server.state, server.alerts))
        fresh = {server.now.target.key: server.state or PowerState.UNKNOWN for server in listed}
        troubles = {panel_id: error.happened for panel_id, error in self._services.directory.troubles.items()}
        keys = [target.key for target in self.entries]
        head = server_list(
            title=list_title(len(self.entries), self._search),
            states={key: fresh[key] if key in fresh else self._known(key) for key in keys},
            alerts=[alert for key in keys for alert in alerts[key]],
            players=total_online(map(latest, keys)),
            troubles=troubles,
        )
        rows = [
            Row(
                row_text(server, panel_mentioned=server.now.target.panel_id in troubles),
                await self._button(server, rights),
            )
            for server in listed
        ]
        return replace(head, rows=tuple(rows))

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        return [_RefreshButton()]

    @override
    def access_for(self, item: discord.ui.Item[discord.ui.LayoutView] | None) -> AccessCheck:
        """Require what a row's button does on the row's server."""
        if isinstance(item, _RowButton):
            return AccessCheck(max(self.access.level, item.required_level), item.target)
        return super().access_for(item)

    async def refresh(self, interaction: Interaction) -> None:
        """Fetch and sort the servers again."""
        self._is_sorted = False
        await self.show(interaction)

    async def catch_up(self) -> None:
        """Show what a signal has changed; nothing when the page was turned meanwhile."""
        if self.shown_by is not None and not self.is_finished():
            with suppress(QuetzalError):  # the outcome of the signal was shown; Refresh is still there
                await self.show(self.shown_by)

    async def reopen(self, interaction: Interaction) -> None:
        """Show this page of the list again."""
        await self.access.check(interaction)
        again = ServerPages(interaction, self.access, self.entries, self._search)
        again.page = self.page
        await again.show(interaction)

    async def _alerts(self, rights: Rights) -> defaultdict[ServerKey, list[Incident]]:
        by_server: defaultdict[ServerKey, list[Incident]] = defaultdict(list)
        for incident in await self._services.alerts.active(rights):
            if (key := incident.subject.server_key) is not None:
                by_server[key].append(incident)
        return by_server

    def _known(self, key: ServerKey) -> PowerState | None:
        watched = self._services.latest.watched(key)
        return None if watched is None else watched.state

    async def _button(self, server: ListedServer, rights: Rights) -> "_RowButton":
        """Offer what the server needs and the person may do: a fix, a start, else its status."""
        target = server.now.target
        level = rights.level(target)
        if level >= _FixButton.required_level and server.state is PowerState.OFFLINE:
            for incident in server.alerts:
                fix, _ = await self._services.alert_past.suggested_fix(incident, self._actor.guild_id or 0)
                if fix is not None:
                    return _FixButton(target, incident)
        if level >= _StartButton.required_level and server.state is PowerState.OFFLINE:
            return _StartButton(target)
        if server.idle_since is not None and server.state is PowerState.OFFLINE:
            return _IdleStartButton(target)
        return _OpenButton(target)


class _RowButton(discord.ui.Button[ServerPages]):
    required_level = Level.VIEWER

    def __init__(
        self, target: Target, text: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
    ) -> None:
        super().__init__(label=text, style=style)
        self.target = target

    def context(self, interaction: Interaction) -> ServerContext:
        """Make the context of what the button does."""
        return ServerContext(interaction, self.required_level, self.target)


class _OpenButton(_RowButton):
    def __init__(self, target: Target) -> None:
        super().__init__(target, _("Open"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("Servers"), view.reopen))
        await interaction.client.shared(ServerHub).open(HubPage.STATUS, self.context(interaction))


class _StartButton(_RowButton):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, target: Target) -> None:
        super().__init__(target, _("Start"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        if await change_power(self.context(interaction), PowerSignal.START):
            await view.catch_up()


class _IdleStartButton(_RowButton):
    """Starts what was stopped because it was empty, for those who may start nothing else."""

    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, target: Target) -> None:
        super().__init__(target, _("Start"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await start_stopped(interaction, self.target)
        await view.catch_up()


class _FixButton(_RowButton):
    required_level = Level.MANAGER
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, target: Target, incident: Incident) -> None:
        super().__init__(target, _("Fix"), discord.ButtonStyle.danger)
        self._incident = incident

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, services = view_of(self), interaction.client.services
        fix, change = await services.alert_past.suggested_fix(self._incident, interaction.guild_id or 0)
        if fix is None:  # the file's change was undone meanwhile
            await interaction.client.shared(ServerHub).open(HubPage.STATUS, self.context(interaction))
            return
        await apply_fix(self.context(interaction), fix, change)
        await view.catch_up()


class _RefreshButton(discord.ui.Button[ServerPages]):
    def __init__(self) -> None:
        super().__init__(label=_("Refresh"), row=1)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).refresh(interaction)
