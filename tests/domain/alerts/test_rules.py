"""When each rule fires and clears, and which rules hold for a server."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alerts import (
    DEFAULTS,
    AlertState,
    EventKind,
    Override,
    RuleInput,
    RuleKind,
    Severity,
    dumps,
    inhibitor,
    loads,
    rules_for,
)
from bot.domain.alerts.rules import STUCK
from bot.domain.observation import (
    Limits,
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
    Story,
    crash,
    load,
    off,
    seen,
    story,
)


@pytest.mark.parametrize("kind", [RuleKind.MEMORY, RuleKind.CPU])
def test_load_has_to_last_three_minutes_and_three_samples(kind: RuleKind) -> None:
    assert story(kind).feed(load(85), 3).kinds == []
    assert story(kind).feed(load(85), 2, every_s=200).kinds == []
    assert story(kind).feed(load(85), 4).notified == [(FIRED, Severity.WARNING)]
    assert story(kind).feed(load(85), 2).feed(load(60)).feed(load(85), 3).kinds == []


def test_each_crash_is_notified_until_they_are_too_many() -> None:
    rare = story(RuleKind.CRASH)
    for _ in range(4):
        crash(rare).feed(load(50), 6)
    assert rare.kinds == [FIRED, RECOVERED, FIRED, RECOVERED, FIRED, RECOVERED, EventKind.FLAPPING]


def test_what_was_known_of_a_silence_is_when_it_began() -> None:
    out = RuleInput(Unreachable(Unreached.PANEL, NOW - timedelta(seconds=40)), is_reachable=False)
    assert story(RuleKind.PANEL).feed(out, 3, 20).events[0].fired_at == NOW - timedelta(seconds=40)


def test_a_full_disk_needs_one_sample_and_clears_two_points_lower() -> None:
    disk = story(RuleKind.DISK).feed(load(96))
    assert disk.notified == [(FIRED, Severity.CRITICAL)]
    assert disk.feed(load(84), 9).notified[1:] == [(CHANGED, Severity.WARNING)]
    assert disk.feed(load(82), 9).kinds == [FIRED, CHANGED, RECOVERED]


def test_load_rules_rest_after_a_start_of_the_server_or_the_bot() -> None:
    young = RuleInput(seen(99, uptime_ms=60_000))
    assert story(RuleKind.MEMORY).feed(young, 9).kinds == []
    assert story(RuleKind.DISK).feed(replace(load(99), samples=1), 9).kinds == []


def test_without_a_limit_there_is_no_alert() -> None:
    unlimited = RuleInput(replace(seen(500), limits=Limits()))
    assert story(RuleKind.MEMORY).feed(unlimited, 9).state == AlertState()


def test_an_alert_ends_when_its_limit_is_taken_away() -> None:
    for kind in (RuleKind.MEMORY, RuleKind.CPU, RuleKind.DISK):
        response = story(kind).feed(load(97), 4).feed(RuleInput(replace(seen(97), limits=Limits())), 6)
        assert response.kinds == [FIRED, RECOVERED]


def test_a_forecast_clears_at_twice_its_threshold() -> None:
    disk = (
        story(RuleKind.DISK_FORECAST).feed(RuleInput(hours_to_full=70)).feed(RuleInput(hours_to_full=140), 9)
    )
    assert disk.kinds == [FIRED]
    assert disk.feed(RuleInput(hours_to_full=math.inf), 6).kinds == [FIRED, RECOVERED]
    assert loads(dumps(disk.state)) == disk.state


def test_an_unexpectedly_offline_server_fires_after_two_more_polls() -> None:
    assert story(RuleKind.STATE).feed(off(), 2, 25).kinds == []
    assert story(RuleKind.STATE).feed(off(), 3, 25).notified == [(FIRED, Severity.CRITICAL)]


def test_a_pushed_crash_waits_ten_seconds_for_the_node_to_mend_it() -> None:
    assert story(RuleKind.STATE).feed(off(Source.SOCKET), 2, 10).kinds == [FIRED]
    mended = (
        story(RuleKind.STATE).feed(off(Source.SOCKET)).feed(RuleInput(seen(0, PowerState.STARTING, 5)), 9)
    )
    assert mended.kinds == []


def test_a_stop_that_somebody_asked_for_is_no_alert() -> None:
    assert story(RuleKind.STATE).feed(off(stop_requested=True), 9).kinds == []


@pytest.mark.parametrize("state", [PowerState.STARTING, PowerState.STOPPING])
def test_how_long_it_starts_or_stops_is_counted_where_no_uptime_says_so(state: PowerState) -> None:
    stuck = Story(DEFAULTS[STUCK[state]])
    for _ in range(40):
        stuck.feed(RuleInput(replace(seen(0, state, 0), at=stuck.now)))
    assert stuck.notified == [(FIRED, Severity.WARNING), (ESCALATED, Severity.CRITICAL)]
    assert stuck.feed(load(50), 6).kinds[-1] is RECOVERED
    assert stuck.state.changing_since is None


def test_it_clears_when_it_runs_again_not_when_it_starts() -> None:
    down = story(RuleKind.STATE).feed(off(), 3, 25).feed(RuleInput(seen(0, PowerState.STARTING, 5)), 30)
    assert down.kinds == [FIRED]
    assert down.feed(load(50), 6).kinds == [FIRED, RECOVERED]


def test_a_crash_fires_at_once_and_resolves_after_half_an_hour_of_quiet() -> None:
    crashed = crash(story(RuleKind.CRASH))
    assert crashed.notified == [(FIRED, Severity.WARNING)]
    assert crashed.feed(load(50), 29).kinds == [FIRED]
    assert crashed.feed(load(50), 1).kinds == [FIRED, RECOVERED]
    assert crashed.state.changes


def test_a_crash_is_not_over_while_the_server_lies_there() -> None:
    gave_up = crash(story(RuleKind.CRASH), gave_up=True).feed(off(), 120)
    assert gave_up.kinds == [FIRED]
    assert gave_up.feed(load(50)).kinds == [FIRED, RECOVERED]
    stopped = crash(story(RuleKind.CRASH)).feed(off(stop_requested=True), 31)
    assert stopped.kinds == [FIRED, RECOVERED]


def test_three_crashes_in_ten_minutes_or_a_node_that_gave_up_are_critical() -> None:
    assert crash(crash(crash(story(RuleKind.CRASH)))).notified[-1] == (ESCALATED, Severity.CRITICAL)
    assert crash(story(RuleKind.CRASH), gave_up=True).notified == [(FIRED, Severity.CRITICAL)]
    rare = crash(crash(story(RuleKind.CRASH)).feed(load(50), 6)).feed(load(50), 6)
    assert crash(rare).notified[-1] == (FIRED, Severity.WARNING)


def starting(minutes: int) -> RuleInput:
    return RuleInput(seen(0, PowerState.STARTING, minutes * 60_000))


@pytest.mark.parametrize(
    ("kind", "rule_input", "level", "well"),
    [
        (RuleKind.STUCK_STARTING, starting(11), Severity.WARNING, load(0)),
        (RuleKind.STUCK_STARTING, starting(31), Severity.CRITICAL, load(0)),
        (RuleKind.BACKUP_AGE, RuleInput(backup_age_days=3.1), Severity.WARNING, RuleInput(backup_age_days=0)),
        (
            RuleKind.BACKUP_AGE,
            RuleInput(backup_age_days=7.1),
            Severity.CRITICAL,
            RuleInput(backup_age_days=0),
        ),
        (
            RuleKind.BACKUP_TROUBLE,
            RuleInput(backup_trouble=True),
            Severity.WARNING,
            RuleInput(backup_trouble=False),
        ),
        (RuleKind.NODE, RuleInput(is_reachable=False), Severity.CRITICAL, RuleInput(is_reachable=True)),
        (
            RuleKind.INSTALL_FAILED,
            RuleInput(install_failed=True),
            Severity.WARNING,
            RuleInput(install_failed=False),
        ),
        (RuleKind.SUSPENDED, RuleInput(suspended=True), Severity.WARNING, RuleInput(suspended=False)),
    ],
)
def test_rules_of_one_check(kind: RuleKind, rule_input: RuleInput, level: Severity, well: RuleInput) -> None:
    notified = story(kind).feed(rule_input).feed(RuleInput(), 99).feed(well, 6).notified
    assert notified == [(FIRED, level), (RECOVERED, level)]


def test_a_panel_is_down_after_three_misses() -> None:
    assert story(RuleKind.PANEL).feed(RuleInput(is_reachable=False), 2).kinds == []
    assert story(RuleKind.PANEL).feed(RuleInput(is_reachable=False), 3).kinds == [FIRED]


def test_turning_a_rule_off_ends_its_alert() -> None:
    disk = story(RuleKind.DISK).feed(load(99))
    disk.rule = replace(disk.rule, enabled=False)
    assert disk.feed(load(99), 2).kinds == [FIRED, RECOVERED]


def test_java_memory_is_off_unless_this_server_asks_for_it() -> None:
    on = {RuleKind.MEMORY: Override(enabled=True, warn=70)}
    assert rules_for()[RuleKind.MEMORY].enabled
    assert not rules_for(java=True, of_all=on)[RuleKind.MEMORY].enabled
    assert rules_for(java=True, of_one=on)[RuleKind.MEMORY] == replace(DEFAULTS[RuleKind.MEMORY], warn=70)


@pytest.mark.parametrize(
    ("kind", "firing", "by"),
    [
        (RuleKind.STATE, {RuleKind.CRASH}, RuleKind.CRASH),
        (RuleKind.MEMORY, {RuleKind.CRASH}, None),
        (RuleKind.NO_ANSWER, {RuleKind.CRASH}, RuleKind.CRASH),
        (RuleKind.NO_ANSWER, {RuleKind.STATE}, RuleKind.STATE),
        (RuleKind.NO_ANSWER, {RuleKind.NODE, RuleKind.STATE}, RuleKind.NODE),
        (RuleKind.STATE, {RuleKind.NO_ANSWER}, None),
        (RuleKind.MEMORY, {RuleKind.NODE, RuleKind.PANEL}, RuleKind.PANEL),
        (RuleKind.NODE, {RuleKind.NODE, RuleKind.PANEL}, RuleKind.PANEL),
        (RuleKind.PANEL, {RuleKind.NODE, RuleKind.PANEL}, None),
    ],
)
def test_the_worse_fact_swallows_the_lesser(
    kind: RuleKind, firing: set[RuleKind], by: RuleKind | None
) -> None:
    assert inhibitor(kind, firing) is by


def silent(
    minutes: float, state: PowerState = PowerState.RUNNING, source: Source = Source.SOCKET
) -> RuleInput:
    return RuleInput(seen(50, state, source=source), silent_for=timedelta(minutes=minutes))


def test_a_game_that_answers_no_queries_for_minutes_fires_and_escalates() -> None:
    hung = story(RuleKind.NO_ANSWER)
    for minute in range(12):
        hung.feed(silent(minute))
    assert hung.notified == [(FIRED, Severity.WARNING), (ESCALATED, Severity.CRITICAL)]
    assert hung.events[0].fired_at == NOW
    assert hung.feed(silent(0), 7).kinds[-1] is RECOVERED


def test_a_game_that_has_never_answered_never_fires() -> None:
    assert story(RuleKind.NO_ANSWER).feed(RuleInput(seen()), 60).kinds == []


def test_a_restart_is_no_answer_but_the_end_of_the_silence_if_the_next_process_answers() -> None:
    hung = story(RuleKind.NO_ANSWER).feed(silent(12))
    hung.feed(silent(12, PowerState.STOPPING)).feed(off(stop_requested=True))
    hung.feed(RuleInput(seen(50, PowerState.STARTING))).feed(silent(1)).feed(silent(2))
    assert hung.kinds == [FIRED]
    assert hung.feed(silent(0), 6).kinds == [FIRED, RECOVERED]


def test_a_next_process_that_hangs_as_well_is_a_new_alert() -> None:
    hung = story(RuleKind.NO_ANSWER).feed(silent(12)).feed(off(stop_requested=True))
    hung.feed(silent(1)).feed(silent(2)).feed(silent(3)).feed(silent(4))
    assert hung.kinds == [FIRED, RECOVERED, FIRED]


def test_a_server_that_is_stopped_for_good_ends_the_alert() -> None:
    assert story(RuleKind.NO_ANSWER).feed(silent(12)).feed(off(stop_requested=True), 7).kinds == [
        FIRED,
        RECOVERED,
    ]


def test_one_polled_sample_after_an_outage_is_no_alert() -> None:
    """The game was out of reach as well: what is known of it is older than its next query."""
    polled = silent(20, source=Source.POLL)
    assert story(RuleKind.NO_ANSWER).feed(polled).feed(silent(0), 10).kinds == []
    assert story(RuleKind.NO_ANSWER).feed(polled, 2).kinds == [FIRED]
