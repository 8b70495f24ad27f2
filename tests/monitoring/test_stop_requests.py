"""Whether somebody requested that a server stop: through the bot, in the panel, or by a schedule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.annotations import panel_change, read_annotations
from bot.domain.audit import Outcome, of_text
from bot.domain.observation import Source
from bot.panel.models import PowerState
from sandbox import Fault
from sandbox.model import GameServer
from sandbox.power import crash, send_command, signal
from sandbox.resources import Schedule, Task
from sandbox.schedules import plan
from tests.monitoring.rig import Rig, did, states, stopped


def schedule(rig: Rig, server: GameServer, *tasks: tuple[str, str, int]) -> None:
    """Let the panel do something in the next minute."""
    world, at = rig.sandbox.world, rig.clock.now() + timedelta(minutes=1)
    made = Schedule(1, "Nightly", str(at.minute), str(at.hour), "*", "*", "*", True, False, at, at)
    made.tasks = [
        Task(number, number, action, payload, offset, False, at, at)
        for number, (action, payload, offset) in enumerate(tasks, start=1)
    ]
    server.schedules.append(made)
    plan(world, server, made)


async def test_a_stop_through_the_bot_was_asked_for_also_while_its_end_is_not_known(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    await did(rig, server, "server.power", Outcome.UNKNOWN, signal="stop")
    signal(rig.sandbox.world, server, "stop")
    assert await stopped(rig, server) == (True, "stop through Quetzal, by member 7")
    assert rig.count_requests("/activity") == 0


async def test_a_stop_that_the_panel_refused_to_the_bot_explains_nothing(rig: Rig) -> None:
    server = rig.add("Survival")
    server.game.stop_seconds = 0
    await rig.begin()
    await rig.pass_time(90)
    await did(rig, server, "server.power", Outcome.FAILED, signal="stop")
    signal(rig.sandbox.world, server, "stop")
    assert await stopped(rig, server) == (False, None)


async def test_a_restart_explains_an_offline_server_for_five_minutes(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:power.restart")
    server.power.state, server.power.container_started = "offline", None
    assert await stopped(rig, server) == (True, "restart in the panel, by owner")
    await rig.pass_time(200)
    assert not rig.collector.last(server).rule_input.is_unexpectedly_offline
    await rig.pass_time(200)
    check = rig.collector.last(server)
    assert check.rule_input.is_unexpectedly_offline
    assert check.evidence["cause"] == "It did not come up again after the restart in the panel, by owner."


async def test_a_server_that_was_stopped_after_a_restart_stays_explained(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:power.restart")
    server.power.state, server.power.container_started = "offline", None
    assert await stopped(rig, server) == (True, "restart in the panel, by owner")
    rig.log(server, "server:power.kill")
    await rig.pass_time(600)
    check = rig.collector.last(server)
    assert not check.rule_input.is_unexpectedly_offline
    assert check.state.stop_requested_by == "kill in the panel, by owner"


async def test_a_stop_command_through_the_bot_was_asked_for(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    await did(rig, server, "server.command", Outcome.DONE, **of_text("stop"))
    send_command(rig.sandbox.world, server, "stop")
    assert await stopped(rig, server) == (True, "stop command through Quetzal, by member 7")


async def test_a_stop_in_the_panel_was_asked_for(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:power.stop")
    signal(rig.sandbox.world, server, "stop")
    assert await stopped(rig, server) == (True, "stop in the panel, by owner")


async def test_a_stop_in_the_panels_console_was_asked_for_among_much_else(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:console.command", command="stop")
    send_command(rig.sandbox.world, server, "stop")
    for number in range(30):
        rig.log(server, "server:file.write", file=f"/{number}")
    assert await stopped(rig, server) == (True, "stop command in the panel, by owner")


async def test_another_command_explains_no_end(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:console.command", command="say I will stop in 5 minutes")
    server.power.crashed_at = rig.sandbox.world.seconds()
    crash(rig.sandbox.world, server)
    assert await stopped(rig, server) == (False, None)


async def test_crash_keeps_what_was_changed_last_in_the_panel(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:file.write", file="/server.properties")
    await rig.pass_time(2)  # entries of one second are in no order
    rig.log(server, "server:startup.edit", variable="MAX_PLAYERS", old="20", new="200")
    rig.log(server, "server:file.read", file="/server.properties")
    server.power.crashed_at = rig.sandbox.world.seconds()
    crash(rig.sandbox.world, server)
    assert await stopped(rig, server) == (False, None)

    change = panel_change(read_annotations(rig.collector.last(server).evidence))
    assert change is not None
    assert (change.subject, change.how, change.by) == (
        "MAX_PLAYERS",
        "startup variable changed in the panel",
        "owner",
    )


async def test_a_stop_by_a_schedule_was_asked_for_also_while_the_schedule_goes_on(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    schedule(rig, server, ("power", "stop", 0), ("power", "start", 900))
    await rig.pass_time(60)
    assert await stopped(rig, server) == (True, "schedule Nightly")


async def test_a_restart_by_a_schedule_is_no_crash(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    schedule(rig, server, ("power", "restart", 0))
    await rig.pass_time(240)
    assert rig.collector.crashes(server) == 0
    assert rig.collector.last(server).state.stop_requested_by == "schedule Nightly"


async def test_a_crash_after_an_asked_restart_is_a_crash(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:power.restart")
    signal(rig.sandbox.world, server, "restart")
    await rig.pass_time(100)
    assert rig.collector.crashes(server) == 0
    crash(rig.sandbox.world, server)
    await rig.pass_time(100)
    assert rig.collector.crashes(server) == 1


async def test_request_that_stops_the_next_process_does_not_explain_the_crash_before(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    server.game.stop_seconds = 60
    crash(rig.sandbox.world, server)
    await rig.pass_time(15)
    rig.log(server, "server:power.restart")
    signal(rig.sandbox.world, server, "restart")
    await rig.pass_time(50)
    assert rig.collector.crashes(server) == 1
    await rig.pass_time(120)
    assert rig.collector.crashes(server) == 1
    assert rig.collector.last(server).state.stop_requested_by == "restart in the panel, by owner"


@pytest.mark.parametrize(
    ("start", "down", "crashes"),
    [
        (None, "restart", 1),
        (None, "stop", 1),
        ("start", "restart", 0),
        ("start", "stop", 0),
        ("restart", "restart", 0),
        ("restart", "stop", 0),
    ],
)
async def test_request_that_stops_a_process_did_not_start_it_from_offline(
    rig: Rig, start: str | None, down: str, crashes: int
) -> None:
    server = await rig.begin_with("Survival")
    server.game.stop_seconds = 60
    if start is not None:
        server.power.crashed_at = rig.sandbox.world.seconds()  # the node gives up
    crash(rig.sandbox.world, server)
    report(rig, server, Source.NODE)
    await rig.pass_time(2)
    if start is not None:
        rig.log(server, f"server:power.{start}")
        signal(rig.sandbox.world, server, start)
    await rig.pass_time(15)
    rig.log(server, f"server:power.{down}")
    signal(rig.sandbox.world, server, down)
    report(rig, server, Source.SOCKET)
    await rig.pass_time(5)
    assert states(rig.collector.of(server))[-2:] == ["offline", "stopping"]
    assert rig.collector.crashes(server) == crashes
    await rig.pass_time(60)
    report(rig, server, Source.SOCKET)
    await rig.pass_time(5)
    assert rig.collector.crashes(server) == crashes
    assert rig.collector.last(server).state.stop_requested_by == f"{down} in the panel, by owner"


def report(rig: Rig, server: GameServer, source: Source) -> None:
    """Let a live source report the state and the age of a server; polling stops."""
    (target,) = rig.directory.get_for("main") or ()
    known = rig.monitor.stream.known(server.uuid)
    assert known is not None
    state, began = PowerState(server.state), server.power.container_started
    uptime_ms = int(1000 * (rig.sandbox.world.seconds() - began)) if began is not None else 0
    seen = replace(known, at=rig.clock.now(), state=state, uptime_ms=uptime_ms, source=source)
    rig.monitor.stream.observed(target.server, seen)


async def test_what_may_not_be_read_is_said_and_not_guessed(rig: Rig) -> None:
    server = rig.add("Survival", owner="somebody")
    rig.sandbox.world.add_subuser(server, "owner", ["websocket.connect"])
    await rig.begin()
    await rig.pass_time(90)
    crash(rig.sandbox.world, server)
    await rig.pass_time(120)
    (crashed,) = [seen for seen in rig.collector.of(server) if seen.rule_input.crashes]
    cause = str(crashed.evidence["cause"])
    assert cause.startswith(
        "Nobody is known to have asked for it, but not all could be read: the activity log"
    )
    assert "the schedules" in cause


async def test_an_entry_that_cannot_be_read_may_have_been_the_request(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:power.stop")
    crash(rig.sandbox.world, server)

    def alter(answer: Any) -> None:  # noqa: ANN401 - JSON
        answer["data"][0]["attributes"]["event"] = None

    rig.sandbox.faults.add(Fault.altered(alter), path="*/activity")
    await rig.pass_time(120)
    (crashed,) = [seen for seen in rig.collector.of(server) if seen.rule_input.crashes]
    assert "not all could be read: the activity log" in str(crashed.evidence["cause"])


async def test_what_cannot_be_read_just_now_is_found_out_later(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:power.restart")
    signal(rig.sandbox.world, server, "restart")
    rig.sandbox.faults.add(Fault.status(500), path="*/activity", times=1)
    await rig.pass_time(150)
    assert rig.collector.crashes(server) == 0
    assert rig.collector.last(server).state.stop_requested_by == "restart in the panel, by owner"


async def test_a_server_that_was_offline_at_first_sight_counts_as_asked(rig: Rig) -> None:
    server = rig.add("Old World", state="offline")
    await rig.begin()
    await rig.pass_time(120)
    assert all(rule_input.stop_requested for rule_input in rig.collector.rule_inputs(server))


async def test_an_asked_stop_stays_asked_over_a_restart_of_the_bot(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    rig.log(server, "server:power.stop")
    signal(rig.sandbox.world, server, "stop")
    await rig.pass_time(120)
    await rig.restart()
    assert await stopped(rig, server) == (True, "stop in the panel, by owner")


async def test_what_stops_while_it_is_restored_was_wanted(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    server.status = "restoring_backup"
    server.power.state, server.power.container_started = "offline", None
    await rig.pass_time(100)
    assert rig.collector.last(server).rule_input.check is None
    server.status = None
    assert await stopped(rig, server) == (True, "the panel: restoring a backup")
