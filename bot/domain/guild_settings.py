"""A guild's settings, and the progress of its set-up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SetupStep(StrEnum):
    """The steps of the guided set-up, in order."""

    PANEL = "panel"
    ALERT_CHANNEL = "alert_channel"
    ROLES = "roles"
    TEST_ALERT = "test_alert"


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """One guild's choices for one panel. `steps` are those finished or skipped on purpose.

    `alert_role_id` is mentioned for critical alerts; `alerts_by` chose the alert channel, and is warned when
    it can't be written to any more.
    """

    guild_id: int
    panel_id: str
    updated_by: int
    updated_at: datetime
    alert_channel_id: int | None = None
    audit_channel_id: int | None = None
    steps: frozenset[SetupStep] = frozenset()
    alert_role_id: int | None = None
    alerts_by: int | None = None

    @property
    def missing(self) -> tuple[SetupStep, ...]:
        """The steps that are left, in order."""
        return tuple(step for step in SetupStep if step not in self.steps)
