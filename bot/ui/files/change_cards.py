"""What people see before and after a file is changed."""

from dataclasses import replace

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
from bot.ui.files.preview import critical_warning, diff_lines
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import code_block, label, neutralise, path_code

_PATH_ROOM = 150
_EXCERPT_LINES, _EXCERPT_LINE = 6, 100
_FREES_NOTHING = "It goes to the trash, so you can undo this. **No disk space is freed** until it is purged."
_WORDS = {
    ChangeKind.EDIT: "Saved",
    ChangeKind.SET: "Saved",
    ChangeKind.CONVERT: "Converted",
    ChangeKind.DELETE: "Deleted",
    ChangeKind.MOVE: "Moved",
    ChangeKind.UPLOAD: "Uploaded",
    ChangeKind.COPY: "Copied",
    ChangeKind.MAKE: "Created",
    ChangeKind.EXTRACT: "Extracted",
    ChangeKind.COMPRESS: "Compressed",
    ChangeKind.RESTORE: "Restored",
    ChangeKind.UNDO: "Undone",
    ChangeKind.PURGE: "Deleted forever",
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
        else "Too long for a form: download the file below, change it, and upload it with **Edit**."
    )
    lines = [path_code(file.path), " · ".join(facts), *critical_warning(file.path), "", how]
    return theme.card(
        f"✏️ {neutralise(name_of(file.path), _PATH_ROOM)}",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=f"Open for 10 minutes · {neutralise(server.name, 100)}",
    )


def draft(server: Server, change: Draft) -> Card:
    """Show what would be written, as a diff."""
    path = change.opened.path
    lines = [path_code(path), *critical_warning(path)]
    if change.problem:
        since = " It was wrong before your change, too." if change.was_broken else ""
        lines.append(f"⚠️ **The syntax looks wrong:** {neutralise(change.problem, 300)}{since}")
    elif configs.can_check(path, change.text) is False:
        lines.append("The syntax wasn't checked: the file is too large.")
    lines += diff_lines(change.diff) if change.converted_to is None else _conversion_lines(change)
    return theme.card(
        f"{'Save' if change.converted_to is None else 'Convert'} {neutralise(name_of(path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=f"{neutralise(server.name, 100)} · a copy is saved first; you can undo this",
    )


def _conversion_lines(change: Draft) -> list[str]:
    lines = change.text.splitlines()
    telling = [line for line in lines if not line.isascii()] or lines
    return [
        f"**{change.opened.file.encoding} → {change.converted_to}.** The text stays the same.",
        "If it looks wrong here, cancel, and choose its encoding with the option `source`:",
        code_block("\n".join(label(line, _EXCERPT_LINE) for line in telling[:_EXCERPT_LINES])),
    ]


def nothing_to_write(server: Server, path: str) -> Card:
    """Say that the file already has this content."""
    return theme.card(
        "Nothing to change",
        f"{path_code(path)} already holds exactly that.",
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
        "It is deleted **forever**: no trash, no undo. Only a backup could bring it back."
        if permanent
        else _FREES_NOTHING
    )
    return theme.card(
        f"Delete {neutralise(name_of(path), _PATH_ROOM)}{' forever' if permanent else ''}?",
        "\n".join([f"{path_code(path)}: {how_big}", *critical_warning(path), consequence]),
        colour=theme.BAD if permanent else theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def forbidden_trash(server: Server, seen: PathState) -> Card:
    """Offer to delete forever what may not be moved to the trash."""
    return theme.card(
        f"Delete {neutralise(name_of(seen.path), _PATH_ROOM)} forever?",
        f"{path_code(seen.path)}\nThe server's rules don't allow moving it to the trash. They allow deleting "
        "it, but then it is gone: **no trash, no undo**.",
        colour=theme.BAD,
        footer=neutralise(server.name, 100),
    )


def move(server: Server, source: PathState, target: PathState) -> Card:
    """Ask before something is moved over something else, or something critical is moved."""
    lines = [f"{path_code(source.path)}\n→ {path_code(target.path)}"]
    lines += critical_warning(source.path, target.path)
    if target.exists:
        obstacle = "A folder" if target.is_directory else f"A file of {size(target.size_bytes or 0)}"
        lines.append(f"{obstacle} is already there. It goes to the trash first, so you can undo this.")
    return theme.card(
        f"Move {neutralise(name_of(source.path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def done(
    server: Server,
    change: Change,
    *,
    can_undo: bool = True,
    way: RestoreMethod | None = None,
    is_restarted: bool = False,
) -> Card:
    """Say what was done, and what can be done about it. `way` is how something was restored.

    `is_restarted`: the server is restarted at once, so that it reads the change.
    """
    lines = [path_code(change.path)]
    if change.target:
        lines.append(f"→ {path_code(change.target)}")
    if change.kind is ChangeKind.DELETE:
        lines.append("It is in the trash. To free its disk space, purge it in `/files history`.")
    elif change.kind is ChangeKind.PURGE:
        lines.append("It is gone, and its disk space is freed.")
    elif way is RestoreMethod.REMOVE:
        lines.append("It was new, so it is now in the trash: `/files history` has it.")
    elif change.kept is SavedAs.TRASH:
        lines.append("The file it replaced is in the trash.")
    counts_later = critical_paths.counts_after_restart(change.path) and not is_restarted
    if counts_later and change.kind is not ChangeKind.PURGE:
        lines.append("**Restart the server to apply it.**")
    if can_undo and change.kind is not ChangeKind.PURGE:
        lines.append("-# You can undo this here, or later with `/files history`.")
    return theme.card(
        f"✅ {_WORDS[change.kind]} {neutralise(name_of(change.kept_of), _PATH_ROOM)}",
        "\n".join(lines),
        colour=theme.GOOD,
        footer=neutralise(server.name, 100),
    )


def with_restart(done: Card, restart: Card) -> Card:
    """Say below what was done how the restart goes, or how it ended."""
    return replace(done.with_field(restart.title, restart.description), colour=restart.colour)
