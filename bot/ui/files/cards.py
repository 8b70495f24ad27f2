"""What people see of files."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.i18n import _
from bot.domain.formatting import counted, discord_time, joined, size
from bot.domain.paths import language, name_of
from bot.panel.models import FileEntry, Server
from bot.services.files import Directory, FileText
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import (
    fenced,
    inline_code,
    label,
    neutralise,
    path_code,
    shorten_middle,
)

PAGE_CHARACTERS = 3_600
"""Room for a page of text inside a description, beside the facts and the fences."""
_PATH_ROOM = 150
_WHOLE_PATH = 3_500
_NAME_ROOM = 80
_SIGNS = (
    ("📜", (".log", ".log.gz")),
    ("📦", (".jar", ".zip", ".gz", ".tgz", ".xz", ".bz2", ".7z", ".rar", ".tar")),
    ("⚙️", (".properties", ".yml", ".yaml", ".json", ".json5", ".toml", ".ini", ".cfg", ".conf")),
)


def directory(server: Server, listing: Directory, rows: Sequence[Row]) -> Card:
    """Draw one page of a directory: directories first, then files."""
    folders = sum(entry.is_directory for entry in listing.entries)
    files = len(listing.entries) - folders
    totals = joined(
        (counted(folders, "folder", "folders"), counted(files, "file", "files"), size(listing.total_bytes))
    )
    summary = f" · {totals}" if listing.entries else _("\nThis folder is empty.")
    facts = path_code(listing.path, _PATH_ROOM) + summary
    return replace(theme.card(f"📁 {neutralise(server.name, 100)}", facts), rows=tuple(rows))


def entry_line(entry: FileEntry) -> str:
    """Describe an entry of a directory in the two lines of a row."""
    name = neutralise(shorten_middle(label(entry.name, 4_096), _NAME_ROOM), _NAME_ROOM)
    facts = "" if entry.is_directory else f"{size(entry.size_bytes)} · "
    return f"{mark(entry)} **{name}**\n-# {facts}{discord_time(entry.modified_at)}"


def text_page(server: Server, file: FileText, page: str, *, number: int, count: int) -> Card:
    """Draw one page of a text file, made fit for a code block already."""
    entry = file.entry
    facts = _(
        "{size} · changed {modified} · {encoding}",
        size=size(entry.size_bytes),
        modified=discord_time(entry.modified_at),
        encoding=file.encoding.text,
    )
    where = _("Page {number} of {count} · ", number=number, count=count) if count > 1 else ""
    if file.is_masked:
        facts += _("\n-# 🔒 Values that look like secrets are hidden. You need manager access to see them.")
    body = fenced(page, language(file.path)) if file.text else _("The file is empty.")
    return theme.card(
        f"{mark(entry)} {neutralise(name_of(file.path), _PATH_ROOM)}",
        f"{path_code(file.path, _PATH_ROOM)}\n{facts}\n{body}",
        footer=f"{where}{neutralise(server.name, 100)}",
    )


def not_shown(server: Server, path: str, entry: FileEntry, why: str) -> Card:
    """Say that there is a file whose text can't be shown."""
    facts = _(
        "{size} · changed {modified}", size=size(entry.size_bytes), modified=discord_time(entry.modified_at)
    )
    return theme.card(
        f"{mark(entry)} {neutralise(name_of(path), _PATH_ROOM)}",
        f"{path_code(path, _PATH_ROOM)}\n{facts}\n{why}",
        footer=neutralise(server.name, 100),
    )


def info(server: Server, path: str, entry: FileEntry) -> Card:
    """Show size, mode, dates and type of what is at a path."""
    kind = _("folder") if entry.is_directory else _("file") if entry.is_regular else _("link or special file")
    fields = [
        (_("Kind"), kind, True),
        (_("Size"), _("not counted for folders") if entry.is_directory else size(entry.size_bytes), True),
        (_("Mode"), f"{inline_code(entry.mode)} ({neutralise(entry.mode_bits)})", True),
        (_("Changed"), f"{discord_time(entry.modified_at, 'f')} ({discord_time(entry.modified_at)})", False),
        (_("Inode changed"), discord_time(entry.created_at, "f"), True),
        (_("Type"), neutralise(entry.mimetype), True),
    ]
    return theme.card(
        f"{mark(entry)} {neutralise(name_of(path), _PATH_ROOM)}",
        path_code(path, _WHOLE_PATH),
        fields=fields,
        footer=_("Files of {server}", server=neutralise(server.name, 100)),
    )


def mark(entry: FileEntry) -> str:
    """Give the symbol of what it is."""
    if entry.is_directory:
        return "📁"
    if not entry.is_regular:
        return "🔗"
    name = entry.name.casefold()
    return next((sign for sign, endings in _SIGNS if name.endswith(endings)), "📄")
