"""What people see of alert rules."""

from collections.abc import Sequence

import discord

from bot.core.errors import BadInput
from bot.core.i18n import N_, _, plural
from bot.domain.alerts import Override, RuleKind
from bot.domain.alerts.overrides import describe, difference, summary
from bot.domain.alerts.wording import rule_name
from bot.domain.formatting import counted
from bot.services.alerts import EffectiveRule, EffectiveRules
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import first_up, label, neutralise

_JAVA = N_(
    "Memory is off here: Java keeps its heap, so high usage is normal. You can turn it on for this server."
)
_JAVA_ALL = N_("Memory is off on Java servers unless you turn it on for the server itself.")
_ONE_BY_ONE = N_(
    "This Discord server sees only some servers of the panel, so a change here is saved for each of them. "
    "Servers added later start with the defaults."
)


def rules(book: EffectiveRules, rows: Sequence[Row], said: str = "") -> Card:
    """Show a page of rules, with what was changed of them."""
    of = (
        neutralise(book.target.server.name, 80)
        if book.target
        else _("all servers on {panel_id}", panel_id=book.panel_id)
    )
    notes = []
    if book.target is not None and book.java and RuleKind.MEMORY in book.rules:
        notes.append(_(_JAVA))
    if book.target is None:
        notes.append(_(_JAVA_ALL))
        if book.one_by_one:
            notes.append(_(_ONE_BY_ONE))
        elif book.own:
            notes.append(
                plural(
                    "{count:,} server has different rules: `/alerts rules server:…`.",
                    "{count:,} servers have different rules: `/alerts rules server:…`.",
                    book.own,
                )
            )
    return Card(_("Alert rules for {of}", of=of), said, theme.QUETZAL, tuple(rows), footer="\n".join(notes))


def row_text(effective: EffectiveRule) -> str:
    """Say when a rule fires, and what was changed of it."""
    rule, name = effective.rule, rule_name(effective.rule.kind)
    lines = [f"{'🔔' if rule.enabled else '🔕'} **{first_up(name)}**", f"-# {summary(rule)}"]
    if effective.changed is not None:
        lines.append(_("-# changed: {difference}", difference=difference(rule.kind, effective.changed)))
    return "\n".join(lines)


def which_to_reset() -> Card:
    """Ask which rule goes back to its defaults."""
    return theme.card(_("Reset which rule?"), _("It goes back to its defaults at once."))


def changed(kind: RuleKind, override: Override, number: int) -> str:
    """Say what was changed."""
    how = difference(kind, override)
    sentence = (
        f"✅ **{rule_name(kind)}**: {how}."
        if how
        else _("✅ **{kind}** is back to its defaults.", kind=rule_name(kind))
    )
    return (
        _("{sentence} Saved for {servers}.", sentence=sentence, servers=counted(number, "server", "servers"))
        if number
        else sentence
    )


def invalid(kind: RuleKind, error: BadInput) -> Card:
    """Say what is wrong with what was typed."""
    return theme.card(
        _("Invalid values for {kind}", kind=rule_name(kind)),
        _(
            "**{happened}**\nNothing was changed.\n➡️ {next_step}",
            happened=error.happened,
            next_step=error.next_step,
        ),
        colour=theme.CAREFUL,
    )


def rule_option(kind: RuleKind, ruled: EffectiveRule) -> discord.SelectOption:
    """Offer a rule."""
    return discord.SelectOption(
        label=rule_name(kind), value=kind.value, description=label(describe(ruled.rule))
    )
