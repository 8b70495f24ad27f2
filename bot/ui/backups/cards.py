"""What people see of backups."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import discord

from bot.core.i18n import N_, _
from bot.domain.backup_copies import BackupCopy
from bot.domain.backups import is_good, newest_good
from bot.domain.formatting import ago, counted, day_and_month, discord_time, duration, joined, size
from bot.panel.models import Backup, BackupState, Server
from bot.services.backups import BackupInventory
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, label, neutralise

NAME_ROOM = 80
MARK = {
    BackupState.DONE: "✅",
    BackupState.FAILED: "❌",
    BackupState.RUNNING: "⏳",
    BackupState.STUCK: "⚠️",
    BackupState.EMPTY: "❌",
}
_WORD = {
    BackupState.DONE: N_("done"),
    BackupState.FAILED: N_("failed"),
    BackupState.RUNNING: N_("running"),
    BackupState.STUCK: N_("stuck"),
    BackupState.EMPTY: N_("empty"),
}
_STUCK = N_(
    "It never finished, probably because the node was restarted. It can't be restored, and it takes up a "
    "backup slot.\n➡️ Delete it, then make a new one with `/backup create`."
)
_EMPTY = N_(
    "The panel calls it successful, but its archive is empty (0 bytes) and can't be restored.\n"
    "➡️ Delete it, check the backup storage, then make a new one with `/backup create`."
)
_WHY = {BackupState.STUCK: _STUCK, BackupState.EMPTY: _EMPTY}
_PATTERNS_SHOWN = 20
_CAREFUL_AGE, _BAD_AGE = timedelta(days=3), timedelta(days=7)


def listing(server: Server, inventory: BackupInventory, rows: Sequence[Row]) -> Card:
    """Draw one page of backups; the colour is that of the newest good one's age."""
    total = sum(backup.size_bytes for backup in inventory.backups)
    last = newest_good((*inventory.backups, *inventory.only_copies), inventory.at)
    status = (
        _("**Last good backup {created}**", created=discord_time(last.created_at))
        if last
        else _("⚠️ **No good backup yet.**")
    )
    slots = _(
        "-# {counted} of {limit} slots used · {total} total",
        counted=inventory.counted,
        limit=inventory.limit,
        total=size(total),
    )
    card = theme.card(
        _(
            "💾 {backups} of {server}",
            backups=counted(len(inventory.backups), "backup", "backups"),
            server=neutralise(server.name, NAME_ROOM),
        ),
        f"{status}\n{slots}",
        colour=_colour_of_age(None if last is None else inventory.at - last.created_at),
    )
    return replace(card, rows=tuple(rows))


def none_yet(server: Server, inventory: BackupInventory) -> Card:
    """Say that there are none, and why where none can be made."""
    why = "" if inventory.limit else _("Its backup limit is 0. Whoever runs the panel can raise it.")
    return theme.card(
        _("{server} has no backups yet", server=neutralise(server.name, NAME_ROOM)), why, colour=theme.BAD
    )


def info(server: Server, backup: Backup, state: BackupState, now: datetime) -> Card:
    """Show all details of a backup."""
    took = (
        duration((backup.completed_at - backup.created_at).total_seconds())
        if backup.completed_at
        else _("{now} so far", now=duration((now - backup.created_at).total_seconds()))
    )
    patterns = joined(
        inline_code(ignored_file, 60) for ignored_file in backup.ignored_files[:_PATTERNS_SHOWN]
    )
    fields = [
        (_("State"), f"{MARK[state]} {_(_WORD[state])}", True),
        (_("Size"), size(backup.size_bytes) if state is BackupState.DONE else _("none"), True),
        (_("Lock"), _("🔒 locked") if backup.is_locked else _("not locked"), True),
        (_("Created"), f"{discord_time(backup.created_at, 'f')} ({discord_time(backup.created_at)})", False),
        (_("Took"), took, True),
        (_("Checksum"), inline_code(backup.checksum) if backup.checksum else _("none"), False),
        (_("Excluded"), patterns or _("only what the server's own ignore file excludes"), False),
    ]
    return theme.card(
        f"💾 {neutralise(backup.name, NAME_ROOM)}",
        inline_code(backup.uuid) + (f"\n{_WHY[state]}" if state in _WHY else ""),
        colour=_colour(state),
        fields=fields,
        footer=_("Backup of {server}", server=neutralise(server.name, 100)),
    )


