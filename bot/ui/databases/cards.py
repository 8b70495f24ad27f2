"""What people see of databases. A password is shown only in `login`, behind a spoiler."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.i18n import N_, _
from bot.domain.config_references import Reference, ReferenceKind
from bot.domain.databases import ANYWHERE, Credentials, advice, advice_on_use, connection_strings
from bot.domain.formatting import counted, joined, size
from bot.domain.quoting import shown_address
from bot.panel.models import Database, Server
from bot.services.databases import (
    NewDatabase,
    ReferenceSearch,
    Replaced,
    UsageResult,
)
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import (
    code_block,
    code_text,
    inline_code,
    neutralise,
    path_code,
)

_MASK = "PASSWORD"
_PLACES_SHOWN = 12
_LINES_SHOWN = 5
_ANYWHERE_MEANS = N_(
    "`%` allows any address, so anyone with the password can connect. To narrow it, give `remote` an "
    "address or mask like `10.0.0.5` or `10.0.0.%`."
)
_KIND_WORDS = {
    ReferenceKind.PASSWORD: N_("password"),
    ReferenceKind.USERNAME: N_("user"),
    ReferenceKind.NAME: N_("name"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A card, and the text of a file beside it, where a message can't show it exactly."""

    card: Card
    text: str | None = None


def database_list(server: Server, rows: Sequence[Row], total: int) -> Card:
    """Draw one page of databases; never a password."""
    limit = server.feature_limits.databases
    of = _(" of {limit}", limit=limit) if limit is not None else ""
    card = theme.card(
        _("🗄️ Databases of {server}", server=neutralise(server.name, 80)),
        _("**{total}{of} used**", total=total, of=of),
    )
    return replace(card, rows=tuple(rows))


def row_text(database: Database) -> str:
    """Describe a database in the lines of a row."""
    host = shown_address(database.host.address, database.host.port)
    return _(
        "🗄️ **{database}**\n-# {host}\n-# {username} from {connections_from}",
        database=named(database),
        host=inline_code(host, 60),
        username=inline_code(database.username, 60),
        connections_from=inline_code(database.connections_from, 60),
    )


def no_databases(server: Server) -> Card:
    """Say that there are none, and what to do about it."""
    lines = [f"➡️ {sentence}" for sentence in advice(0, server.feature_limits.databases)]
    return theme.card(
        _("{server} has no databases", server=neutralise(server.name, 80)),
        "\n".join(lines),
        colour=theme.QUIET,
    )


def create_prompt(server: Server, draft: NewDatabase) -> Prompt:
    """Show the name that it will really have, and from where it can be reached."""
    lines = [
        _(
            "Its name on {server} will be {effective}.",
            server=neutralise(server.name, 80),
            effective=inline_code(draft.name.effective),
        )
    ]
    if draft.name.is_cut:
        lines.append(
            _(
                "⚠️ The panel adds a prefix and cuts names at 48 characters: {typed} doesn't fit.",
                typed=inline_code(draft.name.typed),
            )
        )
    lines.append(_("Connections are allowed from {remote}.", remote=inline_code(draft.remote)))
    if draft.remote == ANYWHERE:
        lines.append(f"⚠️ {_ANYWHERE_MEANS}")
    if draft.limit is not None:
        lines.append(_("It is database {count} of {limit}.", count=draft.count + 1, limit=draft.limit))
    return Prompt(theme.card(_("Create this database?"), "\n".join(lines)), _("Create"), undoable=True)


def connection(database: Database) -> Card:
    """Draw how to connect, with a word in the password's place."""
    strings = connection_strings(_credentials(database, _MASK))
    return theme.card(
        f"🔌 {named(database)}",
        _(
            "{facts}\n\nReplace `{mask}` with the password, or press Show password.",
            facts=_facts(database),
            mask=_MASK,
        ),
        fields=[(form, code_block(text), False) for form, text in strings.items()],
        footer=_("Showing the password is recorded in the audit log."),
    )


def login(database: Database, title: str, *lines: str) -> Shown:
    """Draw a database with its password, each secret behind a spoiler."""
    if database.password is None:
        hidden = _(
            "⚠️ The panel account that Quetzal uses isn't allowed to see database passwords. You can find "
            "it in the panel. Whoever runs the panel can give that account the permission "
            "`database.view_password` (on Pelican `database.view-password`)."
        )
        return Shown(theme.card(title, "\n".join([*lines, _facts(database), hidden]), colour=theme.CAREFUL))
    password = database.password.get_secret_value()
    texts = {_("Password"): password, **connection_strings(_credentials(database, password))}
    exact = all(_is_exact(text) for text in texts.values())
    body = [*lines, _facts(database)]
    if not exact:
        body.append(_("The password has characters that Discord would change, so it is in the file below."))
    return Shown(
        theme.card(
            title,
            "\n".join(body),
            colour=theme.GOOD,
            fields=[(form, f"||{code_block(text)}||", False) for form, text in texts.items()]
            if exact
            else (),
            footer=_("Only you see this. Dismiss it when you are done."),
        ),
        None if exact else "".join(f"{form}\n{text}\n\n" for form, text in texts.items()),
    )


