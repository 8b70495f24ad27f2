"""Incidents: one continuous problem of a server, node or panel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.domain.alerts import RuleKind, Severity, Suppression
from bot.domain.observation import ServerKey

_NODE = "node:"
_PANEL = "panel"

Evidence = Mapping[str, str | int | float | bool | list[str] | None]
"""What was known when it began: limits, exit code, last console lines. A server's text is unescaped."""


class Subject(NamedTuple):
    """What an alert is about. `about` is a server's uuid, `node:` and a node's name, or `panel`."""

    panel_id: str
    about: str

    @classmethod
    def server(cls, key: ServerKey) -> "Subject":
        """Name a server."""
        return cls(key.panel_id, key.uuid)

    @classmethod
    def node(cls, panel_id: str, name: str) -> "Subject":
        """Name a node of a panel."""
        return cls(panel_id, f"{_NODE}{name}")

    @classmethod
    def panel(cls, panel_id: str) -> "Subject":
        """Name a whole panel."""
        return cls(panel_id, _PANEL)

    @property
    def server_uuid(self) -> str | None:
        """The server's uuid, when it is about one."""
        return None if self.about == _PANEL or self.about.startswith(_NODE) else self.about

    @property
    def server_key(self) -> ServerKey | None:
        """The server's key in the store, when it is about one."""
        return None if self.server_uuid is None else ServerKey(self.panel_id, self.server_uuid)

    @property
    def node_name(self) -> str | None:
        """The node's name, when it is about one."""
        return self.about.removeprefix(_NODE) if self.about.startswith(_NODE) else None


@dataclass(frozen=True, slots=True)
class Incident:
    """One alert from firing to resolution. `name` and `node` are those at its beginning.

    The units of `value` and `peak` are the rule's. `worst` is the worst level it ever had. `better_since` is
    when it began to recover, if it does. `ended_at` is None while it lasts. `suppression` says why no message
    was sent. Acknowledgement, silence and note are those of the guild that it was read for: each guild has
    its own.
    """

    id: int
    subject: Subject
    rule: RuleKind
    name: str
    node: str | None
    level: Severity
    worst: Severity
    fired_at: datetime
    value: float | None = None
    peak: float | None = None
    better_since: datetime | None = None
    ended_at: datetime | None = None
    suppression: Suppression | None = None
    acknowledged_by: int | None = None
    acknowledged_at: datetime | None = None
    silenced_until: datetime | None = None
    note: str | None = None
    noted_by: int | None = None
    evidence: Evidence = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether it is active, including recovering."""
        return self.ended_at is None

    @property
    def firing(self) -> bool:
        """Whether it is active and not recovering."""
        return self.active and self.better_since is None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A maintenance window of a server (None: of all servers of the panel that the guild sees)."""

    id: int
    panel_id: str
    server_uuid: str | None
    guild_id: int
    reason: str
    since: datetime
    until: datetime
    set_by: int
