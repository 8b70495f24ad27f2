"""What happened on a server, as the panel logged it and as Quetzal audited it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.audit import AuditEntry
from bot.panel.models import Activity

Entry = Activity | AuditEntry


class ActivityKind(StrEnum):
    """Kinds of events to choose from."""

    POWER = "power"
    CONSOLE = "console"
    FILES = "files"
    BACKUPS = "backups"
    DATABASES = "databases"
    SCHEDULES = "schedules"
    STARTUP = "startup"
    NETWORK = "network"
    USERS = "users"
    SETTINGS = "settings"


# Parts of the panel's event names, and the beginnings of Quetzal's actions.
_EVENTS: dict[ActivityKind, tuple[str, ...]] = {
    ActivityKind.POWER: ("server:power",),
    ActivityKind.CONSOLE: ("server:console",),
    ActivityKind.FILES: ("server:file", "server:sftp"),
    ActivityKind.BACKUPS: (".backup.", ":backup."),  # a failed restore is spelled with a dot
    ActivityKind.DATABASES: ("server:database",),
    ActivityKind.SCHEDULES: ("server:schedule", "server:task"),
    ActivityKind.STARTUP: ("server:startup",),
    ActivityKind.NETWORK: ("server:allocation",),
    ActivityKind.USERS: ("server:subuser",),
    ActivityKind.SETTINGS: ("server:settings", "server:reinstall"),
}
_ACTIONS: dict[ActivityKind, tuple[str, ...]] = {
    ActivityKind.POWER: ("server.power",),
    ActivityKind.CONSOLE: ("server.command", "server.console"),
    ActivityKind.FILES: ("files.",),
    ActivityKind.BACKUPS: ("backup.",),
    ActivityKind.DATABASES: ("databases.",),
    ActivityKind.SCHEDULES: ("schedule.",),
    ActivityKind.STARTUP: ("server.variable", "server.image", "startup."),
    ActivityKind.NETWORK: ("network.",),
    ActivityKind.USERS: ("users.",),
    ActivityKind.SETTINGS: ("server.rename", "server.describe", "server.reinstall"),
}


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What to show; None means anything. `account` is part of a panel account's name, in any case."""

    kind: ActivityKind | None = None
    account: str | None = None
    user_id: int | None = None
    since: datetime | None = None

    @property
    def events(self) -> str | None:
        """The panel's filter: parts of event names, separated by commas."""
        return None if self.kind is None else ",".join(_EVENTS[self.kind])

    @property
    def is_narrow(self) -> bool:
        """Whether the newest entries may hold none of those that are meant."""
        return self.account is not None or self.since is not None

    def fits_panel(self, entry: Activity) -> bool:
        """Whether an entry of the panel's log is meant; one that names a person here means Quetzal's own."""
        if self.user_id is not None:
            return False
        if self.account is not None and self.account.casefold() not in (entry.actor or "").casefold():
            return False
        return self.since is None or entry.at >= self.since

    def fits_audit(self, entry: AuditEntry) -> bool:
        """Whether an entry of the audit is meant."""
        if self.account is not None:
            return False
        return self.kind is None or entry.action.startswith(_ACTIONS[self.kind])


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Put the entries of both logs into one order."""
    return sorted(entries, key=lambda entry: entry.at, reverse=True)
