"""What people see of uploads, downloads, copies and archives."""

from collections.abc import Sequence

from bot.domain.formatting import counted, discord_time, duration, size
from bot.domain.paths import name_of
from bot.panel.models import FileEntry, Server
from bot.services.files import Archive, CompressPlan, Extracted, ExtractPlan, Growth, PathState
from bot.ui.files.preview import critical_warning
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import (
    label,
    neutralise,
    path_code,
    shorten_left,
)

_PATH_ROOM = 150
_LISTED = 15


def replacing(server: Server, action: str, bytes_: int, target: PathState) -> Card:
    """Ask before an upload or a copy takes the place of a file. `action` is a verb."""
    current_size = size(target.size_bytes or 0)
    changed = f", changed {discord_time(target.entry.modified_at)}" if target.entry else ""
    lines = [
        path_code(target.path),
        *critical_warning(target.path),
        f"Current: {current_size}{changed}. It goes to the trash, so you can undo this.",
        f"New: {size(bytes_)}.",
    ]
    return theme.card(
        f"{action} and replace {neutralise(name_of(target.path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def under_way(server: Server, doing: str, path: str, elapsed_s: float, note: str = "") -> Card:
    """Show that long work goes on, and for how long."""
    return theme.card(
        f"⏳ {doing}…",
        f"{path_code(path)}\nfor {duration(elapsed_s)} {note}".rstrip(),
        colour=theme.BUSY,
        footer=neutralise(server.name, 100),
    )


def downloaded(server: Server, path: str, entry: FileEntry) -> Card:
    """Say what the file beside this is."""
    facts = f"{size(entry.size_bytes)} · changed {discord_time(entry.modified_at)}"
    return theme.card(
        f"📄 {neutralise(name_of(path), _PATH_ROOM)}",
        f"{path_code(path)}\n{facts}",
        footer=neutralise(server.name, 100),
    )


def link(server: Server, path: str, entry: FileEntry, url: str) -> Card:
    """Give a one-time link. It stays out of the message's text, where Discord would open it for a preview."""
    return theme.card(
        f"🔗 {neutralise(name_of(path), _PATH_ROOM)}",
        f"{path_code(path)}\n{size(entry.size_bytes)}: too large for Discord.\n\n"
        f"**[Download from the node]({url})**\n"
        "The link works once, for 15 minutes, for anyone who has it: don't share it.",
        footer=neutralise(server.name, 100),
    )


def empty(server: Server, path: str) -> Card:
    """Say that there is nothing to send."""
    return theme.card(
        f"📄 {neutralise(name_of(path), _PATH_ROOM)}",
        f"{path_code(path)}\nThe file is empty.",
        colour=theme.QUIET,
        footer=neutralise(server.name, 100),
    )


def packing(server: Server, plan: CompressPlan) -> Card:
    """Ask before an archive is made."""
    lines = [f"From {path_code(plan.root)}:", *_list([seen.path for seen in plan.sources])]
    lines.append(f"Into {path_code(plan.target.path)}.")
    if plan.target.exists:
        lines.append("⚠️ **A file is already there.** It goes to the trash, so you can undo this.")
    if plan.earlier is not None:
        lines.append(
            f"⏳ The same files were being compressed before ({discord_time(plan.earlier.at)}, interrupted). "
            "Quetzal waits for that archive and uses it. It doesn't have changes made since."
        )
    lines.append("The archive takes up disk space. Empty folders are left out.")
    return theme.card(
        f"Compress {counted(len(plan.sources), 'path')}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def packed(server: Server, archive: Archive) -> Card:
    """Say what was made."""
    return theme.card(
        f"🗜️ Compressed to {neutralise(name_of(archive.path), _PATH_ROOM)}",
        f"{path_code(archive.path)}\n{size(archive.size_bytes)}\n"
        f"{_unconfirmed_archive(archive)}\n"
        "➡️ Get it with `/files download`, extract it with `/files extract`, or remove it with `/files undo`.",
        colour=theme.GOOD if archive.is_confirmed else theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def _unconfirmed_archive(archive: Archive) -> str:
    if archive.is_confirmed:
        return ""
    return (
        "⚠️ The panel didn't confirm it. It hasn't grown for a minute, so it is probably finished: check that "
        "it opens before you rely on it.\n"
    )


def growing(growth: Growth) -> str:
    """Say how far the node is with what the panel stopped waiting for."""
    if not growth.files and not growth.size_bytes:
        return "\nThe panel stopped waiting, and nothing has come out yet. Quetzal keeps watching."
    at_least = "" if growth.is_complete else "at least "
    return (
        f"\nThe panel stopped waiting, but the node may continue: {at_least}{counted(growth.files, 'file')}, "
        f"{size(growth.size_bytes)} so far."
    )


def unpacking(server: Server, plan: ExtractPlan) -> Card:
    """Ask before an archive is unpacked, with what it would replace."""
    inside = "" if plan.count is None else f", {counted(plan.count, 'file')} inside"
    lines = [
        f"{path_code(plan.archive.path)} ({size(plan.archive.size_bytes or 0)}{inside})",
        f"→ {path_code(plan.to)}{' (a new folder)' if plan.is_new else ''}",
    ]
    if plan.aside is not None:
        lines.append(
            f"⏳ An earlier extraction was interrupted ({discord_time(plan.aside.at)}). Quetzal continues "
            "with what was extracted then, and starts over only if something is missing."
        )
    if plan.replaces is None:
        lines.append(
            "⚠️ The archive couldn't be checked beforehand. Files that it replaces go to the trash, and the "
            "result lists them."
        )
    elif plan.replaces:
        lines += [
            *critical_warning(*plan.replaces),
            f"⚠️ **{counted(len(plan.replaces), 'file')} will be replaced** (and go to the trash):",
            *_list(plan.replaces),
        ]
    else:
        lines.append("No existing file is replaced.")
    return theme.card(
        f"Extract {neutralise(name_of(plan.archive.path), _PATH_ROOM)}?",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def unpacked(server: Server, archive: str, result: Extracted) -> Card:
    """Say what became of what was inside."""
    lines = [f"{path_code(archive)}\n→ {path_code(result.to)}"]
    lines.append(
        f"{counted(result.placed, 'item')} extracted{'' if result.replaced else ', nothing overwritten'}."
    )
    if result.replaced:
        lines += [
            f"{counted(len(result.replaced), 'file')} replaced (restore them with `/files history`):",
            *_list(result.replaced),
        ]
    if result.is_new:
        lines.append("\n➡️ To remove it again: `/files undo`.")
    if result.followed is not None:
        at_least = "" if result.followed.is_complete else "At least "
        lines.append(
            f"⚠️ The panel didn't confirm it, so check that nothing is missing. {at_least}"
            f"{counted(result.followed.files, 'file')} with {size(result.followed.size_bytes)} were "
            "extracted."
        )
    if result.left_out:
        lines += [
            "⚠️ Not replaced, because rules protect them:",
            *_list(result.left_out),
        ]
    return theme.card(
        f"📦 Extracted {neutralise(name_of(archive), _PATH_ROOM)}",
        "\n".join(lines),
        colour=theme.CAREFUL if result.left_out else theme.GOOD,
        footer=neutralise(server.name, 100),
    )


def _list(paths: Sequence[str]) -> list[str]:
    lines = [f"• {neutralise(shorten_left(label(path, 4_096), 100), 101)}" for path in paths[:_LISTED]]
    if len(paths) > _LISTED:
        lines.append(f"• … and {len(paths) - _LISTED:,} more")
    return lines
