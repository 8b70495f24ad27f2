"""Default servers: which one is meant when a person names none."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DefaultScope(StrEnum):
    """Whom a default applies to, in order of precedence."""

    CHANNEL = "channel"
    SELF = "self"
    GUILD = "guild"


@dataclass(frozen=True, slots=True)
class DefaultServer:
    """A chosen server. `subject_id` is the channel, the person or the guild itself."""

    guild_id: int
    scope: DefaultScope
    subject_id: int
    panel_id: str
    server_uuid: str
    set_by: int
    set_at: datetime
