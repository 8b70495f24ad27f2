"""What the watch sees of a panel's servers, and hands on."""

from bot.panel.models import PowerState
from bot.sandbox.power import crash, signal
from tests.watch.rig import Rig, states


async def test_each_server_is_looked_at_once_an_interval(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(5)]
    await rig.begin()
    await rig.pass_time(60)
    asked_at_start = rig.asked("/resources")
    await rig.pass_time(180)
    assert asked_at_start <= 6
    for server in servers:
        assert 3 <= len(rig.judge.of(server)) <= 5
        assert set(states(rig.judge.of(server))) == {"running"}


async def test_a_crash_that_wings_mends_shows_as_an_uptime_that_went_back(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await rig.pass_time(90)
    crash(rig.sandbox.world, server)
    await rig.pass_time(120)
    assert set(states(rig.judge.of(server))) == {"running"}
    assert rig.judge.crashes(server) == 1


async def test_a_stop_through_the_panel_was_asked_for(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await rig.pass_time(90)
    rig.sandbox.world.log(server, "server:power.stop", actor=rig.sandbox.world.user("owner"))
    signal(rig.sandbox.world, server, "stop")
    await rig.pass_time(120)
    last = rig.judge.last(server)
    assert last.memory.last is not None
    assert last.memory.last.state is PowerState.OFFLINE
    assert last.look.asked
    assert last.memory.asked_by == "stop in the panel, by owner"
    assert rig.judge.crashes(server) == 0
