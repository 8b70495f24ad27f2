"""One rule over time, and the observations it is fed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.alerts import (
    DEFAULTS,
    AlertState,
    Crash,
    Event,
    EventKind,
    Rule,
    RuleInput,
    RuleKind,
    Severity,
    Suppression,
    step,
)
from bot.domain.alerts.handling import Acknowledgement, Silence, of_incident
from bot.domain.observation import (
    Limits,
    Observation,
    ServerKey,
    Source,
)
from bot.panel.models import PowerState

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
KEY = ServerKey("main", "u")
GUILD = 1
HOUR_MS = 3_600_000
FIRED, ESCALATED, RECOVERED = EventKind.FIRED, EventKind.ESCALATED, EventKind.RECOVERED
SURFACED, REPEATED, CHANGED = EventKind.UNSUPPRESSED, EventKind.REPEATED, EventKind.CHANGED


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
        self,
        rule_input: RuleInput,
        times: int = 1,
        every_s: float = 60,
        mute: Suppression | None = None,
        *,
        late_s: float = 0,
    ) -> "Story":
        """Observe and evaluate `times` times; `late_s`: so long after it was observed it is evaluated."""
        for _ in range(times):
            if isinstance(rule_input.check, Observation):
                at = self.now - timedelta(seconds=late_s)
                rule_input = replace(rule_input, check=replace(rule_input.check, at=at))
            self.state, notified = step(self.state, rule_input, self.rule, self.now, mute)
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


def off(source: Source = Source.POLL, *, stop_requested: bool = False) -> RuleInput:
    return RuleInput(seen(0, PowerState.OFFLINE, 0, source), stop_requested=stop_requested)


def crash(story: Story, *, gave_up: bool = False) -> Story:
    return story.feed(replace(load(50), crashes=(Crash(story.now, gave_up),)))
