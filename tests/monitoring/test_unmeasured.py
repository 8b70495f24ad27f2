"""A node that has no figure of the CPU: the others are kept, whichever source reads them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.domain.observation import Missing, Observation, ServerKey, Source
from bot.monitoring.node_source import NodeSource
from bot.monitoring.socket_source import SocketSource
from bot.monitoring.sources import LiveSource
from bot.panel import NodeConfig, PanelClient
from bot.panel.models import PowerState
from bot.storage.repositories import metrics
from sandbox.games import Game
from sandbox.model import GameServer
from sandbox.power import stop
from tests.monitoring.rig import Rig

SOURCES: dict[Source, Callable[[Rig, PanelClient], list[LiveSource]]] = {
    Source.POLL: lambda rig, panel: [],
    Source.NODE: lambda rig, panel: [NodeSource(panel, [_node(rig)], rig.clock)],
    Source.SOCKET: lambda rig, panel: [SocketSource(panel, rig.clock)],
}


def _node(rig: Rig) -> NodeConfig:
    node = rig.sandbox.world.node
    return NodeConfig(node.name, node.url, SecretStr(node.secret))


def observations(rig: Rig, server: GameServer) -> list[Observation]:
    """Return what was observed; nothing may be missing."""
    checks = [check.rule_input.check for check in rig.collector.of(server)]
    assert not [check for check in checks if isinstance(check, Missing)]
    return [check for check in checks if isinstance(check, Observation)]


@pytest.fixture(params=SOURCES)
def source(rig: Rig, request: pytest.FixtureRequest) -> Source:
    source: Source = request.param
    rig.live_sources = lambda panel: SOURCES[source](rig, panel)
    return source


@pytest.mark.sweep
async def test_other_figures_are_kept_and_the_cpu_is_unknown(rig: Rig, source: Source) -> None:
    server = rig.add("Survival", game=Game(memory_bytes=5 * 2**20, lacks_cpu=True), memory=10, cpu=100)
    await rig.begin()
    await rig.pass_time(200)
    last = observations(rig, server)[-1]
    assert (last.source, last.memory_percent, last.cpu_percent) == (source, 50.0, None)


async def test_a_figure_that_lacks_for_a_moment_lowers_no_mean(rig: Rig, source: Source) -> None:
    game = Game(cpu_absolute=40.0)
    server = rig.add("Survival", game=game, cpu=100)
    await rig.begin()
    for _ in range(30):
        game.lacks_cpu = not game.lacks_cpu
        await rig.pass_time(10)
    now, key = rig.clock.now(), ServerKey("main", server.uuid)
    samples = [check.sample for check in rig.collector.of(server) if check.sample is not None]
    await rig.store.write(lambda conn: metrics.write(conn, samples, now))
    async with rig.store.read() as conn:
        history = await metrics.read(conn, key, now - timedelta(hours=1), now)
    assert history.points
    assert {(point.cpu.low, point.cpu.mean, point.cpu.high) for point in history.points} == {(40.0,) * 3}


@pytest.mark.sweep
async def test_a_stopped_server_uses_no_cpu(rig: Rig, source: Source) -> None:
    server = rig.add("Survival", game=Game(lacks_cpu=True), cpu=100)
    await rig.begin()
    await rig.pass_time(70)
    stop(rig.sandbox.world, server)
    await rig.pass_time(200)
    last = observations(rig, server)[-1]
    assert (last.state, last.cpu_percent) == (PowerState.OFFLINE, 0.0)
