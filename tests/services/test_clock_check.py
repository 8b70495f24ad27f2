"""When this machine's clock may decide what is old enough to be deleted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.core.clock import Clock
from bot.services.clock_check import ClockCheck, ClockUncertain

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass
class Machine:
    """A clock on the wall that may be wrong, and a monotonic one that is not."""

    off: timedelta = timedelta()
    passed_s: float = 0.0

    def check(self) -> ClockCheck:
        return ClockCheck(Clock(now=self.now, monotonic=lambda: self.passed_s))

    def true_now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed_s)

    def now(self) -> datetime:
        return self.true_now() + self.off


@pytest.mark.parametrize(
    ("off", "others", "trusted"),
    [
        (timedelta(), [timedelta()], True),
        (timedelta(minutes=59), [timedelta()], True),
        (timedelta(minutes=-59), [timedelta()], True),
        (timedelta(hours=2), [timedelta()], False),
        (YEAR, [timedelta()], False),
        (-YEAR, [timedelta()], False),
        (timedelta(), [YEAR], False),
        (timedelta(), [YEAR, timedelta()], True),
        (YEAR, [timedelta(), timedelta()], False),
        (timedelta(), [], False),
    ],
)
def test_one_other_clock_that_agrees_is_enough(
    off: timedelta, others: list[timedelta], trusted: bool
) -> None:
    machine = Machine(off)
    check = machine.check()
    for number, other in enumerate(others):
        check.note(f"panel {number}", format_datetime(NOW + other))
    assert check.confirmed() == (machine.now() if trusted else None)


def test_a_clock_that_jumps_between_two_answers_is_noticed() -> None:
    machine = Machine()
    check = machine.check()
    check.note("panel", format_datetime(NOW))
    machine.passed_s = 7200.0
    assert check.confirmed() == machine.true_now()
    machine.off = YEAR
    assert check.confirmed() is None


def test_an_answer_of_yesterday_confirms_nothing() -> None:
    machine = Machine()
    check = machine.check()
    check.note("panel", format_datetime(NOW))
    machine.passed_s = 86_401.0
    assert check.confirmed() is None


FAR = f"Sat, 01 Aug {'9' * 20} 12:00:00 GMT"


@pytest.mark.parametrize("date", [None, "", "soon", "Sat, 99 Foo 2026 12:00:00 GMT", "9" * 400, FAR])
def test_what_is_no_date_is_passed_over(date: str | None) -> None:
    check = Machine().check()
    check.note("panel", date)
    assert check.confirmed() is None
    check.note("panel", "Sat, 01 Aug 2026 12:00:00 GMT")
    assert check.confirmed() == NOW


async def test_who_deletes_by_age_reads_why_nothing_is_deleted() -> None:
    check = Machine(YEAR).check()
    check.note("panel", format_datetime(NOW))
    with pytest.raises(ClockUncertain, match="clock is wrong") as caught:
        await check.now()
    assert caught.value.detail == "off by 365 d"
    assert "Nothing is deleted" in caught.value.state
