"""Compares what happened with what was sent: nothing lost or doubled, every recovery sent, all green."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.alerts import Severity
from tests.crash_recovery.discord import CLOSED_TIMES
from tests.crash_recovery.hour import PANEL_ID, Played
from tests.crash_recovery.pace import EPOCH
from tests.crash_recovery.reading import (
    RED,
    Mark,
    Read,
    read,
)
from tests.crash_recovery.script import SERVERS, Happening, Kind

EARLY_S = 1.0
"""A message may carry a moment that was rounded."""
UNBROKEN_S = {
    Kind.CRASH: 130.0,
    Kind.MEMORY: 420.0,
    Kind.DISK: 200.0,
    Kind.LOOP: 260.0,
    Kind.INSTALL: 260.0,
    Kind.SUSPENDED: 260.0,
    Kind.NODE: 320.0,
    Kind.PANEL: 320.0,
}
"""For how long one bot must have lived within a trouble so that it has to send an alert: what its rule waits
for (memory: 3 min and 3 observations, of which the first after a start does not count) and one at each end.
What was sent after shorter lives counts as sent; what was not is excused, and the table says how often. So is
what was sent only as a warning because no bot lived so long while it was critical."""
CRASH_IS_NEWS_S = 1500.0
"""A crash is seen by the next bot, too: there is a younger process. After half an hour it is over."""


@dataclass(slots=True)
class Verdict:
    """One row of the table."""

    name: str
    seed: int
    pace: float
    kills: int
    expected: int = 0
    notified: int = 0
    recoveries: int = 0
    excused: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unrecovered: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be."""
        kinds = ("doubled", "lost", "unrecovered", "invented", "odd")
        return [f"{kind}: {text}" for kind in kinds for text in getattr(self, kind)]


def compare(played: Played) -> Verdict:
    """Judge an hour by what Discord has and what the script says."""
    hour = played.hour
    verdict = Verdict(hour.name, hour.seed, played.factor, len(played.kills), odd=[*played.oddities])
    if played.unfinished is not None:
        verdict.odd.append(f"at the end there were {played.unfinished}")
    script = hour.script
    names = {_name(happening) for happening in script} | set(SERVERS)
    messages = [read(message, names) for message in played.messages if not message["direct"]]
    verdict.odd += _signatures(messages)
    direct = Counter(message["first"]["channel_id"] for message in played.messages if message["direct"])
    if any(number > CLOSED_TIMES for number in direct.values()):
        verdict.odd.append(f"people were notified {direct.total()} times that the channel is closed")
    for happening in script:
        if happening.must_be_notified:
            _compare_notified(verdict, happening, messages, played)
    verdict.invented += _invented(script, messages)
    return verdict


def _could_see(played: Played, happening: Happening) -> bool:
    """Whether some bot lived long enough to see what its rule asks for."""
    is_crash = happening.kind is Kind.CRASH
    ends = happening.begins + CRASH_IS_NEWS_S if is_crash else happening.ends
    return _lived_within(played, happening, happening.begins, ends)


def _could_see_worst(played: Played, happening: Happening) -> bool:
    """Whether some bot lived long enough while it was at its worst."""
    return _lived_within(played, happening, happening.worst_from, happening.ends)


def _lived_within(played: Played, happening: Happening, begins: float, ends: float) -> bool:
    within = (min(last, ends) - max(first, begins) for first, last in played.lives)
    return any(seconds >= UNBROKEN_S[happening.kind] for seconds in within)


def _compare_notified(
    verdict: Verdict, happening: Happening, messages: Sequence[Read], played: Played
) -> None:
    name = _name(happening)
    alerts = [
        message
        for message in messages
        if message.is_alert and any(name in states for states in message.every)
    ]
    if not alerts and not _could_see(played, happening):
        verdict.excused.append(_what(happening))
        return
    verdict.expected += 1
    if not alerts:
        verdict.lost.append(f"{_what(happening)} was never notified")
        return
    delay = (min(alert.since[name] for alert in alerts) - EPOCH).total_seconds() - happening.begins
    verdict.slowest_s = max(verdict.slowest_s, delay)
    worst = {states[name] for alert in alerts for states in alert.every if name in states}
    nearly_over = _first_word(alerts[-1], name) in (Mark.BETTER, Mark.OVER)
    if happening.level is Severity.CRITICAL and Mark.CRITICAL not in worst and not nearly_over:
        if _could_see_worst(played, happening):
            verdict.lost.append(f"{_what(happening)} was notified, but never as critical")
            return
        verdict.excused.append(f"{_what(happening)} as critical: it was notified as a warning")
    verdict.notified += 1
    verdict.doubled += _doubled(happening, alerts)
    wrong = [*_not_over(happening, alerts, messages)]
    verdict.unrecovered += wrong
    verdict.recoveries += not wrong


