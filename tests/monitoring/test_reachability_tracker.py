"""When misses and replies make a node or a panel unreachable, and reachable again."""

from datetime import UTC, datetime, timedelta

from bot.domain.alerts import RuleInput
from bot.domain.observation import Unreachable, Unreached
from bot.monitoring.reachability import ReachabilityTracker
from bot.panel.errors import KeyRefused, PanelNotReached

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def test_most_of_three_that_stand_for_a_node_have_to_miss_three_times() -> None:
    reachability = ReachabilityTracker()
    uuids = [f"s{number}" for number in range(9)]
    reachability.set_servers({"node": uuids})
    for number in range(3):
        assert reachability.can_poll("node")
        reachability.record_node_miss(uuids[number], "node", number, NOW)
    assert not reachability.can_poll("node")
    probes = list(reachability.node_probes_due(3))
    assert set(probes).isdisjoint(uuids[:3])
    for turn in range(3):
        for probe in probes:
            assert reachability.nodes_down == ()
            reachability.record_node_miss(probe, "node", 3 + 20 * turn, NOW)
            if turn == 2 and probe == probes[1]:
                break
    assert reachability.nodes_down == ("node",)
    back_at = NOW + timedelta(seconds=100)
    reachability.record_answer(probes[2], "node", 100, back_at)
    assert reachability.can_poll("node")
    report = reachability.due_node_reports(112)["node"]
    assert (report.is_reachable, report.reached_at) == (True, back_at)


def test_a_node_whose_servers_are_gone_is_no_node() -> None:
    reachability = ReachabilityTracker()
    reachability.set_servers({"node": ["a"]})
    reachability.record_node_miss("a", "node", 0, NOW)
    assert not reachability.can_poll("node")
    reachability.set_servers({"other": ["b"]})
    assert list(reachability.node_probes_due(100)) == []
    assert reachability.due_node_reports(100) == {}


def test_a_panel_that_answers_between_misses_is_reached() -> None:
    reachability = ReachabilityTracker()
    reachability.set_servers({"node": ["a", "b", "c", "d"]})
    reachability.record_panel_miss(PanelNotReached(), 0, NOW)
    reachability.record_panel_miss(PanelNotReached(), 1, NOW)
    reachability.record_panel_answer(2, NOW)
    reachability.record_panel_miss(PanelNotReached(), 3, NOW)
    assert not reachability.is_panel_down
    report, evidence = reachability.due_panel_report(4)
    assert (report is not None and report.is_reachable, evidence) == (True, {})


def test_a_panel_is_back_when_it_answers_not_when_that_is_reported() -> None:
    reachability = ReachabilityTracker()
    reachability.set_servers({"node": ["a"]})
    reachability.record_panel_miss(PanelNotReached(), 0, NOW)
    assert reachability.due_panel_report(1)[0] == RuleInput(
        Unreachable(Unreached.PANEL, NOW), is_reachable=False
    )
    back_at = NOW + timedelta(seconds=5)
    reachability.record_panel_answer(5, back_at)
    assert reachability.due_panel_report(9)[0] == RuleInput(is_reachable=True, reached_at=back_at)


def test_polls_of_the_panel_are_counted_apart() -> None:
    reachability = ReachabilityTracker()
    checks = []
    for second in range(61):
        reachability.record_panel_miss(KeyRefused(), second, NOW)
        report, _ = reachability.due_panel_report(second)
        if report is not None:
            checks.append((second, report.is_reachable))
    assert checks == [(0, False), (20, False), (40, False), (60, False)]
