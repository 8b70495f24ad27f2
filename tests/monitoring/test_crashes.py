"""Which ends of a server the monitor takes for crashes, and what it stores of them."""

from dataclasses import replace

import pytest

from bot.domain.annotations import offered, read_annotations
from bot.domain.diagnosis import Fix, FixKind
from bot.domain.observation import Observation, Source
from bot.domain.process_end import ProcessEnd
from bot.monitoring.stream import SAMPLE_S
from bot.panel.models import PowerState
from sandbox import Fault
from sandbox.power import crash, signal
from tests.monitoring.rig import Rig, states


async def test_a_crash_that_wings_mends_shows_only_as_an_uptime_that_went_back(rig: Rig) -> None:
    server = await rig.begin_with("Survival", memory=2048)
    crash(rig.sandbox.world, server)
    await rig.pass_time(120)
    assert set(states(rig.collector.of(server))) == {"running"}
    (crashed,) = [seen for seen in rig.collector.of(server) if seen.rule_input.crashes]
    assert abs((crashed.rule_input.crashes[0].at - rig.clock.now()).total_seconds() + 120) < 5
    assert crashed.evidence["memory_limit_bytes"] == 2048 * 1024 * 1024
    assert crashed.evidence["java"] is True
    assert "lines" not in crashed.evidence, "the console has only the lines of the new process"
    assert "cause" not in crashed.evidence


async def test_the_end_that_a_node_reports_is_stored_with_its_cause(rig: Rig) -> None:
    server = await rig.begin_with("Survival", memory=2048)
    known = rig.collector.last(server).state.last
    assert known is not None
    (target,) = rig.directory.get_for("main") or ()
    at = rig.clock.now()
    lines = ("Loading", "Error: Unable to access jarfile server.jar")
    end = ProcessEnd(at, exit_code=1, oom_killed=False, lines=lines, restarted_by_wings=False)
    stopped = replace(known, at=at, state=PowerState.OFFLINE, uptime_ms=0, source=Source.SOCKET)
    rig.monitor.stream.observed(target.server, stopped, end)
    await rig.pass_time(5)
    (crashed,) = [seen for seen in rig.collector.of(server) if seen.rule_input.crashes]
    kept = read_annotations(crashed.evidence)
    assert kept.lines == lines
    assert kept.gave_up
    assert str(kept.diagnosis) == "The file that starts the server, `server.jar`, isn't there."
    assert kept.proof == lines[1]
    assert offered(kept) == Fix(FixKind.SET_VARIABLE, "SERVER_JARFILE,JARFILE,JAR_FILE")


async def test_crash_is_noticed_although_the_next_process_runs_longer_than_the_last_was_seen_to(
    rig: Rig,
) -> None:
    server = rig.add("Survival", up_for=3.0)
    await rig.begin()
    await rig.pass_time(30)
    crash(rig.sandbox.world, server)
    await rig.pass_time(60)
    assert "offline" not in states(rig.collector.of(server))
    assert rig.collector.crashes(server) == 1


@pytest.mark.parametrize("trouble", ["unread", "unstored"])
async def test_crash_is_noticed_although_what_first_showed_it_could_not_be_kept(
    rig: Rig, trouble: str
) -> None:
    server = rig.add("Survival", up_for=3.0)
    await rig.begin()
    await rig.pass_time(30)
    crash(rig.sandbox.world, server)
    if trouble == "unread":
        rig.sandbox.faults.add(Fault.status(500), path="*/activity", times=1)
    else:
        rig.collector.trouble = RuntimeError()
    await rig.pass_time(50)
    assert rig.collector.crashes(server) == 0
    rig.collector.trouble = None
    await rig.pass_time(150)
    assert rig.collector.crashes(server) == 1


@pytest.mark.parametrize(
    ("uptimes_s", "crashes"),
    [
        ((4.0, 18.0, 20.0), 0),  # the first was read 14 s late, on a busy machine
        ((4.0, 4.2, 6.0), 1),
    ],
)
async def test_process_that_seems_to_have_begun_later_is_another_one_if_it_still_does_so_soon(
    rig: Rig, uptimes_s: tuple[float, float, float], crashes: int
) -> None:
    server = rig.add("Survival", up_for=3.0)
    await rig.begin()
    (target,) = rig.directory.get_for("main") or ()
    stream = rig.monitor.stream

    def report(uptime_s: float) -> None:
        seen = rig.collector.last(server).rule_input.check
        assert isinstance(seen, Observation)
        now = replace(seen, at=rig.clock.now(), uptime_ms=int(1000 * uptime_s), source=Source.NODE)
        stream.observed(target.server, now)

    report(3.0)
    await rig.pass_time(15)
    at_once, soon, later = uptimes_s
    report(at_once)
    await rig.pass_time(0.2)
    report(soon)
    await rig.pass_time(1.8)
    report(later)
    await rig.pass_time(5)
    assert rig.collector.crashes(server) == crashes


