"""/alerts: list, acknowledge and silence alerts; choose rules, maintenance windows and channels."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.notifications import Audience
from bot.domain.target import Target
from bot.services.access import Scope, Where, WholePanel
from bot.ui.alerts import answer_cards as cards
from bot.ui.alerts.board_view import choose_board, show_board
from bot.ui.alerts.buttons import BUTTONS, acknowledge, silence
from bot.ui.alerts.channel_view import choose_alert_channel, choose_alert_role, show_alert_channel
from bot.ui.alerts.fix_flow import apply_fix
from bot.ui.alerts.incident_option import IncidentOption, PastIncidentOption, choose_incidents
from bot.ui.alerts.list_view import show_active, show_past
from bot.ui.alerts.maintenance_view import LASTS, REASON, begin_maintenance, show_maintenance
from bot.ui.alerts.rules_view import show_rules
from bot.ui.kit.authorize import actor, require, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.panel_option import PanelOption, choose_panel
from bot.ui.kit.respond import respond
from bot.ui.kit.server_option import ServerOption, choose_server
from bot.ui.servers.fix_offer import FixFlow


class Alerts(
    commands.GroupCog,
    group_name="alerts",
    group_description="See and handle alerts, and choose who is notified",
):
    """One command each."""

    def __init__(self, bot: QuetzalBot) -> None:
        self.bot = bot
        bot.shared(FixFlow).apply = apply_fix

    @app_commands.command(name="list", extras=requires(Level.VIEWER))
    @app_commands.describe(
        server="On this server only; leave out for all",
        public="Show the response to everyone in this channel",
    )
    async def list_(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """List active alerts, most urgent first."""
        access = await require(interaction, Scope.ANY_SERVER)
        target = await choose_server(interaction, server) if server else None
        await show_active(interaction, access, target)

    @app_commands.command(name="history", extras=requires(Level.VIEWER))
    @app_commands.describe(
        server="On this server only; leave out for all",
        period="How far back",
        public="Show the response to everyone in this channel",
    )
    async def history(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        period: Literal["24 hours", "7 days", "30 days", "90 days"] = "7 days",
        public: bool = False,
    ) -> None:
        """List past alerts with their duration and notes."""
        access = await require(interaction, Scope.ANY_SERVER)
        target = await choose_server(interaction, server) if server else None
        await show_past(interaction, access, target, period)

    @app_commands.command(name="ack", extras=requires(Level.OPERATOR))
    @app_commands.describe(alert="Which alert, or all; leave out to choose")
    async def ack(self, interaction: Interaction, alert: IncidentOption | None = None) -> None:
        """Acknowledge an alert: stops its reminders."""
        await require(interaction, Scope.ANY_SERVER)
        await acknowledge(interaction, await choose_incidents(interaction, alert))

    @app_commands.command(name="silence", extras=requires(Level.OPERATOR))
    @app_commands.describe(for_="For how long", alert="Which alert, or all; leave out to choose")
    @app_commands.rename(for_="for")
    async def silence(
        self,
        interaction: Interaction,
        for_: Literal["1 hour", "4 hours", "until tomorrow", "end silence"],
        alert: IncidentOption | None = None,
    ) -> None:
        """Mute an alert for a while."""
        await require(interaction, Scope.ANY_SERVER)
        await silence(interaction, await choose_incidents(interaction, alert), for_)

    @app_commands.command(name="resolve-note", extras=requires(Level.OPERATOR))
    @app_commands.describe(
        note="What it was and what helped, up to 500 characters", alert="Which alert, active or resolved"
    )
    async def resolve_note(
        self,
        interaction: Interaction,
        note: app_commands.Range[str, 1, 500],
        alert: PastIncidentOption | None = None,
    ) -> None:
        """Add a note to an alert for whoever sees it next."""
        await require(interaction, Scope.ANY_SERVER)
        (incident, *_) = await choose_incidents(interaction, alert, ended=True)
        noted = await self.bot.services.alerts.note(actor(interaction), incident, note)
        await respond(interaction, card=cards.noted(noted))

    @app_commands.command(name="maintenance", extras=requires(Level.OPERATOR))
    @app_commands.describe(
        server="Which server; leave out for all",
        for_="For how long; leave out to see or end current maintenance",
        reason="Reason, shown to others",
        panel="Which panel, where there are several",
    )
    @app_commands.rename(for_="for")
    async def maintenance(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        for_: Literal["30 minutes", "1 hour", "2 hours", "4 hours", "8 hours", "1 day", "1 week"]
        | None = None,
        reason: app_commands.Range[str, 1, 200] = REASON,
        panel: PanelOption | None = None,
    ) -> None:
        """Pause alerts of a server, or of all servers, for a while."""
        panel_id, target, where = await _place(interaction, server, panel)
        if for_ is None:
            access = await require(interaction, Scope.ANY_SERVER if target is None else target)
            await show_maintenance(interaction, access, panel_id, target)
            return
        access = await require(interaction, where)
        await begin_maintenance(interaction, access, panel_id, target, LASTS[for_], reason)

    @app_commands.command(name="rules", extras=requires(Level.ADMIN))
    @app_commands.describe(
        server="Which server; leave out for all", panel="Which panel, where there are several"
    )
    async def rules(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        panel: PanelOption | None = None,
    ) -> None:
        """See and change when alerts fire."""
        panel_id, target, where = await _place(interaction, server, panel)
        await show_rules(interaction, await require(interaction, where), panel_id, target)

    @app_commands.command(name="channel", extras=requires(Level.ADMIN))
    @app_commands.describe(
        channel="Where alerts go; leave out to see the current channel",
        role="Role that critical alerts mention",
        panel="Which panel, where there are several",
    )
    async def channel(
        self,
        interaction: Interaction,
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        panel: PanelOption | None = None,
    ) -> None:
        """Choose where alerts go and whom critical ones mention; sends a test."""
        await require(interaction, Scope.ANY_SERVER)
        panel_id = choose_panel(interaction, panel)
        access = await require(interaction, WholePanel(panel_id))
        settings = await self.bot.services.guild_settings.get(interaction.guild_id or 0, panel_id)
        channel_id = channel.id if channel is not None else settings.alert_channel_id
        said = ""
        role_id = role.id if role is not None else settings.alert_role_id
        if channel_id is not None and (channel is not None or role is not None):
            said, _ = await choose_alert_channel(interaction, panel_id, channel_id, role_id)
        elif role is not None:
            said = await choose_alert_role(interaction, panel_id, role_id)
        await show_alert_channel(interaction, access, panel_id, said)

    @app_commands.command(name="board", extras=requires(Level.ADMIN))
    @app_commands.describe(
        channel="Where to post it; leave out to see or remove the current one",
        audience="Who it is for: the public one shows only what players may know",
        panel="Which panel, where there are several",
    )
    async def board(
        self,
        interaction: Interaction,
        channel: discord.TextChannel | None = None,
        audience: Literal["staff", "public"] = "staff",
        panel: PanelOption | None = None,
    ) -> None:
        """Post a message that always shows the state of all servers."""
        await require(interaction, Scope.ANY_SERVER)
        panel_id = choose_panel(interaction, panel)
        access = await require(interaction, WholePanel(panel_id))
        chosen, said = Audience(audience), ""
        if channel is not None:
            said = await choose_board(interaction, panel_id, channel.id, chosen)
        await show_board(interaction, access, panel_id, chosen, said)


async def _place(
    interaction: Interaction, server: str | None, panel: str | None
) -> tuple[str, Target | None, Where]:
    """Return the panel and server that are meant."""
    await require(interaction, Scope.ANY_SERVER)
    if server is None:
        panel_id = choose_panel(interaction, panel)
        return panel_id, None, WholePanel(panel_id)
    target = await choose_server(interaction, server)
    return target.panel_id, target, target


async def setup(bot: QuetzalBot) -> None:
    """Add the cog, and let the buttons of alerts be known."""
    await bot.add_cog(Alerts(bot))
    bot.add_dynamic_items(*BUTTONS)
