"""The directory on the server that holds what was there before: its names, and how long things stay. Pure."""

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
"""Size alone drives nothing out that is younger: an undo has to find it."""


@dataclass(frozen=True, slots=True)
class TrashPolicy:
    """Where it lies on each server, and its bounds."""

    directory: str = "/.quetzal"
    days: int = 30
    limit_bytes: int = 1024 * 1024 * 1024

    def saved(self, change_id: str) -> str:
        """Give the path of what was kept. Its name says nothing, so that no deny list's pattern fits it."""
        return join(self.directory, change_id + _KEPT)

    def manifest(self, change_id: str) -> str:
        """Give the path of the manifest beside it."""
        return join(self.directory, change_id + _MANIFEST)

    def staged(self, change_id: str) -> str:
        """Give a path for what is being made and has no place yet."""
        return join(self.directory, change_id + _STAGED)

    def touches(self, path: str) -> bool:
        """Whether a path is the directory, in it or above it: not for changing by hand."""
        path = path.rstrip("/")
        return (self.directory + "/").startswith(path + "/") or path.startswith(self.directory + "/")


@dataclass(frozen=True, slots=True)
class Item:
    """Something kept, and what it takes up; unknown sizes count as nothing."""

    id: str
    size_bytes: int

    @property
    def at(self) -> datetime:
        """When it was kept."""
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
    """Give the time that an id holds."""
    stamp, _, _ = change_id.partition("-")
    return datetime.strptime(stamp + "000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def id_in(name: str) -> str | None:
    """Tell which change a name in the directory belongs to; None for what is not ours."""
    match = _ID.match(name)
    return match[0] if match and is_id(match[0]) else None


def is_kept(name: str) -> bool:
    """Whether the name is that of something kept, neither a manifest nor half-made."""
    change_id = id_in(name)
    return change_id is not None and name == change_id + _KEPT


def is_manifest(name: str) -> bool:
    """Whether the name is that of a manifest."""
    change_id = id_in(name)
    return change_id is not None and name == change_id + _MANIFEST


def expired(items: Iterable[Item], rules: TrashPolicy, now: datetime) -> set[str]:
    """Choose what has to go: what is too old, then the oldest until the rest fits."""
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
