"""What people see of backups."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import discord

from bot.domain.backups import is_good
from bot.domain.formatting import ago, counted, discord_time, duration, size
from bot.panel.models import Backup, BackupState, Server
from bot.services.backups import (
    BackupEnd,
    BackupInventory,
    BackupResult,
    RetentionResult,
)
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
    BackupState.DONE: "done",
    BackupState.FAILED: "failed",
    BackupState.RUNNING: "running",
    BackupState.STUCK: "stuck",
    BackupState.EMPTY: "empty",
}
_STUCK = (
    "It never finished, probably because the node was restarted. It can't be restored, and it takes up "
    "a backup slot.\n➡️ Delete it, then make a new one with `/backup create`."
)
_EMPTY = (
    "The panel calls it successful, but its archive is empty (0 bytes) and can't be restored.\n"
    "➡️ Delete it, check the backup storage, then make a new one with `/backup create`."
)
_WHY = {BackupState.STUCK: _STUCK, BackupState.EMPTY: _EMPTY}
_PATTERNS_SHOWN = 20
_CAREFUL_AGE, _BAD_AGE = timedelta(days=3), timedelta(days=7)


def listing(server: Server, inventory: BackupInventory, rows: Sequence[Row]) -> Card:
    """Draw one page of backups; the colour is that of the newest good one's age."""
    total = sum(backup.size_bytes for backup in inventory.backups)
    last = inventory.last_good
    status = f"**Last good backup {discord_time(last.created_at)}**" if last else "⚠️ **No good backup yet.**"
    slots = f"-# {inventory.counted} of {inventory.limit} slots used · {size(total)} total"
    card = theme.card(
        f"💾 {counted(len(inventory.backups), 'backup')} of {neutralise(server.name, NAME_ROOM)}",
        f"{status}\n{slots}",
        colour=_colour_of_age(None if last is None else inventory.at - last.created_at),
    )
    return replace(card, rows=tuple(rows))


def none_yet(server: Server, inventory: BackupInventory) -> Card:
    """Say that there are none, and why where none can be made."""
    why = "" if inventory.limit else "Its backup limit is 0. Whoever runs the panel can raise it."
    return theme.card(f"{neutralise(server.name, NAME_ROOM)} has no backups yet", why, colour=theme.BAD)


def info(server: Server, backup: Backup, state: BackupState, now: datetime) -> Card:
    """Show all details of a backup."""
    took = (
        duration((backup.completed_at - backup.created_at).total_seconds())
        if backup.completed_at
        else f"{duration((now - backup.created_at).total_seconds())} so far"
    )
    patterns = ", ".join(
        inline_code(ignored_file, 60) for ignored_file in backup.ignored_files[:_PATTERNS_SHOWN]
    )
    fields = [
        ("State", f"{MARK[state]} {_WORD[state]}", True),
        ("Size", size(backup.size_bytes) if state is BackupState.DONE else "none", True),
        ("Lock", "🔒 locked" if backup.is_locked else "not locked", True),
        ("Created", f"{discord_time(backup.created_at, 'f')} ({discord_time(backup.created_at)})", False),
        ("Took", took, True),
        ("Checksum", inline_code(backup.checksum) if backup.checksum else "none", False),
        ("Excluded", patterns or "only what the server's `.pteroignore` excludes", False),
    ]
    return theme.card(
        f"💾 {neutralise(backup.name, NAME_ROOM)}",
        inline_code(backup.uuid) + (f"\n{_WHY[state]}" if state in _WHY else ""),
        colour=_colour(state),
        fields=fields,
        footer=f"Backup of {neutralise(server.name, 100)}",
    )


def making(server: Server, backup: Backup, took_s: float) -> Card:
    """Show that it runs; the panel gives no progress."""
    return theme.card(
        f"⏳ Backing up {neutralise(server.name, NAME_ROOM)}…",
        f"**{neutralise(backup.name, NAME_ROOM)}** has been running for {duration(took_s)}. The panel "
        "reports no progress.",
        colour=theme.BUSY,
    )


def begun(server: Server, backup: Backup, before: BackupInventory) -> Card:
    """Say that it has started, where Quetzal doesn't follow it."""
    return theme.card(
        f"⏳ Backup of {neutralise(server.name, NAME_ROOM)} started",
        f"**{neutralise(backup.name, NAME_ROOM)}** uses slot "
        f"{before.counted + 1} of {before.limit}.\n"
        "➡️ `/backup list` shows when it has finished.",
        colour=theme.BUSY,
    )