def locked(backup: Backup, *, changed: bool) -> Card:
    """Say how the lock is now."""
    state = _("locked, so it can't be deleted") if backup.is_locked else _("unlocked, so it can be deleted")
    was = "" if changed else _("No change. ")
    mark = "🔒" if backup.is_locked else "🔓"
    return theme.card(
        f"{mark} {neutralise(backup.name, NAME_ROOM)}",
        _("{was}It is {state}.", was=was, state=state),
        colour=theme.GOOD,
    )


def delete_prompt(server: Server, backup: Backup, inventory: BackupInventory) -> Prompt:
    """Ask before a backup goes, louder when it is the last good one."""
    amount = _amount(backup, inventory.state_of(backup))
    others = sum(is_good(other) for other in inventory.backups if other.uuid != backup.uuid)
    left = _("💾 **Left:** {backups}", backups=counted(others, "good backup", "good backups"))
    if inventory.last_good is not None and inventory.last_good.uuid == backup.uuid:
        left = (
            _(
                "⚠️ **It is the newest good backup.** {backups} would be left.",
                backups=counted(others, "older good backup", "older good backups"),
            )
            if others
            else _("🛑 **It is the only good backup of this server.** You could restore nothing afterwards.")
        )
    lines = [
        _(
            "🗑️ **Lost:** {amount} from {created}, forever",
            amount=amount,
            created=discord_time(backup.created_at, "f"),
        ),
        left,
    ]
    if copied := copied_to(inventory.copies_of(backup.uuid), inventory.at):
        lines.append(_("{copied}; that copy stays.", copied=copied))
    title = _("Delete {backup}?", backup=neutralise(backup.name, NAME_ROOM))
    footer = neutralise(server.name, 100)
    return Prompt(theme.card(title, "\n".join(lines), colour=theme.BAD, footer=footer), confirm=_("Delete"))


def deleted(server: Server, backup: Backup) -> Card:
    """Say that it is gone."""
    freed = _("\n{size} freed.", size=size(backup.size_bytes)) if backup.size_bytes else ""
    return theme.card(
        _("🗑️ Deleted {backup}", backup=neutralise(backup.name, NAME_ROOM)),
        _("Server: **{server}**{freed}", server=neutralise(server.name, NAME_ROOM), freed=freed),
        colour=theme.GOOD,
    )


def link(backup: Backup, url: str) -> Card:
    """Hand out a one-time link; as text, since a button takes no address over 512 characters."""
    return theme.card(
        f"⬇️ {neutralise(backup.name, NAME_ROOM)}",
        _(
            "[Download {size} as .tar.gz]({url})\nThe link works **once**, for 15 minutes, for anyone who "
            "has it: don't share it.",
            size=size(backup.size_bytes),
            url=url,
        ),
    )


def choice(backup: Backup, state: BackupState, now: datetime) -> str:
    """Name a backup in an autocomplete."""
    suffix = f" · {_amount(backup, state)} · {ago(backup.created_at, now)}"
    return label(backup.name, 100 - len(suffix)) + suffix


def in_words(backup: Backup) -> str:
    """Name a backup on a button, with its time: names may repeat."""
    return _(
        "{backup} · {day}, {created_at:%H:%M} UTC",
        backup=label(backup.name, 50),
        day=day_and_month(backup.created_at),
        created_at=backup.created_at,
    )


def row_text(backup: Backup, inventory: BackupInventory) -> str:
    """Describe a backup in the two lines of a row."""
    state = inventory.state_of(backup)
    lock = " 🔒" if backup.is_locked else ""
    facts = f"{MARK[state]} {_amount(backup, state)} · {discord_time(backup.created_at)}{lock}"
    if copied := copied_to(inventory.copies_of(backup.uuid), inventory.at):
        facts += f" · {copied}"
    return f"**{neutralise(backup.name, 60)}**\n-# {facts}"


def copied_to(copies: Sequence[BackupCopy], now: datetime) -> str:
    """Say in a few words where good copies of a backup are; nothing where there are none."""
    targets = sorted({copy.target for copy in copies if copy.is_good(now)})
    return _("☁️ copied to {targets}", targets=joined(targets)) if targets else ""


def _amount(backup: Backup, state: BackupState) -> str:
    return size(backup.size_bytes) if state is BackupState.DONE else _(_WORD[state])


def _colour_of_age(age: timedelta | None) -> discord.Colour:
    if age is None or age > _BAD_AGE:
        return theme.BAD
    return theme.CAREFUL if age > _CAREFUL_AGE else theme.GOOD


def _colour(state: BackupState) -> discord.Colour:
    return {
        BackupState.DONE: theme.GOOD,
        BackupState.FAILED: theme.BAD,
        BackupState.EMPTY: theme.BAD,
        BackupState.STUCK: theme.CAREFUL,
    }.get(state, theme.BUSY)
