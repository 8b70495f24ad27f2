"""What people see before and after a file is changed."""

import discord

from bot.actions.files import Draft, Extent, Opened, Restoration, SavedThing, Seen, Way
from bot.domain import critical
from bot.domain.audit import Outcome
from bot.domain.changes import Change, Kept, Kind
from bot.domain.edits import Diff
from bot.domain.files import name_of
from bot.domain.formatting import counted, discord_time, size
from bot.panel.models import FileEntry, Server
from bot.ui import theme
from bot.ui.text import code_text, fenced, inline_code, label, neutralise, shorten

_PATH_ROOM = 150
_DIFF_ROOM = 2_200
DIFF_FILE = "changes.diff"
_FREES_NOTHING = (
    "It goes into the trash: nothing is lost and one button takes it back, but **no disk space is freed**."
)
_WORDS = {
    Kind.EDIT: "Edited", Kind.SET: "Set", Kind.DELETE: "Deleted", Kind.MOVE: "Moved", Kind.UPLOAD: "Uploaded",
    Kind.COPY: "Copied", Kind.MAKE: "Made", Kind.EXTRACT: "Extracted", Kind.COMPRESS: "Packed",
    Kind.RESTORE: "Restored", Kind.UNDO: "Taken back", Kind.PURGE: "Deleted for good",
}  # fmt: skip
_BEFORE = {
    Kind.EDIT: "before an edit", Kind.SET: "before a key was set", Kind.DELETE: "deleted",
    Kind.MOVE: "replaced by a move", Kind.UPLOAD: "before an upload", Kind.COPY: "before a copy",
    Kind.EXTRACT: "before an archive was extracted", Kind.RESTORE: "before a restore",
    Kind.UNDO: "before an undo",
}  # fmt: skip


def info(server: Server, path: str, entry: FileEntry) -> discord.Embed:
    """Tell size, mode, dates and type of what is at a path."""
    kind = "folder" if entry.is_directory else "file" if entry.is_regular else "link or special file"
    fields = [
        ("Kind", kind, True),
        ("Size", "only its files have one" if entry.is_directory else size(entry.size_bytes), True),
        ("Mode", f"{inline_code(entry.mode)} ({label(entry.mode_bits)})", True),
        ("Changed", f"{discord_time(entry.modified_at, 'f')} ({discord_time(entry.modified_at)})", False),
        ("Inode changed", discord_time(entry.created_at, "f"), True),
        ("Type", neutralise(entry.mimetype), True),
    ]
    return theme.card(
        f"{'📁' if entry.is_directory else '📄'} {neutralise(name_of(path), _PATH_ROOM)}",
        inline_code(path, _PATH_ROOM),
        fields=fields,
        footer=f"Files of {label(server.name)}",
    )


def opened(server: Server, file: Opened, *, fits: bool) -> discord.Embed:
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
    lines = [inline_code(file.path, _PATH_ROOM), " · ".join(facts), *_loud(file.path), "", how]
    return theme.card(
        f"✏️ {neutralise(name_of(file.path), _PATH_ROOM)}",
        "\n".join(lines),
        colour=_colour(file.path),
        footer=f"Ten minutes · {label(server.name)}",
    )


def draft(server: Server, what: Draft) -> discord.Embed:
    """Show what would be written, as a diff."""
    path = what.opened.path
    lines = [inline_code(path, _PATH_ROOM), *_loud(path)]
    if what.problem:
        since = " It was so before your change, too." if what.was_broken else ""
        lines.append(f"⚠️ **The syntax looks wrong:** {neutralise(what.problem, 300)}{since}")
    lines += _diff(what.diff)
    return theme.card(
        f"Write {neutralise(name_of(path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=_colour(path),
        footer=f"{label(server.name)} · what is there now is kept and can be restored",
    )


def nothing_to_write(server: Server, path: str) -> discord.Embed:
    """Say that there is nothing to do."""
    return theme.card(
        "Nothing to change",
        f"{inline_code(path, _PATH_ROOM)} holds exactly that already. Nothing was written.",
        colour=theme.QUIET,
        footer=label(server.name),
    )


def diff_file(diff: Diff | None) -> tuple[str, bytes] | None:
    """Give a diff that does not fit into the preview as a file."""
    if diff is None or len(code_text(diff.text)) <= _DIFF_ROOM:
        return None
    return DIFF_FILE, diff.text.encode(errors="replace")


