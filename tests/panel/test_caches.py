"""Reads that people repeat are made once; changes are seen at once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from bot.panel import Lane, PanelClient, errors
from bot.panel.account_session import KEPT_S
from bot.panel.models import PowerSignal
from tests.panel.conftest import UUID, Clock
from tests.support.origin import (
    Origin,
    Seen,
    complaint,
    http,
)

ENTRY = {
    "name": "a", "mode": "-rw-r--r--", "mode_bits": "644", "size": 1, "is_file": True,
    "modified_at": "2024-05-01T12:00:00+02:00", "created_at": "2024-05-01T12:00:00+02:00",
}  # fmt: skip
LISTED = http(200, {"object": "list", "data": [{"object": "file_object", "attributes": ENTRY}]})


class HeldResponse:
    """Holds answers back until it is opened."""

    def __init__(self, reply: bytes) -> None:
        self.reply = reply
        self.open = asyncio.Event()

    def __call__(self, seen: Seen) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
        async def answer(writer: asyncio.StreamWriter) -> None:
            await self.open.wait()
            writer.write(self.reply)
            await writer.drain()

        return answer


async def test_typing_a_path_asks_once(client: PanelClient, origin: Origin) -> None:
    origin.answers(LISTED)
    for _ in range(5):
        (entry,) = await client.files.list(UUID, "/plugins")
    assert (entry.name, len(origin.requests)) == ("a", 1)
    await client.files.list(UUID, "/config")
    assert len(origin.requests) == 2


async def test_an_answer_gets_old(client: PanelClient, origin: Origin) -> None:
    origin.answers(LISTED)
    await client.files.list(UUID)
    loop: Any = asyncio.get_running_loop()
    soonest = min(timer.when() for timer in loop._scheduled if not timer.cancelled())
    assert soonest <= loop.time() + KEPT_S


async def test_many_at_once_share_one_request(client: PanelClient, origin: Origin) -> None:
    held = HeldResponse(LISTED)
    origin.script = held
    asked = [asyncio.create_task(client.files.list(UUID)) for _ in range(10)]
    await origin.asked(1)
    asked[0].cancel()  # the one who began it goes away
    held.open.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert all(isinstance(answer, tuple) for answer in answers[1:])
    assert len(origin.requests) == 1


async def test_an_error_is_not_kept(client: PanelClient, origin: Origin) -> None:
    origin.answers(complaint(504, "DaemonConnectionException"), LISTED)
    with pytest.raises(errors.NodeDown):
        await client.files.list(UUID)
    assert len(await client.files.list(UUID)) == 1


@pytest.mark.parametrize("reply", [http(204), complaint(504, "DaemonConnectionException")])
async def test_a_change_makes_what_is_kept_stale_whatever_came_of_it(
    reply: bytes, client: PanelClient, origin: Origin
) -> None:
    origin.answers(LISTED, reply, LISTED)
    await client.files.list(UUID)
    with contextlib.suppress(errors.OutcomeUnknown):
        await client.files.delete(UUID, "/", ["a"])
    await client.files.list(UUID)
    assert [seen.method for seen in origin.requests] == ["GET", "POST", "GET"]


async def test_a_read_that_began_before_a_change_is_not_given_to_those_after_it(
    client: PanelClient, origin: Origin
) -> None:
    held = HeldResponse(LISTED)
    origin.script = lambda seen: (
        held(seen)
        if seen.method == "GET" and not held.open.is_set()
        else (http(204) if seen.method == "POST" else LISTED)
    )
    early = asyncio.create_task(client.files.list(UUID))
    await origin.asked(1)
    await client.servers.power(UUID, PowerSignal.STOP)
    held.open.set()
    await client.files.list(UUID)
    await early
    assert [seen.method for seen in origin.requests] == ["GET", "POST", "GET"]


async def test_fresh_asks_again(client: PanelClient, origin: Origin) -> None:
    origin.answers(LISTED)
    await client.files.list(UUID)
    await client.files.list(UUID, fresh=True)
    assert len(origin.requests) == 2


async def test_people_do_not_wait_for_a_background_read(client: PanelClient, origin: Origin) -> None:
    held = HeldResponse(LISTED)
    origin.script = lambda seen: LISTED if len(origin.requests) > 1 else held(seen)
    background = asyncio.create_task(client.on(Lane.BACKGROUND).files.list(UUID))
    await origin.asked(1)
    assert len(await client.files.list(UUID)) == 1
    held.open.set()
    await background


async def test_another_persons_answers_are_their_own(client: PanelClient, origin: Origin) -> None:
    origin.answers(LISTED)
    await client.files.list(UUID)
    await client.with_key(SecretStr("ptlc_other")).files.list(UUID)
    assert len(origin.requests) == 2


async def test_socket_tokens_are_kept_for_minutes(client: PanelClient, origin: Origin, clock: Clock) -> None:
    """Newer panels give five a minute to all people of a server together."""
    origin.answers(http(200, {"data": {"token": "t", "socket": "ws://127.0.0.1/ws"}}))
    await client.sockets.token(UUID)
    clock.now += 500
    await client.on(Lane.BACKGROUND).sockets.token(UUID)
    assert len(origin.requests) == 1
    clock.now += 11
    await client.sockets.token(UUID)
    await client.sockets.token(UUID, fresh=True)
    assert len(origin.requests) == 3


async def test_several_people_who_open_a_console_share_one_token(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(200, {"data": {"token": "t", "socket": "ws://127.0.0.1/ws"}}))
    await asyncio.gather(*(client.sockets.token(UUID) for _ in range(5)))
    assert len(origin.requests) == 1


async def test_a_read_under_way_when_the_client_closes_fails_with_the_reason(
    client: PanelClient, origin: Origin
) -> None:
    held = HeldResponse(LISTED)
    origin.script = held
    reading = asyncio.create_task(client.files.list(UUID))
    await origin.asked(1)
    await client.close()
    held.open.set()
    with pytest.raises(errors.ClientClosed):
        await reading
