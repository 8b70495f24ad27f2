"""A server has stopped: whether, and whether somebody wanted it to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import stop_reasons
from bot.domain.audit import AuditEntry, Facts, Outcome, of_text
from bot.domain.levels import THE_GUILD
from bot.domain.observation import Limits, Observation, ServerKey, Source
from bot.domain.stop_reasons import Transition, Window
from bot.panel.models import Activity, PowerState, Schedule

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WINDOW = Window(NOW - MINUTE, NOW)


def seen(state: str, uptime_s: float = 0.0, at: datetime = NOW, disk: int = 0) -> Observation:
    limits = Limits(disk_bytes=100)
    return Observation(
        ServerKey("main", "u"), at, PowerState(state), 1, 1.0, disk, 0, 0, int(1000 * uptime_s), limits=limits
    )


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        (None, seen("running", 5), Transition.FIRST),
        (None, seen("offline"), Transition.FIRST),
        (seen("running", 100), seen("running", 160), Transition.NOTHING),
        (seen("running", 100), seen("running", 40, NOW + timedelta(minutes=1)), Transition.RESTARTED),
        (seen("running", 100), seen("stopping", 160), Transition.NOTHING),
        (seen("running", 100), seen("offline"), Transition.STOPPED),
        (seen("starting", 100), seen("offline"), Transition.STOPPED),
        (seen("stopping", 100), seen("offline"), Transition.STOPPED),
        (seen("starting", 5), seen("running", 65), Transition.NOTHING),
        (seen("starting", 5), seen("starting", 65), Transition.NOTHING),
        (seen("starting", 65), seen("starting", 5), Transition.RESTARTED),
        (seen("starting", 65), seen("starting"), Transition.RESTARTED),
        (seen("starting", 65), replace(seen("starting"), source=Source.SOCKET), Transition.NOTHING),
        (replace(seen("starting", 2), source=Source.SOCKET), seen("starting", 1), Transition.NOTHING),
        (seen("running", 100), seen("starting"), Transition.RESTARTED),
        (seen("running", 5), seen("starting", 50), Transition.RESTARTED),
        (seen("stopping", 100), seen("starting", 5), Transition.RESTARTED),
        (seen("offline"), seen("offline"), Transition.STILL_OFFLINE),
        (seen("offline"), seen("starting"), Transition.STARTED),
        (seen("offline"), seen("running", 5), Transition.STARTED),
    ],
)
def test_what_lies_between_two_observations(
    before: Observation | None, now: Observation, what: Transition
) -> None:
    assert stop_reasons.transition(before, now) is what


@pytest.mark.parametrize(
    ("before", "passed", "since"),
    [
        (seen("running", 1e6, NOW - MINUTE), None, NOW - MINUTE - timedelta(seconds=51)),
        (seen("running", 1e6, NOW - MINUTE), MINUTE, NOW - MINUTE - timedelta(seconds=51)),
        (seen("running", 1e6, NOW + 60 * MINUTE), MINUTE, NOW - MINUTE - timedelta(seconds=51)),
        (seen("running", 1e6, NOW + 60 * MINUTE), None, NOW - timedelta(seconds=51)),
        (seen("running", 10, NOW - MINUTE), MINUTE, NOW - timedelta(seconds=70)),
        (seen("stopping", 1e6, NOW - MINUTE), MINUTE, NOW - 12 * MINUTE - timedelta(seconds=51)),
    ],
)
def test_when_it_was_asked_for(before: Observation, passed: timedelta | None, since: datetime) -> None:
    window = stop_reasons.window(before, NOW, passed, None)
    assert (window.since, window.until) == (since, NOW + timedelta(seconds=30))


def test_what_explained_one_stop_does_not_explain_the_next() -> None:
    when = Window(NOW - MINUTE, NOW, used=NOW - MINUTE / 2)
    assert not when.holds(NOW - MINUTE / 2)
    assert when.holds(NOW)


@pytest.mark.parametrize(
    ("typed", "does"),
    [
        ("stop", True),
        (" /stop ", True),
        ("STOP", True),
        ("end", True),
        ("quit", True),
        ("DoExit", True),
        ("say stop", False),
        ("stopsound @a", False),
        ("", False),
    ],
)
def test_which_lines_stop_a_server(typed: str, does: bool) -> None:
    assert stop_reasons.stops(typed) is does


@pytest.mark.parametrize(
    ("action", "what", "outcome", "by"),
    [
        ("server.power", {"signal": "stop"}, Outcome.DONE, "stop through Quetzal, by member 7"),
        ("server.power", {"signal": "kill"}, Outcome.UNKNOWN, "kill through Quetzal, by member 7"),
        ("server.power", {"signal": "restart"}, Outcome.DONE, "restart through Quetzal, by member 7"),
        ("server.power", {"signal": "stop"}, Outcome.FAILED, None),
        ("server.power", {"signal": "start"}, Outcome.DONE, None),
        ("backup.restore", {}, Outcome.UNKNOWN, "restore through Quetzal, by member 7"),
        ("server.reinstall", {}, Outcome.DONE, "reinstallation through Quetzal, by member 7"),
        ("server.reinstall", {}, Outcome.FAILED, None),
        ("server.command", of_text("stop"), Outcome.DONE, "stop command through Quetzal, by member 7"),
        ("server.command", of_text("/stop"), Outcome.DONE, "stop command through Quetzal, by member 7"),
        ("server.command", of_text("list"), Outcome.DONE, None),
    ],
)
def test_what_the_bot_did(action: str, what: Facts, outcome: Outcome, by: str | None) -> None:
    act = AuditEntry(NOW, 1, 7, "main", "u", action, outcome, what)
    stop_request = stop_reasons.by_the_bot([act], WINDOW)
    assert (stop_request and stop_request.by) == by
    assert stop_reasons.by_the_bot([replace(act, at=NOW - 2 * MINUTE)], WINDOW) is None


def test_a_stop_of_an_empty_server_was_requested_by_no_member() -> None:
    act = AuditEntry(NOW, 1, THE_GUILD, "main", "u", "server.power", Outcome.DONE, {"signal": "stop"})
    stop_request = stop_reasons.by_the_bot([act], WINDOW)
    assert stop_request is not None
    assert stop_request.by == "stop by Quetzal itself"


def row(event: str, **properties: str) -> Activity:
    return Activity(id="1", event=event, at=NOW, properties=properties, actor="olga")


@pytest.mark.parametrize(
    ("entry", "by"),
    [
        (row("server:power.stop"), "stop in the panel, by olga"),
        (row("server:power.kill"), "kill in the panel, by olga"),
        (row("server:power.restart"), "restart in the panel, by olga"),
        (row("server:power.start"), None),
        (row("server:console.command", command="stop"), "stop command in the panel, by olga"),
        (row("server:console.command", command="say stop"), None),
        (row("server:backup.restore", name="x"), "restore in the panel, by olga"),
        (row("server:backup.restore-complete", name="x"), None),
        (row("server:reinstall"), "reinstallation in the panel, by olga"),
        (row("server:file.write"), None),
    ],
)
def test_what_the_panels_log_has(entry: Activity, by: str | None) -> None:
    stop_request = stop_reasons.by_the_panel([entry], WINDOW)
    assert (stop_request and stop_request.by) == by


def schedule(
    action: str, payload: str, *, ran: datetime | None = NOW, processing: bool = False
) -> list[Schedule]:
    cron = {"minute": "0", "hour": "4", "day_of_month": "*", "month": "*", "day_of_week": "*"}
    task = {"id": 1, "sequence_id": 1, "action": action, "payload": payload}
    tasks = {"data": [{"object": "schedule_task", "attributes": task}]}
    return [
        Schedule.model_validate(
            {
                "id": 1,
                "name": "Nightly",
                "cron": cron,
                "is_processing": processing,
                "last_run_at": ran,
                "relationships": {"tasks": tasks},
            }
        )
    ]


@pytest.mark.parametrize(
    ("schedules", "asked"),
    [
        (schedule("power", "stop"), True),
        (schedule("power", "restart"), True),
        (schedule("command", "stop"), True),
        (schedule("command", "save-all"), False),
        (schedule("power", "start"), False),
        (schedule("backup", ""), False),
        (schedule("power", "stop", ran=NOW - 60 * MINUTE), False),
        (schedule("power", "stop", ran=None), False),
        (schedule("power", "stop", ran=NOW - 60 * MINUTE, processing=True), True),
    ],
)
def test_what_a_schedule_did(schedules: list[Schedule], asked: bool) -> None:
    stop_request = stop_reasons.by_a_schedule(schedules, WINDOW)
    assert (stop_request and stop_request.by) == ("schedule Nightly" if asked else None)


def test_a_start_has_reasons_of_its_own() -> None:
    assert stop_reasons.by_the_panel([row("server:power.start")], WINDOW, up=True) is not None
    assert stop_reasons.by_the_panel([row("server:power.stop")], WINDOW, up=True) is None
    assert stop_reasons.by_a_schedule(schedule("power", "start"), WINDOW, up=True) is not None
    act = AuditEntry(NOW, 1, 7, "main", "u", "server.power", Outcome.DONE, {"signal": "start"})
    assert stop_reasons.by_the_bot([act], WINDOW, up=True) is not None


def test_a_disk_over_its_limit_stops_a_server() -> None:
    assert stop_reasons.over_disk_limit(seen("running", disk=100))
    assert not stop_reasons.over_disk_limit(seen("running", disk=99))
