"""Retention policies: which backups of a server to keep after each new one, and which that deletes. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from bot.core.i18n import N_, Message, _
from bot.domain.backups import is_from_future, is_good
from bot.panel.models import Backup

_PERIODS: tuple[tuple[str, Message, Callable[[datetime], object]], ...] = (
    ("daily", N_("daily"), lambda at: at.date()),
    ("weekly", N_("weekly"), lambda at: at.isocalendar()[:2]),
    ("monthly", N_("monthly"), lambda at: (at.year, at.month)),
)


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How many to keep: the last ones, and the newest of each day, ISO week and month."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it keeps nothing; such a rule is ignored and deletes nothing."""
        return not any(getattr(self, field.name) for field in fields(self))


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


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A kept backup, and why it is kept."""

    backup: Backup
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rule would do: newest first, every backup in exactly one of the two lists."""

    keep: tuple[KeptBackup, ...]
    delete: tuple[Backup, ...]

    @property
    def freed_bytes(self) -> int:
        """How much space the deletion frees."""
        return sum(backup.size_bytes for backup in self.delete)


def plan(backups: Iterable[Backup], rule: RetentionRule, *, now: datetime | None = None) -> Plan:
    """Return which backups a rule keeps and deletes. `now` None: every date is trusted.

    Locked ones, running ones, the last good one and what is dated in the future always stay; failed and empty
    ones protect nothing and are left to people, since their time and name show what went wrong. An empty
    rule deletes nothing.
    """
    newest_first = sorted(backups, key=lambda backup: backup.created_at, reverse=True)
    future = [backup for backup in newest_first if now is not None and is_from_future(backup, now)]
    good = [backup for backup in newest_first if is_good(backup) and backup not in future]
    reasons: dict[str, list[str]] = {backup.uuid: [] for backup in newest_first}
    for backup in future:
        reasons[backup.uuid].append(_("dated in the future"))
    for backup in newest_first:
        if backup.is_locked:
            reasons[backup.uuid].append(_("locked"))
        if not is_good(backup):
            reasons[backup.uuid].append(backup.state.text)
    if good:
        reasons[good[0].uuid].append(_("last good"))
    for backup in good[: rule.last]:
        reasons[backup.uuid].append(_("last"))
    for name, word, period in _PERIODS:
        seen: set[object] = set()
        for backup in good:
            key = period(backup.created_at)
            if key not in seen and len(seen) < getattr(rule, name):
                seen.add(key)
                reasons[backup.uuid].append(_(word))
    if rule.is_empty:
        return Plan(tuple(KeptBackup(backup, (_("retention is off"),)) for backup in newest_first), ())
    return Plan(
        keep=tuple(
            KeptBackup(backup, tuple(reasons[backup.uuid])) for backup in newest_first if reasons[backup.uuid]
        ),
        delete=tuple(backup for backup in newest_first if not reasons[backup.uuid]),
    )
