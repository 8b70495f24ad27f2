"""The score explains itself, and a server that should run and does not is never excellent."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alerts import RuleKind, Severity
from bot.domain.alerts.urgency import worst_level
from bot.domain.backups import analyse
from bot.domain.health_check import Result
from bot.domain.health_checks import HealthFacts, checks, score, verdict
from bot.domain.health_score import Status, health
from bot.domain.incidents import Incident, Subject
from bot.domain.observation import (
    Absence,
    Limits,
    Missing,
    Observation,
    ServerKey,
    Unreachable,
    Unreached,
)
from bot.domain.trends import Forecast, TooEarly
from bot.panel.models import PowerState

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
KEY = ServerKey("main", "u")
RUNNING, OFFLINE = PowerState.RUNNING, PowerState.OFFLINE


def seen(memory: int = 10, cpu: float = 10, disk: int = 10, state: PowerState = RUNNING) -> Observation:
    return Observation(KEY, NOW, state, memory, cpu, disk, 0, 0, 9_000_000, limits=Limits(100, 100, 100))


@pytest.mark.parametrize(
    ("used", "score", "status"),
    [
        ((10, 10, 10), 100, Status.EXCELLENT),
        ((80, 75, 85), 100, Status.EXCELLENT),
        ((81, 10, 10), 85, Status.GOOD),
        ((91, 10, 10), 70, Status.WARNING),
        ((81, 76, 86), 65, Status.WARNING),
        ((91, 91, 10), 45, Status.CRITICAL),
        ((91, 91, 96), 25, Status.CRITICAL),
    ],
)
def test_the_score(used: tuple[int, int, int], score: int, status: Status) -> None:
    judged = health(seen(*used), java=False, stop_requested=False)
    assert (judged.score, judged.status) == (score, status)
    assert (judged.reasons == ()) == (score == 100)


@pytest.mark.parametrize("state", [PowerState.STARTING, PowerState.STOPPING])
@pytest.mark.parametrize(
    ("minutes", "status", "result"),
    [
        (5, Status.EXCELLENT, Result.PASS),
        (11, Status.WARNING, Result.WARN),
        (31, Status.CRITICAL, Result.FAIL),
    ],
)
def test_starting_or_stopping_for_long_is_judged_as_its_rule_does(
    state: PowerState, minutes: int, status: Status, result: Result
) -> None:
    observation, since = replace(seen(state=state), uptime_ms=0), NOW - timedelta(minutes=minutes)
    judged = health(observation, java=False, stop_requested=False, changing_since=since)
    check = next(
        item
        for item in checks(replace(WELL, check=observation, changing_since=since))
        if item.name == "State"
    )
    assert (judged.status, check.result) == (status, result)
    assert ("kill" in check.todo) == (result is not Result.PASS)


@pytest.mark.parametrize(
    ("levels", "better", "status", "result"),
    [
        ([Severity.WARNING], False, Status.WARNING, Result.WARN),
        ([Severity.WARNING, Severity.CRITICAL], False, Status.CRITICAL, Result.FAIL),
        ([Severity.CRITICAL], True, Status.EXCELLENT, Result.UNKNOWN),
    ],
)
def test_the_verdict_is_never_better_than_the_worst_alert(
    levels: list[Severity], better: bool, status: Status, result: Result
) -> None:
    firing = [
        Incident(
            number,
            Subject.server(KEY),
            RuleKind.BACKUP_AGE,
            "Survival",
            "falcon",
            level,
            level,
            NOW,
            value=8,
            better_since=NOW if better else None,
        )
        for number, level in enumerate(levels)
    ]
    judged = health(seen(), java=False, stop_requested=False, alerts=firing)
    assert judged.status is status
    assert (judged.score == 100) == better
    assert verdict(checks(replace(WELL, alerts=firing))) is result


def test_java_memory_takes_nothing_and_says_why() -> None:
    judged = health(seen(99), java=True, stop_requested=False)
    assert (judged.score, "Java" in judged.reasons[0]) == (100, True)


def test_no_limit_takes_nothing() -> None:
    judged = health(replace(seen(999, 999, 999), limits=Limits()), java=False, stop_requested=False)
    assert judged.score == 100


def test_off_is_critical_unless_it_was_wanted_and_silence_is_neither() -> None:
    assert health(seen(state=OFFLINE), java=False, stop_requested=False).status is Status.CRITICAL
    assert health(seen(state=OFFLINE), java=False, stop_requested=True).status is Status.OFFLINE
    gone = Missing(KEY, NOW, Absence.NODE_SILENT)
    assert health(gone, java=False, stop_requested=False).status is Status.UNKNOWN
    assert health(seen(state=PowerState.UNKNOWN), java=False, stop_requested=False).status is Status.UNKNOWN


WELL = HealthFacts(
    seen(),
    java=False,
    stop_requested=False,
    answered_s=0.2,
    disk_forecast=Forecast(90, 50, 300),
    backups=None,
    databases=1,
    database_limit=2,
    crashes_in_a_day=0,
)


@pytest.mark.parametrize(
    ("facts", "name", "result"),
    [
        (WELL, "Node", Result.PASS),
        (replace(WELL, answered_s=9), "Node", Result.WARN),
        (replace(WELL, check=Missing(KEY, NOW, Absence.NODE_SILENT)), "Node", Result.FAIL),
        (replace(WELL, check=Unreachable(Unreached.PANEL, NOW)), "Connection", Result.FAIL),
        (replace(WELL, check=Unreachable(Unreached.PANEL, NOW)), "Memory", Result.UNKNOWN),
        (replace(WELL, check=seen(state=OFFLINE)), "State", Result.FAIL),
        (replace(WELL, check=seen(state=OFFLINE), stop_requested=True), "State", Result.PASS),
        (replace(WELL, crashes_in_a_day=1), "State", Result.WARN),
        (replace(WELL, crashes_in_a_day=3), "State", Result.FAIL),
        (replace(WELL, check=seen(memory=95)), "Memory", Result.FAIL),
        (replace(WELL, check=seen(memory=95), java=True), "Memory", Result.PASS),
        (replace(WELL, check=seen(cpu=80)), "CPU", Result.WARN),
        (replace(WELL, check=seen(disk=90)), "Disk", Result.WARN),
        (replace(WELL, check=seen(disk=91)), "Disk", Result.FAIL),
        (replace(WELL, disk_forecast=Forecast(2, 1, 4)), "Disk forecast", Result.WARN),
        (replace(WELL, disk_forecast=Forecast(0.5, 0.4, 1)), "Disk forecast", Result.FAIL),
        (replace(WELL, disk_forecast=TooEarly(3600)), "Disk forecast", Result.UNKNOWN),
        (WELL, "Last backup", Result.UNKNOWN),
        (replace(WELL, backups=analyse([], NOW, limit=3), backup_limit=3), "Last backup", Result.WARN),
        (replace(WELL, backups=analyse([], NOW, limit=0), backup_limit=0), "Last backup", Result.PASS),
        (WELL, "Database limit", Result.PASS),
        (replace(WELL, databases=2), "Database limit", Result.PASS),
        (replace(WELL, disk_forecast=Forecast(2, 1, math.inf)), "Disk forecast", Result.PASS),
    ],
)
def test_each_check(facts: HealthFacts, name: str, result: Result) -> None:
    judged = next(check for check in checks(facts) if check.name == name)
    assert judged.result is result
    assert judged.measured
    assert bool(judged.todo) == (result in (Result.WARN, Result.FAIL))


@pytest.mark.parametrize(("days", "result"), [(2, Result.PASS), (4, Result.WARN), (8, Result.FAIL)])
def test_the_age_of_the_last_backup(days: int, result: Result) -> None:
    backups = replace(
        analyse([], NOW, limit=3), last_good_age=timedelta(days=days), good=3, failed_since_good=1
    )
    made = checks(replace(WELL, backups=backups, backup_limit=3))
    named = ("Last backup", "Failed backups", "Backup limit")
    assert tuple(check.result for name in named for check in made if check.name == name) == (
        result,
        Result.WARN,
        Result.PASS,
    )


@pytest.mark.parametrize(
    ("facts", "most", "status"),
    [
        (WELL, 100, Status.EXCELLENT),
        (replace(WELL, crashes_in_a_day=1), 74, Status.WARNING),
        (replace(WELL, disk_forecast=Forecast(0.5, 0.4, 1)), 59, Status.CRITICAL),
        (replace(WELL, check=seen(disk=96)), 59, Status.CRITICAL),
    ],
)
def test_the_score_is_never_better_than_the_checks(facts: HealthFacts, most: int, status: Status) -> None:
    judged = score(facts, checks(facts))
    assert (judged.score, judged.status) == (most, status)


def test_a_crash_that_a_server_came_back_from_is_no_active_problem() -> None:
    back = Incident(
        1, Subject.server(KEY), RuleKind.CRASH, "Survival", "falcon", Severity.WARNING, Severity.WARNING, NOW,
        evidence={"back_at": NOW.isoformat()},
    )  # fmt: skip
    assert worst_level([back]) is None
    assert worst_level([back, replace(back, evidence={})]) is Severity.WARNING


def test_the_verdict_is_the_worst_check() -> None:
    assert verdict(checks(WELL)) is Result.UNKNOWN
    assert verdict(checks(replace(WELL, answered_s=9))) is Result.WARN
    assert verdict(checks(replace(WELL, check=seen(disk=99), answered_s=9))) is Result.FAIL
