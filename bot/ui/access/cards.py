"""What people see of levels, keys and defaults."""

from collections.abc import Mapping, Sequence

import discord

from bot.domain.default_server import DefaultScope, DefaultServer
from bot.domain.formatting import counted, discord_time
from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import Level
from bot.panel.models import Server
from bot.services.access import LinkedKey
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, label, neutralise

_NAME_ROOM = 80
_MEANS = {
    Level.VIEWER: "can see servers",
    Level.OPERATOR: "can see servers, start and stop them, use the console and read files without secrets",
    Level.MANAGER: "can also change and download files, manage backups and databases",
    Level.ADMIN: "can do everything, including giving access",
}
_FOR = {
    DefaultScope.CHANNEL: "in this channel",
    DefaultScope.SELF: "for you",
    DefaultScope.GUILD: "for this Discord server",
}


def mention(kind: SubjectKind, subject_id: int) -> str:
    """Mention a role or a person; a card or an embed notifies nobody."""
    return f"<@&{subject_id}>" if kind is SubjectKind.ROLE else f"<@{subject_id}>"


def place(grant: Grant, names: Mapping[str, str]) -> str:
    """Name what a level counts for."""
    return neutralise(_plain(grant, names), _NAME_ROOM)


def granted(subject: str, level: Level, where: str, *, everyone: bool) -> Card:
    """Say who may do what now."""
    warning = "\n⚠️ That is everyone on this Discord server." if everyone else ""
    return theme.card(
        "✅ Access granted",
        f"{subject} is **{level.word}** on {where}: {_MEANS[level]}.{warning}",
        colour=theme.GOOD,
        footer="Takes effect immediately",
    )


def revoked(subject: str, where: str) -> Card:
    """Say that it is gone."""
    return theme.card(
        "✅ Access revoked",
        f"{subject} no longer has access on {where}. Takes effect immediately.",
        colour=theme.GOOD,
    )


def grants(shown: Sequence[Grant], total: int, names: Mapping[str, str]) -> Card:
    """Draw a page of grants; `names` are those of servers, by uuid."""
    if not total:
        return theme.card(
            "No access granted yet",
            "Only administrators of this Discord server can use Quetzal.\n"
            "➡️ Give a role or a person access with `/quetzal access grant`.",
            colour=theme.QUIET,
        )
    return theme.card(
        f"Access: {counted(total, 'grant')}",
        "\n".join(_line(grant, names) for grant in shown),
        footer="Administrators of this Discord server always have admin access.",
    )


def grant_option(grant: Grant, value: str, subject: str, names: Mapping[str, str]) -> discord.SelectOption:
    """Offer a grant to be revoked."""
    return discord.SelectOption(
        label=label(subject), value=value, description=label(f"{grant.level.word} on {_plain(grant, names)}")
    )


def revoke_prompt(grant: Grant, names: Mapping[str, str]) -> Prompt:
    """Ask before a grant is revoked."""
    subject = mention(grant.subject_kind, grant.subject_id)
    text = f"{subject} will no longer be {grant.level.word} on {place(grant, names)}."
    return Prompt(theme.card("Revoke this access?", text, colour=theme.CAREFUL), confirm="Revoke")


def linked(link: LinkedKey) -> Card:
    """Say whose key was stored, and how to remove it."""
    name = neutralise(link.account.username, _NAME_ROOM)
    lines = [
        f"Your actions on **{neutralise(link.panel_id, 32)}** now run as its account **{name}**, with that "
        "account's permissions and activity log.",
        "Your level in this Discord server still limits what you can do.",
        "The key is stored encrypted and never shown again. Its fingerprint: "
        f"{inline_code(link.fingerprint)}.",
    ]
    if link.account.is_admin:
        lines.append("⚠️ That account is a panel administrator. An account with fewer rights is safer.")
    return theme.card("Key linked", "\n".join(lines), colour=theme.GOOD, footer="/quetzal unlink removes it.")


def unlinked(panel_id: str) -> Card:
    """Say that the key is gone."""
    return theme.card(
        "Key removed",
        f"Quetzal deleted your key for **{neutralise(panel_id, 32)}** and uses its own for you again.\n"
        "➡️ If nothing else uses the key, delete it in the panel too: Account, API Credentials.",
        colour=theme.GOOD,
    )


def default_chosen(server: Server, scope: DefaultScope) -> Card:
    """Say what is meant from now on."""
    return theme.card(
        "✅ Default server set",
        f"The default server {_FOR[scope]} is now **{neutralise(server.name, _NAME_ROOM)}**.",
        colour=theme.GOOD,
        footer="A channel's default comes before yours, and yours before the Discord server's.",
    )


def defaults(chosen: Sequence[DefaultServer], names: Mapping[str, str], counting: str | None) -> Card:
    """Show what was chosen here and which of it counts."""
    if not chosen:
        return theme.card(
            "No default server",
            "Without one, Quetzal asks which server you mean if you can see several.\n"
            "➡️ Choose one: `/server default server:<name>`.",
            colour=theme.QUIET,
        )
    lines = [
        f"{_FOR[default.scope].capitalize()}: "
        f"**{neutralise(names.get(default.server_uuid, 'one that is gone'))}**"
        for default in chosen
    ]
    meant = f"\n\nUsed here: **{neutralise(counting)}**" if counting else ""
    return theme.card("Default servers", "\n".join(lines) + meant)


def _line(grant: Grant, names: Mapping[str, str]) -> str:
    subject, where = mention(grant.subject_kind, grant.subject_id), place(grant, names)
    given = f"by <@{grant.granted_by}> {discord_time(grant.granted_at)}"
    return f"**{grant.level.word}** {subject} on {where}\n-# {given}"


def _plain(grant: Grant, names: Mapping[str, str]) -> str:
    if grant.server_uuid is None:
        return f"all servers of {grant.panel_id}"
    return names.get(grant.server_uuid, f"a server that is gone ({grant.server_uuid[:8]})")
