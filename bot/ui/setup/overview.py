"""Gathers what Quetzal can say of itself to one guild."""

from collections.abc import Collection, Iterator

import discord
from discord import app_commands
from typing_extensions import override

from bot.container import Services
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.notifications import Audience
from bot.ui.alerts.deliverability import channel_problem
from bot.ui.kit.authorize import AccessCheck, AnyCommand, level_of
from bot.ui.kit.card import Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.error_report import RecentErrors
from bot.ui.kit.late_result import LateResults, UndeliveredView
from bot.ui.kit.respond import respond
from bot.ui.kit.view import view_of
from bot.ui.kit.way_back import leads_back
from bot.ui.setup import about_cards as cards


async def show_about(interaction: Interaction, access: AccessCheck) -> None:
    """Show how Quetzal is, with what could not be delivered to this person."""
    bot = interaction.client
    keys = bot.shared(LateResults).undelivered(interaction.guild_id, interaction.user.id)
    view = AboutView(interaction, access, keys)
    subjects = await _subjects(bot.services, bot.shared(RecentErrors), interaction.guild)
    card = cards.about(
        subjects,
        [view.row(subject) for subject in subjects],
        version=bot.services.version,
        running_for_s=(bot.services.clock.now() - bot.services.started_at).total_seconds(),
        healthy=all(subject.is_well for subject in subjects),
    )
    if keys:
        card = card.with_field(_("Your results"), cards.undelivered(len(keys)))
    await respond(interaction, card=card, view=view)


class AboutView(UndeliveredView):
    """A row a subject, with its details behind a button; and the buttons of what waits for this person."""

    def row(self, subject: cards.Subject) -> Row:
        """Draw a subject in brief."""
        return Row(cards.row_text(subject), _DetailsButton(subject) if subject.lines else None)

    async def reopen(self, interaction: Interaction) -> None:
        """Show all subjects again, as they are now."""
        await show_about(interaction, self.access)


class _DetailsButton(discord.ui.Button[AboutView]):
    def __init__(self, subject: cards.Subject) -> None:
        super().__init__(label=_("Details"))
        self._subject = subject

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("About"), view.reopen))
        await respond(interaction, card=cards.details(self._subject))


async def _subjects(
    services: Services, errors: RecentErrors, guild: discord.Guild | None
) -> list[cards.Subject]:
    """Gather how Quetzal is, with the panels, waiting messages and errors of this guild only."""
    guild_id = guild.id if guild is not None else None
    pending = await services.dispatcher.pending(guild_id or 0)
    monotonic_s, now = services.clock.monotonic(), services.clock.now()
    panels = [services.panels[panel_id] for panel_id in services.access.panels_of(guild_id)]
    ids = [panel.config.id for panel in panels]
    statuses = [monitor.status for monitor in services.monitors if monitor.panel_id in ids]
    lines = [
        cards.panel_line(
            panel.config.id,
            panel.health,
            panel.budget,
            monotonic_s,
            services.directory.age_s(panel.config.id),
        )
        for panel in panels
    ]
    closed = await _closed(services, guild, {entry.channel_id for entry in pending})
    waiting = [*(cards.waiting_line(entry, now) for entry in pending), *closed]
    work = [cards.work_line(status, monotonic_s) for status in services.supervisor.status()]
    recent = [cards.error_line(error, now) for error in errors if error.guild_id == guild_id]
    return [
        *([cards.waiting(waiting)] if waiting else ()),
        cards.panels(lines, ids, all_up=all(panel.health.up for panel in panels)),
        cards.monitoring([cards.monitor_line(status, monotonic_s) for status in statuses], statuses),
        cards.background(work),
        cards.last_errors(recent),
    ]


async def _closed(
    services: Services, guild: discord.Guild | None, known_channels: Collection[int]
) -> list[str]:
    """Say why each chosen channel can't be written to, where that is so and not listed yet."""
    if guild is None:
        return []
    reasons = await services.closed_channels.reasons(guild.id)
    lines = []
    for panel_id in services.access.panels_of(guild.id):
        settings = await services.guild_settings.get(guild.id, panel_id)
        board = await services.boards.get_for(guild.id, panel_id)
        public = await services.boards.get_for(guild.id, panel_id, Audience.PUBLIC)
        chosen = {
            "alerts": settings.alert_channel_id,
            "audit": settings.audit_channel_id,
            "board": board.channel_id if board is not None else None,
            "public board": public.channel_id if public is not None else None,
        }
        for purpose, channel_id in chosen.items():
            if channel_id is None or channel_id in known_channels:
                continue
            problem = channel_problem(guild, channel_id, reads=purpose != "audit") or reasons.get(channel_id)
            if problem is not None:
                lines.append(cards.closed_line(purpose, channel_id, problem))
    return lines


def commands_for(tree: app_commands.CommandTree, level: Level) -> dict[str, list[tuple[str, str]]]:
    """Find the commands of each group that this level may use: full name and what it does."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for command in every_command(tree):
        required_level = level_of(command)
        if required_level is not None and required_level <= level:
            words = (command.qualified_name, _(command.description))
            groups.setdefault(command.qualified_name.split()[0], []).append(words)
    return groups


def every_command(tree: app_commands.CommandTree) -> Iterator[AnyCommand]:
    """Walk over everything a person can run."""
    return (command for command in tree.walk_commands() if isinstance(command, app_commands.Command))
