"""Which copies count as good backups, which are too many, and what their files are called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.backup_copies import BackupCopy, CopyState, key_of, only_copies, to_delete
from bot.domain.backups import analyse
from bot.domain.observation import ServerKey
from bot.panel.models import Backup

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
SERVER = ServerKey("main", "1a7ce997-259b-452e-8b4e-cecc464142ca")
UUID = "0b3f4f7e-6f0a-4b71-9a5e-3a1d3c1f0e{:02}"


def copy(number: int, *, made_days_ago: float = 0.0, copied_days_ago: float = 0.0) -> BackupCopy:
    """Return a good copy, checked just now."""
    return BackupCopy(
        number,
        *SERVER,
        "Survival",
        UUID.format(number),
        f"backup {number}",
        NOW - timedelta(days=made_days_ago),
        1_000,
        None,
        "nas",
        f"{number}.tar.gz",
        256,
        1,
        2,
        3,
        NOW,
        state=CopyState.COPIED,
        copied_at=NOW - timedelta(days=copied_days_ago),
        checked_at=NOW,
    )


def listed(number: int, *, size: int = 1_000) -> Backup:
    """Return a backup as the panel lists it."""
    return replace_size(copy(number).as_backup(), size)


def replace_size(backup: Backup, size: int) -> Backup:
    return backup.model_copy(update={"size_bytes": size})


def test_copy_counts_while_it_was_seen_within_a_week() -> None:
    assert copy(1).is_good(NOW)
    assert copy(1).is_good(NOW + timedelta(days=7))
    assert not copy(1).is_good(NOW + timedelta(days=7, seconds=1))


@pytest.mark.parametrize("state", [state for state in CopyState if state is not CopyState.COPIED])
def test_copy_in_no_other_state_counts(state: CopyState) -> None:
    assert not replace(copy(1), state=state).is_good(NOW)


def test_only_copies_are_backups_that_the_panel_has_no_good_one_of() -> None:
    copies = [copy(1), copy(2), replace(copy(2), id=3), replace(copy(4), state=CopyState.GONE)]
    assert [backup.uuid for backup in only_copies(copies, [listed(1)], NOW)] == [UUID.format(2)]
    assert {backup.uuid for backup in only_copies(copies, [listed(1, size=0)], NOW)} == {
        UUID.format(1),
        UUID.format(2),
    }


def test_copy_is_the_last_good_backup_and_takes_no_slot() -> None:
    deleted = copy(1, made_days_ago=2).as_backup()
    analysis = analyse([], NOW, limit=3, elsewhere=[deleted])
    assert analysis.last_good == deleted
    assert analysis.last_good_age == timedelta(days=2)
    assert (analysis.total, analysis.good, analysis.elsewhere, analysis.room) == (0, 0, 1, 3)


def test_the_copies_that_were_made_first_go_first() -> None:
    copies = [copy(number, made_days_ago=9 - number, copied_days_ago=9 - number) for number in range(1, 6)]
    gone = to_delete(copies, newest=copies[-1], keep=3)
    assert [old.id for old in gone] == [1, 2]


def test_the_copy_of_the_newest_backup_stays_though_it_was_made_first() -> None:
    newest_backup = copy(1, made_days_ago=0, copied_days_ago=3)
    older = copy(2, made_days_ago=5, copied_days_ago=2)
    just_made = copy(3, made_days_ago=9, copied_days_ago=0)
    assert [old.id for old in to_delete([newest_backup, older, just_made], newest=just_made, keep=1)] == [2]


def test_of_two_copies_of_a_backup_the_first_goes_before_those_of_others() -> None:
    other = copy(1, made_days_ago=9, copied_days_ago=9)
    back, again = copy(2, copied_days_ago=5), replace(copy(2, copied_days_ago=3), id=3)
    newest = replace(copy(4), copied_at=NOW)
    assert to_delete([other, back, again, newest], newest=newest, keep=3) == (back,)


def test_of_two_copies_of_the_latest_backup_the_last_stays() -> None:
    back = copy(1, made_days_ago=0, copied_days_ago=5)
    again = replace(copy(1, made_days_ago=0, copied_days_ago=3), id=2)
    newest = copy(3, made_days_ago=9, copied_days_ago=0)
    assert to_delete([back, again, newest], newest=newest, keep=1) == (back,)


def test_what_is_no_good_copy_is_not_counted_and_not_deleted() -> None:
    copies = [copy(1, copied_days_ago=2), replace(copy(2), state=CopyState.FAILED), copy(3)]
    assert to_delete(copies, newest=copies[-1], keep=2) == ()


@pytest.mark.parametrize(
    ("server", "backup", "key"),
    [
        ("Survival", "nightly", "main/survival-1a7ce997/2026-08-01-1200-nightly-0b3f4f7e-0a1b.tar.gz"),
        ("../../etc", "a/b\\c", "main/etc-1a7ce997/2026-08-01-1200-a-b-c-0b3f4f7e-0a1b.tar.gz"),
        ("Мир 🌍", "", "main/server-1a7ce997/2026-08-01-1200-backup-0b3f4f7e-0a1b.tar.gz"),
        ("s" * 90, "b" * 90, f"main/{'s' * 40}-1a7ce997/2026-08-01-1200-{'b' * 40}-0b3f4f7e-0a1b.tar.gz"),
    ],
)
def test_file_has_a_name_that_people_find_and_that_leads_nowhere(server: str, backup: str, key: str) -> None:
    made = copy(1).as_backup().model_copy(update={"name": backup})
    assert key_of(SERVER, server, made, "0a1b") == key
