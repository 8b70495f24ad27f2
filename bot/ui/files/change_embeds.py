"""What people see before and after a file is changed."""

from bot.domain import configs, critical_paths
from bot.domain.file_changes import Change, ChangeKind, SavedAs
from bot.domain.formatting import counted, discord_time, size
from bot.domain.paths import name_of
from bot.panel.models import Server
from bot.services.files import (
    Draft,
    Extent,
    OpenedFile,
    PathState,
    RestoreMethod,
)
from bot.ui.files.preview_embeds import critical_warning, diff_lines, preview_colour
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import neutralise, path_code

_PATH_ROOM = 150
_FREES_NOTHING = (
    "It goes into the trash: nothing is lost and one button takes it back, but **no disk space is freed**."
)
_WORDS = {
    ChangeKind.EDIT: "Edited",
    ChangeKind.SET: "Set",
    ChangeKind.DELETE: "Deleted",
    ChangeKind.MOVE: "Moved",
    ChangeKind.UPLOAD: "Uploaded",
    ChangeKind.COPY: "Copied",
    ChangeKind.MAKE: "Made",
    ChangeKind.EXTRACT: "Extracted",
    ChangeKind.COMPRESS: "Packed",
    ChangeKind.RESTORE: "Restored",
    ChangeKind.UNDO: "Taken back",
    ChangeKind.PURGE: "Deleted for good",
}


def opened(server: Server, file: OpenedFile, *, fits: bool) -> Card:
    """Show the facts of a file that is about to be edited."""
    entry = file.seen.entry
    facts = [size(file.seen.size_bytes or 0), str(file.file.encoding)]
    if entry is not None:
        facts.append(f"changed {discord_time(entry.modified_at)}")
    how = (
        "Press **Edit** to change it here."
        if fits
        else "It is too long for a form: take the file below, change it, and send it back with **Edit**."
    )
    lines = [path_code(file.path), " · ".join(facts), *critical_warning(file.path), "", how]
    return theme.card(
        f"✏️ {neutralise(name_of(file.path), _PATH_ROOM)}",
        "\n".join(lines),
        colour=preview_colour(file.path),
        footer=f"Ten minutes · {neutralise(server.name, 100)}",
    )


def draft(server: Server, change: Draft) -> Card:
    """Show what would be written, as a diff."""
    path = change.opened.path
    lines = [path_code(path), *critical_warning(path)]
    if change.problem:
        since = " It was so before your change, too." if change.was_broken else ""
        lines.append(f"⚠️ **The syntax looks wrong:** {neutralise(change.problem, 300)}{since}")
    elif configs.can_check(path, change.text) is False:
        lines.append("Its syntax was not checked: it is too large for that.")
    lines += diff_lines(change.diff)
    return theme.card(
        f"Write {neutralise(name_of(path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=preview_colour(path),
        footer=f"{neutralise(server.name, 100)} · what is there now is kept and can be restored",
    )


def nothing_to_write(server: Server, path: str) -> Card:
    """Say that there is nothing to do."""
    return theme.card(
        "Nothing to change",
        f"{path_code(path)} holds exactly that already. Nothing was written.",
        colour=theme.QUIET,
        footer=neutralise(server.name, 100),
    )


def deletion(server: Server, seen: PathState, extent: Extent, *, permanent: bool) -> Card:
    """Ask before something is deleted."""
    path = seen.path
    how_big = size(extent.size_bytes)
    if seen.is_directory:
        at_least = "" if extent.is_complete else "at least "
        how_big = f"a folder with {at_least}{counted(extent.files, 'file')}, {at_least}{how_big}"
    consequence = (
        "It is deleted **for good**: no trash, no undo. Only a backup could bring it back."
        if permanent
        else _FREES_NOTHING
    )
    return theme.card(
        f"Delete {neutralise(name_of(path), _PATH_ROOM)}{' for good' if permanent else ''}?",
        "\n".join([f"{path_code(path)}: {how_big}", *critical_warning(path), consequence]),
        colour=theme.BAD if permanent else preview_colour(path),
        footer=neutralise(server.name, 100),
    )


def forbidden_trash(server: Server, seen: PathState) -> Card:
    """Offer to delete for good what may not be moved."""
    return theme.card(
        f"Delete {neutralise(name_of(seen.path), _PATH_ROOM)} for good?",
        f"{path_code(seen.path)}\nThe server's own rules forbid moving it into the trash, so "
        "nothing was done. They do not forbid deleting it, but then it is gone: **no trash, no undo**.",
        colour=theme.BAD,
        footer=neutralise(server.name, 100),
    )


def move(server: Server, source: PathState, target: PathState) -> Card:
    """Ask before something is moved over something else, or something critical is moved."""
    lines = [f"{path_code(source.path)}\n→ {path_code(target.path)}"]
    lines += critical_warning(source.path, target.path)
    if target.exists:
        obstacle = "A folder" if target.is_directory else f"A file of {size(target.size_bytes or 0)}"
        lines.append(f"{obstacle} is there already. It goes into the trash first, so that nothing is lost.")
    return theme.card(
        f"Move {neutralise(name_of(source.path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def done(server: Server, change: Change, *, can_undo: bool = True, way: RestoreMethod | None = None) -> Card:
    """Say what was done, and what can be done about it. `way` is how something was put back."""
    lines = [path_code(change.path)]
    if change.target:
        lines.append(f"→ {path_code(change.target)}")
    if change.kind is ChangeKind.DELETE:
        lines.append("It is in the trash. No disk space was freed: purge it in `/files history` for that.")
    elif change.kind is ChangeKind.PURGE:
        lines.append("It is gone, and its disk space is free.")
    elif way is RestoreMethod.REMOVE:
        lines.append("It was new, so nothing was there before. It is in the trash: `/files history` has it.")
    elif change.kept is SavedAs.TRASH:
        lines.append("What was there before is in the trash.")
    elif change.kept is SavedAs.SNAPSHOT:
        lines.append("What it held before is kept.")
    if change.kind in (ChangeKind.EDIT, ChangeKind.SET) or way is RestoreMethod.WRITE:
        lines.append("Read back and compared: it is exactly as it should be.")
    if critical_paths.counts_after_restart(change.path) and change.kind is not ChangeKind.PURGE:
        lines.append("Most servers read it only when they start.")
    if can_undo and change.kind is not ChangeKind.PURGE:
        lines.append("\n**Undo** takes it back; `/files history` has it for longer.")
    return theme.card(
        f"{_WORDS[change.kind]}: {neutralise(name_of(change.kept_of), _PATH_ROOM)}",
        "\n".join(lines),
        colour=theme.GOOD,
        footer=neutralise(server.name, 100),
    )
