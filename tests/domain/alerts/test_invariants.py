"""What holds for every rule and every sequence of observations."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.alerts import (
    DEFAULTS,
    AlertState,
    Crash,
    Event,
    Rule,
    RuleInput,
    Suppression,
    dumps,
    loads,
    step,
)
from bot.domain.observation import (
    Absence,
    Missing,
    Source,
)
from bot.panel.models import PowerState
from tests.domain.alerts.story import (
    ESCALATED,
    FIRED,
    HOUR_MS,
    KEY,
    NOW,
    RECOVERED,
    REPEATED,
    SURFACED,
    acknowledged,
    seen,
    silenced,
)

GONE = RuleInput(Missing(KEY, NOW, Absence.NODE_SILENT))

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
    st.sampled_from(["", "", "", "ack", "silence"]),
)

LIVES = st.lists(MOMENTS, max_size=25)

on_any_machine = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)

RULES = st.sampled_from(list(DEFAULTS.values()))

Moment = tuple[RuleInput, int, Suppression | None, str]


def live(
    rule: Rule, life: Iterable[Moment], between: Callable[[AlertState], AlertState] = lambda state: state
) -> tuple[AlertState, list[tuple[RuleInput, Event, bool]]]:
    """Run a life; each event comes with its rule input and whether the alert had been acknowledged before."""
    state, now, events = AlertState(), NOW, []
    for timeless, seconds, mute, act in life:
        now += timedelta(seconds=seconds)
        rule_input = replace(timeless, crashes=tuple(replace(crash, at=now) for crash in timeless.crashes))
        if act == "ack":
            state = acknowledged(state, 7, now)
        elif act == "silence":
            state = silenced(state, now + timedelta(hours=1), now)
        acked = state.acknowledged_by is not None
        state, notified = step(between(state), rule_input, rule, now, mute)
        events += [(rule_input, event, acked) for event in notified]
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
    assert [event for rule_input, event, _ in events if rule_input is GONE] == []


@on_any_machine
@given(RULES, LIVES)
def test_an_acknowledged_alert_never_repeats(rule: Rule, life: list[Moment]) -> None:
    _, events = live(rule, life)
    assert [event for _, event, acked in events if acked and event.kind is REPEATED] == []


@on_any_machine
@given(RULES, LIVES)
def test_the_end_of_each_notified_alert_is_notified(rule: Rule, life: list[Moment]) -> None:
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
