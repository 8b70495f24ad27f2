"""Decides whether a server stopped, and whether that was requested. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.audit import AuditEntry, Outcome
from bot.domain.levels import THE_GUILD
from bot.domain.observation import Observation, Source, restarted_unseen, uptime_went_back
from bot.domain.power_progress import CACHED_S
from bot.panel.models import Activity, PowerState, Schedule, TaskAction

CLOCKS_DIFFER = timedelta(seconds=30)
"""How far the clocks of panel and bot may be apart."""
_CACHED = timedelta(seconds=CACHED_S)
_SLOW_STOP = timedelta(minutes=11)
"""Wings waits ten minutes for a process to end (docs/reference/servers.md#power-signals)."""
BY_ITSELF = timedelta(minutes=3)
"""Wings starts a crashed server again at once; one that starts later was started on request."""
BACK_WITHIN = timedelta(minutes=5)
"""How long a restart may leave a server offline: its node checks files and disk before it starts."""

# The eggs' stop commands, and what administrators of games type to the same end
# (docs/reference/servers.md#console-commands).
_STOP_WORDS = ("stop", "end", "quit", "exit", "shutdown", "restart", "doexit", "server.stop", "restart now")
_STOPS = frozenset(_STOP_WORDS)
_STOP_HASHES = frozenset(
    hashlib.sha256(f"{slash}{form}".encode()).hexdigest()
    for slash in ("", "/")
    for word in _STOP_WORDS
    for form in (word, word.upper(), word.capitalize(), "DoExit")
)
_RESTART = "restart"
_DOWN = frozenset({"stop", _RESTART, "kill"})
_UP = frozenset({"start", _RESTART})


class Transition(StrEnum):
    """What happened between two observations of a server."""

    FIRST = "first"
    NOTHING = "nothing"
    RESTARTED = "restarted"
    """There is a new process, although no other state was observed."""
    STOPPED = "stopped"
    STILL_OFFLINE = "still offline"
    STARTED = "came up"


@dataclass(frozen=True, slots=True)
class Window:
    """The time of a possible request; requests until `used` explained an earlier stop."""

    since: datetime
    until: datetime
    used: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether a request at that time may be the reason."""
        return self.since <= at <= self.until and (self.used is None or at > self.used)


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Who or what requested it, in a few words, and when. `is_restart`: the server was to come up again."""

    by: str
    at: datetime
    is_restart: bool = False


def transition(before: Observation | None, now: Observation, *, is_new: bool = False) -> Transition:
    """Compare two observations; neither may be of an unknown state.

    `is_new`: it is another process, although its uptime did not go back.
    """
    if before is None:
        return Transition.FIRST
    if now.state is PowerState.OFFLINE:
        return Transition.STILL_OFFLINE if before.state is PowerState.OFFLINE else Transition.STOPPED
    if before.state is PowerState.OFFLINE:
        return Transition.STARTED
    # A live connection that begins says the state before the uptime, which is 0 until then.
    is_age_known = now.uptime_ms > 0 or now.source is not Source.SOCKET
    is_younger = is_age_known and uptime_went_back(before, now)
    if now.state is PowerState.STARTING and (before.state is not now.state or is_younger):
        return Transition.RESTARTED  # nothing goes from running to starting without an end between them
    return Transition.RESTARTED if is_new or restarted_unseen(before, now) else Transition.NOTHING


def window(before: Observation, now: datetime, passed: timedelta | None, used: datetime | None) -> Window:
    """Return when a stop between two observations may have been requested.

    `passed` is the time since the previous observation by a monotonic clock; None: unknown.
    """
    since = before.at if passed is None else now - passed
    since = min(since, now) - _CACHED - CLOCKS_DIFFER
    if before.state is PowerState.STOPPING:
        since -= _SLOW_STOP
    # A request from before the process began has led to its beginning, not to its end. When one began that
    # was first seen stopping is not known.
    is_age_known = before.uptime_ms > 0 or before.state is not PowerState.STOPPING
    return Window(max(since, min(began(before), now)) if is_age_known else since, now + CLOCKS_DIFFER, used)


def began(now: Observation) -> datetime:
    """Return when the observed process began."""
    return now.at - timedelta(milliseconds=now.uptime_ms)


def over_disk_limit(seen: Observation) -> bool:
    """Return whether the node itself stops the server because of its disk limit.

    Source: docs/reference/servers.md#usage-figures.
    """
    percent = seen.disk_percent
    return percent is not None and percent >= 100  # noqa: PLR2004 - percent


def stops(command: str) -> bool:
    """Return whether a console line stops the server."""
    return command.strip().removeprefix("/").lower() in _STOPS


def by_the_bot(acts: Iterable[AuditEntry], when: Window, *, up: bool = False) -> StopRequest | None:
    """Return a request through the bot; unfinished and unknown acts count, failed ones don't."""
    for act in acts:
        if act.outcome is Outcome.FAILED or not when.holds(act.at):
            continue
        signal = str(act.facts.get("signal", ""))
        if act.action == "server.power" and signal in (_UP if up else _DOWN):
            return StopRequest(_through_quetzal(signal, act), act.at, signal == _RESTART)
        if up:
            continue
        if act.action == "backup.restore":
            return StopRequest(_through_quetzal("restore", act), act.at)
        if act.action == "server.reinstall":
            return StopRequest(_through_quetzal("reinstallation", act), act.at)
        if act.action == "server.command" and act.facts.get("sha256") in _STOP_HASHES:
            return StopRequest(_through_quetzal("stop command", act), act.at)
    return None


def _through_quetzal(action: str, act: AuditEntry) -> str:
    if act.user_id == THE_GUILD:  # standing work, such as the stop of an empty server
        return f"{action} by Quetzal itself"
    return f"{action} through Quetzal, by member {act.user_id}"


def by_the_panel(rows: Iterable[Activity], when: Window, *, up: bool = False) -> StopRequest | None:
    """Return a request from the panel's activity log, which has people's acts but not schedules'.

    Source: docs/reference/servers.md#activity-log.
    """
    for row in rows:
        if not when.holds(row.at):
            continue
        action = _of_row(row, up=up)
        if action is not None:
            by = f"{action} in the panel, by {row.actor or 'the system'}"
            return StopRequest(by, row.at, action == _RESTART)
    return None


def by_a_schedule(schedules: Iterable[Schedule], when: Window, *, up: bool = False) -> StopRequest | None:
    """Return a schedule that runs or has run; `last_run_at` is set after its last task.

    Source: docs/reference/schedules.md#runs.
    """
    for schedule in schedules:
        if not any(_task_asks(task.action, task.payload or "", up=up) for task in schedule.tasks):
            continue
        by = f"schedule {schedule.name}"
        if schedule.is_processing:  # what comes after this task is not known
            return StopRequest(by, when.until)
        if schedule.last_run_at is not None and when.holds(schedule.last_run_at):
            restarts = (
                task.action is TaskAction.POWER and task.payload == _RESTART for task in schedule.tasks
            )
            return StopRequest(by, schedule.last_run_at, any(restarts))
    return None


def _of_row(row: Activity, *, up: bool) -> str | None:
    kind, _, signal = row.event.rpartition(".")
    if kind == "server:power" and signal in (_UP if up else _DOWN):
        return signal
    if up:
        return None
    if row.event == "server:console.command":
        return "stop command" if stops(str(row.properties.get("command", ""))) else None
    return {"server:backup.restore": "restore", "server:reinstall": "reinstallation"}.get(row.event)


def _task_asks(action: TaskAction, payload: str, *, up: bool) -> bool:
    if action is TaskAction.POWER:
        return payload in (_UP if up else _DOWN)
    return action is TaskAction.COMMAND and not up and stops(payload)
