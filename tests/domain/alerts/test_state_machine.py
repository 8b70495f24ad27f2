"""An alert fires, escalates, repeats and recovers: one event for each change, and none without a reason."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.alerts import (
    DEFAULTS,
    Crash,
    EventKind,
    Phase,
    RuleInput,
    RuleKind,
    Severity,
    Suppression,
    max_sample_gap,
)
from bot.domain.observation import (
    Source,
    Unreachable,
    Unreached,
)
from bot.panel.models import PowerState
from tests.domain.alerts.story import (
    CHANGED,
    ESCALATED,
    FIRED,
    NOW,
    RECOVERED,
    REPEATED,
    SURFACED,
    Story,
    acknowledged,
    crash,
    load,
    off,
    seen,
    silenced,
    story,
)


def test_samples_far_apart_are_no_streak_unless_they_are_meant_to_be_so_rare() -> None:
    assert story(RuleKind.MEMORY).feed(load(85), 9, every_s=400).kinds == []
    rare = replace(load(85), max_sample_gap=max_sample_gap(400))
    assert story(RuleKind.MEMORY).feed(rare, 3, every_s=400).kinds == [FIRED]
    assert story(RuleKind.MEMORY).feed(rare, 3, every_s=900).kinds == [FIRED]
    assert story(RuleKind.MEMORY).feed(rare, 9, every_s=1001).kinds == []
    assert max_sample_gap(60) == RuleInput().max_sample_gap == timedelta(minutes=5)


def test_a_clock_that_is_set_back_by_hours_delays_neither_alert_nor_recovery() -> None:
    notified = story(RuleKind.MEMORY).feed(load(85), 2)
    notified.now -= timedelta(hours=5)
    notified.feed(load(85), 4)
    assert notified.kinds == [FIRED]
    notified.feed(load(50), 2)
    notified.now -= timedelta(hours=5)
    assert notified.feed(load(50), 7).kinds == [FIRED, RECOVERED]
    disk = Story(replace(DEFAULTS[RuleKind.DISK], keep_firing_for_s=0))
    disk.feed(load(99)).feed(load(9)).feed(load(99)).feed(load(9))
    assert disk.state.is_flapping
    disk.now -= timedelta(hours=5)
    assert disk.feed(load(99)).kinds[-1] is FIRED
    crashed = story(RuleKind.CRASH)
    crash(crashed)
    crashed.now -= timedelta(hours=5)
    assert crashed.feed(load(50)).kinds == [FIRED, RECOVERED]


def test_a_warning_that_becomes_critical_is_sent_again_and_easing_is_an_edit() -> None:
    notified = story(RuleKind.MEMORY).feed(load(85), 4).feed(load(95), 4).feed(load(82), 7).notified
    assert notified == [
        (FIRED, Severity.WARNING),
        (ESCALATED, Severity.CRITICAL),
        (CHANGED, Severity.WARNING),
    ]


def test_between_the_threshold_and_the_clear_it_keeps_firing() -> None:
    assert story(RuleKind.MEMORY).feed(load(85), 4).feed(load(77), 60).kinds == [FIRED]


def test_recovery_takes_five_minutes_and_shows_the_peak() -> None:
    notified = story(RuleKind.MEMORY).feed(load(85), 4).feed(load(88)).feed(load(50), 5)
    assert (notified.kinds, notified.state.phase) == ([FIRED], Phase.RECOVERING)
    assert notified.feed(load(50)).kinds == [FIRED, RECOVERED]
    assert (notified.events[-1].peak, notified.events[-1].fired_at) == (88, NOW)  # when it was first seen


def test_a_problem_that_returns_while_it_recovers_is_a_new_unacknowledged_alert() -> None:
    down = story(RuleKind.STATE).feed(off(), 3, 25)
    down.state = acknowledged(down.state, 5, down.now)
    down.feed(load(50), 1, 25)
    back_at = down.now - timedelta(seconds=25)
    assert down.feed(off(), 2, 25).kinds == [FIRED]
    assert down.state.phase is Phase.RECOVERING
    assert down.feed(off(), 1, 25).kinds == [FIRED, RECOVERED, FIRED]
    ended, again = down.events[-2:]
    assert ended.at == back_at
    assert again.fired_at == back_at + timedelta(seconds=25)
    assert (down.state.acknowledged_by, down.state.phase) == (None, Phase.FIRING)


def test_a_node_that_gives_up_later_makes_the_same_crash_critical() -> None:
    crashed = crash(story(RuleKind.CRASH))
    gave_up = RuleInput(seen(0, PowerState.OFFLINE, 0), crashes=(Crash(NOW, gave_up=True, is_known=True),))
    crashed.feed(gave_up).feed(gave_up)
    assert crashed.notified == [(FIRED, Severity.WARNING), (ESCALATED, Severity.CRITICAL)]
    assert (crashed.state.value, crashed.state.crashes) == (1.0, (NOW,))


def test_what_is_evaluated_late_began_and_ended_when_it_was_observed() -> None:
    down = story(RuleKind.STATE).feed(off(Source.SOCKET), late_s=400).feed(off(Source.SOCKET))
    down.feed(load(50), late_s=90).feed(load(50), 5)
    fired, recovered = down.events
    assert (fired.kind, fired.at - fired.fired_at) == (FIRED, timedelta(seconds=400))
    assert (recovered.kind, recovered.at - recovered.fired_at) == (
        RECOVERED,
        timedelta(seconds=400 + 120 - 90),
    )


def test_a_restart_while_it_recovers_is_no_return() -> None:
    down = story(RuleKind.STATE).feed(off(), 3, 25).feed(load(50))
    assert down.feed(RuleInput(seen(0, PowerState.STARTING, 5)), 30).kinds == [FIRED]
    assert down.feed(load(50)).kinds == [FIRED, RECOVERED]


def test_a_value_that_wavers_while_it_recovers_is_the_same_alert() -> None:
    notified = story(RuleKind.MEMORY).feed(load(85), 4).feed(load(50), 2).feed(load(85), 9)
    assert (notified.kinds, notified.state.phase) == ([FIRED], Phase.FIRING)


def offline() -> RuleInput:
    return RuleInput(seen(state=PowerState.OFFLINE, uptime_ms=0))


def silent(what: Unreached, since: datetime) -> RuleInput:
    return RuleInput(Unreachable(what, since), is_reachable=False)


@pytest.mark.parametrize(
    ("kind", "problem", "well", "began_s"),
    [
        (RuleKind.MEMORY, load(95), load(50), 0),
        (RuleKind.DISK, load(99), load(50), 0),
        (RuleKind.STATE, offline(), load(50), 0),
        (
            RuleKind.PANEL,
            silent(Unreached.PANEL, NOW - timedelta(seconds=40)),
            RuleInput(is_reachable=True),
            -40,
        ),
        (
            RuleKind.NODE,
            silent(Unreached.NODE, NOW - timedelta(seconds=70)),
            RuleInput(is_reachable=True),
            -70,
        ),
        (
            RuleKind.STUCK_STARTING,
            RuleInput(seen(state=PowerState.STARTING, uptime_ms=31 * 60_000)),
            load(50),
            -31 * 60,
        ),
        (RuleKind.SUSPENDED, RuleInput(suspended=True), RuleInput(suspended=False), 0),
    ],
)
def test_an_outage_lasts_from_its_first_sign_to_the_first_sign_that_it_is_over(
    kind: RuleKind, problem: RuleInput, well: RuleInput, began_s: float
) -> None:
    outage = story(kind).feed(problem, 8, every_s=31)
    back_at = outage.now
    outage.feed(well, 12, every_s=31)

    (fired,) = [event for event in outage.events if event.kind is FIRED]
    (over,) = [event for event in outage.events if event.kind is RECOVERED]
    assert over.fired_at == fired.fired_at == NOW + timedelta(seconds=began_s)
    assert over.at == back_at
    assert outage.now - back_at > timedelta(minutes=5)


def test_repeats_end_after_six() -> None:
    disk = story(RuleKind.DISK).feed(load(99), 24 * 4, every_s=1800)
    assert disk.kinds == [FIRED, *[REPEATED] * 6]


def test_a_muted_alert_is_sent_when_the_mute_ends_and_is_no_second_firing() -> None:
    disk = story(RuleKind.DISK).feed(load(99), 3, mute=Suppression.MAINTENANCE)
    assert (disk.kinds, [event.kind for event in disk.events]) == ([], [FIRED])
    assert disk.feed(load(99), 3).kinds == [SURFACED]


def test_the_end_of_a_notified_alert_is_sent_also_in_maintenance_and_of_a_muted_one_is_not() -> None:
    notified = story(RuleKind.DISK).feed(load(99)).feed(load(9), 6, mute=Suppression.MAINTENANCE)
    assert notified.kinds == [FIRED, RECOVERED]
    assert story(RuleKind.DISK).feed(load(99), mute=Suppression.MAINTENANCE).feed(load(9), 6).kinds == []


def test_a_silence_is_quiet_until_its_end() -> None:
    disk = story(RuleKind.DISK)
    disk.state = silenced(disk.state, NOW + timedelta(minutes=10), disk.now)
    assert disk.feed(load(99), 10).kinds == []
    assert disk.feed(load(99)).kinds == [SURFACED]


def test_flapping_is_one_notice_and_then_quiet_until_stable() -> None:
    rule = replace(DEFAULTS[RuleKind.DISK], keep_firing_for_s=0)
    disk = Story(rule)
    for _ in range(10):
        disk.feed(load(99)).feed(load(9))
    assert disk.kinds == [FIRED, RECOVERED, FIRED, EventKind.FLAPPING, RECOVERED]
    assert disk.feed(load(99), 17).kinds[5:] == [SURFACED]


def test_an_acknowledgement_holds_for_the_level_it_was_given_for() -> None:
    disk = story(RuleKind.DISK).feed(load(90))
    disk.state = acknowledged(disk.state, 7, disk.now)
    assert disk.feed(load(90), 60, every_s=1800).kinds == [FIRED]
    assert disk.feed(load(99), 20, every_s=1800).kinds == [FIRED, ESCALATED, REPEATED, REPEATED]
    assert disk.state.acknowledged_by is None

    disk.state = acknowledged(disk.state, 8, disk.now)
    disk.feed(load(90), 7).feed(load(99), 200, every_s=1800)
    assert disk.kinds[4:] == [CHANGED, CHANGED]
    assert disk.state.acknowledged_by == 8


def test_an_acknowledged_warning_that_worsens_in_maintenance_is_sent_after_it() -> None:
    disk = story(RuleKind.DISK).feed(load(90))
    disk.state = acknowledged(disk.state, 7, disk.now)
    disk.feed(load(99), 3, mute=Suppression.MAINTENANCE)
    assert disk.feed(load(99)).notified[1:] == [(SURFACED, Severity.CRITICAL)]
