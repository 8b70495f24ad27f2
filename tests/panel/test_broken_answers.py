"""Whatever comes back, it ends, and it ends in one named error."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig, errors
from bot.panel.models import PowerSignal
from tests.panel.broken_bodies import cut_body, cut_chunk, endless, huge, silence, trickle
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.origin import (
    Origin,
    Reply,
    complaint,
    cut,
    http,
)

MIB = 1024 * 1024
HTML = "<!DOCTYPE html><html><body>Log in</body></html>"


GARBAGE = b"\x16\x03\x01\x02\x00 this is no HTTP\r\n\r\n"
BAD_HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: many\r\nNo colon here\r\n\r\n{}"
LONG_HEADER = b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"
BAD_GZIP = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"

BROKEN, UNREADABLE = errors.BrokenAnswer, errors.UnreadableOutcome
FAULT, REFUSED, AWAY = errors.PanelFault, errors.FirewallRefused, errors.RedirectedAway
GONE, UNKNOWN, LATE = errors.PanelUnreachable, errors.OutcomeUnknown, errors.PanelTimedOut
Named = type[errors.PanelError]

# what comes back -> (what a read becomes, what a change becomes)
TABLE: dict[str, tuple[Reply, Named, Named]] = {
    "html with 200": (http(200, HTML, {"Content-Type": "text/html"}), BROKEN, UNREADABLE),
    "html that says json": (http(200, HTML), BROKEN, UNREADABLE),
    "redirect to a login page": (http(302, HTML, {"Location": "/auth/login"}), AWAY, AWAY),
    "redirect elsewhere": (http(301, b"", {"Location": "http://evil.example/"}), AWAY, AWAY),
    "empty": (http(200, b""), BROKEN, UNREADABLE),
    "truncated JSON": (http(200, '{"object":"list","data":[{"obj'), BROKEN, UNREADABLE),
    "JSON of something else": (http(200, {"hello": "world"}), BROKEN, UNREADABLE),
    "JSON null": (http(200, "null"), BROKEN, UNREADABLE),
    "wrong types": (http(200, {"object": "list", "data": {"a": 1}}), BROKEN, UNREADABLE),
    "deep nesting": (http(200, "[" * 50_000), BROKEN, UNREADABLE),
    "not UTF-8": (http(200, b'{"data": ["\xff\xfe"]}'), BROKEN, UNREADABLE),
    "errors of nothing": (http(404, {"errors": []}), BROKEN, REFUSED),
    "errors of strange things": (http(404, {"errors": "yes"}), BROKEN, REFUSED),
    "an error with 200": (complaint(200, "NotFoundHttpException"), BROKEN, UNREADABLE),
    "deep nesting with 500": (http(500, "[" * 50_000), FAULT, UNKNOWN),
    "1xx for ever": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + http(200, HTML), BROKEN, UNREADABLE),
    "garbage": (GARBAGE, BROKEN, UNREADABLE),
    "garbage headers": (BAD_HEADERS, BROKEN, UNREADABLE),
    "an endless header": (LONG_HEADER, BROKEN, UNREADABLE),
    "no gzip": (BAD_GZIP, GONE, UNKNOWN),
    "100 MB": (huge, errors.AnswerTooLarge, UNREADABLE),
    "endless body": (endless, errors.AnswerTooLarge, UNREADABLE),
    "slow trickle": (trickle, LATE, UNKNOWN),
    "silence": (silence, LATE, UNKNOWN),
    "cut connection": (cut, GONE, UNKNOWN),
    "cut body": (cut_body, GONE, UNKNOWN),
    "cut chunk": (cut_chunk, GONE, UNKNOWN),
}


@asynccontextmanager
async def patient_with(what: str, origin: Origin, clock: Clock) -> AsyncIterator[PanelClient]:
    """Hold 1 MiB, no more, and wait 0.3 s for what never comes."""
    timeout_s = 0.3 if LATE in TABLE[what] else 20.0
    config = PanelConfig(origin.url, SecretStr(KEY), timeout_s=timeout_s, max_body_bytes=MIB)
    async with PanelClient(config, clock, sleep=clock.sleep) as client:
        yield client


@pytest.mark.parametrize("what", TABLE)
async def test_a_read_ends_in_one_named_error(what: str, origin: Origin, clock: Clock) -> None:
    reply, expected, _ = TABLE[what]
    origin.answers(reply)
    async with patient_with(what, origin, clock) as client:
        with pytest.raises(errors.PanelError) as caught:
            await client.databases.list(UUID)
    assert type(caught.value) is expected


@pytest.mark.parametrize("what", TABLE)
async def test_a_change_ends_in_one_named_error_and_is_sent_once(
    what: str, origin: Origin, clock: Clock
) -> None:
    reply, _, expected = TABLE[what]
    origin.answers(reply)
    async with patient_with(what, origin, clock) as client:
        with pytest.raises(errors.PanelError) as caught:
            await client.databases.create(UUID, "stats")
    assert type(caught.value) is expected
    assert len(origin.requests) == 1
    if isinstance(caught.value, REFUSED | AWAY):
        assert caught.value.state == "Nothing was changed."
    elif not isinstance(caught.value, GONE):
        assert caught.value.state == "The change may have been made, or may still be made in a moment."


@pytest.mark.parametrize(
    "reply",
    [
        http(200, HTML, {"Content-Type": "text/html"}),
        http(200, {"object": "list", "data": []}),
        http(200, b""),
        http(202, b"[]"),
    ],
    ids=["html", "json", "empty 200", "202"],
)
async def test_a_204_is_the_only_success_of_a_power_change(
    reply: bytes, client: PanelClient, origin: Origin
) -> None:
    origin.answers(reply)
    with pytest.raises(errors.UnreadableOutcome):
        await client.servers.power(UUID, PowerSignal.START)


async def test_a_204_is_no_list(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(204))
    with pytest.raises(errors.BrokenAnswer):
        await client.databases.list(UUID)


Read = Callable[[PanelClient], Awaitable[bytes]]


@pytest.mark.parametrize(
    "reply",
    [
        http(200, HTML, {"Content-Type": "text/html"}),
        http(200, b"", {"Content-Type": "application/json"}),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nhalf a fi",
    ],
    ids=["a login page", "no text", "no announced end"],
)
async def test_what_is_no_file_is_not_taken_for_one(
    reply: bytes, client: PanelClient, origin: Origin
) -> None:
    async def once(writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()
        writer.close()

    origin.answers(once)
    with pytest.raises(errors.BrokenAnswer):
        await client.files.read(UUID, "/server.properties")


async def test_a_read_that_was_cut_is_never_an_empty_file(client: PanelClient, origin: Origin) -> None:
    async def headers_only(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n")
        await writer.drain()
        writer.close()

    origin.answers(headers_only)
    with pytest.raises(errors.PanelUnreachable):
        await client.files.read(UUID, "/server.properties")
    origin.answers(http(200, b"", {"Content-Type": "text/plain; charset=UTF-8"}))
    assert await client.files.read(UUID, "/empty.txt") == b""


@pytest.mark.parametrize(
    "ask", [lambda c: c.databases.list(UUID), lambda c: c.servers.power(UUID, PowerSignal.STOP)]
)
async def test_an_unreachable_panel_is_a_known_outcome(
    ask: Callable[[PanelClient], Awaitable[object]], clock: Clock
) -> None:
    """What was never sent has a known outcome, for a change too."""
    async with Origin() as gone:
        url = gone.url
    async with PanelClient(PanelConfig(url, SecretStr(KEY)), clock, sleep=clock.sleep) as client:
        with pytest.raises(errors.PanelNotReached):
            await ask(client)
    assert len(clock.slept) == 2


async def test_every_error_says_what_happened_the_state_and_what_to_do() -> None:
    leaves = [getattr(errors, name) for name in errors.__all__]
    for leaf in leaves:
        if isinstance(leaf, type) and issubclass(leaf, errors.PanelError):
            for sentence in (leaf.happened, leaf.state, leaf.next_step):
                assert sentence.endswith((".", "below.")), leaf
