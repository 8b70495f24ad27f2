"""What people see of uploads, downloads, copies and archives."""

from collections.abc import Sequence

from bot.core.i18n import _
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
    changed = (
        _(", changed {modified}", modified=discord_time(target.entry.modified_at)) if target.entry else ""
    )
    lines = [
        path_code(target.path),
        *critical_warning(target.path),
        _(
            "Current: {current_size}{changed}. It goes to the trash, so you can undo this.",
            current_size=current_size,
            changed=changed,
        ),
        _("New: {bytes}.", bytes=size(bytes_)),
    ]
    return theme.card(
        _("{action} and replace {path}?", action=action, path=neutralise(name_of(target.path), _PATH_ROOM)),
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def under_way(server: Server, doing: str, path: str, elapsed_s: float, note: str = "") -> Card:
    """Show that long work goes on, and for how long."""
    return theme.card(
        f"⏳ {doing}…",
        _(
            "{path}\nfor {elapsed} {note}", path=path_code(path), elapsed=duration(elapsed_s), note=note
        ).rstrip(),
        colour=theme.BUSY,
        footer=neutralise(server.name, 100),
    )


def downloaded(server: Server, path: str, entry: FileEntry) -> Card:
    """Say what the file beside this is."""
    facts = _(
        "{size} · changed {modified}", size=size(entry.size_bytes), modified=discord_time(entry.modified_at)
    )
    return theme.card(
        f"📄 {neutralise(name_of(path), _PATH_ROOM)}",
        f"{path_code(path)}\n{facts}",
        footer=neutralise(server.name, 100),
    )


def link(server: Server, path: str, entry: FileEntry, url: str) -> Card:
    """Give a one-time link. It stays out of the message's text, where Discord would open it for a preview."""
    return theme.card(
        f"🔗 {neutralise(name_of(path), _PATH_ROOM)}",
        _(
            "{path}\n{size}: too large for Discord.\n\n**[Download from the node]({url})**\nThe link works "
            "once, for 15 minutes, for anyone who has it: don't share it.",
            path=path_code(path),
            size=size(entry.size_bytes),
            url=url,
        ),
        footer=neutralise(server.name, 100),
    )


def empty(server: Server, path: str) -> Card:
    """Say that there is nothing to send."""
    return theme.card(
        f"📄 {neutralise(name_of(path), _PATH_ROOM)}",
        _("{path}\nThe file is empty.", path=path_code(path)),
        colour=theme.QUIET,
        footer=neutralise(server.name, 100),
    )


def packing(server: Server, plan: CompressPlan) -> Card:
    """Ask before an archive is made."""
    lines = [_("From {root}:", root=path_code(plan.root)), *_list([seen.path for seen in plan.sources])]
    lines.append(_("Into {path}.", path=path_code(plan.target.path)))
    if plan.target.exists:
        lines.append(_("⚠️ **A file is already there.** It goes to the trash, so you can undo this."))
    if plan.earlier is not None:
        lines.append(
            _(
                "⏳ The same files were being compressed before ({at}, interrupted). Quetzal waits for that "
                "archive and uses it. It doesn't have changes made since.",
                at=discord_time(plan.earlier.at),
            )
        )
    lines.append(_("The archive takes up disk space. Empty folders are left out."))
    return theme.card(
        _("Compress {paths}?", paths=counted(len(plan.sources), "path", "paths")),
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def packed(server: Server, archive: Archive) -> Card:
    """Say what was made."""
    return theme.card(
        _("🗜️ Compressed to {path}", path=neutralise(name_of(archive.path), _PATH_ROOM)),
        _(
            "{path}\n{size}\n{unconfirmed_archive}\n➡️ Get it with `/files download`, extract it with "
            "`/files extract`, or remove it with `/files undo`.",
            path=path_code(archive.path),
            size=size(archive.size_bytes),
            unconfirmed_archive=_unconfirmed_archive(archive),
        ),
        colour=theme.GOOD if archive.is_confirmed else theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def _unconfirmed_archive(archive: Archive) -> str:
    if archive.is_confirmed:
        return ""
    return _(
        "⚠️ The panel didn't confirm it. It hasn't grown for a minute, so it is probably finished: check "
        "that it opens before you rely on it.\n"
    )


def growing(growth: Growth) -> str:
    """Say how far the node is with what the panel stopped waiting for."""
    if not growth.files and not growth.size_bytes:
        return _("\nThe panel stopped waiting, and nothing has come out yet. Quetzal keeps watching.")
    at_least = "" if growth.is_complete else _("at least ")
    return _(
        "\nThe panel stopped waiting, but the node may continue: {at_least}{files}, {size} so far.",
        at_least=at_least,
        files=counted(growth.files, "file", "files"),
        size=size(growth.size_bytes),
    )


def unpacking(server: Server, plan: ExtractPlan) -> Card:
    """Ask before an archive is unpacked, with what it would replace."""
    inside = "" if plan.count is None else _(", {files} inside", files=counted(plan.count, "file", "files"))
    lines = [
        f"{path_code(plan.archive.path)} ({size(plan.archive.size_bytes or 0)}{inside})",
        f"→ {path_code(plan.to)}{(_(' (a new folder)') if plan.is_new else '')}",
    ]
    if plan.aside is not None:
        lines.append(
            _(
                "⏳ An earlier extraction was interrupted ({at}). Quetzal continues with what was extracted "
                "then, and starts over only if something is missing.",
                at=discord_time(plan.aside.at),
            )
        )
    if plan.replaces is None:
        lines.append(
            _(
                "⚠️ The archive couldn't be checked beforehand. Files that it replaces go to the trash, and "
                "the result lists them."
            )
        )
    elif plan.replaces:
        lines += [
            *critical_warning(*plan.replaces),
            _(
                "⚠️ **{files} will be replaced** (and go to the trash):",
                files=counted(len(plan.replaces), "file", "files"),
            ),
            *_list(plan.replaces),
        ]
    else:
        lines.append(_("No existing file is replaced."))
    return theme.card(
        _("Extract {path}?", path=neutralise(name_of(plan.archive.path), _PATH_ROOM)),
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def unpacked(server: Server, archive: str, result: Extracted) -> Card:
    """Say what became of what was inside."""
    lines = [f"{path_code(archive)}\n→ {path_code(result.to)}"]
    lines.append(
        _(
            "{items} extracted{rest}.",
            items=counted(result.placed, "item", "items"),
            rest="" if result.replaced else _(", nothing overwritten"),
        )
    )
    if result.replaced:
        lines += [
            _(
                "{files} replaced (restore them with `/files history`):",
                files=counted(len(result.replaced), "file", "files"),
            ),
            *_list(result.replaced),
        ]
    if result.is_new:
        lines.append(_("\n➡️ To remove it again: `/files undo`."))
    if result.followed is not None:
        at_least = "" if result.followed.is_complete else _("At least ")
        lines.append(
            _(
                "⚠️ The panel didn't confirm it, so check that nothing is missing. {at_least}{files} with "
                "{size} were extracted.",
                at_least=at_least,
                files=counted(result.followed.files, "file", "files"),
                size=size(result.followed.size_bytes),
            )
        )
    if result.left_out:
        lines += [
            _("⚠️ Not replaced, because rules protect them:"),
            *_list(result.left_out),
        ]
    return theme.card(
        _("📦 Extracted {archive}", archive=neutralise(name_of(archive), _PATH_ROOM)),
        "\n".join(lines),
        colour=theme.CAREFUL if result.left_out else theme.GOOD,
        footer=neutralise(server.name, 100),
    )


def _list(paths: Sequence[str]) -> list[str]:
    lines = [f"• {neutralise(shorten_left(label(path, 4_096), 100), 101)}" for path in paths[:_LISTED]]
    if len(paths) > _LISTED:
        lines.append(_("• … and {count:,} more", count=len(paths) - _LISTED))
    return lines