def deletion(server: Server, seen: Seen, extent: Extent, *, permanent: bool) -> discord.Embed:
    """Ask before something is deleted."""
    path = seen.path
    how_big = size(extent.size_bytes)
    if seen.is_directory:
        least = "" if extent.is_complete else "at least "
        how_big = f"a folder with {least}{counted(extent.files, 'file')}, {least}{how_big}"
    what_for = (
        "It is deleted **for good**: no trash, no undo. Only a backup could bring it back."
        if permanent
        else _FREES_NOTHING
    )
    return theme.card(
        f"Delete {neutralise(name_of(path), _PATH_ROOM)}{' for good' if permanent else ''}?",
        "\n".join([f"{inline_code(path, _PATH_ROOM)}: {how_big}", *_loud(path), what_for]),
        colour=theme.BAD if permanent else _colour(path),
        footer=label(server.name),
    )


def forbidden_trash(server: Server, seen: Seen) -> discord.Embed:
    """Offer to delete for good what may not be moved."""
    return theme.card(
        f"Delete {neutralise(name_of(seen.path), _PATH_ROOM)} for good?",
        f"{inline_code(seen.path, _PATH_ROOM)}\nThe server's own rules forbid moving it into the trash, so "
        "nothing was done. They do not forbid deleting it, but then it is gone: **no trash, no undo**.",
        colour=theme.BAD,
        footer=label(server.name),
    )


def move(server: Server, source: Seen, target: Seen) -> discord.Embed:
    """Ask before something is moved over something else, or something critical is moved."""
    lines = [f"{inline_code(source.path, _PATH_ROOM)}\n→ {inline_code(target.path, _PATH_ROOM)}"]
    lines += _loud(source.path) or _loud(target.path)
    if target.exists:
        what = "A folder" if target.is_directory else f"A file of {size(target.size_bytes or 0)}"
        lines.append(f"{what} is there already. It goes into the trash first, so that nothing is lost.")
    return theme.card(
        f"Move {neutralise(name_of(source.path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=label(server.name),
    )


def done(server: Server, change: Change, *, can_undo: bool = True) -> discord.Embed:
    """Say what was done, and what can be done about it."""
    lines = [inline_code(change.path, _PATH_ROOM)]
    if change.target:
        lines.append(f"→ {inline_code(change.target, _PATH_ROOM)}")
    if change.kind is Kind.DELETE:
        lines.append("It is in the trash. No disk space was freed: purge it in `/files history` for that.")
    elif change.kind is Kind.PURGE:
        lines.append("It is gone, and its disk space is free.")
    elif change.kept is Kept.TRASH:
        lines.append("What was there before is in the trash.")
    elif change.kept is Kept.SNAPSHOT:
        lines.append("What it held before is kept.")
    if change.kind in (Kind.EDIT, Kind.SET, Kind.RESTORE, Kind.UNDO):
        lines.append("Read back and compared: it is exactly as it should be.")
    if critical.counts_after_restart(change.path) and change.kind is not Kind.PURGE:
        lines.append("Most servers read it only when they start.")
    if can_undo and change.kind is not Kind.PURGE:
        lines.append("\n**Undo** takes it back; `/files history` has it for longer.")
    return theme.card(
        f"{_WORDS[change.kind]}: {neutralise(name_of(change.kept_of), _PATH_ROOM)}",
        "\n".join(lines),
        colour=theme.GOOD,
        footer=label(server.name),
    )


def restoration(server: Server, plan: Restoration, *, undo: bool) -> discord.Embed:
    """Ask before something is put back."""
    change = plan.change
    path = plan.now.path
    lines = [
        inline_code(path, _PATH_ROOM),
        f"{_why(change)}, {discord_time(change.at)}, by <@{change.user_id}>",
    ]
    if change.outcome is Outcome.UNKNOWN:
        lines.append("⚠️ Whether that change was made was never known.")
    lines += _loud(path)
    if plan.is_damaged:
        lines.append("⚠️ **What was kept is not what was kept then:** somebody changed it in the trash.")
    if undo and not plan.is_as_left:
        lines.append("⚠️ **It was changed again since:** that is taken back with it (and kept).")
    if plan.way is Way.MOVE_BACK and plan.source is not None:
        lines.append(f"It moves back from {inline_code(plan.source.path, _PATH_ROOM)}.")
    elif plan.way is Way.REMOVE:
        lines.append("Nothing was there before, so it goes into the trash.")
    elif not plan.now.exists:
        lines.append("Nothing is there now.")
    elif plan.diff is None:
        lines.append("What is there now is kept in its turn.")
    if plan.diff is not None:
        lines += _diff(plan.diff)
    name = neutralise(name_of(path), _PATH_ROOM)
    return theme.card(
        f"Take the change of {name} back?" if undo else f"Restore {name}?",
        "\n".join(lines),
        colour=_colour(path),
        footer=label(server.name),
    )