def made(server: Server, result: BackupResult, *, wanted_lock: bool = False) -> Card:
    """Say truthfully how it ended."""
    name, where = neutralise(result.backup.name, NAME_ROOM), neutralise(server.name, NAME_ROOM)
    took = duration(result.took_s)
    match result.end:
        case BackupEnd.DONE:
            lines = [f"**{name}** · {size(result.backup.size_bytes)} · took {took}"]
            if result.backup.checksum:
                lines.append(f"Checksum {inline_code(result.backup.checksum)}")
            if wanted_lock and not result.backup.is_locked:
                lines.append("⚠️ **Not locked**: the panel account that Quetzal uses isn't allowed to lock.")
            elif result.backup.is_locked:
                lines.append("🔒 Locked.")
            return theme.card(f"✅ Backup of {where} finished", "\n".join(lines), colour=theme.GOOD)
        case BackupEnd.FAILED:
            title = f"❌ The backup of {where} failed"
            content = (
                "with an empty archive (0 bytes)" if result.backup.is_successful else "without an archive"
            )
            text = (
                f"**{name}** ended after {took} {content}; the panel doesn't say why. Your files and "
                "earlier backups are untouched.\n➡️ Usually the node's disk is full: have it checked, "
                "then try again."
            )
        case BackupEnd.GONE:
            title = f"The backup of {where} was deleted"
            text = f"Somebody deleted **{name}** while it was being made."
        case BackupEnd.STILL_RUNNING:
            title = f"⏳ The backup of {where} is still running"
            text = (
                f"**{name}** is still running after {took}, and Quetzal stopped watching it. If the node "
                "went down, the panel marks it failed after 6 hours.\n"
                "➡️ Check it with `/backup info`; you can delete it if it is stuck."
            )
        case BackupEnd.NO_TRACE:
            title = f"❔ The backup of {where} is unconfirmed"
            text = (
                f"**{name}** was started, but Quetzal can't reach the panel since. The backup continues.\n"
                "➡️ Check `/backup list` when the panel is back."
            )
    return theme.card(title, text, colour=theme.BAD if result.end is BackupEnd.FAILED else theme.CAREFUL)


def let_go(applied: RetentionResult) -> str:
    """Say what the policy deleted after a new backup."""
    return (
        f"The backup policy deleted {counted(len(applied.deleted), 'old backup')} "
        f"({size(applied.freed_bytes)} freed)."
    )


def locked(backup: Backup, *, changed: bool) -> Card:
    """Say how the lock is now."""
    state = "locked, so it can't be deleted" if backup.is_locked else "unlocked, so it can be deleted"
    was = "" if changed else "No change. "
    mark = "🔒" if backup.is_locked else "🔓"
    return theme.card(
        f"{mark} {neutralise(backup.name, NAME_ROOM)}", f"{was}It is {state}.", colour=theme.GOOD
    )


def delete_prompt(server: Server, backup: Backup, inventory: BackupInventory) -> Prompt:
    """Ask before a backup goes, louder when it is the last good one."""
    amount = _amount(backup, inventory.state_of(backup))
    others = sum(is_good(other) for other in inventory.backups if other.uuid != backup.uuid)
    left = f"💾 **Left:** {counted(others, 'good backup')}"
    if inventory.last_good is not None and inventory.last_good.uuid == backup.uuid:
        left = (
            f"⚠️ **It is the newest good backup.** {counted(others, 'older good backup')} would be left."
            if others
            else "🛑 **It is the only good backup of this server.** You could restore nothing afterwards."
        )
    lines = [f"🗑️ **Lost:** {amount} from {discord_time(backup.created_at, 'f')}, forever", left]
    title = f"Delete {neutralise(backup.name, NAME_ROOM)}?"
    footer = f"{neutralise(server.name, 100)} · {ago(backup.created_at, inventory.at)}"
    return Prompt(theme.card(title, "\n".join(lines), colour=theme.BAD, footer=footer), confirm="Delete")


def deleted(server: Server, backup: Backup) -> Card:
    """Say that it is gone."""
    freed = f"\n{size(backup.size_bytes)} freed." if backup.size_bytes else ""
    return theme.card(
        f"🗑️ Deleted {neutralise(backup.name, NAME_ROOM)}",
        f"Server: **{neutralise(server.name, NAME_ROOM)}**{freed}",
        colour=theme.GOOD,
    )


def link(backup: Backup, url: str) -> Card:
    """Hand out a one-time link; as text, since a button takes no address over 512 characters."""
    return theme.card(
        f"⬇️ {neutralise(backup.name, NAME_ROOM)}",
        f"[Download {size(backup.size_bytes)} as .tar.gz]({url})\n"
        "The link works **once**, for 15 minutes, for anyone who has it: don't share it.",
    )


def choice(backup: Backup, state: BackupState, now: datetime) -> str:
    """Name a backup in an autocomplete."""
    suffix = f" · {_amount(backup, state)} · {ago(backup.created_at, now)}"
    return label(backup.name, 100 - len(suffix)) + suffix


def in_words(backup: Backup) -> str:
    """Name a backup on a button, with its time: names may repeat."""
    return f"{label(backup.name, 50)} · {backup.created_at:%d %b, %H:%M} UTC"


def row_text(backup: Backup, state: BackupState) -> str:
    """Tell what a backup is, in the two lines of a row."""
    lock = " 🔒" if backup.is_locked else ""
    facts = f"{MARK[state]} {_amount(backup, state)} · {discord_time(backup.created_at)}{lock}"
    return f"**{neutralise(backup.name, 60)}**\n-# {facts}"


def _amount(backup: Backup, state: BackupState) -> str:
    return size(backup.size_bytes) if state is BackupState.DONE else _WORD[state]


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
