"""What people see of saved copies: listed, restored, purged."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.audit import Outcome
from bot.domain.file_changes import (
    UNKNOWN_AUTHOR,
    Change,
    ChangeKind,
    SavedAs,
)
from bot.domain.formatting import counted, discord_time, size
from bot.domain.paths import join, name_of
from bot.panel.models import Server
from bot.services.files import (
    InterruptedPacking,
    InterruptedUnpacking,
    Restoration,
    RestoreMethod,
    TrashEntry,
)
from bot.ui.files.preview import critical_warning, diff_lines
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import (
    inline_code,
    label,
    neutralise,
    path_code,
    shorten_left,
)

_PATH_ROOM = 150
_INTERRUPTED_SHOWN = 3
_BEFORE = {
    ChangeKind.EDIT: "before an edit",
    ChangeKind.SET: "before a key was set",
    ChangeKind.CONVERT: "before its encoding was changed",
    ChangeKind.DELETE: "deleted",
    ChangeKind.MOVE: "replaced by a move",
    ChangeKind.UPLOAD: "before an upload",
    ChangeKind.COPY: "before a copy",
    ChangeKind.EXTRACT: "before an archive was extracted",
    ChangeKind.RESTORE: "before a restore",
    ChangeKind.UNDO: "before an undo",
}


_MADE = {
    ChangeKind.UPLOAD: "created by an upload",
    ChangeKind.COPY: "created by a copy",
    ChangeKind.MAKE: "created as a new folder",
    ChangeKind.EXTRACT: "created by extracting an archive",
    ChangeKind.COMPRESS: "created by compressing files",
}


def restoration(server: Server, plan: Restoration, *, undo: bool) -> Card:
    """Ask before something is restored."""
    change = plan.change
    path = plan.now.path
    lines = [
        path_code(path),
        f"{_why(change, plan.method)}, {discord_time(change.at)}, {_by(change)}",
    ]
    if change.outcome is Outcome.UNKNOWN:
        lines.append("⚠️ It was never confirmed whether that change was made.")
    lines += critical_warning(path)
    if plan.is_damaged:
        lines.append("⚠️ **The saved copy was changed** since: somebody edited it in the trash.")
    if undo and plan.is_as_left is False:
        lines.append("⚠️ **It was changed again since.** That change is undone too; a copy is saved.")
    elif undo and plan.is_as_left is None:
        lines.append("It may have been changed since. A copy of the current version is saved.")
    if plan.method is RestoreMethod.MOVE_BACK and plan.source is not None:
        lines.append(f"It moves back from {path_code(plan.source.path)}.")
    elif plan.method is RestoreMethod.REMOVE:
        lines.append("It was new, so it goes to the trash.")
    elif plan.now.exists and plan.diff is None:
        lines.append("A copy of the current version is saved first.")
    if plan.diff is not None:
        lines += diff_lines(plan.diff)
    name = neutralise(name_of(path), _PATH_ROOM)
    return theme.card(
        f"Undo the change of {name}?" if undo else f"Restore {name}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def history(  # noqa: PLR0913 - all that stands on the page
    server: Server,
    rows: Sequence[Row],
    *,
    total: int,
    unknown: int,
    path: str,
    unpackings: Sequence[InterruptedUnpacking] = (),
    packings: Sequence[InterruptedPacking] = (),
) -> Card:
    """Draw one page of what is kept, newest first."""
    if not total:
        lines = ["Nothing here yet.\n➡️ Whatever you edit, move or delete with Quetzal can be restored here."]
    else:
        lines = [f"**{counted(total, 'item')} can be restored**"]
    if unknown:
        lines.append(
            f"\n{counted(unknown, 'more item')} in the trash without a record of where they came from."
        )
    for unpacking in unpackings[:_INTERRUPTED_SHOWN]:
        lines.append(
            f"\n⏳ Extracting {path_code(unpacking.archive)} to {path_code(unpacking.to)} was interrupted "
            f"({discord_time(unpacking.at)}). What was extracted so far is kept for a day.\n"
            "➡️ Run `/files extract` with the same archive and folder to continue."
        )
    for packing in packings[:_INTERRUPTED_SHOWN]:
        made = path_code(join(packing.root, packing.made))
        lines.append(
            f"\n⏳ Compressing {counted(packing.count, 'path')} in {path_code(packing.root)} was interrupted "
            f"({discord_time(packing.at)}). The archive so far is {made}.\n"
            "➡️ Run `/files compress` with the same paths within two hours to continue."
        )
    where = "" if path == "/" else f" of {neutralise(path, _PATH_ROOM)}"
    card = theme.card(f"🕘 History and trash{where}", "\n".join(lines), footer=neutralise(server.name, 100))
    return replace(card, rows=tuple(rows))


def row_text(kept: TrashEntry) -> str:
    """Say of what a saved copy is, why it was made, and by whom."""
    change = kept.change
    mark = "🗑️" if change.kept is SavedAs.TRASH else "📸"
    unsure = " ⚠️" if change.outcome is Outcome.UNKNOWN else ""
    name = neutralise(shorten_left(label(change.kept_of.lstrip("/"), 4_096), 60), 80)
    return (
        f"{mark} **{name}**{unsure}\n"
        f"-# {_why(change)} · {discord_time(change.at)}\n-# {_what(kept)} · {_by(change)}"
    )


def trash_entry(server: Server, kept: TrashEntry) -> Card:
    """Show a saved copy."""
    change = kept.change
    lines = [
        path_code(change.kept_of),
        f"{_why(change)}, {discord_time(change.at, 'f')} ({discord_time(change.at)}), {_by(change)}",
        _first_up(_what(kept)),
    ]
    if change.outcome is Outcome.UNKNOWN:
        lines.append("⚠️ That change was interrupted or never confirmed: check the current file.")
    if change.before:
        lines.append(f"SHA-256 {inline_code(change.before[:16])}…")
    return theme.card(
        f"🕘 {neutralise(name_of(change.kept_of), _PATH_ROOM)}",
        "\n".join(lines),
        footer=neutralise(server.name, 100),
    )


def purge(server: Server, kept: TrashEntry) -> Card:
    """Ask before a saved copy is deleted forever."""
    change = kept.change
    return theme.card(
        f"Delete {neutralise(name_of(change.kept_of), _PATH_ROOM)} forever?",
        f"The saved copy of {path_code(change.kept_of)} from {discord_time(change.at)} is deleted "
        "**forever**. The current file stays.",
        colour=theme.BAD,
        footer=neutralise(server.name, 100),
    )


def purged(server: Server, kept: TrashEntry) -> Card:
    """Say that it is gone."""
    return theme.card(
        f"✅ Purged {neutralise(name_of(kept.change.kept_of), _PATH_ROOM)}",
        "Its disk space is freed.",
        colour=theme.GOOD,
        footer=neutralise(server.name, 100),
    )


def _why(change: Change, way: RestoreMethod | None = None) -> str:
    if way is RestoreMethod.REMOVE:
        return _first_up(_MADE.get(change.kind, "created as a new file"))
    return _first_up(_BEFORE.get(change.kind, "kept"))


def _by(change: Change) -> str:
    return "by somebody unknown" if change.user_id == UNKNOWN_AUTHOR else f"by <@{change.user_id}>"


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _what(kept: TrashEntry) -> str:
    if not kept.change.is_directory:
        return size(kept.size_bytes or 0)
    return f"folder of {size(kept.size_bytes)}" if kept.size_bytes else "folder"
