"""Servers observed by their live connections: at once, with how a process ended, and without a gap."""

import pytest

from bot.domain.observation import Observation, Source
from bot.monitoring.socket_source import SocketSource
from bot.monitoring.sources import SourceOverview
from bot.panel import Lane
from bot.panel.models import PowerState
from bot.panel.shared_socket import REFUSED_PAUSE_S
from bot.panel.socket_hub import FORBIDDEN_AT_LEAST, FORBIDDEN_SHARE
from sandbox import Fault
from sandbox.console import daemon_says
from sandbox.model import GameServer, Variable
from sandbox.power import crash, signal
from tests.monitoring.rig import Rig


@pytest.fixture
def rig(rig: Rig) -> Rig:
    rig.live_sources = lambda panel: [SocketSource(panel, rig.clock)]
    return rig


def overview(rig: Rig) -> SourceOverview:
    status = rig.monitor.status.source
    assert status is not None
    return status.overview


async def connected(rig: Rig, servers: int = 1) -> None:
    """Let time pass until so many servers are observed by their connections."""
    await rig.until(lambda: overview(rig).servers[Source.SOCKET] == servers)


def pairs(rig: Rig, server: GameServer) -> list[tuple[str, str]]:
    """Name state and source of each observation that was stored."""
    seen = [check.rule_input.check for check in rig.collector.of(server)]
    return [
        (observation.state.value, observation.source.value)
        for observation in seen
        if isinstance(observation, Observation)
    ]


async def test_crash_is_reported_within_a_second_with_how_the_process_ended(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    rig.sandbox.world.publish(server, "console output", "java.lang.OutOfMemoryError: Java heap space")
    await rig.pass_time(1)
    crash(rig.sandbox.world, server, 137, out_of_memory=True)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=1)
    (crashed,) = [check for check in rig.collector.of(server) if check.rule_input.crashes]
    assert crashed.evidence["exit_code"] == 137
    assert crashed.evidence["out_of_memory"] is True
    assert "gave_up" not in crashed.evidence
    lines = crashed.evidence["lines"]
    assert isinstance(lines, list)
    assert "java.lang.OutOfMemoryError: Java heap space" in lines[-3:]
    assert not [line for line in lines if "Daemon" in line]
    await rig.pass_time(60)
    assert rig.collector.crashes(server) == 1, "that it came up again is no second crash"
    assert pairs(rig, server)[-1] == ("running", "socket")
    assert ("starting", "socket") in pairs(rig, server)


async def test_second_crash_says_that_the_node_gave_up(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    server.power.crashed_at = rig.sandbox.world.seconds() - 5
    crash(rig.sandbox.world, server, 1)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=1)
    (crashed,) = [check for check in rig.collector.of(server) if check.rule_input.crashes]
    assert crashed.rule_input.crashes[0].gave_up
    assert crashed.evidence["gave_up"] is True
    await rig.pass_time(9)
    checks = len(rig.collector.of(server))
    await rig.pass_time(3)
    assert len(rig.collector.of(server)) == checks + 1, "evaluated again when its rule is due"
    last = rig.collector.last(server).rule_input.check
    assert isinstance(last, Observation)
    assert last.state is PowerState.OFFLINE
    assert (rig.clock.now() - last.at).total_seconds() > 10, "the node has said nothing since"


async def test_crash_is_reported_as_soon_as_the_node_says_so(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    crash(rig.sandbox.world, server, 137)  # the node needs 0.05 s to say that it was one
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=0.15)


