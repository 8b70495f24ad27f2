"""The trash directory of a server: names in it, and how long entries are kept. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.paths import join

_ID = re.compile(r"\d{8}T\d{9}-[0-9a-f]{8}")
_KEPT = ".saved"
_MANIFEST = ".json"
_STAGED = ".new"
SAFE_FOR = timedelta(days=1)
"""Younger entries are never deleted because of the size limit, so that an undo finds them."""


@dataclass(frozen=True, slots=True)
class TrashPolicy:
    """The path of the trash directory, and its limits."""

    directory: str = "/.quetzal"
    days: int = 30
    limit_bytes: int = 1024 * 1024 * 1024

    def saved(self, change_id: str) -> str:
        """Return the path of a saved version. Its name is neutral, so that no deny list matches it."""
        return join(self.directory, change_id + _KEPT)

    def manifest(self, change_id: str) -> str:
        """Return the path of its manifest."""
        return join(self.directory, change_id + _MANIFEST)

    def staged(self, change_id: str) -> str:
        """Return the path of a staged file or folder."""
        return join(self.directory, change_id + _STAGED)

    def touches(self, path: str) -> bool:
        """Return whether a path is the trash directory, in it or above it."""
        path = path.rstrip("/")
        return (self.directory + "/").startswith(path + "/") or path.startswith(self.directory + "/")


@dataclass(frozen=True, slots=True)
class Item:
    """An entry and its size; an unknown size counts as 0."""

    id: str
    size_bytes: int

    @property
    def at(self) -> datetime:
        """When it was saved."""
        return time_of(self.id)


def is_id(text: str) -> bool:
    """Whether this is the id of a change."""
    if not _ID.fullmatch(text):
        return False
    try:
        time_of(text)
    except ValueError:
        return False
    return True


def time_of(change_id: str) -> datetime:
    """Return the time in an id."""
    stamp, _, _ = change_id.partition("-")
    return datetime.strptime(stamp + "000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def id_in(name: str) -> str | None:
    """Return the change id of a name in the directory; None for foreign files."""
    match = _ID.match(name)
    return match[0] if match and is_id(match[0]) else None


def is_kept(name: str) -> bool:
    """Return whether the name is that of a saved version, neither a manifest nor staged."""
    change_id = id_in(name)
    return change_id is not None and name == change_id + _KEPT


def is_manifest(name: str) -> bool:
    """Whether the name is that of a manifest."""
    change_id = id_in(name)
    return change_id is not None and name == change_id + _MANIFEST


def expired(items: Iterable[Item], rules: TrashPolicy, now: datetime) -> set[str]:
    """Return the entries to delete: expired ones, then the oldest until the rest fits."""
    newest_first = sorted(items, key=lambda item: item.id, reverse=True)
    gone = {item.id for item in newest_first if now - item.at > timedelta(days=rules.days)}
    used = 0
    for item in newest_first:
        if item.id in gone:
            continue
        used += item.size_bytes
        if used > rules.limit_bytes and now - item.at > SAFE_FOR:
            gone.add(item.id)
    return gone