def named(database: Database) -> str:
    """Give its name for a title."""
    return neutralise(database.name, 60)


def searching(database: Database) -> Card:
    """Say that files are being searched."""
    return theme.card(
        _("Searching for uses of {database}…", database=named(database)),
        _("Quetzal searches plugin and server configuration. This takes a moment."),
        colour=theme.BUSY,
    )


def rotate_prompt(database: Database, search: ReferenceSearch) -> Prompt:
    """Say what will break, and where it is configured."""
    card = theme.card(
        _("Change the password of {database}?", database=named(database)),
        _("All connections are cut at once, and whatever still uses the old password can no longer connect."),
        colour=theme.CAREFUL,
        fields=[(_("Where it is configured"), _places(search), False)],
    )
    return Prompt(card, confirm=_("Rotate"))


def rotated(database: Database, search: ReferenceSearch) -> Shown:
    """Show the new password, and what has to learn it."""
    breaking = len(search.breaking)
    where = (
        _("in {files}", files=counted(breaking, "file", "files")) if breaking else _("in no searched file")
    )
    line = _("The old password was found {where}. Replace it wherever it is used, then restart.", where=where)
    return login(database, _("✅ {database} has a new password", database=named(database)), line)


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
        _("No file holds an old password of {database}", database=named(database)),
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
        _("Delete {database}?", database=named(database)),
        _(
            "All its data is **deleted forever**: backups of the server don't include databases.\n{facts}",
            facts=_facts(database),
        ),
        colour=theme.BAD,
        fields=[(_("What will break"), _places(search), False)],
        footer=_("Type {database} to confirm", database=neutralise(database.name, 100)),
    )
    return Prompt(card, confirm=_("Delete…"), typed=database.name)


def deleted(database: Database) -> Card:
    """Say that it is gone."""
    return theme.card(
        _("✅ {database} is deleted", database=named(database)),
        _("The database, its user and all its data are gone."),
        colour=theme.GOOD,
    )


def usage(server: Server, databases: Sequence[Database], measured: Mapping[str, UsageResult] | None) -> Card:
    """Draw count against limit, by host, what the servers say, and advice with its numbers."""
    limit = server.feature_limits.databases
    lines = [
        f"**{counted(len(databases), 'database', 'databases')}**"
        + (_(" of {limit}", limit=limit) if limit is not None else "")
    ]
    hosts = Counter(shown_address(database.host.address, database.host.port) for database in databases)
    lines += [f"{inline_code(host, 80)}: {count}" for host, count in hosts.most_common()]
    suggestions = advice(len(databases), limit)
    fields = []
    if measured is not None and databases:
        fields.append((_("Usage"), "\n".join(_measured(databases, measured)), False))
        suggestions += advice_on_use(
            {
                database.name: measured[database.id].tables
                for database in databases
                if database.id in measured and measured[database.id].why is None
            }
        )
    if suggestions:
        fields.append((_("Advice"), "\n".join(f"➡️ {neutralise(text, 300)}" for text in suggestions), False))
    footer = None
    if measured is None:
        footer = _("For sizes and connections, turn on QUETZAL_DATABASE_USAGE.")
    return theme.card(
        _("🗄️ Databases of {server}", server=neutralise(server.name, 80)),
        "\n".join(lines),
        fields=fields,
        footer=footer,
    )


def _measured(databases: Sequence[Database], measured: Mapping[str, UsageResult]) -> list[str]:
    lines = []
    for database in databases:
        seen = measured.get(database.id, UsageResult(why=_("it was just created")))
        name = neutralise(database.name, 50)
        if seen.why is not None:
            lines.append(_("❔ **{name}**: unknown, {why}", name=name, why=seen.why))
            continue
        room = (
            _(" of {connection_limit}", connection_limit=database.connection_limit)
            if database.connection_limit
            else ""
        )
        connections = f"{counted(seen.connections, 'connection', 'connections')}{room}"
        lines.append(
            f"**{name}**: {size(seen.size_bytes)}, {counted(seen.tables, 'table', 'tables')}, {connections}"
        )
    return lines


def _facts(database: Database) -> str:
    room = database.connection_limit
    host = shown_address(database.host.address, database.host.port)
    return _(
        "id {database} · {host}\nuser {username} · from {connections_from} · ",
        database=inline_code(database.id, 40),
        host=inline_code(host, 100),
        username=inline_code(database.username, 60),
        connections_from=inline_code(database.connections_from, 60),
    ) + (
        _("at most {connections}", connections=counted(room, "connection", "connections"))
        if room
        else _("unlimited connections")
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


def _credentials(database: Database, password: str) -> Credentials:
    return Credentials(database.host.address, database.host.port, database.name, database.username, password)


def _is_exact(text: str) -> bool:
    """Whether a spoiler with a code block shows every sign as it is."""
    return code_text(text) == text and "||" not in text and "`" not in text and text == text.strip()
