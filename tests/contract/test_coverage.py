"""No recording is forgotten: each is replayed, or listed with the reason why it is not."""

from tests.contract.coverage import coverage
from tests.contract.not_reproducible import REASONS


def test_every_recording_is_replayed_or_listed_and_none_both() -> None:
    seen = coverage()
    replayed = frozenset(seen.replayed)
    assert sorted(seen.names - replayed - seen.listed) == [], "forgotten"
    assert sorted(replayed & seen.listed) == [], "both replayed and listed"
    assert sorted((replayed | seen.listed) - seen.names) == [], "no such recording"


def test_every_recording_is_replayed_once() -> None:
    assert [name for name, times in coverage().replayed.items() if times > 1] == []


def test_every_reason_is_given() -> None:
    assert all(len(reason) > len("because") for reason in REASONS.values())
