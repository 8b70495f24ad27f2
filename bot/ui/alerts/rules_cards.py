"""What people see of rules, maintenance and the alert channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import discord

from bot.core.errors import BadInput
from bot.domain.alerts import Override, RuleKind
from bot.domain.alerts.overrides import describe, difference
from bot.domain.alerts.wording import rule_name
from bot.domain.formatting import counted, discord_time
from bot.domain.guild_settings import GuildSettings
from bot.domain.incidents import Maintenance
from bot.domain.target import Target
from bot.services.alerts import ChannelChoice, EffectiveRule, EffectiveRules
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import label, neutralise

_JAVA = (
    "Memory is off here: Java keeps its heap, so high usage is normal. You can turn it on for this server."
)
_NOT_MENTIONABLE = (
    "⚠️ Quetzal can't mention that role. Let everyone mention it (in the role's settings), or give Quetzal "
    "the permission to mention all roles in that channel."
)
SHOWS_LINES = "-# Crash alerts show the last console lines to everyone who can read that channel."
_JAVA_ALL = "Memory is off on Java servers unless you turn it on for the server itself."
_ONE_BY_ONE = (
    "This Discord server sees only some servers of the panel, so a change here is saved for each of them. "
    "Servers added later start with the defaults."
)


def rules(book: EffectiveRules, said: str = "") -> Card:
    """Show every rule, with what was changed of it."""
    of = neutralise(book.target.server.name, 80) if book.target else f"all servers on {book.panel_id}"
    lines = [
        f"{'▫️' if effective.rule.enabled else '⏸️'} {_rule(kind, effective)}"
        for kind, effective in book.rules.items()
    ]
    notes = []
    if book.target is not None and book.java and RuleKind.MEMORY in book.rules:
        notes.append(_JAVA)
    if book.target is None:
        notes.append(_JAVA_ALL)
        if book.one_by_one:
            notes.append(_ONE_BY_ONE)
        elif book.own:
            have = "has" if book.own == 1 else "have"
            notes.append(f"{counted(book.own, 'server')} {have} different rules: `/alerts rules server:…`.")
    head = f"{said}\n\n" if said else ""
    return theme.card(
        f"Alert rules for {of}", head + "\n".join([*lines, "", *(f"-# {note}" for note in notes)])
    )


def changed(kind: RuleKind, override: Override, number: int) -> str:
    """Say what was changed."""
    how = difference(kind, override)
    sentence = (
        f"✅ **{rule_name(kind)}**: {how}." if how else f"✅ **{rule_name(kind)}** is back to its defaults."
    )
    return f"{sentence} Saved for {counted(number, 'server')}." if number else sentence


def invalid(kind: RuleKind, error: BadInput) -> Card:
    """Say what is wrong with what was typed."""
    return theme.card(
        f"Invalid values for {rule_name(kind)}",
        f"**{error.happened}**\nNothing was changed.\n➡️ {error.next_step}",
        colour=theme.CAREFUL,
    )


def rule_option(kind: RuleKind, ruled: EffectiveRule) -> discord.SelectOption:
    """Offer a rule."""
    return discord.SelectOption(
        label=rule_name(kind), value=kind.value, description=label(describe(ruled.rule))
    )


def no_maintenance(target: Target | None, said: str = "") -> Card:
    """Say that nothing is quiet."""
    of = neutralise(target.server.name, 60) if target else "all servers"
    return theme.card(
        "No maintenance",
        "\n".join(filter(None, [said, f"Notifications are on for {of}."])),
        colour=theme.QUIET,
    )


def maintenance(rows: Sequence[Row], said: str = "") -> Card:
    """Show what is quiet now."""
    card = theme.card(
        "🔧 Maintenance",
        said,
        colour=theme.BUSY,
        footer="Monitoring continues. What is still wrong afterwards is notified then.",
    )
    return replace(card, rows=tuple(rows))


def maintenance_row(window: Maintenance, names: Mapping[str, str]) -> str:
    """Say what is quiet until when, why, and by whom."""
    return (
        f"**{_quiet_name(window, names)}** until {discord_time(window.until, 'f')}\n"
        f"-# {discord_time(window.until)} · {neutralise(window.reason, 200)} · <@{window.set_by}>"
    )


@dataclass(frozen=True, slots=True)
class Problems:
    """What is known to keep alerts from arriving: of the channel, and of the role that they mention."""

    channel: str | None = None
    role: str | None = None
    waiting: int = 0


NO_PROBLEMS = Problems()


def channel(settings: GuildSettings, said: str = "", problems: Problems = NO_PROBLEMS) -> Card:
    """Show where alerts go, whom critical ones mention, and what is known to be in the way."""
    if settings.alert_channel_id is None:
        return theme.card(
            "No alert channel yet",
            "Nobody gets notifications until you choose one.",
            colour=theme.CAREFUL,
        )
    role = f"<@&{settings.alert_role_id}>" if settings.alert_role_id and not problems.role else "nobody"
    by = f", chosen by <@{settings.alerts_by}>" if settings.alerts_by else ""
    head = f"{said}\n\n" if said else ""
    problem_lines = []
    if problems.channel:
        waiting = f" {counted(problems.waiting, 'message')} waiting." if problems.waiting else ""
        problem_lines.append(f"🔴 Alerts can't be delivered: {problems.channel}{waiting} Nothing is lost.")
    elif problems.waiting:
        problem_lines.append(f"⏳ {counted(problems.waiting, 'message')} waiting; see `/quetzal about`.")
    if problems.role:
        problem_lines.append(
            f"⚠️ No role is mentioned: {problems.role} Choose another one: `/alerts channel role:@…`."
        )
    return theme.card(
        "Alert channel",
        f"{head}Alerts go to <#{settings.alert_channel_id}>{by}. Critical ones mention {role}.\n"
        + "".join(f"{line}\n" for line in problem_lines)
        + SHOWS_LINES,
        colour=theme.BAD if problems.channel else theme.CAREFUL if problem_lines else theme.GOOD,
    )


def chosen(choice: ChannelChoice, *, arrived: bool, mentionable: bool) -> str:
    """Say what came of choosing a channel."""
    where = f"<#{choice.settings.alert_channel_id}>"
    lines = [
        f"✅ The test alert arrived in {where}."
        if arrived
        else f"⏳ The test alert hasn't arrived in {where} yet. Check the channel and `/quetzal about`."
    ]
    if choice.firing:
        lines.append(f"{counted(choice.firing, 'active alert')} will be posted there too.")
    if not mentionable:
        lines.append(_NOT_MENTIONABLE)
    return "\n".join(lines)


def role_chosen(role_id: int | None, *, mentionable: bool) -> str:
    """Say whom critical alerts mention from now on."""
    if role_id is None:
        return "✅ Critical alerts no longer mention a role."
    said = f"✅ Critical alerts now mention <@&{role_id}>."
    return said if mentionable else f"{said}\n{_NOT_MENTIONABLE}"


def tested(settings: GuildSettings, *, arrived: bool, why: str | None = None) -> str:
    """Say what came of a test."""
    where = f"<#{settings.alert_channel_id}>"
    if arrived:
        return f"✅ The test alert arrived in {where}."
    if why is None:
        return f"⏳ The test alert hasn't arrived in {where} yet."
    return f"🔴 The test alert couldn't be delivered to {where}: {why} It is sent as soon as that is fixed."


def _rule(kind: RuleKind, effective: EffectiveRule) -> str:
    mark = f" · *changed: {difference(kind, effective.changed)}*" if effective.changed is not None else ""
    return f"**{rule_name(kind)}**: {describe(effective.rule)}{mark}"


def _quiet_name(window: Maintenance, names: Mapping[str, str]) -> str:
    if window.server_uuid is None:
        return "All servers"
    return neutralise(names.get(window.server_uuid, window.server_uuid[:8]), 80)
