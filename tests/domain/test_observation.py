"""What an answer of the panel means, beside the server's own limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.observation import (
    Absence,
    Missing,
    Observation,
    ServerKey,
    Source,
    began_later,
    is_outdated,
    observe,
    restarted_unseen,
    sample,
)
from bot.panel.models import PowerState, Resources, Server

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
GIB = 1024**3


def server(memory: int = 1024, cpu: int = 200, disk: int = 2048, **more: object) -> Server:
    limits = {"memory": memory, "swap": 0, "disk": disk, "cpu": cpu}
    named = {"uuid": "u", "identifier": "i", "internal_id": 1, "name": "S", "node": "N"}
    return Server.model_validate({**named, "limits": limits, **more})


def used(state: str = "running", **resources: float) -> Resources:
    usual = {
        "memory_bytes": GIB // 2,
        "cpu_absolute": 50.0,
        "disk_bytes": GIB,
        "network_rx_bytes": 1000,
        "network_tx_bytes": 2000,
        "uptime": 60_000,
    }
    return Resources.model_validate({"current_state": state, "resources": usual | resources})


def seen(answer: Resources | None = None, of: Server | None = None) -> Observation:
    observation = observe("main", of or server(), answer or used(), NOW)
    assert isinstance(observation, Observation)
    return observation


def test_percentages_are_against_the_servers_own_limits() -> None:
    observation = seen()
    assert (observation.memory_percent, observation.cpu_percent, observation.disk_percent) == (
        50.0,
        25.0,
        50.0,
    )
    assert observation.server == ServerKey("main", "u")


def test_no_limit_is_no_percentage() -> None:
    observation = seen(of=server(memory=0, cpu=0, disk=0))
    assert (observation.memory_percent, observation.cpu_percent, observation.disk_percent) == (
        None,
        None,
        None,
    )


def test_a_disk_of_nothing_is_a_disk_that_was_not_walked_yet() -> None:
    assert seen(used(disk_bytes=0)).disk_percent is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (used("missing"), Absence.STATE_MISSING),
        (used(memory_bytes=0, uptime=0), Absence.DAEMON_STARTED),
    ],
)
def test_a_report_without_a_state_is_missing(answer: Resources, why: Absence) -> None:
    assert observe("main", server(), answer, NOW) == Missing(ServerKey("main", "u"), NOW, why)


def test_an_offline_server_and_a_state_of_tomorrow_are_observations() -> None:
    assert seen(used("offline", memory_bytes=0, uptime=0)).state is PowerState.OFFLINE
    assert seen(used("dreaming")).state is PowerState.UNKNOWN


@pytest.mark.parametrize(
    ("before_ms", "now_ms", "sources", "restarted"),
    [
        (60_000, 120_000, (Source.POLL, Source.POLL), False),
        (60_000, 60_000, (Source.POLL, Source.POLL), False),
        (60_000, 3_000, (Source.POLL, Source.POLL), True),
        (60_000, 0, (Source.POLL, Source.POLL), False),
        (0, 3_000, (Source.POLL, Source.POLL), False),
        (60_000, 45_000, (Source.SOCKET, Source.POLL), False),
        (60_000, 3_000, (Source.SOCKET, Source.POLL), True),
        (60_000, 59_000, (Source.SOCKET, Source.SOCKET), True),
    ],
)
def test_an_uptime_that_went_back_is_an_unseen_restart(
    before_ms: int, now_ms: int, sources: tuple[Source, Source], restarted: bool
) -> None:
    before = replace(seen(), uptime_ms=before_ms, source=sources[0])
    later = before.at + timedelta(minutes=1)
    assert (
        restarted_unseen(before, replace(seen(), at=later, uptime_ms=now_ms, source=sources[1])) is restarted
    )


def test_what_ran_already_when_the_server_was_last_observed_is_no_new_process() -> None:
    before = replace(seen(), uptime_ms=769_200, source=Source.SOCKET)
    overtaken = replace(before, at=before.at + timedelta(seconds=1), uptime_ms=769_100)
    assert not restarted_unseen(before, overtaken)
    restarted = replace(before, at=before.at + timedelta(seconds=700), uptime_ms=690_000)
    assert restarted_unseen(before, restarted)


@pytest.mark.parametrize(
    ("before_ms", "passed_s", "now_ms", "restarted"),
    [
        (360, 0.06, 310, False),  # as heard of one process in a busy moment
        (3_200, 0.3, 2_300, False),
        (8_300, 0.05, 8_200, False),
        (4_000, 1.0, 800, True),
        (4_000, 1.0, 2_500, True),  # the list was answered 1.5 s after it was asked for
        (30_000, 2.0, 1_500, True),
    ],
)
def test_two_live_sources_that_differ_about_a_young_process_show_no_new_one(
    before_ms: int, passed_s: float, now_ms: int, restarted: bool
) -> None:
    before = replace(seen(), uptime_ms=before_ms, source=Source.NODE)
    now = replace(before, at=before.at + timedelta(seconds=passed_s), uptime_ms=now_ms, source=Source.SOCKET)
    assert restarted_unseen(before, now) is restarted


@pytest.mark.parametrize(
    ("before_s", "passed_s", "now_s", "sources", "restarted"),
    [
        (60.0, 2.0, 45.0, (Source.SOCKET, Source.POLL), False),  # an answer that is 17 s old
        (13.9, 17.0, 14.7, (Source.POLL, Source.NODE), True),  # 16 s later than the panel's figures allow
        (13.9, 17.0, 30.9, (Source.POLL, Source.NODE), False),
        (13.9, 17.0, 50.9, (Source.POLL, Source.NODE), False),  # the panel's were 20 s old
        (16.2, 7.0, 21.8, (Source.POLL, Source.NODE), False),  # 1.4 s may be those of the way
        (21.4, 40.2, 35.0, (Source.POLL, Source.POLL), True),
        (21.4, 40.2, 41.6, (Source.POLL, Source.POLL), False),  # now 20 s old, and not before
        (21.4, 40.2, 21.4, (Source.POLL, Source.POLL), False),  # figures that stand still
        (5.0, 60.0, 30.0, (Source.SOCKET, Source.SOCKET), True),
        (5.0, 60.0, 62.5, (Source.SOCKET, Source.SOCKET), False),
        (900.0, 60.0, 930.0, (Source.NODE, Source.NODE), False),  # it ran already: the node's clock was moved
        (30.0, 60.0, 45.0, (Source.SOCKET, Source.POLL), True),
        (30.0, 60.0, 70.0, (Source.SOCKET, Source.POLL), False),
    ],
)
def test_a_process_that_began_later_than_the_last_one_can_have_is_another(
    before_s: float, passed_s: float, now_s: float, sources: tuple[Source, Source], restarted: bool
) -> None:
    before = replace(seen(), uptime_ms=int(1000 * before_s), source=sources[0])
    now = replace(later(before, passed_s, uptime_ms=int(1000 * now_s)), source=sources[1])
    assert (restarted_unseen(before, now) or began_later(before, now, passed_s)) is restarted


@pytest.mark.parametrize(
    ("known_s", "passed_s", "polled_s", "outdated"),
    [
        (3.6, 2.0, 8.8, True),  # the panel's figures of the process before
        (3.6, 2.0, 5.6, False),
        (3.6, 2.0, 1.0, False),  # the same process, a while ago
        (3.6, 22.0, 60.0, False),  # the panel's figures are not so old
        (60.0, -2.0, 61.0, True),
        (60.0, -2.0, 58.0, False),
    ],
)
def test_polled_figures_of_an_older_process_are_outdated(
    known_s: float, passed_s: float, polled_s: float, outdated: bool
) -> None:
    known = replace(seen(), uptime_ms=int(1000 * known_s), source=Source.SOCKET)
    polled = replace(later(known, passed_s, uptime_ms=int(1000 * polled_s)), source=Source.POLL)
    assert is_outdated(polled, known) is outdated


@pytest.mark.parametrize(
    ("polled_s", "live_s", "outdated"),
    [
        (211.0, 8.0, False),  # the panel's answer was that of the process before
        (211.0, 210.5, True),
        (211.0, 0.0, True),  # a connection that begins doesn't know the age
    ],
)
def test_live_figures_of_a_later_process_are_not_outdated_by_polled_ones(
    polled_s: float, live_s: float, outdated: bool
) -> None:
    known = replace(seen(), uptime_ms=int(1000 * polled_s), source=Source.POLL)
    live = replace(later(known, -0.6, uptime_ms=int(1000 * live_s)), source=Source.NODE)
    assert is_outdated(live, known) is outdated


def test_a_clock_that_was_set_forward_shows_no_new_process() -> None:
    before = replace(seen(), source=Source.NODE)
    now = later(before, 3602, uptime_ms=62_000)
    assert began_later(before, now, 3602)
    assert not began_later(before, now, 2)


def later(observation: Observation, seconds: float, **changed: object) -> Observation:
    values: dict[str, Any] = {"at": NOW + timedelta(seconds=seconds), **changed}
    return replace(observation, **values)


def test_rates_come_from_two_samples_of_the_same_process() -> None:
    after = later(seen(), 60, rx_bytes=7000, tx_bytes=2600, uptime_ms=120_000)
    taken = sample(seen(), after)
    assert (taken.rx_rate, taken.tx_rate, taken.restarts) == (100.0, 10.0, 0)


@pytest.mark.parametrize(
    ("changed", "restarts"),
    [
        ({"uptime_ms": 3000, "rx_bytes": 9000}, 1),
        ({"uptime_ms": 120_000, "rx_bytes": 0}, 0),
    ],
)
def test_a_new_process_has_no_rate_yet(changed: dict[str, Any], restarts: int) -> None:
    taken = sample(seen(), later(seen(), 60, **changed))
    assert (taken.rx_rate, taken.restarts) == (None, restarts)


def test_process_that_is_known_to_be_new_is_a_restart_without_a_rate() -> None:
    taken = sample(seen(), later(seen(), 60, uptime_ms=70_000, rx_bytes=9000), is_new=True)
    assert (taken.rx_rate, taken.restarts) == (None, 1)


def test_no_rate_over_a_long_gap_or_from_one_sample() -> None:
    assert sample(seen(), later(seen(), 3600, uptime_ms=3_660_000)).rx_rate is None
    assert sample(None, seen()).rx_rate is None
