"""What people see of copies of backups."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.i18n import N_, _
from bot.core.stored_text import sentences_of
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.domain.backups import is_good
from bot.domain.formatting import bar, counted, discord_time, duration, percent, size
from bot.panel.models import Backup, Server
from bot.services.backup_copies import CopyProgress
from bot.services.backups import BackupInventory
from bot.ui.backups.cards import NAME_ROOM, copied_to
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_CELLS = 12
_PATH_ROOM = 300
_HOW_TO_USE = N_(
    "-# Panels don't accept uploaded backups: to use it, download that file from {target} and unpack it into "
    "the server's files."
)


def copying(copy: BackupCopy, progress: CopyProgress) -> Card:
    """Show how far a copy is."""
    name = neutralise(copy.backup_name, NAME_ROOM)
    if copy.state is CopyState.VERIFYING:
        title = _("⏳ Checking the copy of {backup} on {target}…", backup=name, target=copy.target)
        done = _("Read back {done} of {total}", done=size(progress.done_bytes), total=size(copy.size_bytes))
    else:
        title = _("⏳ Copying {backup} to {target}…", backup=name, target=copy.target)
        done = _("{done} of {total}", done=size(progress.done_bytes), total=size(copy.size_bytes))
    facts = [done]
    if progress.bytes_per_s is not None:
        facts.append(_("{speed}/s", speed=size(progress.bytes_per_s)))
    if copy.state is CopyState.COPYING:
        number = min(copy.part_count, progress.done_bytes // copy.part_bytes)
        facts.append(_("part {number} of {total}", number=number, total=copy.part_count))
    share = 100.0 * progress.done_bytes / max(1, copy.size_bytes)
    lines = [f"`{bar(share, _CELLS)}` **{percent(share)}**", " · ".join(facts)]
    if progress.is_waiting:
        lines = [_("**Waiting**: another copy to {target} comes first.", target=copy.target)]
    if progress.trouble is not None:
        lines.append(_("⚠️ {trouble} Quetzal keeps trying.", trouble=progress.trouble))
    return theme.card(
        title,
        "\n".join(lines),
        colour=theme.BUSY if progress.trouble is None else theme.CAREFUL,
        footer=_("It continues if you leave, and after Quetzal restarts."),
    )


def which_target(backup: Backup) -> Card:
    """Ask where a backup is to be copied to."""
    return theme.card(
        _("Copy {backup}", backup=neutralise(backup.name, NAME_ROOM)),
        _("{size} · choose where to", size=size(backup.size_bytes)),
    )


def result(copy: BackupCopy, path: str, trouble: str | None = None) -> Card:
    """Say how a copy ended, and what is at the target now.

    `path` is that of its file there; `trouble` says why it can't be deleted at the moment.
    """
    name = neutralise(copy.backup_name, NAME_ROOM)
    match copy.state:
        case CopyState.COPIED:
            title = _("✅ {backup} is copied to {target}", backup=name, target=copy.target)
            colour, lines = theme.GOOD, [*_proven(copy), *_where(copy, path)]
        case CopyState.GONE:
            title = _("The copy of {backup} is gone from {target}", backup=name, target=copy.target)
            colour, lines = theme.CAREFUL if copy.deleted_by is None else theme.QUIET, [*_why(copy)]
        case CopyState.DELETING if copy.deleted_by is not None:
            title = _("The copy of {backup} is being deleted on {target}", backup=name, target=copy.target)
            colour, lines = theme.QUIET, [*_not_deleted_yet(trouble)]
        case CopyState.DELETING if copy.copied_at is not None:
            title = _("The copy of {backup} is being deleted on {target}", backup=name, target=copy.target)
            colour, lines = theme.QUIET, [_("Newer copies take its place.")]
        case _ if copy.cancelled_by is not None:
            title = _("Copying {backup} was cancelled", backup=name)
            colour, lines = theme.QUIET, [_left_there(copy)]
        case _:
            title = _("❌ {backup} wasn't copied to {target}", backup=name, target=copy.target)
            colour, lines = theme.BAD, [*_why(copy), _left_there(copy)]
    return theme.card(title, "\n".join(lines), colour=colour, footer=_took(copy))


def _why(copy: BackupCopy) -> Iterator[str]:
    happened, *next_steps = sentences_of(copy.reason) or [""]
    yield f"**{happened}**"
    if next_steps:
        yield f"➡️ {' '.join(next_steps)}"


def _not_deleted_yet(trouble: str | None) -> Iterator[str]:
    if trouble is not None:
        yield _("⚠️ {trouble} Its file is still there.", trouble=trouble)
    yield _("Quetzal keeps trying, also after a restart. The copy no longer counts as a good backup.")


def _proven(copy: BackupCopy) -> Iterator[str]:
    yield _(
        "**{size}, read back from {target}: nothing differs from what was sent.**",
        size=size(copy.size_bytes),
        target=copy.target,
    )
    if copy.has_checksum:
        yield _("It also matches the panel's checksum, and its archive is whole.")
    else:
        yield _("Its archive is whole. The panel knows no checksum to compare.")


def _where(copy: BackupCopy, path: str) -> Iterator[str]:
    yield f"📄 {inline_code(path, _PATH_ROOM)}"
    yield _(_HOW_TO_USE, target=copy.target)


def _left_there(copy: BackupCopy) -> str:
    if copy.can_resume:
        return _(
            "What was sent is kept on {target} for a week: Retry continues from there.", target=copy.target
        )
    if copy.state is CopyState.DELETING:
        return _("What was sent is being deleted from {target}.", target=copy.target)
    return _("Nothing of it is left on {target}.", target=copy.target)


def _took(copy: BackupCopy) -> str:
    if copy.state is not CopyState.COPIED or copy.ended_at is None:
        return ""
    took_s = (copy.ended_at - copy.created_at).total_seconds()
    return _("Took {time}", time=duration(took_s)) if took_s >= 1 else ""


def delete_prompt(copy: BackupCopy, inventory: BackupInventory) -> Prompt:
    """Ask before a copy goes, louder when nothing else is left of its backup."""
    name = neutralise(copy.backup_name, NAME_ROOM)
    lost = _(
        "🗑️ **Lost:** {size} from {created}, forever",
        size=size(copy.size_bytes),
        created=discord_time(copy.backup_at, "f"),
    )
    card = theme.card(
        _("Delete the copy of {backup} on {target}?", backup=name, target=copy.target),
        f"{lost}\n{_left(copy, inventory)}",
        colour=theme.BAD,
        footer=neutralise(copy.server_name, 100),
    )
    return Prompt(card, confirm=_("Delete copy"))


def _left(copy: BackupCopy, inventory: BackupInventory) -> str:
    """Say what is left of the backup, else of the server's backups, once a copy is deleted."""
    if any(backup.uuid == copy.backup_uuid and is_good(backup) for backup in inventory.backups):
        return _("💾 **Left:** the backup itself, which the panel has")
    others = [other for other in inventory.copies_of(copy.backup_uuid) if other.id != copy.id]
    if copied := copied_to(others, inventory.at):
        return _("💾 **Left:** {copied}", copied=copied)
    good = (*filter(is_good, inventory.backups), *inventory.only_copies)
    if left := sum(backup.uuid != copy.backup_uuid for backup in good):
        return _(
            "⚠️ **The panel no longer has this backup.** {backups} would be left.",
            backups=counted(left, "other good backup", "other good backups"),
        )
    return _("🛑 **It is the only good backup of this server.** You could restore nothing afterwards.")


