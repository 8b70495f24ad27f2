"""What people see before and after a file is changed."""

from dataclasses import replace

from bot.core.i18n import N_, _
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
_FREES_NOTHING = N_(
    "It goes to the trash, so you can undo this. **No disk space is freed** until it is purged."
)
_TITLES = {
    ChangeKind.EDIT: N_("Saved {name}"),
    ChangeKind.SET: N_("Saved {name}"),
    ChangeKind.CONVERT: N_("Converted {name}"),
    ChangeKind.DELETE: N_("Deleted {name}"),
    ChangeKind.MOVE: N_("Moved {name}"),
    ChangeKind.UPLOAD: N_("Uploaded {name}"),
    ChangeKind.COPY: N_("Copied {name}"),
    ChangeKind.MAKE: N_("Created {name}"),
    ChangeKind.EXTRACT: N_("Extracted {name}"),
    ChangeKind.COMPRESS: N_("Compressed {name}"),
    ChangeKind.RESTORE: N_("Restored {name}"),
    ChangeKind.UNDO: N_("Change of {name} undone"),
    ChangeKind.PURGE: N_("Deleted {name} forever"),
}


def opened(server: Server, file: OpenedFile, *, fits: bool) -> Card:
    """Show the facts of a file that is about to be edited."""
    entry = file.seen.entry
    facts = [size(file.seen.size_bytes or 0), file.file.encoding.text]
    if entry is not None:
        facts.append(_("changed {modified}", modified=discord_time(entry.modified_at)))
    how = (
        _("Press **Edit** to change it here.")
        if fits
        else _("Too long for a form: download the file below, change it, and upload it with **Edit**.")
    )
    lines = [path_code(file.path), " · ".join(facts), *critical_warning(file.path), "", how]
    return theme.card(
        f"✏️ {neutralise(name_of(file.path), _PATH_ROOM)}",
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=_("Open for 10 minutes · {server}", server=neutralise(server.name, 100)),
    )


def draft(server: Server, change: Draft) -> Card:
    """Show what would be written, as a diff."""
    path = change.opened.path
    lines = [path_code(path), *critical_warning(path)]
    if change.problem:
        since = _(" It was wrong before your change, too.") if change.was_broken else ""
        lines.append(
            _(
                "⚠️ **The syntax looks wrong:** {problem}{since}",
                problem=neutralise(change.problem, 300),
                since=since,
            )
        )
    elif configs.can_check(path, change.text) is False:
        lines.append(_("The syntax wasn't checked: the file is too large."))
    name = neutralise(name_of(path), _PATH_ROOM)
    lines += diff_lines(change.diff) if change.converted_to is None else _conversion_lines(change)
    return theme.card(
        _("Save {name}?", name=name) if change.converted_to is None else _("Convert {name}?", name=name),
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=_("{server} · a copy is saved first; you can undo this", server=neutralise(server.name, 100)),
    )


def _conversion_lines(change: Draft) -> list[str]:
    lines = change.text.splitlines()
    distinctive = [line for line in lines if not line.isascii()] or lines
    return [
        _(
            "**{encoding} → {converted_to}.** The text stays the same.",
            encoding=change.opened.file.encoding.text,
            converted_to=change.converted_to,
        ),
        _("If it looks wrong here, cancel, and choose its encoding with the option `source`:"),
        code_block("\n".join(label(line, _EXCERPT_LINE) for line in distinctive[:_EXCERPT_LINES])),
    ]


def nothing_to_write(server: Server, path: str) -> Card:
    """Say that the file already has this content."""
    return theme.card(
        _("Nothing to change"),
        _("{path} already holds exactly that.", path=path_code(path)),
        colour=theme.QUIET,
        footer=neutralise(server.name, 100),
    )


def deletion(server: Server, seen: PathState, extent: Extent, *, permanent: bool) -> Card:
    """Ask before something is deleted."""
    path = seen.path
    how_big = size(extent.size_bytes)
    if seen.is_directory:
        at_least = "" if extent.is_complete else _("at least ")
        how_big = _(
            "a folder with {at_least}{files}, {at_least}{how_big}",
            at_least=at_least,
            files=counted(extent.files, "file", "files"),
            how_big=how_big,
        )
    consequence = (
        _("It is deleted **forever**: no trash, no undo. Only a backup could bring it back.")
        if permanent
        else _FREES_NOTHING
    )
    return theme.card(
        _(
            "Delete {path}{rest}?",
            path=neutralise(name_of(path), _PATH_ROOM),
            rest=_(" forever") if permanent else "",
        ),
        "\n".join([f"{path_code(path)}: {how_big}", *critical_warning(path), _(consequence)]),
        colour=theme.BAD if permanent else theme.CAREFUL,
        footer=neutralise(server.name, 100),
    )


def forbidden_trash(server: Server, seen: PathState) -> Card:
    """Offer to delete forever what may not be moved to the trash."""
    return theme.card(
        _("Delete {path} forever?", path=neutralise(name_of(seen.path), _PATH_ROOM)),
        _(
            "{path}\nThe server's rules don't allow moving it to the trash. They allow deleting it, but "
            "then it is gone: **no trash, no undo**.",
            path=path_code(seen.path),
        ),
        colour=theme.BAD,
        footer=neutralise(server.name, 100),
    )


def move(server: Server, source: PathState, target: PathState) -> Card:
    """Ask before something is moved over something else, or something critical is moved."""
    lines = [f"{path_code(source.path)}\n→ {path_code(target.path)}"]
    lines += critical_warning(source.path, target.path)
    if target.exists:
        obstacle = (
            _("A folder") if target.is_directory else _("A file of {size}", size=size(target.size_bytes or 0))
        )
        lines.append(
            _(
                "{obstacle} is already there. It goes to the trash first, so you can undo this.",
                obstacle=obstacle,
            )
        )
    return theme.card(
        _("Move {path}?", path=neutralise(name_of(source.path), _PATH_ROOM)),
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
        lines.append(
            _("It is in the trash: `/files history` can restore it, or purge it to free its disk space.")
        )
    elif change.kind is ChangeKind.PURGE:
        lines.append(_("It is gone, and its disk space is freed."))
    elif way is RestoreMethod.REMOVE:
        lines.append(_("It was new, so it is now in the trash: `/files history` has it."))
    elif change.kept is SavedAs.TRASH:
        lines.append(_("The file it replaced is in the trash."))
    counts_later = critical_paths.counts_after_restart(change.path) and not is_restarted
    if counts_later and change.kind is not ChangeKind.PURGE:
        lines.append(_("**Restart the server to apply it.**"))
    if can_undo and change.kind not in (ChangeKind.DELETE, ChangeKind.PURGE):
        lines.append(_("-# You can undo this here, or later with `/files history`."))
    return theme.card(
        f"✅ {_(_TITLES[change.kind], name=neutralise(name_of(change.kept_of), _PATH_ROOM))}",
        "\n".join(lines),
        colour=theme.GOOD,
        footer=neutralise(server.name, 100),
    )


def with_restart(done: Card, restart: Card) -> Card:
    """Say below what was done how the restart goes, or how it ended."""
    card = done.with_field(restart.title, restart.description)
    return replace(card, fields=(*card.fields, *restart.fields), colour=restart.colour)
