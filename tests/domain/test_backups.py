"""What a list of backups shows, and which of them a policy may delete."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.backup_advice import recommendations
from bot.domain.backups import analyse, state_of
from bot.domain.retention_policy import RetentionRule, plan
from bot.panel.models import Backup, BackupState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
numbers = count()


def backup(days_old: float, size: int = 1000, *, state: str = "done", locked: bool = False) -> Backup:
    made = NOW - timedelta(days=days_old)
    return Backup.model_validate(
        {
            "uuid": f"{next(numbers):032x}",
            "name": f"{days_old} days old",
            "is_successful": state == "done",
            "is_locked": locked,
            "bytes": size,
            "created_at": made.isoformat(),
            "completed_at": None if state == "running" else (made + timedelta(minutes=1)).isoformat(),
        }
    )


def said(*backups: Backup, limit: int = 20) -> str:
    return " ".join(recommendations(analyse(backups, NOW, limit=limit), limit=limit))


def test_running_is_not_failed() -> None:
    analysis = analyse([backup(0.01, state="running"), backup(1), backup(2, state="failed")], NOW, limit=5)
    assert (analysis.good, analysis.failed, analysis.running, analysis.stuck) == (1, 1, 1, 0)
    assert analysis.success_rate == 50.0
    assert analysis.room == 3


@pytest.mark.parametrize(
    ("hours", "usual", "state"),
    [
        (5.9, [], BackupState.RUNNING),
        (6.1, [], BackupState.STUCK),
        (0.9, [1, 1], BackupState.RUNNING),  # minutes that earlier ones took
        (1.1, [1, 1], BackupState.STUCK),
        (3.0, [20, 20], BackupState.RUNNING),
        (3.5, [20, 20], BackupState.STUCK),
        (5.9, [500], BackupState.RUNNING),
        (6.1, [500], BackupState.STUCK),
    ],
)
def test_a_backup_without_an_end_is_stuck_by_what_is_usual(
    hours: float, usual: list[float], state: BackupState
) -> None:
    open_row = backup(hours / 24, state="running")
    others = [
        item.model_copy(update={"completed_at": item.created_at + timedelta(minutes=minutes)})
        for minutes in usual
        for item in [backup(2)]
    ]
    assert state_of(open_row, NOW, among=[open_row, *others]) is state


@pytest.mark.parametrize(
    ("back_minutes_ago", "usual", "state"),
    [
        (29, [], BackupState.RUNNING),  # perhaps the node was unreachable only, and goes on
        (31, [], BackupState.STUCK),
        (9, [1, 1], BackupState.RUNNING),
        (11, [1, 1], BackupState.STUCK),
        (29, [20, 20], BackupState.RUNNING),
        (41, [20, 20], BackupState.STUCK),
        (59, [1, 1], BackupState.RUNNING),  # the node was away before it began
    ],
)
def test_a_backup_that_did_not_end_after_its_node_was_away_is_stuck(
    back_minutes_ago: float, usual: list[float], state: BackupState
) -> None:
    open_row = backup(55 / 60 / 24, state="running")
    others = [
        item.model_copy(update={"completed_at": item.created_at + timedelta(minutes=minutes)})
        for minutes in usual
        for item in [backup(2)]
    ]
    back_at = NOW - timedelta(minutes=back_minutes_ago)
    assert state_of(open_row, NOW, among=[open_row, *others], node_back_at=back_at) is state


def test_a_stuck_backup_is_not_running_but_keeps_its_place() -> None:
    analysis = analyse([backup(1), backup(0.5, state="running")], NOW, limit=3)
    assert (analysis.running, analysis.stuck, analysis.room) == (0, 1, 1)


def test_a_backup_of_no_bytes_is_never_good() -> None:
    real, newer, empty = backup(3), backup(2), backup(0.1, 0)
    backups = [real, newer, empty]
    analysis = analyse(backups, NOW, limit=5)
    assert (analysis.good, analysis.empty, analysis.failed, analysis.room) == (2, 1, 0, 2)
    assert analysis.last_good == newer
    assert analysis.failed_since_good == 1
    kept = {
        kept_backup.backup.uuid: kept_backup.reasons
        for kept_backup in plan(backups, RetentionRule(last=1)).keep
    }
    assert kept == {newer.uuid: ("last good", "last"), empty.uuid: ("empty",)}


def test_a_failure_before_the_last_good_backup_is_past() -> None:
    analysis = analyse([backup(4, state="failed"), backup(3, 0), backup(1)], NOW, limit=5)
    assert (analysis.failed, analysis.empty, analysis.failed_since_good) == (1, 1, 0)


def test_nothing_yet() -> None:
    analysis = analyse([], NOW, limit=3)
    known = (
        analysis.success_rate,
        analysis.last_good,
        analysis.median_bytes,
        analysis.growth_bytes_per_day,
    )
    assert known == (None, None, None, None)
    assert "No good backup yet" in said()


@pytest.mark.parametrize(
    ("backups", "cited"),
    [
        ([backup(8), backup(9), backup(10)], "No good backup for 8 days"),
        ([backup(4), backup(5), backup(6)], "No good backup for 4 days"),
        ([backup(1), backup(2)], "Only 2 good backups"),
        ([backup(day) for day in range(12)], "12 good backups"),
        ([backup(1), backup(2), backup(3), backup(0.5, state="running")], "1 backup is stuck"),
        (
            [backup(1), backup(2), backup(3), backup(0.5, state="failed")],
            "1 backup failed or came out empty since the last good one (75% of all worked)",
        ),
        ([backup(1), backup(2), backup(3), backup(0.5, 0)], "1 backup holds 0 bytes"),
        ([backup(1), backup(1.5), backup(7), backup(8)], "was 6 days, and 1 gap took over a day"),
        ([backup(1, 100), backup(2), backup(3), backup(4)], "less than half"),
    ],
)
def test_advice_cites_its_number(backups: list[Backup], cited: str) -> None:
    assert cited in said(*backups)


def test_a_healthy_list_needs_no_advice() -> None:
    assert said(backup(0.5), backup(1.5), backup(2.5), backup(3.5)) == ""


def test_a_limit_costs_what_its_places_would_hold() -> None:
    analysis = analyse([backup(1, 900), backup(2, 1000), backup(3, 1100)], NOW, limit=20)
    assert (analysis.full_bytes, analysis.room) == (20_000, 17)
    assert analysis.days_covered == pytest.approx(3)


def test_a_full_limit_and_none_at_all() -> None:
    assert "All 3 slots" in said(backup(0.5), backup(1), backup(2), limit=3)
    assert "limit 0" in said(limit=0)


def test_growth_is_not_bent_by_one_odd_archive() -> None:
    sizes = {day: 1000 + (10 - day) * 50 for day in range(1, 10)} | {5: 9}
    analysis = analyse([backup(day, size) for day, size in sizes.items()], NOW, limit=20)
    assert analysis.growth_bytes_per_day == pytest.approx(50)
    assert [item.size_bytes for item in analysis.small] == [9]


def test_growth_of_thousands_is_that_of_a_few_spread_over_all_of_them() -> None:
    sizes = {hour: 200_000 + (3000 - hour) * 50 for hour in range(3000)} | {1000: 9}
    analysis = analyse([backup(hour / 24, size) for hour, size in sizes.items()], NOW, limit=20)
    assert analysis.growth_bytes_per_day == pytest.approx(24 * 50)
    assert [item.size_bytes for item in analysis.small] == [9]


def test_gaps_are_counted_against_the_target_up_to_now() -> None:
    analysis = analyse([backup(10), backup(7), backup(6.5)], NOW, limit=20, target=timedelta(days=1))
    assert analysis.longest_gap == timedelta(days=6.5)
    assert analysis.gaps_over_target == 2


@pytest.mark.parametrize(
    ("policy", "kept_days"),
    [
        (RetentionRule(last=2), [0, 1]),
        (RetentionRule(daily=3), [0, 1, 2]),
        (RetentionRule(weekly=2), [0, 1]),  # NOW is a Monday: yesterday is the newest of the week before
        (RetentionRule(monthly=2), [0, 23]),  # the 31st of October is the newest of its month
        (RetentionRule(last=1, monthly=2), [0, 23]),
    ],
)
def test_a_policy_keeps_the_newest_of_each_period(policy: RetentionRule, kept_days: list[int]) -> None:
    daily = [backup(day) for day in range(40)]
    kept = plan(daily, policy).keep
    assert [(NOW - kept_backup.backup.created_at).days for kept_backup in kept] == kept_days


def test_of_one_day_only_the_newest_is_kept() -> None:
    hourly = [backup(hour / 24) for hour in range(12)]
    assert [kept_backup.backup for kept_backup in plan(hourly, RetentionRule(daily=1)).keep] == [hourly[0]]


states = st.sampled_from(["done", "failed", "running"])
backup_lists = st.lists(st.builds(backup, st.floats(0, 400), state=states, locked=st.booleans()), max_size=30)
policies = st.builds(RetentionRule, *[st.integers(0, 5)] * 4)


@given(backup_lists, policies)
def test_no_policy_deletes_what_protects(backups: list[Backup], policy: RetentionRule) -> None:
    decided = plan(backups, policy)
    good = [item for item in backups if item.state == "done"]
    assert sorted(item.uuid for item in backups) == sorted(
        [kept_backup.backup.uuid for kept_backup in decided.keep] + [item.uuid for item in decided.delete]
    )
    assert all(item.state == "done" and not item.is_locked for item in decided.delete)
    if good:
        newest = max(item.created_at for item in good)
        assert any(
            kept_backup.backup.created_at == newest and kept_backup.backup.state == "done"
            for kept_backup in decided.keep
        )
    assert not (policy.is_empty and decided.delete)


@given(backup_lists, policies)
def test_a_second_run_of_a_policy_changes_nothing(backups: list[Backup], policy: RetentionRule) -> None:
    left = [kept_backup.backup for kept_backup in plan(backups, policy).keep]
    assert plan(left, policy).delete == ()
