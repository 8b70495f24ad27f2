"""What is tried again, and what never is."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr

from bot.panel import Lane, PanelClient, PanelConfig, errors
from bot.panel.models import PowerSignal
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.origin import (
    Origin,
    Reply,
    complaint,
    cut,
    http,
)

BACKUP = "904df120-a66f-4a7a-a4b1-7f2d5b4c9d3a"
EMPTY = http(200, {"object": "list", "data": []})
LIMIT = {"X-RateLimit-Limit": "720", "X-RateLimit-Remaining": "0"}
NODE_504 = complaint(504, "DaemonConnectionException", "Could not establish a connection to the machine")


def too_many(retry_after: int) -> bytes:
    return complaint(
        429, "ThrottleRequestsException", "Too Many Attempts.", {**LIMIT, "Retry-After": str(retry_after)}
    )


@pytest.mark.parametrize("fault", [cut, http(502, "<html>"), http(520, "<html>")], ids=["cut", "502", "520"])
async def test_a_read_is_tried_again(fault: Reply, client: PanelClient, origin: Origin, clock: Clock) -> None:
    origin.answers(fault, fault, EMPTY)
    assert await client.databases.list(UUID) == ()
    assert clock.slept
    assert client.health.up


CHANGES: dict[str, Callable[[PanelClient], Awaitable[object]]] = {
    "power": lambda c: c.servers.power(UUID, PowerSignal.STOP),
    "command": lambda c: c.servers.command(UUID, "save-all"),
    "write": lambda c: c.files.write(UUID, "/a", b"b"),
    "rename (PUT)": lambda c: c.files.rename(UUID, [("a", "b")]),
    "delete backup (DELETE)": lambda c: c.backups.delete(UUID, BACKUP),
    "delete database (DELETE)": lambda c: c.databases.delete(UUID, "abc"),
    "restore": lambda c: c.backups.restore(UUID, BACKUP, truncate=True),
    "variable (PUT)": lambda c: c.startup.set_variable(UUID, "A", "b"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("fault", [cut, NODE_504, http(502, "<html>")], ids=["cut", "node 504", "proxy 502"])
async def test_a_change_is_sent_once_and_its_outcome_is_unknown(
    fault: Reply, change: Callable[[PanelClient], Awaitable[object]], client: PanelClient, origin: Origin
) -> None:
    origin.answers(fault)
    with pytest.raises(errors.OutcomeUnknown) as caught:
        await change(client)
    assert len(origin.requests) == 1
    assert caught.value.cause is not None


async def test_a_change_never_rides_on_an_idle_connection(client: PanelClient, origin: Origin) -> None:
    """Should the panel close it in that moment, it would be unknown whether the change was read."""
    origin.answers(http(204))
    await client.servers.command(UUID, "one")
    await client.servers.command(UUID, "two")
    assert origin.connections == 2


async def test_a_short_wait_for_the_limiter_is_sat_out(
    client: PanelClient, origin: Origin, clock: Clock
) -> None:
    """`Retry-After: 0` comes with a 429: a second more is waited. A refused change was not carried out."""
    origin.answers(too_many(0), http(204))
    await client.servers.power(UUID, PowerSignal.START)
    assert len(origin.requests) == 2
    assert sum(clock.slept) >= 1


async def test_a_long_wait_is_reported_to_the_person(
    client: PanelClient, origin: Origin, clock: Clock
) -> None:
    origin.answers(too_many(40), EMPTY)
    with pytest.raises(errors.RateLimited) as caught:
        await client.databases.list(UUID)
    assert caught.value.retry_after_s == 41
    assert "41 seconds" in caught.value.sentence
    assert clock.slept == []
    with pytest.raises(errors.RateLimited):  # nor is the panel asked again before
        await client.databases.list(UUID)
    assert len(origin.requests) == 1


async def test_background_work_waits_as_long_as_it_takes(
    client: PanelClient, origin: Origin, clock: Clock
) -> None:
    origin.answers(too_many(40), EMPTY)
    assert await client.on(Lane.BACKGROUND).databases.list(UUID) == ()
    assert 41 <= sum(clock.slept) <= 83
    assert len(origin.requests) == 2


async def test_the_backup_throttle_is_never_retried(
    client: PanelClient, origin: Origin, clock: Clock
) -> None:
    detail = "Only 2 backups may be generated within a 600 second span of time."
    headers = {"Retry-After": "0", "X-RateLimit-Limit": "720", "X-RateLimit-Remaining": "700"}
    origin.answers(complaint(429, "TooManyRequestsHttpException", detail, headers))
    with pytest.raises(errors.BackupThrottled):
        await client.on(Lane.BACKGROUND).backups.create(UUID)
    assert len(origin.requests) == 1
    assert client.budget.remaining == 700


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (NODE_504, errors.NodeDown),
        (complaint(503, "HttpException", "Service Unavailable"), errors.PanelMaintenance),
        (complaint(500, "QueryException"), errors.PanelFault),
        (complaint(404, "NotFoundHttpException"), errors.NotFound),
        (
            complaint(502, "HttpException", "Server must be online in order to send commands."),
            errors.ServerOffline,
        ),
        (http(200, "<html>"), errors.BrokenAnswer),
        (http(504, "<html>"), errors.GatewayUnanswered),  # the proxy has waited long enough
        (http(403, "<html>"), errors.FirewallRefused),
    ],
)
async def test_what_will_not_get_better_is_not_tried_again(
    reply: bytes, expected: type[errors.PanelError], client: PanelClient, origin: Origin
) -> None:
    origin.answers(reply)
    with pytest.raises(expected):
        await client.databases.list(UUID)
    assert len(origin.requests) == 1


async def test_a_key_that_no_panel_could_have_given(client: PanelClient, origin: Origin) -> None:
    with pytest.raises(errors.KeyRefused):
        await client.with_key(SecretStr("ptlc_x\r\nX-Evil: 1")).account.view()
    assert origin.requests == []


async def test_archives_may_take_their_time(origin: Origin, clock: Clock) -> None:
    """The panel waits 15 minutes for the node here; everything else has to be quicker."""

    async def later(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(http(204))
        await writer.drain()

    origin.answers(later)
    config = PanelConfig(origin.url, SecretStr(KEY), timeout_s=0.1)
    async with PanelClient(config, clock, sleep=clock.sleep) as client:
        await client.files.decompress(UUID, "/", "a.zip")
        with pytest.raises(errors.OutcomeUnknown):
            await client.files.copy(UUID, "/a")
    assert config.archive_timeout_s == 900
