"""The alert machine: each page is worth waking up for, none comes twice, nothing follows from silence."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.alerts import (
    DEFAULTS,
    AlertState,
    Crash,
    Event,
    EventKind,
    Override,
    Phase,
    Rule,
    RuleInput,
    RuleKind,
    Severity,
    Suppression,
    dumps,
    inhibitor,
    loads,
    max_sample_gap,
    rules_for,
    step,
)
from bot.domain.alerts.handling import Acknowledgement, Silence, of_incident
from bot.domain.alerts.rules import STUCK
from bot.domain.observation import (
    Absence,
    Limits,
    Missing,
    Observation,
    ServerKey,
    Source,
    Unreachable,
    Unreached,
)
from bot.panel.models import PowerState

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
KEY = ServerKey("main", "u")
GUILD = 1
HOUR_MS = 3_600_000
FIRED, ESCALATED, RECOVERED = EventKind.FIRED, EventKind.ESCALATED, EventKind.RECOVERED
SURFACED, REPEATED, CHANGED = EventKind.UNSUPPRESSED, EventKind.REPEATED, EventKind.CHANGED
GONE = RuleInput(Missing(KEY, NOW, Absence.NODE_SILENT))


def seen(
    percent: float = 50.0,
    state: PowerState = PowerState.RUNNING,
    uptime_ms: int = HOUR_MS,
    source: Source = Source.POLL,
) -> Observation:
    limits = Limits(memory_bytes=1000, cpu_percent=100, disk_bytes=1000)
    used = round(percent * 10)
    return Observation(KEY, NOW, state, used, percent, used, 0, 0, uptime_ms, source, limits)


def acknowledged(state: AlertState, by: int, now: datetime) -> AlertState:
    """As when the only guild that is notified acknowledges what fires."""
    if not state.fires or state.level is None:
        return state
    return of_incident([Acknowledgement(1, GUILD, by, now, state.level)], []).applied(state, {GUILD}, now)


def silenced(state: AlertState, until: datetime, now: datetime) -> AlertState:
    """As when the only guild that is notified silences it."""
    silence = Silence(GUILD, KEY.panel_id, KEY.uuid, RuleKind.DISK, until)
    return of_incident([], [silence]).applied(state, {GUILD}, now)


def load(percent: float) -> RuleInput:
    return RuleInput(seen(percent))


@dataclass
class Story:
    """One rule over time."""

    rule: Rule
    now: datetime = NOW
    state: AlertState = field(default_factory=AlertState)
    events: list[Event] = field(default_factory=list)

    def feed(
        self, look: RuleInput, times: int = 1, every_s: float = 60, mute: Suppression | None = None
    ) -> "Story":
        for _ in range(times):
            self.state, notified = step(self.state, look, self.rule, self.now, mute)
            self.events += notified
            self.now += timedelta(seconds=every_s)
        return self

    @property
    def notified(self) -> list[tuple[EventKind, Severity]]:
        return [(event.kind, event.level) for event in self.events if event.suppression is None]

    @property
    def kinds(self) -> list[EventKind]:
        return [kind for kind, _ in self.notified]


def story(kind: RuleKind) -> Story:
    return Story(DEFAULTS[kind])


@pytest.mark.parametrize("kind", [RuleKind.MEMORY, RuleKind.CPU])
def test_load_has_to_last_three_minutes_and_three_looks(kind: RuleKind) -> None:
    assert story(kind).feed(load(85), 3).kinds == []
    assert story(kind).feed(load(85), 2, every_s=200).kinds == []
    assert story(kind).feed(load(85), 4).notified == [(FIRED, Severity.WARNING)]
    assert story(kind).feed(load(85), 2).feed(load(60)).feed(load(85), 3).kinds == []


def test_looks_far_apart_are_no_run_unless_they_are_meant_to_be_so_rare() -> None:
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


def test_a_warning_that_becomes_critical_is_told_anew_and_easing_is_an_edit() -> None:
    notified = story(RuleKind.MEMORY).feed(load(85), 4).feed(load(95), 4).feed(load(82), 7).notified
    assert notified == [
        (FIRED, Severity.WARNING),
        (ESCALATED, Severity.CRITICAL),
        (CHANGED, Severity.WARNING),
    ]


def test_between_the_threshold_and_the_clear_it_keeps_firing() -> None:
    assert story(RuleKind.MEMORY).feed(load(85), 4).feed(load(77), 60).kinds == [FIRED]


def test_recovery_takes_five_minutes_and_tells_the_peak() -> None:
    notified = story(RuleKind.MEMORY).feed(load(85), 4).feed(load(88)).feed(load(50), 5)
    assert (notified.kinds, notified.state.phase) == ([FIRED], Phase.RECOVERING)
    assert notified.feed(load(50)).kinds == [FIRED, RECOVERED]
    assert (notified.events[-1].peak, notified.events[-1].fired_at) == (88, NOW)  # when it was first seen


def test_what_returns_while_it_recovers_is_a_new_alert_that_nobody_has() -> None:
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


def test_a_restart_while_it_recovers_is_no_return() -> None:
    down = story(RuleKind.STATE).feed(off(), 3, 25).feed(load(50))
    assert down.feed(RuleInput(seen(0, PowerState.STARTING, 5)), 30).kinds == [FIRED]
    assert down.feed(load(50)).kinds == [FIRED, RECOVERED]


def test_a_value_that_wavers_while_it_recovers_is_the_same_alert() -> None:
    notified = story(RuleKind.MEMORY).feed(load(85), 4).feed(load(50), 2).feed(load(85), 9)
    assert (notified.kinds, notified.state.phase) == ([FIRED], Phase.FIRING)


def test_each_crash_is_told_until_they_are_too_many() -> None:
    rare = story(RuleKind.CRASH)
    for _ in range(4):
        crash(rare).feed(load(50), 6)
    assert rare.kinds == [FIRED, RECOVERED, FIRED, RECOVERED, FIRED, RECOVERED, EventKind.FLAPPING]


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


def test_what_was_known_of_a_silence_is_when_it_began() -> None:
    out = RuleInput(Unreachable(Unreached.PANEL, NOW - timedelta(seconds=40)), is_reachable=False)
    assert story(RuleKind.PANEL).feed(out, 3, 20).events[0].fired_at == NOW - timedelta(seconds=40)


def test_a_full_disk_needs_one_look_and_clears_two_points_lower() -> None:
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


def off(source: Source = Source.POLL, *, asked: bool = False) -> RuleInput:
    return RuleInput(seen(0, PowerState.OFFLINE, 0, source), stop_requested_by=asked)


def test_a_server_that_nobody_stopped_is_told_after_two_more_looks() -> None:
    assert story(RuleKind.STATE).feed(off(), 2, 25).kinds == []
    assert story(RuleKind.STATE).feed(off(), 3, 25).notified == [(FIRED, Severity.CRITICAL)]


def test_a_pushed_crash_waits_ten_seconds_for_the_node_to_mend_it() -> None:
    assert story(RuleKind.STATE).feed(off(Source.SOCKET), 2, 10).kinds == [FIRED]
    mended = (
        story(RuleKind.STATE).feed(off(Source.SOCKET)).feed(RuleInput(seen(0, PowerState.STARTING, 5)), 9)
    )
    assert mended.kinds == []


def test_a_stop_that_somebody_asked_for_is_no_alert() -> None:
    assert story(RuleKind.STATE).feed(off(asked=True), 9).kinds == []


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


def crash(story: Story, *, gave_up: bool = False) -> Story:
    return story.feed(replace(load(50), crashes=(Crash(story.now, gave_up),)))


def test_a_crash_is_told_at_once_and_over_after_half_an_hour_of_quiet() -> None:
    crashed = crash(story(RuleKind.CRASH))
    assert crashed.notified == [(FIRED, Severity.WARNING)]
    assert crashed.feed(load(50), 29).kinds == [FIRED]
    assert crashed.feed(load(50), 1).kinds == [FIRED, RECOVERED]
    assert crashed.state.changes


def test_a_crash_is_not_over_while_the_server_lies_there() -> None:
    gave_up = crash(story(RuleKind.CRASH), gave_up=True).feed(off(), 120)
    assert gave_up.kinds == [FIRED]
    assert gave_up.feed(load(50)).kinds == [FIRED, RECOVERED]
    stopped = crash(story(RuleKind.CRASH)).feed(off(asked=True), 31)
    assert stopped.kinds == [FIRED, RECOVERED]


def test_three_crashes_in_ten_minutes_or_a_node_that_gave_up_are_critical() -> None:
    assert crash(crash(crash(story(RuleKind.CRASH)))).notified[-1] == (ESCALATED, Severity.CRITICAL)
    assert crash(story(RuleKind.CRASH), gave_up=True).notified == [(FIRED, Severity.CRITICAL)]
    rare = crash(crash(story(RuleKind.CRASH)).feed(load(50), 6)).feed(load(50), 6)
    assert crash(rare).notified[-1] == (FIRED, Severity.WARNING)


def starting(minutes: int) -> RuleInput:
    return RuleInput(seen(0, PowerState.STARTING, minutes * 60_000))


@pytest.mark.parametrize(
    ("kind", "look", "level", "well"),
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
def test_rules_of_one_look(kind: RuleKind, look: RuleInput, level: Severity, well: RuleInput) -> None:
    notified = story(kind).feed(look).feed(RuleInput(), 99).feed(well, 6).notified
    assert notified == [(FIRED, level), (RECOVERED, level)]


def test_a_panel_is_down_after_three_misses() -> None:
    assert story(RuleKind.PANEL).feed(RuleInput(is_reachable=False), 2).kinds == []
    assert story(RuleKind.PANEL).feed(RuleInput(is_reachable=False), 3).kinds == [FIRED]


def test_repeats_end_after_six() -> None:
    disk = story(RuleKind.DISK).feed(load(99), 24 * 4, every_s=1800)
    assert disk.kinds == [FIRED, *[REPEATED] * 6]


def test_what_was_muted_is_told_when_the_mute_ends_and_is_no_second_firing() -> None:
    disk = story(RuleKind.DISK).feed(load(99), 3, mute=Suppression.MAINTENANCE)
    assert (disk.kinds, [event.kind for event in disk.events]) == ([], [FIRED])
    assert disk.feed(load(99), 3).kinds == [SURFACED]


def test_what_was_told_is_told_to_be_over_also_in_maintenance_and_what_was_not_is_not() -> None:
    notified = story(RuleKind.DISK).feed(load(99)).feed(load(9), 6, mute=Suppression.MAINTENANCE)
    assert notified.kinds == [FIRED, RECOVERED]
    assert story(RuleKind.DISK).feed(load(99), mute=Suppression.MAINTENANCE).feed(load(9), 6).kinds == []


def test_a_snooze_is_quiet_until_its_end() -> None:
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


def test_an_acknowledged_warning_that_grows_in_maintenance_is_told_after_it() -> None:
    disk = story(RuleKind.DISK).feed(load(90))
    disk.state = acknowledged(disk.state, 7, disk.now)
    disk.feed(load(99), 3, mute=Suppression.MAINTENANCE)
    assert disk.feed(load(99)).notified[1:] == [(SURFACED, Severity.CRITICAL)]


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
        (RuleKind.MEMORY, {RuleKind.NODE, RuleKind.PANEL}, RuleKind.PANEL),
        (RuleKind.NODE, {RuleKind.NODE, RuleKind.PANEL}, RuleKind.PANEL),
        (RuleKind.PANEL, {RuleKind.NODE, RuleKind.PANEL}, None),
    ],
)
def test_the_worse_fact_swallows_the_lesser(
    kind: RuleKind, firing: set[RuleKind], by: RuleKind | None
) -> None:
    assert inhibitor(kind, firing) is by


OBSERVED = st.builds(
    seen,
    st.floats(0, 120),
    st.sampled_from(PowerState),
    st.sampled_from([0, 1000, HOUR_MS, 9 * HOUR_MS]),
    st.sampled_from(Source),
)
KNOWN = st.builds(
    RuleInput,
    OBSERVED,
    st.integers(1, 3),
    st.booleans(),
    st.sampled_from([(), (Crash(NOW),), (Crash(NOW, gave_up=True),)]),
    st.none() | st.floats(0, 300) | st.just(math.inf),
    st.none() | st.floats(0, 10),
    *[st.none() | st.booleans()] * 4,
)
MOMENTS = st.tuples(
    st.just(GONE) | KNOWN,
    st.sampled_from([1, 30, 60, 400, 20_000]),
    st.sampled_from([None, None, Suppression.MAINTENANCE, Suppression.INHIBITED]),
    st.sampled_from(["", "", "", "ack", "snooze"]),
)
LIVES = st.lists(MOMENTS, max_size=25)
on_any_machine = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
RULES = st.sampled_from(list(DEFAULTS.values()))
Moment = tuple[RuleInput, int, Suppression | None, str]


def live(
    rule: Rule, life: Iterable[Moment], between: Callable[[AlertState], AlertState] = lambda state: state
) -> tuple[AlertState, list[tuple[RuleInput, Event, bool]]]:
    """Run a life; each event comes with its look and whether the alert had been acknowledged before."""
    state, now, events = AlertState(), NOW, []
    for timeless, seconds, mute, act in life:
        now += timedelta(seconds=seconds)
        look = replace(timeless, crashes=tuple(replace(crash, at=now) for crash in timeless.crashes))
        if act == "ack":
            state = acknowledged(state, 7, now)
        elif act == "snooze":
            state = silenced(state, now + timedelta(hours=1), now)
        acked = state.acknowledged_by is not None
        state, notified = step(between(state), look, rule, now, mute)
        events += [(look, event, acked) for event in notified]
    return state, events


@on_any_machine
@given(RULES, LIVES)
def test_never_two_firings_without_a_clear_between(rule: Rule, life: list[Moment]) -> None:
    _, events = live(rule, life)
    ends = [event.kind for _, event, _ in events if event.kind in (FIRED, RECOVERED)]
    assert ends == [FIRED, RECOVERED] * (len(ends) // 2) + [FIRED] * (len(ends) % 2)


@on_any_machine
@given(RULES, LIVES)
def test_nothing_follows_from_missing_data(rule: Rule, life: list[Moment]) -> None:
    _, events = live(rule, life)
    assert [event for look, event, _ in events if look is GONE] == []


@on_any_machine
@given(RULES, LIVES)
def test_an_acknowledged_alert_never_repeats(rule: Rule, life: list[Moment]) -> None:
    _, events = live(rule, life)
    assert [event for _, event, acked in events if acked and event.kind is REPEATED] == []


@on_any_machine
@given(RULES, LIVES)
def test_whatever_was_told_is_told_to_be_over(rule: Rule, life: list[Moment]) -> None:
    open_incident: datetime | None = None
    for _, event, _ in live(rule, life)[1]:
        if event.kind is RECOVERED:
            assert (event.suppression is None) == (event.fired_at == open_incident)
            open_incident = None
        elif event.suppression is None and event.kind in (FIRED, ESCALATED, SURFACED):
            open_incident = event.fired_at


@on_any_machine
@given(RULES, LIVES)
def test_a_restart_at_any_moment_changes_nothing(rule: Rule, life: list[Moment]) -> None:
    assert live(rule, life) == live(rule, life, between=lambda state: loads(dumps(state)))