async def test_node_that_gives_up_late_is_reported_for_the_same_crash(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    world = rig.sandbox.world
    server.power.state, server.power.container_started = "offline", None
    world.publish(server, "status", "offline")
    for line in ("Detected server process in a crashed state!", "Exit code: 1", "Out of memory: false"):
        daemon_says(world, server, line)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=1)
    daemon_says(world, server, "Aborting automatic restart, last crash occurred less than 60 seconds ago.")
    await rig.until(lambda: rig.collector.crashes(server) == 2, within_s=1)
    first, second = (check for check in rig.collector.of(server) if check.rule_input.crashes)
    (crashed,), (again,) = first.rule_input.crashes, second.rule_input.crashes
    assert (crashed.is_known, crashed.gave_up) == (False, False)
    assert (again.is_known, again.gave_up) == (True, True)
    assert second.evidence["exit_code"] == 1
    assert second.evidence["gave_up"] is True
    await rig.pass_time(30)
    assert rig.collector.crashes(server) == 2
    assert rig.collector.last(server).rule_input.is_unexpectedly_offline


async def test_requests_from_before_a_stop_that_was_first_seen_under_way_explain_it(rig: Rig) -> None:
    server = rig.add("Survival")
    server.game.stop_seconds = None  # until it is killed
    await rig.begin()
    await connected(rig)
    rig.sandbox.open_sockets[0].cut()
    await rig.pass_time(2)
    rig.log(server, "server:power.stop")
    signal(rig.sandbox.world, server, "stop")
    await rig.until(lambda: pairs(rig, server)[-1] == ("stopping", "socket"), within_s=20)
    signal(rig.sandbox.world, server, "kill")
    await rig.until(lambda: pairs(rig, server)[-1][0] == "offline")
    assert rig.collector.last(server).state.stop_requested_by == "stop in the panel, by owner"


async def test_who_stopped_it_is_read_when_monitoring_has_used_up_its_share(rig: Rig) -> None:
    rig.sandbox.world.settings.requests_per_minute = 60
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    client = rig.panels["main"]
    while (client.budget.remaining or 0) > 0.3 * 60:
        await client.on(Lane.BACKGROUND).servers.touch()
    crash(rig.sandbox.world, server, 137)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=0.5)
    (crashed,) = [check for check in rig.collector.of(server) if check.rule_input.crashes]
    assert "cause" not in crashed.evidence


