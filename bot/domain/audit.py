"""Audit entries: one for every change and every access to a secret."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Facts = Mapping[str, str | int | float | bool | None]
"""What changed, as hashes, sizes and masked keys: never contents, never a secret."""


def of_text(text: str) -> Facts:
    """Describe a text by its hash and size."""
    content = text.encode()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}


SET_UP_BY = "set_up_by"
"""In the facts of a standing work's act: who set it up."""


class Outcome(StrEnum):
    """How an act ended. It is UNKNOWN from its beginning until the result is known."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act of one person. `server_uuid` is None for what concerns the guild or the panel as a whole."""

    at: datetime
    guild_id: int
    user_id: int
    panel_id: str
    server_uuid: str | None
    action: str
    outcome: Outcome = Outcome.UNKNOWN
    facts: Facts = field(default_factory=dict)
    interaction_id: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which acts of a guild to show; None means any. `since` includes its own moment."""

    guild_id: int
    user_id: int | None = None
    server_uuid: str | None = None
    action: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditCursor:
    """Where a page ended."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Acts, newest first; `older` is None on the last page."""

    acts: tuple[AuditEntry, ...]
    older: AuditCursor | None
