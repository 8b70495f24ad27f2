"""What people see when a database is deleted or gets a new password, with the files that use it."""

from collections.abc import Sequence

from bot.core.i18n import N_, _
from bot.domain.config_references import Reference, ReferenceKind
from bot.domain.formatting import counted, joined
from bot.panel.models import Database
from bot.services.databases import ReferenceSearch, Replaced
from bot.ui.databases import cards
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import neutralise, path_code

_PLACES_SHOWN = 12
_LINES_SHOWN = 5
_KIND_WORDS = {
    ReferenceKind.PASSWORD: N_("password"),
    ReferenceKind.USERNAME: N_("user"),
    ReferenceKind.NAME: N_("name"),
}


def searching(database: Database) -> Card:
    """Say that files are being searched."""
    return theme.card(
        _("Searching for uses of {database}…", database=cards.named(database)),
        _("Quetzal searches plugin and server configuration. This takes a moment."),
        colour=theme.BUSY,
    )


def rotate_prompt(database: Database, search: ReferenceSearch) -> Prompt:
    """Say what will break, and where it is configured."""
    card = theme.card(
        _("Change the password of {database}?", database=cards.named(database)),
        _("All connections are cut at once, and whatever still uses the old password can no longer connect."),
        colour=theme.CAREFUL,
        fields=[(_("Where it is configured"), _places(search), False)],
    )
    return Prompt(card, confirm=_("Rotate"))


def rotated(database: Database, search: ReferenceSearch) -> cards.Shown:
    """Show the new password, and what has to learn it."""
    breaking = len(search.breaking)
    where = (
        _("in {files}", files=counted(breaking, "file", "files")) if breaking else _("in no searched file")
    )
    line = _("The old password was found {where}. Replace it wherever it is used, then restart.", where=where)
    return cards.login(database, _("✅ {database} has a new password", database=cards.named(database)), line)


def replace_prompt(places: Sequence[Reference]) -> Prompt:
    """Preview which lines get the new password."""
    card = theme.card(
        _("Put the new password into {files}?", files=counted(len(places), "file", "files")),
        _("Nothing else in them changes, and you can undo this with `/files undo`."),
        colour=theme.CAREFUL,
        fields=[(_("Old password at"), "\n".join(_place(place) for place in places), False)],
    )
    return Prompt(card, confirm=_("Change the files"), undoable=True)


def nothing_to_replace(database: Database, search: ReferenceSearch) -> Card:
    """Say that no file holds what a rotation replaced."""
    return theme.card(
        _("No file holds an old password of {database}", database=cards.named(database)),
        _places(search),
        colour=theme.QUIET,
    )


def replaced(results: Sequence[Replaced]) -> Card:
    """Say of each file what it holds now."""
    failed = [result for result in results if result.error is not None]
    lines = [
        f"✅ {path_code(result.path, 300)}"
        if result.error is None
        else f"❌ {path_code(result.path, 300)}: {result.error.happened} {result.error.state}"
        for result in results
    ]
    if failed:
        lines.append(_("\n➡️ Change the others with `/files edit`."))
    lines.append(_("➡️ Restart the server so that plugins use it."))
    return theme.card(
        _(
            "{count} of {files} hold the new password",
            count=len(results) - len(failed),
            files=counted(len(results), "file", "files"),
        ),
        "\n".join(lines),
        colour=theme.CAREFUL if failed else theme.GOOD,
    )


def delete_prompt(database: Database, search: ReferenceSearch) -> Prompt:
    """Say what is lost, and what will break."""
    card = theme.card(
        _("Delete {database}?", database=cards.named(database)),
        _(
            "All its data is **deleted forever**: backups of the server don't include databases.\n{facts}",
            facts=cards.facts(database),
        ),
        colour=theme.BAD,
        fields=[(_("What will break"), _places(search), False)],
        footer=_("Type {database} to confirm", database=neutralise(database.name, 100)),
    )
    return Prompt(card, confirm=_("Delete…"), typed=database.name)


def deleted(database: Database) -> Card:
    """Say that it is gone."""
    return theme.card(
        _("✅ {database} is deleted", database=cards.named(database)),
        _("The database, its user and all its data are gone."),
        colour=theme.GOOD,
    )


def _places(search: ReferenceSearch) -> str:
    lines = [_place(place) for place in search.places[:_PLACES_SHOWN]]
    if len(search.places) > _PLACES_SHOWN:
        lines.append(
            _("and {files}", files=counted(len(search.places) - _PLACES_SHOWN, "more file", "more files"))
        )
    summary = _(
        "{files} searched.", files=counted(search.files_read, "configuration file", "configuration files")
    )
    if not lines:
        lines = [_("No uses found.")]
    if search.stopped is not None:
        summary += _(" ⚠️ Not all of them: {stopped}.", stopped=neutralise(search.stopped, 150))
    return "\n".join([*lines, summary, _("Uses elsewhere (websites, other servers) can't be seen here.")])


def _place(place: Reference) -> str:
    words = joined(_(_KIND_WORDS[kind]) for kind in ReferenceKind if kind in place.kinds)
    numbers = joined(str(line) for line in place.lines[:_LINES_SHOWN])
    more = (
        _(" and {count} more", count=len(place.lines) - _LINES_SHOWN)
        if len(place.lines) > _LINES_SHOWN
        else ""
    )
    mark = "🔑" if place.breaks else "📄"
    return _(
        "{mark} {path} line {numbers}{more} ({words})",
        mark=mark,
        path=path_code(place.path, 150),
        numbers=numbers,
        more=more,
        words=words,
    )
