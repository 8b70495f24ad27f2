"""What an alert says and advises, by rule and by what is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations

import pytest

from bot.core.errors import BadInput
from bot.core.i18n import CATALOGUES, N_, language
from bot.domain.alerts import DEFAULTS, RuleKind, Severity
from bot.domain.alerts.advice import advise, cause, suggested_signal
from bot.domain.alerts.overrides import (
    TypedThresholds,
    describe,
    override_for,
    typed,
)
from bot.domain.alerts.sparkline import trend
from bot.domain.alerts.urgency import by_urgency
from bot.domain.alerts.wording import headline, limits, rule_name
from bot.domain.annotations import Annotations, annotations
from bot.domain.incidents import Incident, Subject
from bot.domain.observation import ServerKey
from bot.panel.models import PowerSignal

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
BACK = "2026-08-01T12:00:35+00:00"
SERVER = Subject.server(ServerKey("main", "1a7ce997-259b-452e-8b4e-cecc464142ca"))


def alert_of(
    rule: RuleKind,
    value: float | None = None,
    *,
    level: Severity = Severity.CRITICAL,
    facts: Annotations | None = None,
    subject: Subject = SERVER,
) -> Incident:
    return Incident(
        1,
        subject,
        rule,
        "Survival",
        "falcon",
        level,
        level,
        NOW,
        value,
        value,
        evidence=annotations(facts or Annotations()),
    )


def recovering(rule: RuleKind) -> Incident:
    return replace(alert_of(rule, 1), better_since=NOW + timedelta(minutes=2))


@pytest.mark.parametrize("kind", RuleKind)
def test_every_rule_has_a_name_a_headline_and_something_to_do(kind: RuleKind) -> None:
    incident = alert_of(kind)
    assert rule_name(kind)
    assert headline(incident)
    assert all(step.endswith((".", "?")) for step in advise(incident))


@pytest.mark.parametrize(
    ("incident", "words"),
    [
        (alert_of(RuleKind.MEMORY, 93.4), "memory at 93%"),
        (alert_of(RuleKind.CPU, 120), "CPU at 120%"),
        (alert_of(RuleKind.DISK_FORECAST, 20.5), "disk full in about 20 hours"),
        (alert_of(RuleKind.STUCK_STARTING, 12), "has been starting for 12 min"),
        (alert_of(RuleKind.STUCK_STOPPING, 12), "has been stopping for 12 min"),
        (alert_of(RuleKind.NO_ANSWER, 4.7), "hasn't answered players for 4 min"),
        (alert_of(RuleKind.BACKUP_AGE, 4), "no successful backup for 4 days"),
        (alert_of(RuleKind.CRASH, 1, level=Severity.WARNING), "crashed"),
        (
            alert_of(RuleKind.CRASH, 1, level=Severity.WARNING, facts=Annotations(back_at=BACK)),
            "crashed and came back",
        ),
        (alert_of(RuleKind.CRASH, 1, facts=Annotations(gave_up=True, back_at=BACK)), "crashed and came back"),
        (recovering(RuleKind.STATE), "is back online"),
        (recovering(RuleKind.MEMORY), "is recovering: memory back to normal"),
        (alert_of(RuleKind.CRASH, 3), "keeps crashing"),
        (alert_of(RuleKind.CRASH, 1, facts=Annotations(gave_up=True)), "crashed and was not restarted"),
        (alert_of(RuleKind.PANEL, facts=Annotations(key_refused=True)), "rejects Quetzal's API key"),
    ],
)
def test_the_headline_says_what_it_is(incident: Incident, words: str) -> None:
    assert headline(incident) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Annotations(), "Quetzal has no console lines"),
        (Annotations(lines=("Saving worlds",)), "Its last console lines don't show"),
        (Annotations(cause="Somebody said so."), "Somebody said so."),
        (Annotations(diagnosis="Its port is in use.", exit_code=1), "Its port is in use."),
        (
            Annotations(exit_code=1, lines=("Saving worlds",)),
            "(exit code 1). Its last console lines don't show",
        ),
        (
            Annotations(exit_code=137, out_of_memory=True),
            "ran out of memory and was killed at its limit (exit code 137)",
        ),
        (Annotations(exit_code=137), "killed from outside"),
        (Annotations(exit_code=0), "without an error (exit code 0)"),
        (Annotations(exit_code=1), "ended with an error (exit code 1)"),
        (Annotations(exit_code=139), "segmentation fault (exit code 139)"),
        (Annotations(exit_code=77), "ended unexpectedly (exit code 77)"),
    ],
)
def test_the_cause_follows_from_the_exit(facts: Annotations, words: str) -> None:
    assert words in (cause(alert_of(RuleKind.CRASH, 1, facts=facts)) or "")


@pytest.mark.parametrize("back_at", [None, BACK])
def test_cause_and_fix_that_were_stored_are_in_the_language_of_the_reader(
    back_at: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = NullTranslations()
    monkeypatch.setattr(catalog, "gettext", str.upper)
    monkeypatch.setitem(CATALOGUES, "de", catalog)
    facts = Annotations(diagnosis="Its port is in use.", fix="Stop that process.", back_at=back_at)
    with language("de"):
        alert = alert_of(RuleKind.CRASH, 1, facts=facts)
        assert cause(alert) == "ITS PORT IS IN USE."
        assert "STOP THAT PROCESS." in "\n".join(advise(alert))


def test_only_an_end_has_an_unknown_cause() -> None:
    assert cause(alert_of(RuleKind.MEMORY, 95)) is None
    assert cause(alert_of(RuleKind.STATE)) is not None


@pytest.mark.parametrize("rule", [RuleKind.CRASH, RuleKind.STATE])
def test_advice_names_the_lines_only_where_there_are_some(rule: RuleKind) -> None:
    assert "lines above" not in "\n".join(advise(alert_of(rule, 1), lines_at=N_("above")))
    assert "lines above" in "\n".join(
        advise(alert_of(rule, 1, facts=Annotations(lines=("Saving worlds",))), lines_at=N_("above"))
    )


def test_server_that_is_back_after_a_crash_needs_nothing_now() -> None:
    facts = Annotations(gave_up=True, back_at=BACK, fix="Accept it.")
    assert advise(alert_of(RuleKind.CRASH, 1, facts=facts)) == (
        "It's running again: nothing to do.",
        "If it crashes again: Accept it.",
    )
    looping = alert_of(RuleKind.CRASH, 3, facts=Annotations(back_at=BACK))
    assert "undo the last change" in advise(looping)[0]


@pytest.mark.parametrize("rule", RuleKind)
def test_what_recovers_has_another_title_and_advice_and_no_power_button(rule: RuleKind) -> None:
    before, after = alert_of(rule, 1), recovering(rule)
    assert headline(before) != headline(after)
    assert advise(before) != advise(after)
    assert suggested_signal(after) is None


@pytest.mark.parametrize(
    ("incident", "words"),
    [
        (alert_of(RuleKind.CRASH, 1, facts=Annotations(out_of_memory=True)), "Raise its memory limit"),
        (alert_of(RuleKind.CRASH, 1, facts=Annotations(gave_up=True)), "Wings won't restart it"),
        (alert_of(RuleKind.CRASH, 3, facts=Annotations(fix="Accept it.")), "Accept it."),
        (alert_of(RuleKind.CRASH, 3), "undo the last change"),
        (alert_of(RuleKind.MEMORY, 95, facts=Annotations(java=True)), "Java keeps its heap"),
        (alert_of(RuleKind.PANEL, facts=Annotations(key_refused=True)), "Create a new key in the panel"),
    ],
)
def test_what_is_known_changes_the_advice(incident: Incident, words: str) -> None:
    assert words in "\n".join(advise(incident))


def test_the_limits_are_said_with_what_they_are_a_part_of() -> None:
    facts = Annotations(memory_limit_bytes=4 * 1024**3)
    assert (
        limits(alert_of(RuleKind.MEMORY, 93, facts=facts)) == "warning above 80%, critical above 90% of 4 GiB"
    )
    assert limits(alert_of(RuleKind.DISK_FORECAST, 20)) == "warning below 72 hours, critical below 24 hours"
    assert limits(alert_of(RuleKind.STATE)) is None


@pytest.mark.parametrize(
    ("incident", "signal"),
    [
        (alert_of(RuleKind.STATE), PowerSignal.START),
        (alert_of(RuleKind.CRASH, facts=Annotations(gave_up=True)), PowerSignal.START),
        (alert_of(RuleKind.CRASH), None),
        (alert_of(RuleKind.CRASH, facts=Annotations(gave_up=True, back_at=BACK)), None),
        (alert_of(RuleKind.MEMORY), PowerSignal.RESTART),
        (alert_of(RuleKind.DISK), None),
        (alert_of(RuleKind.NO_ANSWER, 4), PowerSignal.RESTART),
        (alert_of(RuleKind.STUCK_STARTING, 31), PowerSignal.KILL),
        (alert_of(RuleKind.STUCK_STOPPING, 31), PowerSignal.KILL),
        (alert_of(RuleKind.NODE, subject=Subject.node("main", "falcon")), None),
    ],
)
def test_only_a_signal_that_can_help_is_offered(incident: Incident, signal: PowerSignal | None) -> None:
    assert suggested_signal(incident) is signal


def test_the_most_urgent_alert_comes_first() -> None:
    down = replace(alert_of(RuleKind.STATE), id=1)
    stale = replace(alert_of(RuleKind.BACKUP_AGE, 12), id=2, fired_at=NOW - timedelta(days=9))
    taken = replace(alert_of(RuleKind.NODE, subject=Subject.node("main", "falcon")), id=3, acknowledged_by=5)
    mild = replace(alert_of(RuleKind.DISK, level=Severity.WARNING), id=4)
    assert by_urgency([taken, stale, mild, down]) == (down, stale, mild, taken)


def test_the_order_is_worst_widest_oldest() -> None:
    panel = alert_of(RuleKind.PANEL, subject=Subject.panel("main"))
    node = alert_of(RuleKind.NODE, subject=Subject.node("main", "falcon"))
    old = replace(alert_of(RuleKind.STATE), id=4, fired_at=NOW - timedelta(hours=1))
    new = replace(alert_of(RuleKind.STATE), id=5)
    warning = replace(alert_of(RuleKind.DISK, level=Severity.WARNING), fired_at=NOW - timedelta(days=1))
    assert by_urgency([warning, new, old, node, panel]) == (panel, node, old, new, warning)


@pytest.mark.parametrize(
    ("early", "late", "words"),
    [
        (60.0, 72.0, "up 12 points in half an hour"),
        (90.0, 80.0, "down 10 points in half an hour"),
        (80.0, 81.0, "steady for half an hour"),
    ],
)
def test_the_trend_compares_now_with_half_an_hour_before(early: float, late: float, words: str) -> None:
    series = [(minute * 60.0, early if minute < 45 else late) for minute in range(61)]
    assert trend(series) == words
    assert trend(series[-5:]) is None
    assert trend([]) is None


# --- what people type ------------------------------------------------------------------------------------


def test_the_form_shows_the_rule_and_changes_nothing_as_it_is() -> None:
    for rule in DEFAULTS.values():
        assert override_for(typed(rule), rule) == override_for(TypedThresholds(enabled=rule.enabled), rule)


def test_only_what_differs_is_kept() -> None:
    changed = override_for(TypedThresholds("70 %", "", "5", "", enabled=False), DEFAULTS[RuleKind.MEMORY])
    assert (changed.warn, changed.critical, changed.for_s, changed.keep_firing_for_s) == (70, None, 300, None)
    assert changed.enabled is False


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (RuleKind.MEMORY, TypedThresholds("-1")),
        (RuleKind.MEMORY, TypedThresholds("nan")),
        (RuleKind.MEMORY, TypedThresholds("95")),
        (RuleKind.MEMORY, TypedThresholds("1e3")),
        (RuleKind.DISK_FORECAST, TypedThresholds("10")),
        (RuleKind.STATE, TypedThresholds("5")),
        (RuleKind.STATE, TypedThresholds(pending="soon")),
        (RuleKind.STATE, TypedThresholds(keep="99999")),
    ],
)
def test_nonsense_is_refused(kind: RuleKind, form: TypedThresholds) -> None:
    with pytest.raises(BadInput):
        override_for(form, DEFAULTS[kind])


def test_a_rule_is_described_in_a_line() -> None:
    assert describe(DEFAULTS[RuleKind.MEMORY]) == "warns above 80%, critical above 90%, after 3 min"
    assert describe(replace(DEFAULTS[RuleKind.MEMORY], enabled=False)) == "off"
    assert describe(DEFAULTS[RuleKind.SUSPENDED]) == "on"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Annotations(), "it may have frozen."),
        (Annotations(answered_at=BACK), "it may have frozen. Its last answer came <t:1785585635:R>."),
        (
            Annotations(answered_at=BACK, players=1),
            "it may have frozen. Its last answer came <t:1785585635:R>, with 1 player on.",
        ),
    ],
)
def test_the_cause_of_a_silence_says_when_the_game_last_answered(facts: Annotations, words: str) -> None:
    said = cause(alert_of(RuleKind.NO_ANSWER, 4, facts=facts))
    assert said == f"The process runs, but the game answers no queries: {words}"
