"""The judge itself: what it must find, in a truth that was written by hand."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.crash_recovery.hour import Hour, Played
from tests.crash_recovery.judge import Verdict, compare
from tests.crash_recovery.pace import EPOCH
from tests.crash_recovery.reading import SILENT
from tests.crash_recovery.script import (
    HOUR_S,
    Happening,
    Kind,
    plan,
)
from tests.support.discord_channels import Channels
from tests.support.discord_payloads import CHANNEL_ID, Json

SEED, SEED_WITH_GROWTH = 1, 2
"""In the hour of the second one a disk fills up further after a while."""
SCRIPT = plan(SEED)


class ScriptedHour:
    """An hour in which every message was sent as it should be, but for what a test changes."""

    def __init__(self, seed: int = SEED) -> None:
        self.hour = Hour(seed)
        self.at = EPOCH
        self.channels = Channels(lambda: self.at)
        self.references = 0
        self.lives = [(0.0, 2 * HOUR_S)]

    def message(self, text: str, **more: object) -> int:
        self.references += 1
        sent = self.channels.post(CHANNEL_ID, _body(text, f"Q-{self.references:010x}") | more)
        return int(sent["id"])

    def notify(self, happening: Happening, *, late: bool = False) -> int:
        self.at = EPOCH + timedelta(seconds=happening.ends if late else happening.begins + 60)
        return self.message(_over(happening) if late else _red(happening))

    def end(self, happening: Happening, alert: int, *, answer: bool = True, silent: bool = True) -> None:
        self.at = EPOCH + timedelta(seconds=happening.ends + 300)
        reference = next(
            entry["first"]["embeds"][0]["footer"]["text"]
            for entry in self.channels.truth()
            if int(entry["first"]["id"]) == alert
        )
        self.channels.edit(CHANNEL_ID, alert, _body(_over(happening), reference))
        if answer:
            answers = {"message_reference": {"message_id": str(alert)}}
            self.message(_over(happening), flags=SILENT if silent else 0, **answers)

    def verdict(self) -> Verdict:
        return compare(Played(self.hour, lives=self.lives, messages=self.channels.truth()))


def _body(text: str, reference: str) -> Json:
    title, _, description = text.partition("\n")
    return {"embeds": [{"title": title, "description": description, "footer": {"text": reference}}]}


def _name(happening: Happening) -> str:
    return {Kind.NODE: f"Node {happening.about}", Kind.PANEL: "Panel main"}.get(
        happening.kind, happening.about
    )


def _red(happening: Happening) -> str:
    mark = "🟠" if happening.level is not None and happening.level.name == "WARNING" else "🔴"
    return f"{mark} {_name(happening)}: something is wrong\n**Warning** · started now, on node-1"


def _over(happening: Happening) -> str:
    return f"✅ {_name(happening)} recovered: something\nIt lasted a while."


def everything(hour: ScriptedHour, change: Callable[[Happening], bool] = lambda _: False) -> Happening:
    """Notify all but the first happening that a test takes; return that."""
    taken: Happening | None = None
    for happening in hour.hour.script:
        if taken is None and change(happening):
            taken = happening
        elif happening.must_be_notified:
            hour.end(happening, hour.notify(happening))
    return taken or hour.hour.script[0]


def of(kind: Kind) -> Callable[[Happening], bool]:
    return lambda happening: happening.kind is kind


def test_the_whole_truth_is_well() -> None:
    hour = ScriptedHour()
    everything(hour)
    verdict = hour.verdict()
    assert verdict.wrong == []
    assert verdict.notified == verdict.expected == verdict.recoveries > 10


def test_an_alert_that_was_never_sent_is_lost() -> None:
    hour = ScriptedHour()
    everything(hour, of(Kind.DISK))
    verdict = hour.verdict()
    assert len(verdict.lost) == 1
    assert verdict.notified == verdict.expected - 1


def test_a_change_while_no_bot_ran_is_excused() -> None:
    hour = ScriptedHour()
    everything(hour, of(Kind.MEMORY))
    hour.lives = [(float(second), second + 100.0) for second in range(0, 7200, 100)]
    verdict = hour.verdict()
    assert (verdict.wrong, len(verdict.excused)) == ([], 1)


def test_an_alert_in_two_messages_is_doubled() -> None:
    hour = ScriptedHour()
    twice = everything(hour, of(Kind.NODE))
    for _ in range(2):
        hour.end(twice, hour.notify(twice))
    assert len(hour.verdict().doubled) == 1


def test_a_warning_that_becomes_critical_is_not_doubled() -> None:
    hour = ScriptedHour()
    loop = everything(hour, of(Kind.LOOP))
    hour.at = EPOCH + timedelta(seconds=loop.begins + 10)
    warning = hour.message(f"🟠 {loop.about}: it crashed")
    hour.end(loop, warning, answer=False)
    hour.end(loop, hour.notify(loop))
    assert hour.verdict().wrong == []


def test_a_loop_that_was_only_a_warning_is_lost() -> None:
    hour = ScriptedHour()
    loop = everything(hour, of(Kind.LOOP))
    hour.at = EPOCH + timedelta(seconds=loop.begins + 10)
    hour.end(loop, hour.message(f"🟠 {loop.about}: it crashed"))
    assert len(hour.verdict().lost) == 1


@pytest.mark.parametrize(
    "change", [lambda trouble: trouble.grows_to is not None, lambda trouble: trouble.kind is Kind.LOOP]
)
def test_a_warning_that_could_not_be_seen_as_critical_is_excused(change: Callable[[Happening], bool]) -> None:
    hour = ScriptedHour(SEED_WITH_GROWTH)
    trouble = everything(hour, change)
    hour.at = EPOCH + timedelta(seconds=trouble.begins + 10)
    hour.end(trouble, hour.message(f"🟠 {trouble.about}: something is wrong"))
    assert len(hour.verdict().lost) == 1
    hour.lives = [(0.0, trouble.worst_from + 100.0), (trouble.ends - 100.0, 2 * HOUR_S)]
    verdict = hour.verdict()
    assert (verdict.wrong, len(verdict.excused)) == ([], 1)
    assert verdict.notified == verdict.expected


def test_a_group_names_each() -> None:
    hour = ScriptedHour()
    happening = everything(hour, of(Kind.CRASH))
    hour.at = EPOCH + timedelta(seconds=happening.begins + 60)
    message = hour.message(f"🟠 2 alerts: crash\n🟠 **{happening.about}**: it crashed · since now")
    hour.end(happening, message)
    assert hour.verdict().wrong == []


def test_an_alert_that_stays_red_or_unanswered_is_found() -> None:
    hour = ScriptedHour()
    red = everything(hour, of(Kind.DISK))
    alert = hour.notify(red)
    assert len(hour.verdict().unrecovered) == 2
    hour.end(red, alert, answer=False)
    assert len(hour.verdict().unrecovered) == 1


def test_an_answer_is_silent_and_single() -> None:
    hour = ScriptedHour()
    loud = everything(hour, of(Kind.MEMORY))
    alert = hour.notify(loud)
    hour.end(loud, alert, silent=False)
    assert len(hour.verdict().unrecovered) == 1
    hour.end(loud, alert)
    assert len(hour.verdict().unrecovered) == 2


def test_an_alert_delivered_only_after_its_end_is_one_message() -> None:
    hour = ScriptedHour()
    late = everything(hour, of(Kind.LOOP))
    hour.notify(late, late=True)
    assert hour.verdict().wrong == []


@pytest.mark.parametrize("kind", [Kind.ASKED_API, Kind.ASKED_SCHEDULE, Kind.ASKED_CONSOLE])
def test_a_requested_stop_must_not_be_notified(kind: Kind) -> None:
    hour = ScriptedHour()
    everything(hour)
    hour.notify(next(happening for happening in SCRIPT if happening.kind is kind))
    assert len(hour.verdict().invented) == 1


def test_a_reference_is_used_once() -> None:
    hour = ScriptedHour()
    everything(hour)
    hour.references = 0
    hour.message("🔔 something else")
    assert len(hour.verdict().odd) == 1
