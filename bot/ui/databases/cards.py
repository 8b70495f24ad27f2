"""What people see of databases. A password is shown only in `login`, behind a spoiler."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.i18n import N_, _
from bot.domain.databases import ANYWHERE, Credentials, advice, advice_on_use, connection_strings
from bot.domain.formatting import counted, joined, size
from bot.domain.quoting import shown_address
from bot.panel.models import Database, Server
from bot.services.databases import (
    NewDatabase,
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
)

_MASK = "PASSWORD"
_ANYWHERE_MEANS = N_(
    "`%` allows any address, so anyone with the password can connect. To narrow it, give `remote` an "
    "address or mask like `10.0.0.5` or `10.0.0.%`."
)


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
            facts=facts(database),
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
        return Shown(theme.card(title, "\n".join([*lines, facts(database), hidden]), colour=theme.CAREFUL))
    password = database.password.get_secret_value()
    texts = {_("Password"): password, **connection_strings(_credentials(database, password))}
    exact = all(_is_exact(text) for text in texts.values())
    body = [*lines, facts(database)]
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
            f"**{name}**: "
            + joined((size(seen.size_bytes), counted(seen.tables, "table", "tables"), connections))
        )
    return lines


def facts(database: Database) -> str:
    """Describe id, host, user and connections of a database."""
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


def _credentials(database: Database, password: str) -> Credentials:
    return Credentials(database.host.address, database.host.port, database.name, database.username, password)


def _is_exact(text: str) -> bool:
    """Whether a spoiler with a code block shows every sign as it is."""
    return code_text(text) == text and "||" not in text and "`" not in text and text == text.strip()
