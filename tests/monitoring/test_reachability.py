"""A node, a panel or a key fails: one fact each, few questions, and nothing is believed of the servers."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.observation import Absence, Missing, Unreachable, Unreached
from sandbox import Fault
from tests.monitoring.rig import Rig


async def test_a_node_that_is_down_is_reported_within_two_minutes_and_gets_few_requests(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(30)]
    await rig.begin()
    await rig.pass_time(90)
    rig.sandbox.node_down()
    await rig.pass_time(110)
    assert rig.collector.node("node-1")[-1] is False
    asked = rig.count_requests("/resources")
    await rig.pass_time(120)
    assert rig.count_requests("/resources") - asked <= 3 * 7
    assert rig.collector.panel()[-1] is True
    assert rig.monitor.status.source is not None
    assert rig.monitor.status.source.nodes_down == ("node-1",)
    for server in servers:
        assert all(rule_input.is_reachable is None for rule_input in rig.collector.rule_inputs(server))
        assert rig.collector.crashes(server) == 0
    missing = [seen.rule_input.check for batch in rig.collector.batches[-5:] for seen in batch.servers]
    assert all(isinstance(check, Missing) and check.why is Absence.NODE_SILENT for check in missing)


@pytest.mark.sweep
async def test_a_node_that_is_back_is_reported_and_its_servers_are_polled_as_before(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(30)]
    await rig.begin()
    await rig.pass_time(90)
    rig.sandbox.node_down()
    await rig.pass_time(200)
    rig.sandbox.node_down(down=False)
    await rig.pass_time(150)
    assert rig.collector.node("node-1")[-1] is True
    assert all(rig.collector.last(server).state.last is not None for server in servers)
    known = [rig.collector.of(server)[-1].state.last for server in servers]
    ages = [(rig.clock.now() - last.at).seconds for last in known if last is not None]
    assert max(ages) <= 65


@pytest.mark.sweep
async def test_the_other_node_goes_on(rig: Rig) -> None:
    second = rig.sandbox.world.add_node("node-2")
    for number in range(10):
        rig.add(f"Here {number}")
    others = [rig.add(f"There {number}", node=second) for number in range(10)]
    await rig.begin()
    await rig.pass_time(90)
    rig.sandbox.world.nodes[0].up = False
    before = {server.uuid: len(rig.collector.of(server)) for server in others}
    await rig.pass_time(180)
    assert rig.collector.node("node-1")[-1] is False
    assert False not in rig.collector.node("node-2")
    assert all(len(rig.collector.of(server)) - before[server.uuid] == 3 for server in others)


@pytest.mark.sweep
async def test_servers_that_their_node_does_not_know_are_no_node_that_is_down(rig: Rig) -> None:
    strange = [rig.add(f"Strange {number}") for number in range(4)]
    fine = [rig.add(f"Fine {number}") for number in range(6)]
    await rig.begin()
    for server in strange:
        rig.sandbox.faults.add(Fault.status(504), path=f"*{server.uuid}/resources")
    await rig.pass_time(600)
    assert False not in rig.collector.node("node-1")
    assert all(len(rig.collector.of(server)) >= 9 for server in fine)
    assert all(isinstance(rig.collector.last(server).rule_input.check, Missing) for server in strange)


async def test_the_only_server_of_a_node_stands_for_it(rig: Rig) -> None:
    rig.add("Survival")
    await rig.begin()
    await rig.pass_time(70)
    rig.sandbox.node_down()
    await rig.pass_time(130)
    assert rig.collector.node("node-1")[-1] is False


async def test_a_node_under_maintenance_is_not_asked_and_not_down(rig: Rig) -> None:
    rig.add("Survival")
    rig.sandbox.world.node.maintenance = True
    await rig.begin()
    await rig.pass_time(300)
    assert rig.collector.node("node-1") == []
    assert rig.collector.panel()[-1] is True


async def test_a_panel_that_is_down_is_reported_after_three_polls_and_gets_hardly_any_requests(
    rig: Rig,
) -> None:
    for number in range(30):
        rig.add(f"Server {number}")
    await rig.begin()
    await rig.pass_time(90)
    known = len(rig.collector.panel())
    rig.sandbox.world.settings.maintenance = True
    await rig.pass_time(80)
    assert rig.collector.panel()[known:].count(False) >= 3
    evidence = next(batch.panel_evidence for batch in reversed(rig.collector.batches) if batch.panel)
    assert evidence == {"cause": "The panel is in maintenance mode.", "key_refused": False}
    before = len(rig.sandbox.requests)
    await rig.pass_time(300)
    assert len(rig.sandbox.requests) - before < 40
    rig.sandbox.world.settings.maintenance = False
    await rig.pass_time(180)
    assert rig.collector.panel()[-1] is True
    assert all(rig.collector.crashes(server) == 0 for server in rig.sandbox.world.servers.values())


async def test_a_key_that_is_taken_back_is_said_at_once_and_not_tried_a_hundred_times(rig: Rig) -> None:
    for number in range(30):
        rig.add(f"Server {number}")
    await rig.begin()
    await rig.pass_time(90)
    keys, rig.sandbox.world.keys = rig.sandbox.world.keys, {}
    await rig.pass_time(80)
    reports = [
        batch for batch in rig.collector.batches if batch.panel is not None and not batch.panel.is_reachable
    ]
    assert len(reports) >= 3
    assert reports[0].panel_evidence["key_refused"] is True
    assert reports[0].panel is not None
    assert isinstance(reports[0].panel.check, Unreachable)
    assert reports[0].panel.check.layer is Unreached.KEY
    before = len(rig.sandbox.requests)
    await rig.pass_time(300)
    assert len(rig.sandbox.requests) - before < 40
    rig.sandbox.world.keys = keys
    await rig.pass_time(120)
    assert rig.collector.panel()[-1] is True


async def test_a_panel_that_is_down_at_the_start_is_reported(rig: Rig) -> None:
    server = rig.add("Survival")
    rig.sandbox.world.settings.maintenance = True
    await rig.begin()
    await rig.pass_time(70)
    assert rig.collector.panel().count(False) >= 3
    rig.sandbox.world.settings.maintenance = False
    await rig.pass_time(400)
    assert rig.collector.panel()[-1] is True
    assert rig.collector.of(server)


async def test_a_poll_that_hangs_does_not_delay_the_others(rig: Rig) -> None:
    hangs = rig.add("Hangs")
    others = [rig.add(f"Server {number}") for number in range(6)]
    rig.patient = False
    is_over = asyncio.Event()
    rig.sandbox.faults.add(Fault.meanwhile(is_over.wait), path=f"*{hangs.uuid}/resources")
    await rig.begin()
    await rig.pass_time(200)
    assert all(len(rig.collector.of(server)) >= 3 for server in others)
    assert len(rig.collector.of(hangs)) <= 1
    is_over.set()


async def test_a_limiter_that_refuses_says_nothing_about_servers_or_panel(rig: Rig) -> None:
    server = rig.add("Survival")
    await rig.begin()
    await rig.pass_time(70)
    rig.sandbox.faults.add(Fault.status(429, retry_after=30), times=4)
    await rig.pass_time(240)
    assert False not in rig.collector.panel()
    assert False not in rig.collector.node("node-1")
    assert len(rig.collector.of(server)) >= 3


async def test_a_budget_that_is_too_small_makes_polls_rarer_and_leaves_people_their_part(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    servers = [rig.add(f"Server {number}") for number in range(20)]
    rig.sandbox.world.settings.requests_per_minute = 30
    await rig.begin()
    await rig.pass_time(60)
    source = rig.monitor.status.source
    assert source is not None
    assert 80 <= source.interval_s <= 90
    assert sum("allows polling each of 20 servers every" in record.message for record in caplog.records) == 1
    for _ in range(4):
        await rig.pass_time(30)
        assert (rig.panels["main"].budget.remaining or 0) >= 9 - 1
    assert all(len(rig.collector.of(server)) >= 1 for server in servers)
    assert not any(entry.status == 429 for entry in rig.sandbox.requests)
    rig.sandbox.world.settings.requests_per_minute = 720
    await rig.pass_time(200)
    source = rig.monitor.status.source
    assert source is not None
    assert source.interval_s == 60


async def test_polls_that_are_rarer_than_streaks_allow_say_so(rig: Rig) -> None:
    for number in range(40):
        rig.add(f"Server {number}")
    rig.sandbox.world.settings.requests_per_minute = 12
    await rig.begin()
    await rig.pass_time(60)
    source = rig.monitor.status.source
    assert source is not None
    assert source.interval_s > 300
    (*_, last) = (seen for batch in rig.collector.batches for seen in batch.servers)
    assert last.rule_input.max_sample_gap == timedelta(seconds=2.5 * source.interval_s)