async def test_an_uptime_that_went_back_is_another_process_at_once(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    await rig.pass_time(120)
    (target,) = rig.directory.get_for("main") or ()
    known = rig.monitor.stream.known(server.uuid)
    assert known is not None
    assert known.uptime_ms > 60_000
    rig.monitor.stream.observed(
        target.server, replace(known, at=rig.clock.now(), uptime_ms=4000, source=Source.NODE)
    )
    await rig.pass_time(1)
    assert rig.collector.crashes(server) == 1


async def test_a_crash_before_a_restart_is_not_another_one_by_an_old_answer_of_the_panel(rig: Rig) -> None:
    server = await rig.begin_with("Survival", up_for=86_400.0)
    polls = len(rig.collector.of(server))
    await rig.until(lambda: len(rig.collector.of(server)) > polls)  # the panel's answer is new
    (target,) = rig.directory.get_for("main") or ()
    known = rig.monitor.stream.known(server.uuid)
    assert known is not None
    await rig.pass_time(2)
    crash(rig.sandbox.world, server)
    stopped = replace(known, at=rig.clock.now(), state=PowerState.OFFLINE, uptime_ms=0, source=Source.SOCKET)
    rig.monitor.stream.observed(target.server, stopped, ProcessEnd(stopped.at, exit_code=1))
    await rig.pass_time(1)
    starting = replace(stopped, at=rig.clock.now(), state=PowerState.STARTING)
    rig.monitor.stream.observed(target.server, starting)
    await rig.pass_time(1)
    await rig.restart()
    await rig.pass_time(120)
    assert rig.collector.crashes(server) == 1


async def test_a_crash_is_noticed_after_a_connection_knew_the_state_and_not_the_age(rig: Rig) -> None:
    server = await rig.begin_with("Survival", up_for=86_400.0)
    (target,) = rig.directory.get_for("main") or ()
    for pause_s in (SAMPLE_S, 1.0):
        known = rig.monitor.stream.known(server.uuid)
        assert known is not None
        ageless = replace(known, at=rig.clock.now(), uptime_ms=0, memory_bytes=0, source=Source.SOCKET)
        rig.monitor.stream.observed(target.server, ageless)
        await rig.pass_time(pause_s)
    crash(rig.sandbox.world, server)
    await rig.end()
    await rig.pass_time(20)  # the panel's answer from before is over
    await rig.begin()
    await rig.pass_time(60)
    assert rig.collector.crashes(server) == 1


async def test_a_server_that_crashed_and_stays_down_is_polled_again_soon(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    server.power.crashed_at = rig.sandbox.world.seconds() - 5  # a second crash: Wings gives up
    crash(rig.sandbox.world, server)
    await rig.pass_time(200)
    offline = [
        batch.at for batch in rig.collector.batches for seen in batch.servers if down(seen.rule_input.check)
    ]
    assert 50 <= (offline[2] - offline[0]).total_seconds() <= 60
    last = rig.collector.last(server)
    assert not last.rule_input.stop_requested
    assert last.evidence["ran_for_s"]
    assert rig.collector.crashes(server) == 0


async def test_a_short_end_that_wings_mended_is_a_crash_although_it_was_seen_offline(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    server.power.state, server.power.container_started = "offline", None
    await rig.pass_time(40)
    signal(rig.sandbox.world, server, "start")
    await rig.pass_time(100)
    assert "offline" in states(rig.collector.of(server))
    assert rig.collector.crashes(server) == 1


async def test_a_server_that_somebody_started_again_later_did_not_mend_itself(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    server.power.state, server.power.container_started = "offline", None
    await rig.pass_time(70)
    rig.log(server, "server:power.start")
    signal(rig.sandbox.world, server, "start")
    await rig.pass_time(100)
    assert states(rig.collector.of(server))[-1] == "running"
    assert rig.collector.crashes(server) == 0


async def test_a_crash_is_seen_although_the_next_poll_falls_into_a_long_start(rig: Rig) -> None:
    server = rig.add("Survival")
    server.game.pull_seconds = 90
    await rig.begin()
    await rig.pass_time(90)
    crash(rig.sandbox.world, server)
    await rig.pass_time(300)
    assert states(rig.collector.of(server))[-4:-1].count("starting") >= 1
    assert rig.collector.crashes(server) == 1


def down(check: object) -> bool:
    return getattr(check, "state", None) is PowerState.OFFLINE


async def test_after_a_restart_of_the_bot_observations_are_the_same_as_without(rig: Rig) -> None:
    steady, dies = rig.add("Steady"), rig.add("Dies")
    await rig.begin()
    await rig.pass_time(90)
    await rig.end()
    dies.power.crashed_at = rig.sandbox.world.seconds()
    crash(rig.sandbox.world, dies)
    crash(rig.sandbox.world, steady)
    await rig.sandbox.advance(40)
    await rig.begin()
    await rig.pass_time(120)
    assert not rig.collector.last(dies).rule_input.stop_requested
    assert down(rig.collector.last(dies).rule_input.check)
    assert rig.collector.crashes(steady) == 1
    assert [rule_input.samples for rule_input in rig.collector.rule_inputs(steady)][-3:] == [1, 2, 3]
