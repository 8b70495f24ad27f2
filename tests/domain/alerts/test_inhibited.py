"""Lists show one outage once, whatever rules it breaks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.alerts import RuleKind, Severity, Suppression
from bot.domain.alerts.inhibited import without_inhibited
from bot.domain.incidents import Incident, Subject
from bot.domain.observation import ServerKey

MINE, THEIRS = "aaaaaaaa-0000-4000-8000-000000000000", "bbbbbbbb-0000-4000-8000-000000000000"
NOW = datetime(2026, 8, 1, tzinfo=UTC)


def fired(rule: RuleKind, minutes: float = 0.0, uuid: str = MINE) -> Incident:
    """Make a critical alert that began so many minutes ago."""
    subject = Subject.server(ServerKey("main", uuid))
    critical, at = Severity.CRITICAL, NOW - timedelta(minutes=minutes)
    return Incident(0, subject, rule, "x", "falcon", critical, critical, at)


def inhibited(rule: RuleKind, minutes: float = 0.0) -> Incident:
    return replace(fired(rule, minutes), suppression=Suppression.INHIBITED)


CRASH, OFFLINE = fired(RuleKind.CRASH, 10), inhibited(RuleKind.STATE, 9)
SILENT, OLD_BACKUP = inhibited(RuleKind.NO_ANSWER, 6), fired(RuleKind.BACKUP_AGE, 90)


def test_an_outage_is_one_alert_however_many_rules_it_breaks() -> None:
    assert without_inhibited([CRASH, OFFLINE, SILENT, OLD_BACKUP]) == (CRASH, OLD_BACKUP)


def test_offline_that_was_seen_before_the_crash_is_left_out_while_the_crash_is_critical() -> None:
    offline = fired(RuleKind.STATE, 11)
    assert without_inhibited([offline, CRASH]) == (CRASH,)
    came_back = replace(CRASH, level=Severity.WARNING)
    assert without_inhibited([offline, came_back]) == (offline, came_back)


def test_offline_is_an_alert_of_its_own_once_the_crash_is_over() -> None:
    assert without_inhibited([OFFLINE, OLD_BACKUP]) == (OFFLINE, OLD_BACKUP)
    over = replace(CRASH, fired_at=NOW - timedelta(hours=2), ended_at=NOW - timedelta(hours=1))
    assert without_inhibited([OFFLINE, over]) == (OFFLINE, over)


def test_a_past_outage_is_one_alert_too() -> None:
    crash, offline = (replace(alert, ended_at=NOW) for alert in (CRASH, OFFLINE))
    assert without_inhibited([crash, offline]) == (crash,)


def test_a_crash_of_another_server_says_nothing_about_this_one() -> None:
    elsewhere = fired(RuleKind.CRASH, 10, THEIRS)
    assert without_inhibited([OFFLINE, elsewhere]) == (OFFLINE, elsewhere)
