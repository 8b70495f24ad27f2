"""A panel that is down is not asked again and again."""

import asyncio
import logging

import pytest

from bot.panel import PanelClient, errors
from bot.panel.breaker import Breaker, Health
from bot.panel.models import PowerSignal
from tests.panel.conftest import UUID, Clock
from tests.support.origin import Origin, complaint, http

EMPTY = http(200, {"object": "list", "data": []})


def _attempt(breaker: Breaker, *, healthy: bool | None) -> None:
    with breaker.attempt() as attempt:
        attempt.healthy = healthy


def test_five_failures_in_a_row_open_it(clock: Clock) -> None:
    breaker = Breaker("main", clock)
    for _ in range(4):
        _attempt(breaker, healthy=False)
        clock.now += 1
    assert breaker.health == Health(up=True, since=1000.0)
    _attempt(breaker, healthy=False)
    assert breaker.health == Health(up=False, since=1000.0)
    clock.now += 2
    with pytest.raises(errors.PanelDown) as caught:
        breaker.check()
    assert (caught.value.since, caught.value.for_s) == (1000.0, 6.0)
    assert "for 6 seconds" in caught.value.sentence


def test_one_good_answer_resets_the_count(clock: Clock) -> None:
    breaker = Breaker("main", clock)
    for healthy in [False] * 4 + [True] + [False] * 4:
        _attempt(breaker, healthy=healthy)
    assert breaker.health.up


def test_one_probe_at_a_time_and_longer_pauses_when_it_fails(clock: Clock) -> None:
    breaker = Breaker("main", clock)
    for _ in range(5):
        _attempt(breaker, healthy=False)
    clock.now += 5
    with breaker.attempt() as probe:
        with pytest.raises(errors.PanelDown):
            breaker.check()
        probe.healthy = False
    clock.now += 9
    with pytest.raises(errors.PanelDown):
        breaker.check()
    clock.now += 1
    _attempt(breaker, healthy=True)
    assert breaker.health == Health(up=True, since=None)


def test_a_cancelled_probe_leaves_the_way_free_for_the_next(clock: Clock) -> None:
    breaker = Breaker("main", clock)
    for _ in range(5):
        _attempt(breaker, healthy=False)
    clock.now += 5
    _attempt(breaker, healthy=None)
    _attempt(breaker, healthy=True)
    assert breaker.health.up


def test_what_was_on_its_way_when_it_opened_changes_nothing(clock: Clock) -> None:
    breaker = Breaker("main", clock)
    with breaker.attempt() as late:
        for _ in range(5):
            _attempt(breaker, healthy=False)
        clock.now += 4
        late.healthy = False
    clock.now += 1
    breaker.check()


def test_the_change_of_state_is_logged_once(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.panel.breaker")
    breaker = Breaker("main", clock)
    for _ in range(5):
        _attempt(breaker, healthy=False)
    for _ in range(4):
        clock.now += 60
        _attempt(breaker, healthy=False)
    clock.now += 60
    _attempt(breaker, healthy=True)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_a_panel_that_is_down_is_not_asked(client: PanelClient, origin: Origin, clock: Clock) -> None:
    origin.answers(complaint(500, "QueryException"))
    for _ in range(5):
        with pytest.raises(errors.PanelFault):
            await client.account.view()
    assert not client.health.up
    with pytest.raises(errors.PanelDown):
        await client.databases.list(UUID)
    with pytest.raises(errors.PanelDown):  # for everybody
        await client.with_key(client.config.key).account.view()
    assert len(origin.requests) == 5
    clock.now += 5
    origin.answers(EMPTY)
    assert await client.databases.list(UUID) == ()
    assert client.health == Health(up=True, since=None)


SERVER_FAULTS = {
    "500": complaint(500, "ErrorException"),
    "504 page": http(504, "<html>", {"Content-Type": "text/html"}),
    "524": http(524, "error code: 524", {"Content-Type": "text/plain"}),
    "503 of nothing": http(503, b""),
}


def _faulty_server(origin: Origin, reply: bytes) -> None:
    origin.script = lambda seen: reply if "/servers/" in seen.target else EMPTY


@pytest.mark.parametrize("reply", SERVER_FAULTS.values(), ids=SERVER_FAULTS)
async def test_what_one_server_is_answered_with_never_opens_it(
    reply: bytes, client: PanelClient, origin: Origin
) -> None:
    _faulty_server(origin, reply)
    for _ in range(40):
        with pytest.raises(errors.PanelError) as caught:
            await client.databases.list(UUID)
        assert not isinstance(caught.value, errors.PanelDown)
        assert client.health.up
    assert await client.servers.page(fresh=True) is not None


@pytest.mark.parametrize("reply", SERVER_FAULTS.values(), ids=SERVER_FAULTS)
async def test_when_the_panel_itself_fails_too_it_opens(
    reply: bytes, client: PanelClient, origin: Origin, clock: Clock
) -> None:
    origin.answers(reply)
    since = clock.now
    for _ in range(5):
        with pytest.raises(errors.PanelError):
            await client.servers.power(UUID, PowerSignal.START)
        clock.now += 1
    with pytest.raises(errors.PanelDown) as caught:
        await client.servers.power(UUID, PowerSignal.START)
    assert caught.value.since == since
    assert origin.requests[-1].method == "GET"  # the panel itself was asked; nothing more was sent
    asked = len(origin.requests)
    with pytest.raises(errors.PanelDown):
        await client.databases.list(UUID)
    assert len(origin.requests) == asked


async def test_an_open_breaker_says_what_the_panel_said_last(
    client: PanelClient, origin: Origin, clock: Clock
) -> None:
    origin.answers(complaint(503, "HttpException", "Service Unavailable"))
    for _ in range(5):
        with pytest.raises(errors.PanelMaintenance):
            await client.servers.page(fresh=True)
        clock.now += 1
    for _ in range(2):
        with pytest.raises(errors.PanelMaintenance) as caught:
            await client.servers.power(UUID, PowerSignal.START)
        assert isinstance(caught.value, errors.PanelDown)
        assert caught.value.happened == (
            "The panel is in maintenance mode. This has been going on for 5 seconds."
        )
        assert caught.value.next_step == errors.PanelMaintenance.next_step
    assert len(origin.requests) == 5


@pytest.mark.parametrize(
    "reply",
    [
        complaint(504, "DaemonConnectionException"),
        complaint(500, "DaemonConnectionException"),
        complaint(502, "HttpException", "Server must be online in order to send commands."),
        complaint(404, "NotFoundHttpException"),
        complaint(401, "AuthenticationException"),
    ],
)
async def test_a_nodes_failure_and_our_own_do_not_speak_against_the_panel(
    reply: bytes, client: PanelClient, origin: Origin
) -> None:
    origin.answers(reply)
    for _ in range(8):
        with pytest.raises(errors.PanelError):
            await client.databases.list(UUID)
    assert client.health.up
    assert len(origin.requests) == 8


async def test_cancelled_requests_give_everything_back(client: PanelClient, origin: Origin) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    origin.answers(never)
    tasks = [asyncio.create_task(client.databases.list(UUID)) for _ in range(40)]
    await origin.asked(client.config.concurrency)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    origin.answers(EMPTY)
    assert await client.databases.list(UUID) == ()
    assert client.health.up
    assert len(origin.requests) == client.config.concurrency + 1  # no more than that at a time
