"""Pages of proxies and broken replies say as much of a node, the panel or a server as they can."""

import pytest

from bot.domain.observation import Absence, Missing
from sandbox import Fault
from tests.monitoring.rig import Rig

PAGES = {
    "502 page": Fault.status(502, html=True),
    "503 of nothing": Fault.answer(b"", code=503, content_type=""),
    "504 page": Fault.status(504, html=True),
    "522 text": Fault.answer(b"error code: 522", code=522, content_type="text/plain"),
}


def first_of(faults: dict[str, Fault], count: int) -> pytest.MarkDecorator:
    """Play some of the faults in the suite, and the others in `make sweep`."""
    cases = [
        pytest.param(fault, id=name, marks=() if number < count else pytest.mark.sweep)
        for number, (name, fault) in enumerate(faults.items())
    ]
    return pytest.mark.parametrize("fault", cases)


@pytest.mark.sweep
@first_of(PAGES, 2)
async def test_a_proxys_page_for_one_nodes_servers_is_a_node_that_is_down(rig: Rig, fault: Fault) -> None:
    """pelican/panel#170, pterodactyl/panel#3938: the panel stands behind Cloudflare, one node is down."""
    second = rig.sandbox.world.add_node("node-2")
    here = [rig.add(f"Here {number}") for number in range(4)]
    there = [rig.add(f"There {number}", node=second) for number in range(4)]
    await rig.begin()
    await rig.pass_time(90)
    known = len(rig.collector.panel())
    before = {server.uuid: len(rig.collector.of(server)) for server in there}
    for server in here:
        rig.sandbox.faults.add(fault, path=f"*{server.uuid}/resources")
    await rig.pass_time(300)
    assert False not in rig.collector.panel()[known:]
    assert rig.collector.node("node-1")[-1] is False
    assert False not in rig.collector.node("node-2")
    assert all(len(rig.collector.of(server)) - before[server.uuid] == 5 for server in there)
    assert rig.panels["main"].health.up
    rig.sandbox.faults.clear()
    await rig.pass_time(120)
    assert rig.collector.node("node-1")[-1] is True


@pytest.mark.sweep
@first_of(PAGES, 2)
async def test_a_proxys_page_for_everything_is_a_panel_that_is_down_and_no_node(
    rig: Rig, fault: Fault
) -> None:
    servers = [rig.add(f"Server {number}") for number in range(6)]
    await rig.begin()
    await rig.pass_time(90)
    nodes, known = len(rig.collector.node("node-1")), len(rig.collector.panel())
    rig.sandbox.faults.add(fault)
    await rig.pass_time(300)
    checks = rig.collector.panel()[known:]
    assert checks[checks.index(False) :] == [False] * (len(checks) - checks.index(False))
    assert checks.index(False) <= 2
    evidence = next(batch.panel_evidence for batch in reversed(rig.collector.batches) if batch.panel)
    assert f"(HTTP {fault.code})" in str(evidence["cause"])
    rig.sandbox.faults.clear()
    await rig.pass_time(180)
    assert rig.collector.panel()[-1] is True
    assert False not in rig.collector.node("node-1")[nodes:]
    assert all(rig.collector.last(server).state.last is not None for server in servers)


FAULTS = {
    "500": Fault.status(500),
    "500 page": Fault.status(500, html=True),
    "a login page": Fault.html_200(),
    "403 page": Fault.status(403, html=True),
    "400 of a rule": Fault.status(400),
    "not JSON": Fault.malformed(),
}


@pytest.mark.sweep
@first_of(FAULTS, 3)
@pytest.mark.parametrize("count", [1, 3])
async def test_a_server_that_always_fails_is_a_fact_about_that_server(
    rig: Rig, fault: Fault, count: int
) -> None:
    """pelican/panel#654, pelican/panel#992: a deleted egg, a broken row."""
    servers = [rig.add(f"Server {number}") for number in range(count)]
    await rig.begin()
    await rig.pass_time(90)
    known = len(rig.collector.panel())
    before = [len(rig.collector.of(server)) for server in servers]
    rig.sandbox.faults.add(fault, path=f"*{servers[0].uuid}/resources")
    await rig.pass_time(300)
    assert False not in rig.collector.panel()[known:]
    assert False not in rig.collector.node("node-1")
    check = rig.collector.last(servers[0]).rule_input.check
    assert isinstance(check, Missing)
    assert check.why is Absence.NOT_REPORTED
    assert [len(rig.collector.of(server)) - seen for server, seen in zip(servers, before, strict=True)] == [
        5
    ] * count


@pytest.mark.sweep
async def test_a_retry_after_of_years_does_not_stop_the_watch(rig: Rig) -> None:
    servers = [rig.add(f"Server {number}") for number in range(3)]
    await rig.begin()
    await rig.pass_time(90)
    rig.sandbox.faults.add(Fault.status(429, retry_after=999_999_999), times=3)
    await rig.pass_time(200)
    before = [len(rig.collector.of(server)) for server in servers]
    await rig.pass_time(180)
    assert all(
        len(rig.collector.of(server)) - seen >= 2 for server, seen in zip(servers, before, strict=True)
    )
