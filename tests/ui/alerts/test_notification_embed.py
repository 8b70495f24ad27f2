"""An alert's message in each of its states, and with the most hostile text there is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.alerting.receiver import Notification
from bot.domain.alerts import DEFAULTS, RuleKind, Severity
from bot.domain.annotations import Annotations, annotations, of_panel_change
from bot.domain.board import BoardContent, BoardRow
from bot.domain.incidents import Evidence, Incident, Subject
from bot.domain.notifications import Board, Message, MessageKind
from bot.domain.observation import ServerKey
from bot.domain.panel_changes import PanelChange
from bot.panel.models import PowerState
from bot.services.alerts.context import NotificationContext, SampleWindow
from bot.ui.alerts import answer_cards, board_card, list_cards, notification_embed
from bot.ui.alerts.opened_card import opened
from bot.ui.kit import theme
from bot.ui.kit.card import Row
from tests.ui.card_limits import fits

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
NAMES = st.text(
    alphabet=st.one_of(st.sampled_from(list("*`_|<>@\\\n#-")), st.characters(codec="utf-8")), max_size=250
)
quick = settings(suppress_health_check=[HealthCheck.too_slow])

FIRING = Incident(
    1,
    Subject.server(ServerKey("main", "1a7ce997-259b-452e-8b4e-cecc464142ca")),
    RuleKind.MEMORY,
    "Survival",
    "falcon",
    Severity.CRITICAL,
    Severity.CRITICAL,
    NOW - timedelta(minutes=10),
    93.0,
    95.0,
    evidence=annotations(Annotations(memory_limit_bytes=4 * 1024**3)),
)
ENDED = replace(FIRING, ended_at=NOW, value=40.0)


def letter(*incidents: Incident, kind: MessageKind = MessageKind.ALERT) -> Notification:
    message = Message(7, 1, "main", 2, kind, "memory:critical:falcon", "Q-0123456789", "1", NOW)
    return Notification(message, incidents)


def words(
    *incidents: Incident, kind: MessageKind = MessageKind.ALERT, past: NotificationContext | None = None
) -> str:
    embed = notification_embed.alert(letter(*incidents, kind=kind), past or NotificationContext(), NOW)
    return "\n".join(
        [
            embed.title or "",
            embed.description or "",
            *(f"{field.name}\n{field.value}" for field in embed.fields),
            embed.footer.text or "",
        ]
    )


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (FIRING, ["🔴 Survival: memory at 93%", "**Critical** · started", "Peak 95%", "What to do"]),
        (replace(FIRING, level=Severity.WARNING), ["🟠 Survival", "**Warning** · started"]),
        (
            replace(FIRING, acknowledged_by=5, acknowledged_at=NOW),
            ["👀 Acknowledged by <@5> <t:1785585600:R>"],
        ),
        (replace(FIRING, silenced_until=NOW + timedelta(hours=1)), ["💤 Silenced until <t:1785589200:f>"]),
        (
            replace(FIRING, better_since=NOW),
            [
                "🟢 Survival is recovering: memory back to normal",
                "Was **critical** for 10 min",
                "🟢 Improved",
            ],
        ),
        (replace(FIRING, note="*Plugin*", noted_by=6), ["📝 \\*Plugin\\* (<@6>)"]),
        (ENDED, ["✅ Survival recovered: memory back to normal", "It lasted 10 min, peak 95%."]),
    ],
)
def test_each_state_says_what_it_is(incident: Incident, expected: list[str]) -> None:
    read = words(incident)
    for part in expected:
        assert part in read
    assert "Q-0123456789" in read


def test_line_that_proves_the_cause_is_said_once() -> None:
    crashed: Evidence = {
        "lines": ["Loading", "No space left"],
        "diagnosis": "The disk is full.",
        "proof": "No space left",
    }
    read = words(replace(FIRING, evidence=crashed))
    assert read.count("No space left") == 1
    assert "Last console lines" not in read
    possible = words(replace(FIRING, evidence={**crashed, "is_certain": False}))
    assert "Last console lines" in possible


def test_console_lines_that_do_not_fit_are_given_whole_by_details() -> None:
    lines = ["Exception in server tick loop", f"Caused by: {'x' * 3_000} end of it"]
    crashed = replace(FIRING, evidence={"lines": lines})
    assert "Last console lines (full lines: Details)" in words(crashed)
    assert "Details" not in words(replace(ENDED, evidence={"lines": lines}))  # its buttons are gone
    file = answer_cards.console_lines([crashed])
    assert file is not None
    assert file.fp.read().decode() == "\n".join(lines)

    short = replace(FIRING, evidence={"lines": ["it   is short"]})
    assert "it   is short" in words(short)
    assert answer_cards.console_lines([FIRING]) is None
    both = answer_cards.console_lines([short, replace(FIRING, id=2)])
    assert both is not None
    assert b"it   is short" in both.fp.read()


def test_a_silence_that_is_over_is_not_shown() -> None:
    assert "💤" not in words(replace(FIRING, silenced_until=NOW - timedelta(minutes=1)))


def test_what_is_over_advises_nothing_any_more() -> None:
    assert "What to do" not in words(ENDED)


def test_it_is_judged_by_the_rule_that_counts_and_says_the_trend() -> None:
    rule = replace(DEFAULTS[RuleKind.MEMORY], critical=92.0)
    at = NOW.timestamp()
    series = tuple((at - minute * 60, 93.0 - minute / 2) for minute in range(60, -1, -1))
    past = NotificationContext({1: rule}, SampleWindow(NOW - timedelta(hours=1), NOW, 60.0, series))
    read = words(FIRING, past=past)
    assert "Thresholds: warning above 80%, critical above 92% of 4 GiB" in read
    assert "Trend: up 14 points in half an hour" in read

    drawn = notification_embed.chart(letter(FIRING), past)
    assert drawn is not None
    assert drawn.thresholds == [(80, "warning"), (92.0, "critical")]
    assert notification_embed.chart(letter(FIRING), NotificationContext()) is None
    assert notification_embed.chart(letter(FIRING, kind=MessageKind.REPEAT), past) is None


@pytest.mark.parametrize(
    ("incidents", "kind", "expected"),
    [
        ((FIRING, replace(FIRING, id=2, name="Lobby")), MessageKind.ALERT, "🔴 2 active alerts: memory"),
        ((FIRING, replace(ENDED, id=2)), MessageKind.ALERT, "-# 1 more resolved"),
        ((ENDED, replace(ENDED, id=2)), MessageKind.ALERT, "✅ 2 alerts resolved: memory"),
        ((FIRING,), MessageKind.REPEAT, "for 10 min. Not acknowledged yet."),
        ((ENDED,), MessageKind.REPEAT, "✅ Resolved"),
        ((ENDED,), MessageKind.RECOVERY, "It lasted 10 min, peak 95%."),
        ((ENDED, replace(ENDED, id=2)), MessageKind.RECOVERY, "✅ 2 alerts resolved"),
        ((FIRING,), MessageKind.FLAPPING, "paused until it has been stable for 15 minutes"),
        ((FIRING, replace(ENDED, id=2)), MessageKind.DIGEST, "📋 1 active alert"),
        ((ENDED,), MessageKind.DIGEST, "✅ 1 alert resolved"),
        ((), MessageKind.ALERT, "🔔 This is a test"),
    ],
)
def test_each_kind_of_message(incidents: tuple[Incident, ...], kind: MessageKind, expected: str) -> None:
    assert expected in words(*incidents, kind=kind)


@pytest.mark.sweep
@quick
@given(NAMES, st.lists(NAMES, max_size=30), st.sampled_from(list(RuleKind)), st.integers(1, 120))
def test_however_hostile_the_text_it_fits_into_discord(
    name: str, lines: list[str], rule: RuleKind, count: int
) -> None:
    wild = replace(
        FIRING,
        name=name,
        node=name,
        rule=rule,
        note=name,
        evidence=annotations(Annotations(cause=name or None, lines=tuple(lines), exit_code=1)),
    )
    many = [replace(wild, id=number) for number in range(count)]
    for kind in MessageKind:
        for some in (many, many[:1]):
            embed = notification_embed.alert(letter(*some, kind=kind), NotificationContext(), NOW)
            assert len(embed) <= theme.EMBED_LIMIT
            assert len(embed.fields) <= theme.FIELDS
            assert all(0 < len(field.value or "") <= theme.FIELD_LIMIT for field in embed.fields)
            assert embed.footer.text == "Q-0123456789"
            assert "@everyone" not in str(embed.to_dict())
    for some in (many[:8], many[:1]):
        fits(list_cards.active(many, [Row(list_cards.active_row(each, NOW)) for each in some]))
        fits(list_cards.past(many, "7 days", [Row(list_cards.past_row(each)) for each in some]))
        fits(opened(some[0], NOW, None, [answer_cards.background(many)]))
        fits(answer_cards.details(some, many, NOW))
    rows = tuple(
        BoardRow(
            "1a7ce997-259b-452e-8b4e-cecc464142ca",
            name,
            name,
            PowerState.OFFLINE,
            NOW,
            stop_requested_by=name,
            alerts=tuple(many[:9]),
        )
        for _ in many
    )
    kept = Board(1, "main", 2, 3, NOW, "1")
    drawn = board_card.board(BoardContent("main", rows, (wild,)), kept)
    fits(drawn)
    assert drawn.footer.endswith("board main")


def test_the_last_lines_are_kept_and_cannot_leave_their_block() -> None:
    lines = tuple(f"line {number} ``` @everyone" for number in range(200))
    crash = replace(FIRING, rule=RuleKind.CRASH, evidence=annotations(Annotations(lines=lines)))
    read = words(crash)
    assert "line 199" in read
    assert "line 0 " not in read
    assert read.count("```") == 2


DIAGNOSED = replace(
    FIRING,
    rule=RuleKind.CRASH,
    evidence=annotations(
        Annotations(
            gave_up=True,
            lines=("Loading", "Error: ``` **@everyone**"),
            diagnosis="The file that starts the server, `a.jar`, isn't there.",
            fix="Put it there.",
            proof="Error: ``` **@everyone**",
            is_certain=True,
        )
    ),
)


def test_a_known_cause_is_shown_with_its_proof_and_its_fix() -> None:
    read = words(DIAGNOSED)

    assert "Cause\nThe file that starts the server, `a.jar`, isn't there.\n```\nError: " in read
    assert read.count("```\nError: ``") == 1  # the line cannot end its block
    assert "What to do\n• Put it there." in read


def test_a_fault_that_a_process_can_survive_is_a_possible_cause() -> None:
    assert "Possible cause\n" in words(
        replace(DIAGNOSED, evidence={**DIAGNOSED.evidence, "is_certain": False})
    )


def test_a_resolved_crash_shows_how_long_the_server_was_away() -> None:
    back = (DIAGNOSED.fired_at + timedelta(seconds=35)).isoformat()
    over = replace(DIAGNOSED, ended_at=NOW, peak=1.0, evidence={"back_at": back})

    assert "✅ Survival recovered from the crash\nIt crashed once, and was back after 35 s." in words(over)


CRASHED = replace(
    FIRING,
    rule=RuleKind.CRASH,
    level=Severity.WARNING,
    worst=Severity.WARNING,
    evidence=annotations(Annotations(lines=("It broke",))),
)


@pytest.mark.parametrize(
    ("incidents", "kind"),
    [
        ((CRASHED,), MessageKind.ALERT),
        ((CRASHED, replace(CRASHED, id=2)), MessageKind.ALERT),
        ((CRASHED,), MessageKind.REPEAT),
        ((CRASHED,), MessageKind.FLAPPING),
    ],
)
def test_lines_are_called_above_only_where_they_are(
    incidents: tuple[Incident, ...], kind: MessageKind
) -> None:
    read = words(*incidents, kind=kind)

    assert ("console lines above" in read) is ("It broke" in read)
    assert ("console lines under Details" in read) is ("It broke" not in read)


def test_an_opened_alert_says_that_its_lines_are_below() -> None:
    card = opened(CRASHED, NOW, None, [])

    assert card.rows[0].text == "💡 Read its last console lines below."
    assert "It broke" in card.fields[-1].value


def test_reminder_says_the_cause_again() -> None:
    assert "Cause\nThe file that starts the server" in words(DIAGNOSED, kind=MessageKind.REPEAT)


def test_group_that_recovers_says_so_and_asks_for_nothing() -> None:
    better = replace(FIRING, better_since=NOW)
    read = words(better, replace(better, id=2))

    assert "🟢 2 recovering alerts: memory" in read
    assert "What to do\n• Nothing to do: you'll get a message when it has recovered" in read


def test_what_recovers_comes_after_what_does_not() -> None:
    better = replace(FIRING, better_since=NOW)
    lasting = replace(FIRING, id=2, level=Severity.WARNING)

    assert "What to do\n• Nothing" not in words(better, lasting)
    assert "🟠 2 active alerts: memory" in words(better, lasting)


def test_last_change_in_the_panel_is_named_while_the_server_is_down() -> None:
    change = PanelChange("/a`@everyone.yml", "edited in the panel", "*olga*", NOW - timedelta(minutes=30))
    down = replace(DIAGNOSED, evidence={**DIAGNOSED.evidence, **of_panel_change(change)})

    read = words(down)

    assert "Last change before it\n" in read
    assert "@everyone.yml" in read
    assert "(edited in the panel) by \\*olga\\* <t:1785583800:R>" in read
    assert "Last change before it" not in words(replace(down, ended_at=NOW))


def test_alert_of_a_server_that_came_back_is_not_red() -> None:
    back = replace(CRASHED, evidence={**CRASHED.evidence, "gave_up": True, "back_at": NOW.isoformat()})

    assert notification_embed.alert(letter(CRASHED), NotificationContext(), NOW).colour == theme.CAREFUL
    assert notification_embed.alert(letter(back), NotificationContext(), NOW).colour == theme.GOOD


def test_a_crash_of_unknown_cause_says_so() -> None:
    assert "Likely cause\nQuetzal has no console lines that show why it ended." in words(
        replace(DIAGNOSED, evidence={})
    )
