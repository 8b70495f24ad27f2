"""What people see of saved copies: listed, restored, purged."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.i18n import N_, _
from bot.domain.audit import Outcome
from bot.domain.file_changes import (
    UNKNOWN_AUTHOR,
    Change,
    ChangeKind,
    SavedAs,
)
from bot.domain.formatting import counted, discord_time, joined, size
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
    first_up,
    inline_code,
    label,
    neutralise,
    path_code,
    shorten_left,
)

_PATH_ROOM = 150
_INTERRUPTED_SHOWN = 3
_BEFORE = {
    ChangeKind.EDIT: N_("before an edit"),
    ChangeKind.SET: N_("before a key was set"),
    ChangeKind.CONVERT: N_("before its encoding was changed"),
    ChangeKind.DELETE: N_("deleted"),
    ChangeKind.MOVE: N_("replaced by a move"),
    ChangeKind.UPLOAD: N_("before an upload"),
    ChangeKind.COPY: N_("before a copy"),
    ChangeKind.EXTRACT: N_("before an archive was extracted"),
    ChangeKind.RESTORE: N_("before a restore"),
    ChangeKind.UNDO: N_("before an undo"),
}


_MADE = {
    ChangeKind.UPLOAD: N_("created by an upload"),
    ChangeKind.COPY: N_("created by a copy"),
    ChangeKind.MAKE: N_("created as a new folder"),
    ChangeKind.EXTRACT: N_("created by extracting an archive"),
    ChangeKind.COMPRESS: N_("created by compressing files"),
}


def restoration(server: Server, plan: Restoration, *, undo: bool) -> Card:
    """Ask before something is restored."""
    change = plan.change
    path = plan.now.path
    lines = [
        path_code(path),
        joined((_why(change, plan.method), discord_time(change.at), _by(change))),
    ]
    if change.outcome is Outcome.UNKNOWN:
        lines.append(_("⚠️ It was never confirmed whether that change was made."))
    lines += critical_warning(path)
    if plan.is_damaged:
        lines.append(_("⚠️ **The saved copy was changed** since: somebody edited it in the trash."))
    if undo and plan.is_as_left is False:
        lines.append(_("⚠️ **It was changed again since.** That change is undone too; a copy is saved."))
    elif undo and plan.is_as_left is None:
        lines.append(_("It may have been changed since. A copy of the current version is saved."))
    if plan.method is RestoreMethod.MOVE_BACK and plan.source is not None:
        lines.append(_("It moves back from {path}.", path=path_code(plan.source.path)))
    elif plan.method is RestoreMethod.REMOVE:
        lines.append(_("It was new, so it goes to the trash."))
    elif plan.now.exists and plan.diff is None:
        lines.append(_("A copy of the current version is saved first."))
    if plan.diff is not None:
        lines += diff_lines(plan.diff)
    name = neutralise(name_of(path), _PATH_ROOM)
    return theme.card(
        _("Undo the change of {name}?", name=name) if undo else _("Restore {name}?", name=name),
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
        lines = [
            _("Nothing here yet.\n➡️ Whatever you edit, move or delete with Quetzal can be restored here.")
        ]
    else:
        lines = [_("**{items} can be restored**", items=counted(total, "item", "items"))]
    if unknown:
        lines.append(
            _(
                "\n{items} in the trash without a record of where they came from.",
                items=counted(unknown, "more item", "more items"),
            )
        )
    for unpacking in unpackings[:_INTERRUPTED_SHOWN]:
        lines.append(
            _(
                "\n⏳ Extracting {archive} to {to} was interrupted ({at}). What was extracted so far is "
                "kept for a day.\n➡️ Run `/files extract` with the same archive and folder to continue.",
                archive=path_code(unpacking.archive),
                to=path_code(unpacking.to),
                at=discord_time(unpacking.at),
            )
        )
    for packing in packings[:_INTERRUPTED_SHOWN]:
        made = path_code(join(packing.root, packing.made))
        lines.append(
            _(
                "\n⏳ Compressing {paths} in {root} was interrupted ({at}). The archive so far is "
                "{made}.\n➡️ Run `/files compress` with the same paths within two hours to continue.",
                paths=counted(packing.count, "path", "paths"),
                root=path_code(packing.root),
                at=discord_time(packing.at),
                made=made,
            )
        )
    where = "" if path == "/" else _(" of {path}", path=neutralise(path, _PATH_ROOM))
    card = theme.card(
        _("🕘 History and trash{where}", where=where), "\n".join(lines), footer=neutralise(server.name, 100)
    )
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
        joined((_why(change), f"{discord_time(change.at, 'f')} ({discord_time(change.at)})", _by(change))),
        first_up(_what(kept)),
    ]
    if change.outcome is Outcome.UNKNOWN:
        lines.append(_("⚠️ That change was interrupted or never confirmed: check the current file."))
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
        _("Delete {kept_of} forever?", kept_of=neutralise(name_of(change.kept_of), _PATH_ROOM)),
        _(
            "The saved copy of {kept_of} from {at} is deleted **forever**. The current file stays.",
            kept_of=path_code(change.kept_of),
            at=discord_time(change.at),
        ),
        colour=theme.BAD,
        footer=neutralise(server.name, 100),
    )


def purged(server: Server, kept: TrashEntry) -> Card:
    """Say that it is gone."""
    return theme.card(
        _("✅ Purged {kept_of}", kept_of=neutralise(name_of(kept.change.kept_of), _PATH_ROOM)),
        _("Its disk space is freed."),
        colour=theme.GOOD,
        footer=neutralise(server.name, 100),
    )


def _why(change: Change, way: RestoreMethod | None = None) -> str:
    if way is RestoreMethod.REMOVE:
        return first_up(_(_MADE.get(change.kind, N_("created as a new file"))))
    return first_up(_(_BEFORE.get(change.kind, N_("kept"))))


def _by(change: Change) -> str:
    return _("by somebody unknown") if change.user_id == UNKNOWN_AUTHOR else f"by <@{change.user_id}>"


def _what(kept: TrashEntry) -> str:
    if not kept.change.is_directory:
        return size(kept.size_bytes or 0)
    return _("folder of {size}", size=size(kept.size_bytes)) if kept.size_bytes else _("folder")
