"""What people see while they set Quetzal up."""

from dataclasses import dataclass

import discord

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, joined
from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.domain.levels import Level
from bot.panel.models import Account
from bot.ui.alerts.channel_cards import SHOWS_LINES
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import neutralise

STEPS = {
    SetupStep.PANEL: (N_("Check the panel"), N_("whether Quetzal can reach it, and which servers it shows")),
    SetupStep.ALERT_CHANNEL: (N_("Alert channel"), N_("where alerts are posted")),
    SetupStep.ROLES: (N_("Roles"), N_("who can use Quetzal besides administrators")),
    SetupStep.TEST_ALERT: (N_("Test alert"), N_("whether alerts arrive")),
}


@dataclass(frozen=True, slots=True)
class Problems:
    """What keeps a choice from working, such as a channel that was deleted since; None: nothing known."""

    alert_channel: str | None = None
    alert_role: str | None = None
    audit_channel: str | None = None


NO_PROBLEMS = Problems()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come."""

    settings: GuildSettings
    levels_given: int
    said: str = ""
    problems: Problems = NO_PROBLEMS


def home(progress: Progress) -> Card:
    """Show each step, what it came to, and what is missing."""
    settings, missing, problems = progress.settings, progress.settings.missing, progress.problems
    lines = [_step(step, progress) for step in SetupStep]
    if problems.alert_role:
        lines.append(_("🔴 **Mention**: {problem}", problem=problems.alert_role))
    audit = f"<#{settings.audit_channel_id}>" if settings.audit_channel_id else _("none (optional)")
    lines.append(
        _("🔴 **Audit channel**: {problem}", problem=problems.audit_channel)
        if problems.audit_channel
        else _("▫️ **Audit channel**: {audit}", audit=audit)
    )
    if missing:
        left = joined(_(STEPS[step][0]).lower() for step in missing)
        summary = _("Still missing: {left}. You can continue at any time with `/quetzal setup`.", left=left)
    elif problems != NO_PROBLEMS:
        summary = _("Something that was chosen no longer works. Choose it again.")
    else:
        summary = _("Everything is set up. Press a button to change something.")
    said = f"{progress.said}\n\n" if progress.said else ""
    return theme.card(
        _("Set up Quetzal for {panel_id}", panel_id=neutralise(settings.panel_id, 32)),
        f"{said}{summary}\n\n" + "\n".join(lines),
        colour=theme.CAREFUL if missing or problems != NO_PROBLEMS else theme.GOOD,
    )


def choose_alert_channel(settings: GuildSettings, problems: Problems, said: str) -> Card:
    """Ask for the channel of the alerts, and for the role that critical ones mention."""
    role = f"<@&{settings.alert_role_id}>" if settings.alert_role_id else _("nobody")
    mention = (
        _("🔴 Critical alerts mention nobody: {problem}", problem=problems.alert_role)
        if problems.alert_role
        else _("Critical alerts mention {role}.", role=role)
    )
    return theme.card(
        _("Where should alerts go?"),
        _(
            "{said}\n{now}\nAlerts of all servers are posted there. Choosing one sends a test alert; "
            "skipping means no alerts.\n{mention}\n{shows_lines}",
            said=said,
            now=_current(settings.alert_channel_id, problems.alert_channel),
            mention=mention,
            shows_lines=SHOWS_LINES,
        ),
    )


def choose_audit_channel(settings: GuildSettings, problems: Problems) -> Card:
    """Ask for the channel of the audit."""
    return theme.card(
        _("Where should changes be posted?"),
        _(
            "{now}\nEach post says who did what and where, without contents. Choose a channel that only "
            "your staff can read. `/quetzal audit` has everything in any case.",
            now=_current(settings.audit_channel_id, problems.audit_channel),
        ),
    )


def choose_roles(role_ids: list[int], level: Level) -> Card:
    """Ask for roles and their level."""
    chosen = joined(f"<@&{role_id}>" for role_id in role_ids) or _("no role yet")
    return theme.card(
        _("Who may use Quetzal?"),
        _(
            "Administrators of this Discord server always can. Choose roles and what they can do on all "
            "servers:\n**viewer** sees servers · **operator** also starts, stops, uses the console · "
            "**manager** also changes files, backups, databases · **admin** can do everything.\n\nChosen: "
            "{chosen} as **{level}**.\n-# A level for a single person or server: `/quetzal access grant`.",
            chosen=chosen,
            level=level.word,
        ),
    )


def panel_answers(account: Account, servers: int) -> str:
    """Say that the panel answers."""
    return _(
        "✅ Quetzal reaches the panel as **{username}**. {servers} available here.",
        username=neutralise(account.username, 60),
        servers=counted(servers, "server", "servers"),
    )


def panel_shows_nothing(account: Account) -> str:
    """Say that the panel answers and nothing is to be seen."""
    return _(
        "⚠️ Quetzal reaches the panel as **{username}**, but no servers are available here. That account "
        "needs access to servers, and the settings must list them for this Discord server.",
        username=neutralise(account.username, 60),
    )


def audit_begins(chosen_by: int) -> discord.Embed:
    """Make the first message of an audit channel."""
    return theme.embed(
        _("Audit"),
        _("Changes are posted here from now on. <@{chosen_by}> chose this channel.", chosen_by=chosen_by),
    )


def _current(channel_id: int | None, problem: str | None) -> str:
    if problem:
        return _("🔴 The current one can't be used: {problem}", problem=problem)
    return _("Currently <#{channel}>.", channel=channel_id) if channel_id else ""


def _step(step: SetupStep, progress: Progress) -> str:
    settings = progress.settings
    name, why = STEPS[step]
    if step is SetupStep.ALERT_CHANNEL and progress.problems.alert_channel:
        return _("🔴 **{name}**: {problem}", name=_(name), problem=progress.problems.alert_channel)
    if step not in settings.steps:
        return f"▫️ **{name}**: {why}"
    came_to = {
        SetupStep.PANEL: _("reachable"),
        SetupStep.ALERT_CHANNEL: f"<#{settings.alert_channel_id}>"
        if settings.alert_channel_id
        else _("skipped"),
        SetupStep.ROLES: _("{levels} given", levels=counted(progress.levels_given, "level", "levels"))
        if progress.levels_given
        else _("skipped: only administrators"),
        SetupStep.TEST_ALERT: _("arrived") if settings.alert_channel_id else _("skipped"),
    }
    return f"✅ **{name}**: {came_to[step]}"
