"""Finds the last change in the panel or by SFTP before a crash, in the activity log. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.i18n import N_, Message, _
from bot.domain import paths
from bot.panel.models import Activity

BLAMED = timedelta(hours=24)
"""Older changes are ignored: the server has run since."""


@dataclass(frozen=True, slots=True)
class PanelChange:
    """What was changed (`subject`: a path, a variable or an image), how, by whom, and when.

    Values are not kept: a startup variable may hold a password.
    """

    subject: str
    how: str
    by: str
    at: datetime


def last_change(rows: Iterable[Activity], until: datetime) -> PanelChange | None:
    """Return the last change before a time; rows are newest first, as from the panel.

    What came by the API is left out: Quetzal keeps a history of its own changes.
    """
    for row in rows:
        read = _READ.get(row.event)
        if read is None or row.is_api or not until - BLAMED <= row.at <= until:
            continue
        how, name = read
        subject = name(row.properties)
        if subject:
            return PanelChange(subject, _(how), row.actor or _("the system"), row.at)
    return None


def _at_root(name: str) -> str:
    return paths.join("/", name.lstrip("/"))


def _file(properties: Mapping[str, Any]) -> str | None:
    name = properties.get("file")
    return _at_root(name) if isinstance(name, str) and name else None


def _in_folder(properties: Mapping[str, Any]) -> str | None:
    """Name the first file; by SFTP its whole path, in the file manager its name in a folder."""
    named = properties.get("files", properties.get("file"))
    first = named[0] if isinstance(named, list) and named else named
    name = first.get("to") if isinstance(first, Mapping) else first
    if not isinstance(name, str) or not name:
        return None
    folder = properties.get("directory")
    return paths.join(_at_root(folder), name) if isinstance(folder, str) else _at_root(name)


def _text(key: str) -> Callable[[Mapping[str, Any]], str | None]:
    def read(properties: Mapping[str, Any]) -> str | None:
        value = properties.get(key)
        return value if isinstance(value, str) else None

    return read


_READ: Mapping[str, tuple[Message, Callable[[Mapping[str, Any]], str | None]]] = {
    "server:file.write": (N_("edited in the panel"), _file),
    "server:file.copy": (N_("copied in the panel"), _file),
    "server:file.uploaded": (N_("uploaded in the panel"), _in_folder),
    "server:file.rename": (N_("renamed in the panel"), _in_folder),
    "server:file.delete": (N_("deleted in the panel"), _in_folder),
    "server:file.decompress": (N_("extracted in the panel"), _in_folder),
    "server:sftp.write": (N_("edited by SFTP"), _in_folder),
    "server:sftp.create": (N_("uploaded by SFTP"), _in_folder),
    "server:sftp.rename": (N_("renamed by SFTP"), _in_folder),
    "server:sftp.delete": (N_("deleted by SFTP"), _in_folder),
    "server:startup.edit": (N_("startup variable changed in the panel"), _text("variable")),
    "server:startup.image": (N_("Docker image changed in the panel"), _text("new")),
}
"""Source: docs/reference/servers.md#activity-log; of SFTP, panel `resources/lang/en/activity.php`."""
