"""What people see of the audit."""

from collections.abc import Mapping, Sequence

import discord

from bot.core.i18n import N_, _
from bot.domain.audit import SET_UP_BY, AuditEntry, AuditFilter, Outcome
from bot.domain.formatting import counted, discord_time
from bot.domain.levels import THE_GUILD
from bot.ui.access.audit_kinds import kind
from bot.ui.access.audit_sentences import deed
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import (
    inline_code,
    label,
    neutralise,
)

_MARK = {Outcome.DONE: "✅", Outcome.FAILED: "❌", Outcome.UNKNOWN: "❔"}
_WORDS = {
    Outcome.DONE: N_("Done."),
    Outcome.FAILED: N_("Failed."),
    Outcome.UNKNOWN: N_("Not confirmed: it may or may not have been done."),
}
_ENDED = {Outcome.DONE: "", Outcome.FAILED: N_(" (failed)"), Outcome.UNKNOWN: N_(" (not confirmed)")}
_FIELD_ROOM = 900


def page(
    acts: Sequence[AuditEntry],
    total: int,
    names: Mapping[str, str],
    wanted: AuditFilter,
    filter_names: Mapping[str, str],
) -> Card:
    """Draw a page of acts, newest first; `names` are those of servers, by uuid."""
    said = _filtered_by(wanted, filter_names)
    only = _("-# Only {said}\n", said=" · ".join(said)) if said else ""
    if not acts:
        return theme.card(_("No matching entries"), only.strip(), colour=theme.QUIET)
    return theme.card(
        _("Audit: {entries}", entries=counted(total, "entry", "entries")),
        only + "\n".join(line(act, names) for act in acts),
    )


def filters(wanted: AuditFilter, names: Mapping[str, str]) -> Card:
    """Ask what to filter by, and say by what is filtered now."""
    said = _filtered_by(wanted, names)
    return theme.card(
        _("Filter the audit"), _("Only {said}", said=" · ".join(said)) if said else _("Everything is shown.")
    )


def _filtered_by(wanted: AuditFilter, names: Mapping[str, str]) -> list[str]:
    words = []
    if wanted.user_id is not None:
        words.append(f"<@{wanted.user_id}>")
    if wanted.server_uuid is not None:
        words.append(f"**{neutralise(names.get(wanted.server_uuid, wanted.server_uuid), 60)}**")
    if wanted.action is not None:
        words.append(neutralise(kind(wanted.action), 60))
    if wanted.outcome is not None:
        words.append(wanted.outcome.value)
    if wanted.since is not None:
        words.append(_("since {since}", since=discord_time(wanted.since, "f")))
    return words


def line(act: AuditEntry, names: Mapping[str, str], *, shows_commands: bool = True) -> str:
    """Say in a sentence who did what where, and how it ended."""
    done = deed(act, _server(act, names), shows_commands=shows_commands)
    ending = "" if act.action == "access.refused" else _ENDED[act.outcome]
    return f"{_MARK[act.outcome]} {actor_mention(act)} {done}{ending}\n-# {discord_time(act.at)}"


def actor_mention(act: AuditEntry) -> str:
    """Name whoever did it: a person, or the guild's standing work and who set it up."""
    if act.user_id != THE_GUILD:
        return f"<@{act.user_id}>"
    if SET_UP_BY not in act.facts:
        return _("another Discord server")
    return _("Quetzal (set up by <@{user_id}>)", user_id=act.facts[SET_UP_BY])


def option(act: AuditEntry, value: str, names: Mapping[str, str]) -> discord.SelectOption:
    """Offer an act to be opened."""
    return discord.SelectOption(
        label=label(kind(act.action)),
        value=value,
        description=label(_("{at:%Y-%m-%d %H:%M:%S} UTC {server}", at=act.at, server=_server(act, names))),
        emoji=_MARK[act.outcome],
    )


def detail(act: AuditEntry, names: Mapping[str, str]) -> Card:
    """Show everything that is known of one act."""
    fields = [(_("Who"), actor_mention(act), True), (_("When"), discord_time(act.at), True)]
    if act.panel_id:
        fields.append((_("Panel"), neutralise(act.panel_id, 64), True))
    if act.server_uuid:
        server = f"{neutralise(_server(act, names), 80)}\n{inline_code(act.server_uuid)}"
        fields.append((_("Server"), server, False))
    if act.facts:
        room = _FIELD_ROOM // len(act.facts)
        facts = "\n".join(
            f"{neutralise(name)}: {inline_code(str(value), room)}" for name, value in act.facts.items()
        )
        fields.append((_("What"), facts, False))
    return theme.card(
        f"{_MARK[act.outcome]} {neutralise(kind(act.action), 64)}",
        _(_WORDS[act.outcome]),
        fields=fields,
        footer=_("Interaction {interaction_id}", interaction_id=act.interaction_id)
        if act.interaction_id
        else None,
    )


def posted(acts: Sequence[AuditEntry], names: Mapping[str, str]) -> discord.Embed:
    """Draw acts for the audit channel, without what was typed into consoles."""
    lines = [line(act, names, shows_commands=False) for act in acts]
    return theme.embed("", "\n".join(lines), colour=theme.QUIET)


def _server(act: AuditEntry, names: Mapping[str, str]) -> str:
    if act.server_uuid is None:
        return ""
    return names.get(act.server_uuid, act.server_uuid[:8])