def listing(server: Server, copies: Sequence[BackupCopy], rows: Sequence[Row], now: datetime) -> Card:
    """Draw a page of the copies of a server's backups."""
    good = [copy for copy in copies if copy.is_good(now)]
    status = (
        _(
            "**{copies}, {total} in all**",
            copies=counted(len(good), "good copy", "good copies"),
            total=size(sum(copy.size_bytes for copy in good)),
        )
        if good
        else _("**No good copy at the moment**")
    )
    name = neutralise(server.name, NAME_ROOM)
    card = theme.card(
        _("☁️ Backup copies of {server}", server=name),
        status,
        colour=theme.GOOD if good else theme.CAREFUL,
    )
    return replace(card, rows=tuple(rows))


def row_text(copy: BackupCopy, now: datetime) -> str:
    """Describe a copy in the two lines of a row."""
    facts = f"{line(copy, now)} · {size(copy.size_bytes)} · {discord_time(copy.backup_at)}"
    return f"**{neutralise(copy.backup_name, 60)}**\n-# {facts}"


def lines(copies: Sequence[BackupCopy], now: datetime) -> str:
    """Say in a line each how the copies of a backup are; those that are over are left out."""
    shown = (copy for copy in copies if copy.state not in (CopyState.CANCELLED, CopyState.DELETING))
    return "\n".join(line(copy, now) for copy in shown)


def line(copy: BackupCopy, now: datetime) -> str:
    """Say in a line how a copy is."""
    match copy.state:
        case CopyState.COPIED if copy.checked_at is not None:
            if copy.is_good(now):
                return _(
                    "☁️ copied to {target} (checked {when})",
                    target=copy.target,
                    when=discord_time(copy.checked_at),
                )
            return _(
                "⚠️ on {target}, but not seen there since {when}",
                target=copy.target,
                when=discord_time(copy.checked_at, "D"),
            )
        case CopyState.COPYING | CopyState.VERIFYING:
            return _("⏳ being copied to {target}", target=copy.target)
        case CopyState.FAILED:
            happened = "".join(sentences_of(copy.reason)[:1])
            return _("❌ not copied to {target}: {reason}", target=copy.target, reason=happened)
        case CopyState.GONE:
            happened = "".join(sentences_of(copy.reason)[:1])
            return _("▫️ no longer on {target}: {reason}", target=copy.target, reason=happened)
        case _:
            return _("▫️ cancelled, or being deleted on {target}", target=copy.target)