def _doubled(happening: Happening, alerts: Sequence[Read]) -> Iterator[str]:
    """Find two messages that say the same; a warning that becomes critical may be a new message."""
    name = _name(happening)
    # One that was deleted before the bot could know that it was there is rightly sent again.
    said = Counter(_first_word(alert, name) for alert in alerts if not alert.deleted)
    for mark, number in said.items():
        if number > 1:
            yield f"{_what(happening)} was notified {number} times with {mark}: {_references(alerts)}"


def _first_word(alert: Read, name: str) -> Mark:
    return next(states[name] for states in alert.every if name in states)


def _not_over(happening: Happening, alerts: Sequence[Read], messages: Sequence[Read]) -> Iterator[str]:
    """Find what is still red, and whether the last alert was answered once, silently.

    What was delivered only when it was over already needs no answer, though it may have one: whoever was
    killed cannot know whether it was delivered.
    """
    name = _name(happening)
    for alert in alerts:
        if not alert.deleted and alert.last.get(name) in RED:
            yield f"{_what(happening)} is still {alert.last[name]} in {alert.reference}"
    by_id = {alert.id: alert for alert in alerts}
    # What answers a message that somebody deleted stands alone.
    orphaned = {None} if any(alert.deleted for alert in alerts) else set[None]()
    answers = [
        message
        for message in messages
        if not message.is_alert
        and message.answers in by_id.keys() | orphaned
        and message.first.get(name) is Mark.OVER
    ]
    if any(not answer.silent for answer in answers):
        yield f"the end of {_what(happening)} was not notified silently"
    numbers = Counter(answer.answers for answer in answers)
    if any(number > 1 for number in numbers.values()):
        yield f"the end of {_what(happening)} was notified {len(answers)} times: {_references(answers)}"
    deleted = all(alert.deleted for alert in alerts)
    if not answers and not _late(alerts, name) and not _in_list(alerts) and not deleted:
        yield f"the end of {_what(happening)} was not notified: {_references(alerts)}"


def _late(alerts: Sequence[Read], name: str) -> bool:
    """Whether its newest message came when it was over already, and says so."""
    return _first_word(alerts[-1], name) is Mark.OVER


def _in_list(alerts: Sequence[Read]) -> bool:
    """Whether its newest message is the list that stands for a flood: that one is edited, not answered."""
    return alerts[-1].digest


def _invented(script: Iterable[Happening], messages: Sequence[Read]) -> Iterator[str]:
    """Find notifications although nothing happened, or before it did."""
    troubles = {_name(happening): happening for happening in script if happening.must_be_notified}
    for message in messages:
        for name in {name for states in message.every for name in states}:
            trouble = troubles.get(name)
            if trouble is None:
                yield f"{name} was notified in {message.reference}, and nothing happened to it"
            elif (message.since[name] - EPOCH).total_seconds() < trouble.begins - EARLY_S:
                yield f"{name} was notified in {message.reference} before anything happened to it"


def _signatures(messages: Sequence[Read]) -> Iterator[str]:
    for reference, number in Counter(
        message.reference for message in messages if not message.deleted
    ).items():
        if reference is None:
            yield f"{number} messages have no reference"
        elif number > 1:
            yield f"{number} messages have the reference {reference}"


def _name(happening: Happening) -> str:
    if happening.kind is Kind.NODE:
        return f"Node {happening.about}"
    return f"Panel {PANEL_ID}" if happening.kind is Kind.PANEL else happening.about


def _what(happening: Happening) -> str:
    return f"{happening.kind} ({_name(happening)}, minute {happening.begins / 60:.1f})"


def _references(messages: Iterable[Read]) -> str:
    return ", ".join(str(message.reference) for message in messages)