async def test_stop_that_somebody_asked_for_is_no_crash(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    rig.log(server, "server:power.stop")
    signal(rig.sandbox.world, server, "stop")
    await rig.until(lambda: pairs(rig, server)[-1] == ("offline", "socket"))
    assert rig.collector.last(server).rule_input.stop_requested
    assert rig.collector.crashes(server) == 0
    signal(rig.sandbox.world, server, "start")
    await rig.until(lambda: pairs(rig, server)[-1] == ("running", "socket"))
    assert rig.collector.crashes(server) == 0


async def test_offline_server_whose_node_forgot_the_connection_is_asked_how_it_is(rig: Rig) -> None:
    server = rig.add("Survival", state="offline")
    await rig.begin()
    await connected(rig)
    rig.sandbox.open_sockets[0].forget()
    signal(rig.sandbox.world, server, "start")
    await rig.until(lambda: pairs(rig, server)[-1] == ("running", "socket"), within_s=70)


async def test_the_source_of_a_stop_is_requested_again_when_the_panel_did_not_say(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    rig.sandbox.faults.add(Fault.status(500), path="*/activity", times=1)
    rig.log(server, "server:power.kill")
    server.power.state, server.power.container_started = "offline", None
    rig.sandbox.world.publish(server, "status", "offline")
    await rig.until(lambda: rig.collector.last(server).state.stop_requested_by is not None, within_s=8)
    assert rig.collector.last(server).state.stop_requested_by == "kill in the panel, by owner"
    assert not [check for check in rig.collector.of(server) if check.rule_input.is_unexpectedly_offline]


async def test_the_source_of_a_stop_that_was_seen_under_way_is_requested_again_too(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    rig.sandbox.faults.add(Fault.status(500), path="*/activity", times=1)
    rig.log(server, "server:power.stop")
    signal(rig.sandbox.world, server, "stop")
    await rig.until(lambda: pairs(rig, server)[-1][0] == "offline", within_s=20)
    assert ("stopping", "socket") in pairs(rig, server)
    assert rig.collector.last(server).state.stop_requested_by == "stop in the panel, by owner"


async def test_process_that_runs_for_less_than_a_second_was_running(rig: Rig) -> None:
    server = rig.add("Survival", state="offline")
    await rig.begin()
    await connected(rig)
    signal(rig.sandbox.world, server, "start")
    await rig.until(lambda: server.state == "running", within_s=30)
    crash(rig.sandbox.world, server, 1)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=1)
    states = [state for state, _ in pairs(rig, server)]
    assert states[states.index("starting") :][-2:] == ["running", "offline"]
    await rig.pass_time(30)
    assert rig.collector.crashes(server) == 1


async def test_server_that_stops_is_as_old_as_its_process(rig: Rig) -> None:
    server = rig.add("Survival", up_for=100.0)
    await rig.begin()
    await connected(rig)
    ends_s = rig.clock.monotonic() + 3.6
    await rig.until(lambda: rig.clock.monotonic() >= ends_s)
    began_s = server.power.container_started
    assert began_s is not None
    age_s = rig.sandbox.world.seconds() - began_s
    signal(rig.sandbox.world, server, "stop")
    await rig.until(lambda: pairs(rig, server)[-1][0] == "stopping")
    (stopping,) = [
        check.rule_input.check
        for check in rig.collector.of(server)
        if isinstance(check.rule_input.check, Observation)
        and check.rule_input.check.state is PowerState.STOPPING
    ]
    assert stopping.uptime_ms / 1000 == pytest.approx(age_s, abs=0.1)


async def test_crash_keeps_no_secret_of_the_console(rig: Rig) -> None:
    server = rig.add("Survival", state="offline")
    server.egg.startup += " --join {{JOIN_CODE}}"
    server.egg.variables.append(Variable("Join code", "JOIN_CODE", "hush-hush", viewable=False))
    server.game.boot_lines = ("rcon password: 'c4nary'", "Joined by hush-hush", "Done")
    await rig.begin()
    await connected(rig)
    signal(rig.sandbox.world, server, "start")
    await rig.until(lambda: pairs(rig, server)[-1] == ("running", "socket"))
    assert any("--join hush-hush" in line for line in server.console)
    crash(rig.sandbox.world, server)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=1)
    (crashed,) = [check for check in rig.collector.of(server) if check.rule_input.crashes]
    lines = crashed.evidence["lines"]
    assert isinstance(lines, list)
    assert "rcon password: '[hidden]'" in lines
    assert "Joined by [hidden]" in lines
    assert not [line for line in lines if "hush" in line or "c4nary" in line or "container@" in line]


async def test_what_changes_nothing_is_one_sample_a_minute_and_no_request(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    await rig.pass_time(70)
    before, asked = len(rig.collector.of(server)), rig.count_requests("/resources")
    await rig.pass_time(300)
    assert 4 <= len(rig.collector.of(server)) - before <= 6
    assert rig.count_requests("/resources") == asked
    assert rig.count_requests("/websocket") == 1
    sample = rig.collector.last(server).sample
    assert sample is not None
    extremes = sample.observation.extremes
    assert extremes is not None
    assert sample.observation.cpu_absolute is not None
    assert extremes.cpu_low <= sample.observation.cpu_absolute <= extremes.cpu_high


async def test_peak_just_before_a_crash_is_kept_with_the_sample_of_the_crash(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    await rig.pass_time(70)
    usual = server.game.memory_bytes
    server.game.memory_bytes = 3 * usual
    await rig.pass_time(3)
    server.game.memory_bytes = usual
    await rig.pass_time(2)

    crash(rig.sandbox.world, server, 137)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=1)

    (crashed,) = [check for check in rig.collector.of(server) if check.rule_input.crashes]
    assert crashed.sample is not None
    observation = crashed.sample.observation
    assert observation.memory_bytes == 0
    assert observation.extremes is not None
    assert (observation.extremes.memory_low, observation.extremes.memory_high) == (0, 3 * usual)


async def test_offline_server_is_known_to_be_so_without_polling(rig: Rig) -> None:
    server = rig.add("Survival", state="offline")
    await rig.begin()
    await connected(rig)
    await rig.pass_time(200)
    asked = rig.count_requests("/resources")
    await rig.pass_time(300)
    assert rig.count_requests("/resources") == asked
    assert pairs(rig, server)[-3:] == [("offline", "socket")] * 3


async def test_key_that_may_not_connect_is_polled_and_the_reason_is_shown(rig: Rig) -> None:
    server = rig.add("Survival")
    rig.sandbox.faults.add(Fault.status(403), path="*/websocket")
    await rig.begin()
    await rig.pass_time(120)
    assert overview(rig).servers == {Source.SOCKET: 0, Source.NODE: 0, Source.POLL: 1}
    assert list(overview(rig).why_polled) == ["the key lacks websocket.connect"]
    assert ("running", "poll") in pairs(rig, server)
    rig.sandbox.faults.clear()
    await rig.pass_time(700)
    assert overview(rig).servers[Source.SOCKET] == 1


@pytest.mark.sweep
async def test_key_that_may_not_connect_leaves_the_budget_to_polling_until_it_may(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(30)]
    rig.sandbox.world.settings.requests_per_minute = 240
    rig.sandbox.faults.add(Fault.status(403), path="*/websocket")
    await rig.begin()
    await rig.pass_time(300)
    assert rig.count_requests("/websocket") <= FORBIDDEN_AT_LEAST + 5 * FORBIDDEN_SHARE * 240 + 1
    assert overview(rig).why_polled == {"the key lacks websocket.connect": len(servers)}
    assert rig.panels["main"].sockets.hub.tokens_per_minute <= FORBIDDEN_SHARE * 240
    rig.sandbox.faults.clear()
    await rig.until(lambda: overview(rig).servers[Source.SOCKET] == len(servers), within_s=180)


async def test_when_one_connection_is_allowed_the_others_are_tried_at_once(rig: Rig) -> None:
    first, *others = (rig.add(f"Server {number}") for number in range(6))
    for server in others:
        rig.sandbox.faults.add(Fault.status(403), path=f"*/servers/{server.uuid}/websocket")
    await rig.begin()
    await connected(rig)
    await rig.pass_time(60)
    assert pairs(rig, first)[-1] == ("running", "socket")
    rig.sandbox.faults.clear()
    while overview(rig).servers[Source.SOCKET] == 1:
        await rig.pass_time(5)
    assert rig.clock.monotonic() < REFUSED_PAUSE_S
    await rig.until(lambda: overview(rig).servers[Source.SOCKET] == 6, within_s=10)


async def test_node_that_restarts_hands_its_servers_to_polling_and_takes_them_back(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(3)]
    await rig.begin()
    await connected(rig, 3)
    rig.sandbox.node_down()
    await rig.until(lambda: overview(rig).servers[Source.SOCKET] == 0)
    await rig.pass_time(30)
    rig.sandbox.node_down(down=False)
    await rig.until(lambda: overview(rig).servers[Source.SOCKET] == 3, within_s=400)
    for server in servers:
        assert rig.collector.crashes(server) == 0


async def test_silent_connection_is_replaced(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    server.listeners.clear()  # the node forgets the connection, and it stays open
    await rig.until(lambda: overview(rig).servers[Source.SOCKET] == 0, within_s=60)
    assert rig.count_requests("/websocket") == 1
    await rig.until(lambda: overview(rig).servers[Source.SOCKET] == 1, within_s=30)


async def test_crash_while_the_connection_is_away_shows_by_the_uptime(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await connected(rig)
    for socket in rig.sandbox.open_sockets:
        socket.cut()
    crash(rig.sandbox.world, server)
    await rig.until(lambda: rig.collector.crashes(server) == 1, within_s=60)
    await rig.pass_time(60)
    assert rig.collector.crashes(server) == 1
    assert overview(rig).servers[Source.SOCKET] == 1
