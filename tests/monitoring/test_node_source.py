"""What a node says itself: seen within seconds, without the panel's cache; polling is the fall-back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.domain.guild_settings import GuildSettings
from bot.domain.observation import Observation, Source
from bot.monitoring.node_source import NodeSource, round_length
from bot.panel import NodeConfig, PanelClient
from bot.panel.models import PowerState
from bot.storage.repositories import guild_settings
from demo.manual_clock import Patience
from sandbox import Fault
from sandbox.games import Game
from sandbox.model import GameServer, Node
from sandbox.power import crash, signal, stop
from tests.monitoring.rig import Rig, new_rig
from tests.support.messages import text
from tests.support.world import GUILD_ID, World, new_world


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with new_rig(tmp_path) as rig:
        rig.live_sources = lambda panel: [reads(rig, panel, rig.sandbox.world.node)]
        yield rig


def reads(rig: Rig, panel: PanelClient, *nodes: Node, token: str | None = None) -> NodeSource:
    configs = [NodeConfig(node.name, node.url, SecretStr(token or node.secret)) for node in nodes]
    return NodeSource(panel, configs, rig.clock)


def sources(rig: Rig) -> dict[Source, int]:
    status = rig.monitor.status.source
    assert status is not None
    return {kind: count for kind, count in status.overview.servers.items() if count}


def why_polled(rig: Rig) -> list[str]:
    status = rig.monitor.status.source
    assert status is not None
    return list(status.overview.why_polled)


def last(rig: Rig, server: GameServer) -> Observation:
    seen = rig.collector.last(server).state.last
    assert seen is not None
    return seen


async def test_a_node_is_read_every_two_seconds_and_its_servers_are_not_polled(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(5)]
    await rig.begin()
    await rig.pass_time(4)
    assert sources(rig) == {Source.NODE: 5}
    before, polled = rig.count_requests("/api/servers"), rig.count_requests("/resources")
    await rig.pass_time(60)
    assert rig.count_requests("/api/servers") - before == 30
    assert rig.count_requests("/resources") == polled
    assert last(rig, servers[0]).source is Source.NODE


@pytest.mark.sweep
async def test_what_changes_nothing_is_stored_once_a_minute(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await rig.pass_time(70)
    before = len(rig.collector.of(server))
    await rig.pass_time(180)
    assert len(rig.collector.of(server)) - before == 3


async def test_a_crash_that_wings_repairs_is_seen_within_seconds(rig: Rig) -> None:
    server = rig.add("Survival", game=Game(pull_seconds=0.3, boot_seconds=1.0))
    await rig.begin()
    await rig.pass_time(9)
    crash(rig.sandbox.world, server, 137)
    await rig.pass_time(4)
    assert rig.collector.crashes(server) == 1
    assert last(rig, server).state is PowerState.RUNNING
    await rig.pass_time(30)
    assert rig.collector.crashes(server) == 1


async def test_a_crash_between_two_rounds_shows_in_the_uptime_alone(rig: Rig) -> None:
    server = rig.add("Survival", game=Game(pull_seconds=0.1, boot_seconds=0.1))
    await rig.begin()
    await rig.pass_time(8.1)
    crash(rig.sandbox.world, server, 137)
    await rig.sandbox.advance(1.0)
    await rig.pass_time(3)
    assert "offline" not in [seen.state.last.state for seen in rig.collector.of(server) if seen.state.last]
    assert rig.collector.crashes(server) == 1


async def test_the_last_lines_of_a_process_that_stays_down_are_kept_without_secrets(rig: Rig) -> None:
    server = rig.add("Survival")
    server.console.extend(
        ["loading the world", "rcon password: hunter2-hunter2", "java.lang.OutOfMemoryError"]
    )
    server.power.crashed_at = rig.sandbox.world.seconds()  # so that Wings does not start it again
    await rig.begin()
    await rig.pass_time(8)
    crash(rig.sandbox.world, server, 137)
    await rig.pass_time(4)
    seen = rig.collector.last(server)
    assert seen.state.last is not None
    assert seen.state.last.state is PowerState.OFFLINE
    lines = seen.evidence["lines"]
    assert isinstance(lines, list)
    assert "java.lang.OutOfMemoryError" in lines
    assert "hunter2" not in str(lines)


async def test_lines_of_the_process_that_came_after_are_not_taken_for_the_last_ones(rig: Rig) -> None:
    server = rig.add("Survival", game=Game(pull_seconds=0.0, boot_seconds=1.0))
    server.console.append("the old process")
    await rig.begin()
    await rig.pass_time(8)
    world = rig.sandbox.world

    async def restarted() -> None:
        server.power.state, server.power.container_started = "starting", world.seconds()
        server.console.clear()
        server.console.append("the new process")

    rig.sandbox.faults.add(Fault.meanwhile(restarted), path="*/logs", origin="node")
    server.power.state, server.power.container_started = "offline", None
    await rig.pass_time(4)
    assert all("lines" not in seen.evidence for seen in rig.collector.of(server))


async def test_what_a_node_says_when_it_is_asked_again_after_an_end_is_kept(rig: Rig) -> None:
    ending, starting = rig.add("Survival"), rig.add("Creative", state="starting")
    await rig.begin()
    await rig.pass_time(9)
    rig.sandbox.requests.clear()

    async def came_up() -> None:
        starting.power.state = "running"

    rig.sandbox.faults.add(Fault.meanwhile(came_up), path="*/logs", origin="node")
    ending.power.state, ending.power.container_started = "offline", None
    await rig.until(lambda: last(rig, starting).state is PowerState.RUNNING)
    asked = [entry.path for entry in rig.sandbox.requests if entry.origin == "node"]
    assert asked == ["/api/servers", f"/api/servers/{ending.uuid}/logs", "/api/servers"]


async def test_a_stop_that_somebody_requested_is_no_crash(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await rig.pass_time(8)
    rig.log(server, "server:power.stop")
    stop(rig.sandbox.world, server)
    await rig.pass_time(6)
    assert rig.collector.crashes(server) == 0
    assert rig.collector.last(server).rule_input.stop_requested


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.status(502, html=True), "The server's node can't be reached"),
        (Fault.status(403, html=True), "firewall or proxy"),
        (Fault.html_200(), "Something other than Wings answered"),
        (Fault.malformed(), "Something other than Wings answered"),
        (Fault.cut(), "cut off"),
        (Fault.huge(), "larger than Quetzal is willing to read"),
    ],
)
async def test_polling_takes_over_while_a_node_fails_and_gives_back_by_itself(
    rig: Rig, fault: Fault, why: str
) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await rig.pass_time(8)
    assert sources(rig) == {Source.NODE: 1}
    rig.sandbox.faults.add(fault, path="/api/servers", origin="node")
    polled = rig.count_requests("/resources")
    await rig.pass_time(10)
    assert sources(rig) == {Source.POLL: 1}
    assert [why in reason for reason in why_polled(rig)] == [True]
    assert rig.count_requests("/resources") > polled
    assert last(rig, server).state is PowerState.RUNNING
    rig.sandbox.faults.clear()
    await rig.pass_time(20)
    assert sources(rig) == {Source.NODE: 1}
    assert rig.collector.crashes(server) == 0


async def test_a_refused_token_leaves_the_servers_to_polling(rig: Rig) -> None:
    server = rig.add("Survival")
    node = rig.sandbox.world.node
    rig.live_sources = lambda panel: [reads(rig, panel, node, token="wrong")]
    await rig.begin()
    await rig.pass_time(70)
    assert sources(rig) == {Source.POLL: 1}
    assert why_polled(rig) == ["node node-1: The node doesn't accept the token"]
    assert last(rig, server).source is Source.POLL


async def test_no_state_is_missed_while_the_source_changes(rig: Rig) -> None:
    server = rig.add("Survival")
    server.power.crashed_at = rig.sandbox.world.seconds()
    await rig.begin()
    await rig.pass_time(8)
    rig.sandbox.faults.add(Fault.status(502, html=True), path="/api/servers", origin="node")
    crash(rig.sandbox.world, server, 137)
    await rig.pass_time(90)
    assert last(rig, server).state is PowerState.OFFLINE
    assert not rig.collector.last(server).rule_input.stop_requested
    rig.sandbox.faults.clear()
    await rig.pass_time(60)
    assert sources(rig) == {Source.NODE: 1}
    offline = [seen for seen in rig.collector.of(server) if seen.state.offline_since is not None]
    assert len({seen.state.offline_since for seen in offline}) == 1


async def test_a_node_that_is_down_is_the_nodes_fact_and_no_servers_state(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(4)]
    await rig.begin()
    await rig.pass_time(8)
    rig.sandbox.node_down()
    await rig.pass_time(180)
    assert rig.collector.node("node-1")[-1] is False
    for server in servers:
        assert last(rig, server).state is PowerState.RUNNING
        assert rig.collector.crashes(server) == 0
    rig.sandbox.node_down(down=False)
    await rig.pass_time(120)
    assert rig.collector.node("node-1")[-1] is True
    assert sources(rig) == {Source.NODE: 4}


async def test_a_server_suspended_by_an_administrator_is_not_taken_for_a_crash(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await rig.pass_time(8)
    server.status = "suspended"
    stop(rig.sandbox.world, server, patience=0.1)
    await rig.pass_time(60)
    assert rig.collector.crashes(server) == 0
    assert all(
        seen.rule_input.stop_requested or seen.state.last is None or seen.state.last.state != "offline"
        for seen in rig.collector.of(server)
    )


async def test_servers_of_a_node_that_is_not_in_the_settings_are_polled(rig: Rig) -> None:
    there = rig.add("There")
    away = rig.add("Away", node=rig.sandbox.world.add_node("node-2"))
    await rig.begin()
    await rig.pass_time(150)
    assert sources(rig) == {Source.NODE: 1, Source.POLL: 1}
    assert why_polled(rig) == ["its node isn't in the settings"]
    assert (last(rig, there).source, last(rig, away).source) == (Source.NODE, Source.POLL)


async def test_server_is_followed_from_node_to_node(rig: Rig) -> None:
    first, second = rig.sandbox.world.node, rig.sandbox.world.add_node("node-2")
    elsewhere = rig.sandbox.world.add_node("node-3")
    server = rig.add("Moving")
    rig.live_sources = lambda panel: [reads(rig, panel, first, second)]
    await rig.begin()
    for node in (first, second, first):
        server.node = node
        await rig.pass_time(8)
        assert sources(rig) == {Source.NODE: 1}
    server.node = elsewhere
    await rig.pass_time(70)
    assert sources(rig) == {Source.POLL: 1}
    server.node = second
    await rig.pass_time(70)
    assert sources(rig) == {Source.NODE: 1}


async def test_one_node_that_fails_leaves_the_others_alone(rig: Rig) -> None:
    second = rig.sandbox.world.add_node("node-2")
    here, there = rig.add("Here"), rig.add("There", node=second)
    rig.live_sources = lambda panel: [reads(rig, panel, rig.sandbox.world.node, second)]
    await rig.begin()
    await rig.pass_time(8)
    assert sources(rig) == {Source.NODE: 2}
    rig.sandbox.node_down(second)
    await rig.pass_time(70)
    assert sources(rig) == {Source.NODE: 1, Source.POLL: 1}
    assert last(rig, here).source is Source.NODE
    assert last(rig, there).state is PowerState.RUNNING


@pytest.mark.parametrize(("nodes", "round_s"), [(1, 2.0), (100, 2.0), (150, 3.0), (200, 4.0), (1000, 5.0)])
def test_rounds_become_longer_with_hundreds_of_nodes(nodes: int, round_s: float) -> None:
    assert round_length(nodes) == round_s


async def test_a_crash_is_in_the_alert_channel_within_seconds(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True, reads_node=True) as world:
        await world.advance(10)
        chosen = GuildSettings(
            GUILD_ID, "main", world.admin.id, world.services.clock.now(), alert_channel_id=world.channel.id
        )
        await world.services.store.write(lambda conn: guild_settings.put(conn, chosen))
        world.survival.game = Game(pull_seconds=0.3, boot_seconds=1.0)
        before = len(world.sandbox.requests)
        crash(world.sandbox.world, world.survival, 137)
        await world.advance(4)
        await something_is_sent(world)
        assert ["Survival" in text(message) for message in world.channel.history()] == [True]
        asked = [entry.path for entry in list(world.sandbox.requests)[before:]]
        assert "/api/servers" in asked
        assert not any(path.endswith(("/ws", "/resources")) for path in asked), "the node's API was enough"


async def something_is_sent(world: World) -> None:
    """Wait for what takes no time of the clock: what was seen is read, stored and sent."""
    patience = Patience()
    while not patience.is_over():
        if world.channel.history():
            return
        await asyncio.sleep(0.01)


async def test_list_that_took_long_to_come_makes_no_new_process_of_a_young_one(rig: Rig) -> None:
    """Its figures are younger than the time at which it was asked for."""
    server = rig.add("Survival", state="offline", game=Game(pull_seconds=0.1, boot_seconds=7.0))
    await rig.begin()
    await rig.pass_time(8.1)

    async def take_long() -> None:
        await rig.sandbox.advance(4.5)

    signal(rig.sandbox.world, server, "start")
    await rig.pass_time(1.0)
    rig.sandbox.faults.add(Fault.meanwhile(take_long), path="/api/servers", origin="node", times=1)
    await rig.pass_time(20)
    assert rig.sandbox.faults.served == 1
    assert last(rig, server).state is PowerState.RUNNING
    assert rig.collector.crashes(server) == 0


async def test_start_of_the_process_that_crashed_does_not_explain_that_another_came_up(rig: Rig) -> None:
    server = rig.add("Survival", state="offline", game=Game(pull_seconds=0.1, boot_seconds=0.1))
    await rig.begin()
    await rig.pass_time(8.1)
    rig.log(server, "server:power.start")
    signal(rig.sandbox.world, server, "start")
    await rig.pass_time(6)
    server.power.state, server.power.container_started = "offline", None
    await rig.pass_time(2.5)
    signal(rig.sandbox.world, server, "start")
    await rig.pass_time(6)
    assert last(rig, server).state is PowerState.RUNNING
    assert rig.collector.crashes(server) == 1
