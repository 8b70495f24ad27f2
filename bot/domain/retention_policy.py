"""Retention policies: which backups of a server to keep after each new one."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.backups import RetentionRule


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of one server, who set it, and the backup after which it was last applied."""

    panel_id: str
    server_uuid: str
    guild_id: int
    keep_last: int
    keep_daily: int
    keep_weekly: int
    keep_monthly: int
    set_by: int
    set_at: datetime
    applied_to: str | None = None

    @property
    def rule(self) -> RetentionRule:
        """The rule itself."""
        return RetentionRule(self.keep_last, self.keep_daily, self.keep_weekly, self.keep_monthly)
