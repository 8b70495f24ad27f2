"""What people see of a search in a server's files."""

from collections.abc import Sequence

from bot.core.i18n import _
from bot.domain.file_search import Limits, SearchEnd
from bot.domain.formatting import WORTH_SAYING_S, counted, duration, joined, size
from bot.domain.paths import parent
from bot.panel.models import Server
from bot.services.files import Search, SearchMatch, SearchQuery
from bot.ui.files.cards import mark
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import (
    code_text,
    fenced,
    inline_code,
    label,
    neutralise,
    path_code,
    shorten_left,
    shorten_middle,
)

ROOM = 3_200
"""For results on one page, beside the sentences about the search."""
_FIRST = 8
_PATH_ROOM = 110


def searching(server: Server, search: Search) -> Card:
    """Draw a search that goes on, with what it has found so far."""
    lines = [_query_line(search.query), _so_far(search)]
    if search.pause_s is not None:
        lines.append(
            _("⏳ The panel's rate limit is reached. Continuing in {pause}.", pause=duration(search.pause_s))
        )
    first = [item(match) for match in search.matches[:_FIRST]]
    if len(search.matches) > _FIRST:
        first.append(_("… and {count:,} more", count=len(search.matches) - _FIRST))
    return theme.card(
        _("🔎 Searching…"),
        "\n".join([*lines, "", *first]),
        colour=theme.BUSY,
        footer=_("Files of {server}", server=neutralise(server.name, 100)),
    )


def results(server: Server, search: Search, rows: Sequence[Row], limits: Limits) -> Card:
    """Draw one page of what was found, and how far the search came."""
    lines = [_query_line(search.query), _so_far(search), *_why(search, limits)]
    if search.unreadable_count:
        names = joined(path_code(path, 150) for path in search.unreadable)
        lines.append(
            _(
                "⚠️ {paths} couldn't be read: {names}",
                paths=counted(search.unreadable_count, "path", "paths"),
                names=names,
            )
        )
    if not rows:
        lines.append(_nothing(search))
    is_whole = search.ended is SearchEnd.COMPLETE and not search.unreadable_count
    return Card(
        f"🔎 {_total(search)}",
        "\n".join(lines),
        theme.QUETZAL if is_whole else theme.CAREFUL,
        tuple(rows),
        footer=_("Files of {server}", server=neutralise(server.name, 100)),
    )


def item(match: SearchMatch) -> str:
    """Draw one thing that was found, with the lines that hold the text."""
    name = neutralise(shorten_middle(label(match.entry.name, 4_096), _PATH_ROOM), _PATH_ROOM + 1)
    folder = neutralise(shorten_left(label(parent(match.path), 4_096), _PATH_ROOM), _PATH_ROOM + 1)
    if not match.lines:
        facts = "" if match.entry.is_directory else f" · {size(match.entry.size_bytes)}"
        return f"{mark(match.entry)} **{name}**\n-# {folder}{facts}"
    text = "\n".join(f"{line.number}: {code_text(line.text)}" for line in match.lines)
    more = _("\n… more lines are in the file") if match.has_more else ""
    return f"{mark(match.entry)} **{name}**\n-# {folder}\n{fenced(text + more)}"


def _query_line(query: SearchQuery) -> str:
    where = inline_code(query.start, _PATH_ROOM)
    if query.text is not None:
        return _("Lines with {query} in {where}", query=inline_code(query.text, 100), where=where)
    return _(
        "{only} like {pattern} in {where}",
        only=_(query.only.value).capitalize(),
        pattern=inline_code(query.pattern, 100),
        where=where,
    )


def _so_far(search: Search) -> str:
    parts = [counted(search.folders, "folder", "folders"), counted(search.files, "file", "files")]
    if search.is_for_text:
        parts.append(_("{read:,} read", read=search.read))
        if search.passed_over:
            parts.append(_("{passed_over:,} skipped (no text, or too large)", passed_over=search.passed_over))
    if search.took_s >= WORTH_SAYING_S:
        parts.append(duration(search.took_s))
    return " · ".join(parts)


def _total(search: Search) -> str:
    if search.is_for_text:
        return _(
            "{lines} in {files}",
            lines=counted(search.lines, "line", "lines"),
            files=counted(len(search.matches), "file", "files"),
        )
    return _("{count:,} found", count=len(search.matches))


def _why(search: Search, limits: Limits) -> list[str]:
    """Say why it stopped before it had seen everything."""
    match search.ended:
        case SearchEnd.CANCELLED:
            return [_("✋ Cancelled. There may be more.")]
        case SearchEnd.ENOUGH:
            return [
                _(
                    "✋ Stopped at {matches:,} results. There may be more: narrow the search.",
                    matches=limits.matches,
                )
            ]
        case SearchEnd.READ_ENOUGH:
            return [
                _(
                    "✋ Stopped after reading {files}. There may be more: narrow the search with `path` or "
                    "`glob`.",
                    files=counted(limits.files_read, "file", "files"),
                )
            ]
        case SearchEnd.BROKEN if search.cause is not None:
            return [_("⚠️ Stopped early: {happened} There may be more.", happened=search.cause.happened)]
    return []


def _nothing(search: Search) -> str:
    if search.is_for_text:
        return _("Nothing found.\n➡️ Try a shorter text or another folder. Compressed logs aren't searched.")
    return _("Nothing found.\n➡️ Try part of the name, or a pattern like `*.yml`.")
