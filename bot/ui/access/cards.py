"""What people see of levels, keys and defaults."""

from collections.abc import Mapping, Sequence

import discord

from bot.core.i18n import N_, _
from bot.domain.default_server import DefaultScope, DefaultServer
from bot.domain.formatting import counted, discord_time
from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import Level
from bot.panel.models import Server
from bot.services.access import LinkedKey
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import first_up, inline_code, label, neutralise

_NAME_ROOM = 80
_MEANS = {
    Level.VIEWER: N_("can see servers"),
    Level.OPERATOR: N_(
        "can see servers, start and stop them, use the console and read files without secrets"
    ),
    Level.MANAGER: N_("can also change and download files, manage backups and databases"),
    Level.ADMIN: N_("can do everything, including giving access"),
}
_FOR = {
    DefaultScope.CHANNEL: N_("in this channel"),
    DefaultScope.SELF: N_("for you"),
    DefaultScope.GUILD: N_("for this Discord server"),
}


def mention(kind: SubjectKind, subject_id: int) -> str:
    """Mention a role or a person; a card or an embed notifies nobody."""
    return f"<@&{subject_id}>" if kind is SubjectKind.ROLE else f"<@{subject_id}>"


def place(grant: Grant, names: Mapping[str, str]) -> str:
    """Name what a level counts for."""
    return neutralise(_plain(grant, names), _NAME_ROOM)


def granted(subject: str, level: Level, where: str, *, everyone: bool) -> Card:
    """Say who may do what now."""
    warning = _("\n⚠️ That is everyone on this Discord server.") if everyone else ""
    return theme.card(
        _("✅ Access granted"),
        _(
            "{subject} is **{level}** on {where}: {means}.{warning}",
            subject=subject,
            level=level.word,
            where=where,
            means=_MEANS[level],
            warning=warning,
        ),
        colour=theme.GOOD,
        footer=_("Takes effect immediately"),
    )


def revoked(subject: str, where: str) -> Card:
    """Say that it is gone."""
    return theme.card(
        _("✅ Access revoked"),
        _(
            "{subject} no longer has access on {where}. Takes effect immediately.",
            subject=subject,
            where=where,
        ),
        colour=theme.GOOD,
    )


def grants(shown: Sequence[Grant], total: int, names: Mapping[str, str]) -> Card:
    """Draw a page of grants; `names` are those of servers, by uuid."""
    if not total:
        return theme.card(
            _("No access granted yet"),
            _(
                "Only administrators of this Discord server can use Quetzal.\n"
                "➡️ Give a role or a person access with `/quetzal access grant`."
            ),
            colour=theme.QUIET,
        )
    return theme.card(
        _("Access: {grants}", grants=counted(total, "grant", "grants")),
        "\n".join(_line(grant, names) for grant in shown),
        footer=_("Administrators of this Discord server always have admin access."),
    )


def grant_option(grant: Grant, value: str, subject: str, names: Mapping[str, str]) -> discord.SelectOption:
    """Offer a grant to be revoked."""
    return discord.SelectOption(
        label=label(subject),
        value=value,
        description=label(_("{level} on {plain}", level=grant.level.word, plain=_plain(grant, names))),
    )


def revoke_prompt(grant: Grant, names: Mapping[str, str]) -> Prompt:
    """Ask before a grant is revoked."""
    subject = mention(grant.subject_kind, grant.subject_id)
    text = _(
        "{subject} will no longer be {level} on {place}.",
        subject=subject,
        level=grant.level.word,
        place=place(grant, names),
    )
    return Prompt(
        theme.card(_("Revoke this access?"), text, colour=theme.CAREFUL), _("Revoke"), undoable=True
    )


def linked(link: LinkedKey) -> Card:
    """Say whose key was stored, and how to remove it."""
    name = neutralise(link.account.username, _NAME_ROOM)
    lines = [
        _(
            "Your actions on **{panel_id}** now run as its account **{name}**, with that account's "
            "permissions and activity log.",
            panel_id=neutralise(link.panel_id, 32),
            name=name,
        ),
        _("Your level in this Discord server still limits what you can do."),
        _(
            "The key is stored encrypted and never shown again. Its fingerprint: {fingerprint}.",
            fingerprint=inline_code(link.fingerprint),
        ),
    ]
    if link.account.is_admin:
        lines.append(_("⚠️ That account is a panel administrator. An account with fewer rights is safer."))
    return theme.card(
        _("Key linked"), "\n".join(lines), colour=theme.GOOD, footer=_("/quetzal unlink removes it.")
    )


def unlinked(panel_id: str) -> Card:
    """Say that the key is gone."""
    return theme.card(
        _("Key removed"),
        _(
            "Quetzal deleted your key for **{panel_id}** and uses its own for you again.\n➡️ If nothing "
            "else uses the key, delete it in the panel too: Account, API Credentials.",
            panel_id=neutralise(panel_id, 32),
        ),
        colour=theme.GOOD,
    )


def default_chosen(server: Server, scope: DefaultScope) -> Card:
    """Say what is meant from now on."""
    return theme.card(
        _("✅ Default server set"),
        _(
            "The default server {scope} is now **{server}**.",
            scope=_FOR[scope],
            server=neutralise(server.name, _NAME_ROOM),
        ),
        colour=theme.GOOD,
        footer=_("A channel's default comes before yours, and yours before the Discord server's."),
    )


def defaults(chosen: Sequence[DefaultServer], names: Mapping[str, str], counting: str | None) -> Card:
    """Show what was chosen here and which of it counts."""
    if not chosen:
        return theme.card(
            _("No default server"),
            _("Without one, Quetzal asks which server you mean if you can see several."),
            colour=theme.QUIET,
        )
    gone = _("one that is gone")
    lines = [
        f"{first_up(_(_FOR[default.scope]))}: **{neutralise(names.get(default.server_uuid, gone))}**"
        for default in chosen
    ]
    meant = _("\n\nUsed here: **{counting}**", counting=neutralise(counting)) if counting else ""
    return theme.card(_("Default servers"), "\n".join(lines) + meant)


def _line(grant: Grant, names: Mapping[str, str]) -> str:
    subject, where = mention(grant.subject_kind, grant.subject_id), place(grant, names)
    return _(
        "**{level}** {subject} on {where}\n-# by <@{granted_by}> {granted}",
        level=grant.level.word,
        subject=subject,
        where=where,
        granted_by=grant.granted_by,
        granted=discord_time(grant.granted_at),
    )


def _plain(grant: Grant, names: Mapping[str, str]) -> str:
    if grant.server_uuid is None:
        return _("all servers of {panel_id}", panel_id=grant.panel_id)
    return names.get(
        grant.server_uuid, _("a server that is gone ({server_uuid})", server_uuid=grant.server_uuid[:8])
    )
