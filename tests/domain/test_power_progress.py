"""When a power action has reached its goal, by what was observed, in order of time."""

import pytest

from bot.domain.power_progress import CACHED_S, Ending, Follow
from bot.panel.models import PowerSignal, PowerState

OFF, UP, ON, DOWN, MISSING = (
    PowerState.OFFLINE,
    PowerState.STARTING,
    PowerState.RUNNING,
    PowerState.STOPPING,
    PowerState.MISSING,
)
START, STOP, RESTART, KILL = PowerSignal.START, PowerSignal.STOP, PowerSignal.RESTART, PowerSignal.KILL
HOUR_MS = 3_600_000
Seen = tuple[float, PowerState, int | None]


def ending(signal: PowerSignal, before: PowerState, *seen: Seen, live: bool = True) -> Ending | None:
    follow = Follow(
        signal,
        before,
        HOUR_MS if before is ON else 0,
        trusted_after_s=0.0 if live else CACHED_S,
        grace_s=12.0,
    )
    for at, state, uptime_ms in seen:
        if (result := follow.see(state, uptime_ms, at)) is not None:
            return result
    return None


@pytest.mark.parametrize(
    ("signal", "before", "seen", "result"),
    [
        (START, OFF, [(1, UP, 0), (5, ON, 4000)], Ending.REACHED),
        (START, OFF, [(1, UP, 0)], None),
        (START, OFF, [(1, OFF, 0), (30, OFF, 0)], None),
        (START, OFF, [(1, UP, 0), (3, OFF, 0), (9, UP, 0), (12, ON, 1)], Ending.REACHED),
        (START, OFF, [(1, UP, 0), (3, OFF, 0), (16, OFF, 0)], Ending.FELL_BACK),
        (START, ON, [(0, ON, HOUR_MS)], Ending.ALREADY),
        (RESTART, ON, [(0, ON, HOUR_MS), (1, DOWN, 0), (2, OFF, 0), (3, UP, 0), (9, ON, 5)], Ending.REACHED),
        (RESTART, ON, [(0, ON, HOUR_MS), (60, ON, HOUR_MS + 60_000)], None),
        (RESTART, ON, [(40, ON, 9_000)], Ending.REACHED),
        (RESTART, ON, [(0.1, ON, 9_000)], None),  # of a restart before this one
        (RESTART, OFF, [(1, UP, 0), (5, ON, 4)], Ending.REACHED),
        (RESTART, UP, [(1, ON, 5)], None),
        (RESTART, UP, [(1, DOWN, 0), (3, OFF, 0), (4, UP, 0), (9, ON, 5)], Ending.REACHED),
        (RESTART, ON, [(1, DOWN, 0), (2, OFF, 0), (15, OFF, 0)], Ending.FELL_BACK),
        (STOP, ON, [(1, DOWN, 0), (9, OFF, 0)], Ending.REACHED),
        (STOP, ON, [(1, DOWN, 0), (90, DOWN, 0)], None),
        (STOP, OFF, [(0, OFF, 0)], Ending.ALREADY),
        (KILL, DOWN, [(0.1, OFF, 0)], Ending.REACHED),
        (STOP, ON, [(1, MISSING, 0)], None),
    ],
)  # fmt: skip
def test_on_a_live_socket(
    signal: PowerSignal, before: PowerState, seen: list[Seen], result: Ending | None
) -> None:
    assert ending(signal, before, *seen) is result


@pytest.mark.parametrize(
    ("signal", "before", "seen", "result"),
    [
        (START, ON, [(5, ON, HOUR_MS), (15, ON, HOUR_MS)], None),
        (START, ON, [(5, ON, HOUR_MS), (22, ON, HOUR_MS + 22_000)], Ending.ALREADY),
        (STOP, ON, [(5, ON, HOUR_MS), (21, OFF, 0)], Ending.REACHED),
        (RESTART, ON, [(5, ON, HOUR_MS), (21, ON, 12_000)], Ending.REACHED),
    ],
)
def test_an_unchanged_answer_from_the_cache_proves_nothing(
    signal: PowerSignal, before: PowerState, seen: list[Seen], result: Ending | None
) -> None:
    assert ending(signal, before, *seen, live=False) is result


def test_silence_settles_what_was_there_already_and_what_fell() -> None:
    off = Follow(STOP, OFF, 0, trusted_after_s=0, grace_s=12)
    assert off.wait(1) is None
    assert off.wait(6) is Ending.ALREADY

    fallen = Follow(START, OFF, 0, trusted_after_s=0, grace_s=12)
    fallen.see(UP, 0, 1)
    fallen.see(OFF, 0, 3)
    assert fallen.wait(10) is None
    assert fallen.wait(16) is Ending.FELL_BACK


@pytest.mark.parametrize(
    ("signal", "seen", "result"),
    [
        (STOP, [(1, OFF, None)], Ending.REACHED),
        (START, [(1, ON, None)], Ending.REACHED),
        (RESTART, [(1, ON, HOUR_MS), (9, ON, HOUR_MS)], None),
        (RESTART, [(1, ON, HOUR_MS), (9, ON, 5000)], Ending.REACHED),
        (RESTART, [(1, ON, None), (2, DOWN, None), (4, UP, None), (9, ON, None)], Ending.REACHED),
    ],
)
def test_what_was_before_is_not_known(signal: PowerSignal, seen: list[Seen], result: Ending | None) -> None:
    assert ending(signal, PowerState.UNKNOWN, *seen) is result