def history(server: Server, shown: list[SavedThing], *, total: int, unknown: int, path: str) -> discord.Embed:
    """Draw one page of what is kept, newest first."""
    if not total:
        lines = ["Nothing is kept here yet.\n➡️ Whatever you edit, move or delete with Quetzal will be."]
    else:
        lines = [counted(total, "thing") + " can be restored.", ""]
        lines += [_line(thing) for thing in shown]
    if unknown:
        lines.append(
            f"\n{counted(unknown, 'more thing')} in the trash without a record of where they came from."
        )
    where = "" if path == "/" else f" of {neutralise(path, _PATH_ROOM)}"
    return theme.card(f"🕘 What was there before{where}", "\n".join(lines), footer=label(server.name))


def option(thing: SavedThing, value: str) -> discord.SelectOption:
    """Offer one thing in a select."""
    change = thing.change
    what = "folder" if change.is_directory else size(thing.size_bytes or 0)
    return discord.SelectOption(
        label=label(name_of(change.kept_of)),
        value=value,
        description=shorten(
            f"{change.at:%Y-%m-%d %H:%M} UTC · {_BEFORE.get(change.kind, 'kept')} · {what}", 100
        ),
        emoji="🗑️" if change.kept is Kept.TRASH else "📸",
    )


def thing(server: Server, kept: SavedThing) -> discord.Embed:
    """Show one thing that is kept."""
    change = kept.change
    lines = [
        inline_code(change.kept_of, _PATH_ROOM),
        f"{_why(change)}, {discord_time(change.at, 'f')} ({discord_time(change.at)}), by <@{change.user_id}>",
        "A folder" if change.is_directory else size(kept.size_bytes or 0),
    ]
    if change.outcome is Outcome.UNKNOWN:
        lines.append("⚠️ The change was cut short, or nobody knows how it ended: look at what is there now.")
    if change.before:
        lines.append(f"SHA-256 {inline_code(change.before[:16])}…")
    return theme.card(
        f"🕘 {neutralise(name_of(change.kept_of), _PATH_ROOM)}", "\n".join(lines), footer=label(server.name)
    )


def purge(server: Server, kept: SavedThing) -> discord.Embed:
    """Ask before something that is kept is deleted for good."""
    change = kept.change
    return theme.card(
        f"Purge {neutralise(name_of(change.kept_of), _PATH_ROOM)}?",
        f"{inline_code(change.kept_of, _PATH_ROOM)}, as it was {discord_time(change.at)}.\n"
        "It is deleted **for good** and cannot be restored afterwards. What is there now stays.",
        colour=theme.BAD,
        footer=label(server.name),
    )


def purged(server: Server, kept: SavedThing) -> discord.Embed:
    """Say that it is gone."""
    return theme.card(
        f"Purged: {neutralise(name_of(kept.change.kept_of), _PATH_ROOM)}",
        "It is gone, and its disk space is free.",
        colour=theme.GOOD,
        footer=label(server.name),
    )


def _why(change: Change) -> str:
    words = _BEFORE.get(change.kind, "kept")
    return words[:1].upper() + words[1:]


def _line(kept: SavedThing) -> str:
    change = kept.change
    mark = "🗑️" if change.kept is Kept.TRASH else "📸"
    unsure = " ⚠️" if change.outcome is Outcome.UNKNOWN else ""
    what = "folder" if change.is_directory else size(kept.size_bytes or 0)
    return (
        f"{mark} {neutralise(change.kept_of, 80)} · {what} · {_BEFORE.get(change.kind, 'kept')} "
        f"{discord_time(change.at)} by <@{change.user_id}>{unsure}"
    )


def _loud(path: str) -> list[str]:
    words = critical.consequences(path)
    return [f"🚨 **Careful.** {words}"] if words else []


def _colour(path: str) -> discord.Colour:
    return theme.BAD if critical.consequences(path) else theme.CAREFUL


def _diff(diff: Diff) -> list[str]:
    if not diff.lines:
        return ["Only line ends, blanks or the very end of the file change."]
    clean = code_text(diff.text)
    summary = f"{counted(diff.added, 'line')} added, {counted(diff.removed, 'line')} removed"
    if len(clean) <= _DIFF_ROOM:
        return [summary, fenced(clean, "diff")]
    head = clean[:_DIFF_ROOM].rpartition("\n")[0] or clean[:_DIFF_ROOM]
    return [f"{summary}; the whole of it is in {inline_code(DIFF_FILE)}", fenced(head, "diff")]
