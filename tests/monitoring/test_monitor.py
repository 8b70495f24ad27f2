"""Servers run, come and go: what the monitor polls and stores of it."""

from datetime import timedelta

import pytest

from bot.storage.errors import StoreFull
from sandbox.power import crash, signal
from tests.monitoring.rig import Rig, states


async def test_each_server_is_polled_once_an_interval_and_never_all_at_once(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(12)]
    await rig.begin()
    counts = []
    for _ in range(24):
        before = rig.count_requests("/resources")
        await rig.pass_time(5)
        counts.append(rig.count_requests("/resources") - before)
    assert max(counts) <= 2
    for server in servers:
        assert len(rig.collector.of(server)) in (2, 3)
        assert set(states(rig.collector.of(server))) == {"running"}
    assert [seen.rule_input.samples for seen in rig.collector.of(servers[0])] == [1, 2, 3][
        : len(rig.collector.of(servers[0]))
    ]
    assert rig.monitor.status.source is not None
    assert rig.monitor.status.source.late_s < 1


async def test_samples_have_rates_and_restarts(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    sample = rig.collector.last(server).sample
    assert sample is not None
    assert sample.rx_rate == pytest.approx(700, rel=0.5)
    signal(rig.sandbox.world, server, "restart")
    await rig.pass_time(120)
    assert sum(seen.sample.restarts for seen in rig.collector.of(server) if seen.sample is not None) == 1


async def test_suspended_and_badly_installed_servers_are_reported_without_a_request(rig: Rig) -> None:
    suspended, failed = rig.add("Minigames", status="suspended"), rig.add("New", status="install_failed")
    await rig.begin()
    await rig.pass_time(120)
    assert rig.count_requests("/resources") == 0
    assert rig.collector.last(suspended).rule_input.suspended is True
    assert rig.collector.last(failed).rule_input.install_failed is True
    assert rig.collector.panel()[-1] is True


async def test_servers_come_and_go(rig: Rig) -> None:
    first, second = rig.add("First"), rig.add("Second")
    await rig.begin()
    await rig.pass_time(120)
    del rig.sandbox.world.servers[first.uuid]
    third = rig.add("Third")
    await rig.pass_time(150)
    known = len(rig.collector.of(first))
    assert len(rig.collector.of(third)) >= 2
    await rig.pass_time(700)
    assert len(rig.collector.of(first)) == known
    (left,) = rig.collector.forgotten
    assert set(left) == {second.uuid, third.uuid, f"node:{second.node.name}"}


async def test_a_node_without_servers_is_forgotten(rig: Rig) -> None:
    server, heron = rig.add("First"), rig.sandbox.world.add_node("heron")
    old = server.node.name
    await rig.begin()
    await rig.pass_time(90)
    server.node = heron
    await rig.pass_time(800)
    (left,) = rig.collector.forgotten
    assert old != "heron"
    assert set(left) == {server.uuid, "node:heron"}


async def test_a_store_that_cannot_be_written_loses_no_crash_and_is_logged_once(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    server = await rig.begin_with("Survival")
    rig.collector.trouble = StoreFull()
    crash(rig.sandbox.world, server)
    await rig.pass_time(300)
    assert rig.collector.crashes(server) == 0
    assert rig.monitor.status.not_stored == StoreFull.happened
    assert (
        sum("is not kept" in record.message for record in caplog.records if record.levelname == "ERROR") == 1
    )
    rig.collector.trouble = None
    await rig.pass_time(120)
    assert rig.collector.crashes(server) == 1
    assert rig.monitor.status.not_stored is None


async def test_a_defect_in_one_batch_does_not_end_the_watch(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    rig.collector.trouble = RuntimeError("a defect")
    await rig.pass_time(200)
    rig.collector.trouble = None
    await rig.pass_time(120)
    assert len(rig.collector.of(server)) >= 2
    assert not any(status.failing for status in rig.supervisor.status())


async def test_a_wall_clock_that_jumps_invents_nothing_and_hides_nothing(rig: Rig) -> None:
    server = await rig.begin_with("Survival")
    for hours in (-5, 9):
        rig.jump(timedelta(hours=hours))
        await rig.pass_time(130)
        assert rig.collector.crashes(server) == 0
        rig.log(server, "server:power.restart")
        signal(rig.sandbox.world, server, "restart")
        await rig.pass_time(130)
        assert rig.collector.crashes(server) == 0
    crash(rig.sandbox.world, server)
    await rig.pass_time(130)
    assert rig.collector.crashes(server) == 1
