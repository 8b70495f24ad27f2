"""What people see while a backup is made, and how it ended."""

from bot.core.i18n import _
from bot.domain.formatting import counted, duration, size
from bot.panel.models import Backup, Server
from bot.services.backups import BackupEnd, BackupInventory, BackupResult, RetentionResult
from bot.ui.backups.cards import NAME_ROOM
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import inline_code, neutralise


def making(server: Server, backup: Backup, took_s: float) -> Card:
    """Show that it runs; the panel gives no progress."""
    return theme.card(
        _("⏳ Backing up {server}…", server=neutralise(server.name, NAME_ROOM)),
        _(
            "**{backup}** has been running for {took}. The panel reports no progress.",
            backup=neutralise(backup.name, NAME_ROOM),
            took=duration(took_s),
        ),
        colour=theme.BUSY,
    )


def begun(server: Server, backup: Backup, before: BackupInventory) -> Card:
    """Say that it has started, where Quetzal doesn't follow it."""
    return theme.card(
        _("⏳ Backup of {server} started", server=neutralise(server.name, NAME_ROOM)),
        _(
            "**{backup}** uses slot {counted} of {limit}.\n➡️ `/backup list` shows when it has finished.",
            backup=neutralise(backup.name, NAME_ROOM),
            counted=before.counted + 1,
            limit=before.limit,
        ),
        colour=theme.BUSY,
    )


def made(server: Server, result: BackupResult, *, wanted_lock: bool = False) -> Card:
    """Say truthfully how it ended."""
    name, where = neutralise(result.backup.name, NAME_ROOM), neutralise(server.name, NAME_ROOM)
    took = duration(result.took_s)
    match result.end:
        case BackupEnd.DONE:
            lines = [
                _(
                    "**{name}** · {size} · took {took}",
                    name=name,
                    size=size(result.backup.size_bytes),
                    took=took,
                )
            ]
            if result.backup.checksum:
                lines.append(_("Checksum {checksum}", checksum=inline_code(result.backup.checksum)))
            if wanted_lock and not result.backup.is_locked:
                lines.append(
                    _("⚠️ **Not locked**: the panel account that Quetzal uses isn't allowed to lock.")
                )
            elif result.backup.is_locked:
                lines.append(_("🔒 Locked."))
            return theme.card(
                _("✅ Backup of {where} finished", where=where), "\n".join(lines), colour=theme.GOOD
            )
        case BackupEnd.FAILED:
            title = _("❌ The backup of {where} failed", where=where)
            content = (
                _("with an empty archive (0 bytes)")
                if result.backup.is_successful
                else _("without an archive")
            )
            text = _(
                "**{name}** ended after {took} {content}; the panel doesn't say why. Your files and "
                "earlier backups are untouched.\n➡️ Usually the node's disk is full: have it checked, then "
                "try again.",
                name=name,
                took=took,
                content=content,
            )
        case BackupEnd.GONE:
            title = _("The backup of {where} was deleted", where=where)
            text = _("Somebody deleted **{name}** while it was being made.", name=name)
        case BackupEnd.STILL_RUNNING:
            title = _("⏳ The backup of {where} is still running", where=where)
            text = _(
                "**{name}** is still running after {took}, and Quetzal stopped watching it. If the node "
                "went down, the panel marks it failed after 6 hours.\n➡️ Check it with `/backup info`; you "
                "can delete it if it is stuck.",
                name=name,
                took=took,
            )
        case BackupEnd.NO_TRACE:
            title = _("❔ The backup of {where} is unconfirmed", where=where)
            text = _(
                "**{name}** was started, but Quetzal can't reach the panel since. The backup "
                "continues.\n➡️ Check `/backup list` when the panel is back.",
                name=name,
            )
    return theme.card(title, text, colour=theme.BAD if result.end is BackupEnd.FAILED else theme.CAREFUL)


def let_go(applied: RetentionResult) -> str:
    """Say what the policy deleted after a new backup."""
    return _(
        "The backup policy deleted {backups} ({freed} freed).",
        backups=counted(len(applied.deleted), "old backup", "old backups"),
        freed=size(applied.freed_bytes),
    )
