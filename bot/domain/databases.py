"""Database names, and connection strings for programs. Pure.

Sources: docs/reference/databases.md (prefix, 48 characters), and each driver's own escaping rules.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.formatting import joined
from bot.domain.quoting import shown_address

SHORTEST, LONGEST = 3, 48
"""Allowed characters; the panel silently cuts the whole name, with its prefix, to LONGEST."""
ANYWHERE = "%"
"""The host mask that allows connections from everywhere."""

_NAME = re.compile(r"[A-Za-z0-9_]+")
_REMOTE = re.compile(r"[\w\-/.%:]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewName:
    """The name that a new database will get."""

    typed: str
    effective: str

    @property
    def is_cut(self) -> bool:
        """Whether the panel will cut letters off."""
        return not self.effective.endswith(f"_{self.typed}")


def new_name(typed: str, internal_id: int) -> NewName:
    """Check a name and say what it becomes on a server with this numeric id. Raises BadInput."""
    if not _NAME.fullmatch(typed):
        raise BadInput(_("The name of a database is made of letters A to Z, digits and underscores."))
    if not SHORTEST <= len(typed) <= LONGEST:
        raise BadInput(
            _(
                "The name of a database has {shortest} to {longest} characters.",
                shortest=SHORTEST,
                longest=LONGEST,
            )
        )
    return NewName(typed, f"s{internal_id}_{typed}"[:LONGEST])


def checked_remote(typed: str) -> str:
    """Check a host mask: an address, a mask, or `%` for everywhere. Raises BadInput."""
    if not _REMOTE.fullmatch(typed):
        raise BadInput(
            _("That isn't an address or mask."),
            next_step=_("Give one like 10.0.0.5 or 10.0.0.%, or % for anywhere."),
        )
    return typed


@dataclass(frozen=True, slots=True)
class Credentials:
    """All that a program needs to connect."""

    host: str
    port: int
    name: str
    username: str
    password: str = field(repr=False)


def connection_strings(login: Credentials) -> dict[str, str]:
    """Return the connection string for each kind of program, escaped for its form."""
    return {label: write(login) for label, write in _FORMS.items()}


def _mysql(login: Credentials) -> str:
    return shlex.join(
        [
            "mysql",
            f"--host={login.host}",
            f"--port={login.port}",
            f"--user={login.username}",
            f"--password={login.password}",
            login.name,
        ]
    )


def _jdbc(login: Credentials) -> str:
    return (
        f"jdbc:mysql://{_address(login)}/{_url(login.name)}"
        f"?user={_url(login.username)}&password={_url(login.password)}"
    )


def _pdo(login: Credentials) -> str:
    # In a PDO source name a semicolon ends a value; doubled, it is one.
    parts = {"host": login.host, "port": str(login.port), "dbname": login.name, "charset": "utf8mb4"}
    source = ";".join(f"{key}={text.replace(';', ';;')}" for key, text in parts.items())
    return _(
        "new PDO({php}, {php_2}, {php_3})",
        php=_php(f"mysql:{source}"),
        php_2=_php(login.username),
        php_3=_php(login.password),
    )


def _pymysql(login: Credentials) -> str:
    arguments: Mapping[str, object] = {
        "host": login.host,
        "port": login.port,
        "user": login.username,
        "password": login.password,
        "database": login.name,
    }
    return f"pymysql.connect({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"


def _sqlalchemy(login: Credentials) -> str:
    return (
        f"mysql+pymysql://{_url(login.username)}:{_url(login.password)}@{_address(login)}/{_url(login.name)}"
        "?charset=utf8mb4"
    )


def _mysql2(login: Credentials) -> str:
    options = {
        "host": login.host,
        "port": login.port,
        "user": login.username,
        "password": login.password,
        "database": login.name,
    }
    return f"mysql.createConnection({json.dumps(options)})"


def _url(text: str) -> str:
    return quote(text, safe="")


def _address(login: Credentials) -> str:
    return shown_address(login.host, login.port)


def _php(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


_FORMS: dict[str, Callable[[Credentials], str]] = {
    "mysql": _mysql,
    "JDBC": _jdbc,
    "PHP PDO": _pdo,
    "PyMySQL": _pymysql,
    "SQLAlchemy": _sqlalchemy,
    "Node mysql2": _mysql2,
}


def advice(count: int, limit: int | None) -> list[str]:
    """Return advice about the number of databases; each sentence cites the number it follows from."""
    out = []
    if count == 0:
        out.append(_("No database yet: plugins like LuckPerms or CoreProtect can keep their data in one."))
    if count > 5:  # noqa: PLR2004 - docs/commands.md
        out.append(
            _(
                "{count} databases are more than most servers need: see which can be put together.",
                count=count,
            )
        )
    if limit is not None and count >= limit > 0:
        out.append(_("The limit of {limit} is reached: delete one before the next can be made.", limit=limit))
    if limit == 0:
        out.append(_("This server can't have databases (limit 0). Whoever runs the panel can raise it."))
    return out


def advice_on_use(tables: Mapping[str, int]) -> list[str]:
    """Return advice about the numbers of tables, by database."""
    empty = sorted(name for name, count in tables.items() if count == 0)
    if not empty:
        return []
    names = joined(empty)
    return [
        _(
            "{count} of {count_2} hold no table ({names}): nothing is lost when they are deleted.",
            count=len(empty),
            count_2=len(tables),
            names=names,
        )
    ]
