"""Broken answers of every protocol, made from right ones: `python -m tests.games.fuzz [cases] [seed]`.

A query has to end with None or a plausible count, in short steps of the event loop, and memory may not grow.
"""

import asyncio
import gc
import random
import resource
import sys
import time
from asyncio.events import Handle
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial

from bot.domain.players import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_NAMES,
    MOST_PLAYERS,
    GameProtocol,
    PlayerCount,
)
from bot.games import PROTOCOLS, QueryTarget, player_query, query
from bot.games import sockets as game_sockets
from tests.games.standins import bedrock, java, recorded
from tests.games.standins.sockets import LOOPBACK, UdpStandIn, tcp_stand_in
from tests.games.standins.udp_games import UDP_GAMES, source
from tests.games.standins.web_games import satisfactory_state, teamspeak
from tests.support.output import print_line

CASES, SEED = 20_000, 1
_AT_ONCE = 40
_LIMIT_S = 0.5
"""For one query here: an answer that lacks a packet is waited for until the end."""
_LONGEST_STEP_MS = 50.0
_MOST_GROWTH_MIB = 64

Answers = Callable[[bytes], Iterable[bytes]]
Stream = Callable[[asyncio.StreamReader, asyncio.StreamWriter], AsyncIterator[bytes]]

_UDP: Mapping[GameProtocol, tuple[Answers, ...]] = {
    **{protocol: (answers,) for protocol, answers in UDP_GAMES.items()},
    GameProtocol.SOURCE: (source(), source(is_split=True)),
    GameProtocol.BEDROCK: (bedrock.answers,),
    GameProtocol.TEEWORLDS: (
        recorded.teeworlds,
        partial(recorded.ddnet, is_extended=True),
        partial(recorded.ddnet, is_extended=False),
    ),
    GameProtocol.MUMBLE: (recorded.mumble,),
    GameProtocol.OPENTTD: (lambda _: [recorded.OPENTTD_OLD],),
    GameProtocol.SATISFACTORY: (partial(satisfactory_state, state=1),),
}


def _page(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )


async def _after_request(
    answers: Mapping[bytes, bytes], reader: asyncio.StreamReader
) -> AsyncIterator[bytes]:
    line = await reader.readline()
    while (await reader.readline()).strip():
        pass
    yield next((answer for part, answer in answers.items() if part in line), b"")


_FIVEM = {
    b"dynamic": _page(b'{"hostname":"The Hall","mapname":"City","clients":2,"sv_maxclients":"48"}'),
    b"players": _page(b'[{"name":"Ann","id":1,"ping":40},{"name":"Bob","id":2,"ping":41}]'),
}
_PALWORLD = {
    b"info": _page(b'{"version":"v0.6","servername":"The Hall"}'),
    b"metrics": _page(b'{"currentplayernum":2,"maxplayernum":32}'),
    b"players": _page(b'{"players":[{"name":"Ann","ping":40.5,"level":7}]}'),
}


def _openttd(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
    return _after_bytes(reader, 3, recorded.OPENTTD_13)


async def _after_bytes(reader: asyncio.StreamReader, length: int, answer: bytes) -> AsyncIterator[bytes]:
    await reader.readexactly(length)
    yield answer


_TCP: Mapping[GameProtocol, Stream] = {
    GameProtocol.MINECRAFT: java.answering(java.packet(java.status())),
    GameProtocol.OPENTTD: _openttd,
    GameProtocol.TEAMSPEAK: teamspeak(),
    GameProtocol.FIVEM: lambda reader, _: _after_request(_FIVEM, reader),
    GameProtocol.PALWORLD: lambda reader, _: _after_request(_PALWORLD, reader),
}


@dataclass
class Report:
    """What came of it. `faults`: what may not be."""

    cases: Counter[GameProtocol] = field(default_factory=Counter)
    answers: Counter[GameProtocol] = field(default_factory=Counter)
    longest_step_ms: float = 0.0
    collected_ms: float = 0.0
    grown_mib: float = 0.0
    faults: list[str] = field(default_factory=list)


async def run(cases: int, seed: int = SEED) -> Report:
    """Query so many broken games."""
    report, protocols = Report(), list(PROTOCOLS)
    for protocol in protocols:  # the libraries are loaded before anything is measured
        await _query_one(protocol, random.Random(0), Report())
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: report.faults.append(f"left behind: {context['message']}")
    )
    at_once = asyncio.Semaphore(_AT_ONCE)
    before = _rss_mib()

    async def one(number: int) -> None:
        async with at_once:
            await _query_one(protocols[number % len(protocols)], random.Random(f"{seed} {number}"), report)

    with _steps_measured(report):
        for first in range(0, cases, 1000):
            await asyncio.gather(*(one(number) for number in range(first, min(cases, first + 1000))))
            began = time.thread_time()
            gc.collect()
            report.collected_ms += 1000 * (time.thread_time() - began)
    report.grown_mib = _rss_mib() - before
    return report


async def _query_one(protocol: GameProtocol, rng: random.Random, report: Report) -> None:
    async with _broken_game(protocol, rng) as port:
        try:
            count = await query(QueryTarget(LOOPBACK, port, protocol, "secret"))
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            report.faults.append(f"{protocol}: {error!r}")
            return
    report.cases[protocol] += 1
    if count is not None:
        report.answers[protocol] += 1
        report.faults += [f"{protocol}: {fault}" for fault in _implausible(count)]


@asynccontextmanager
async def _broken_game(protocol: GameProtocol, rng: random.Random) -> AsyncIterator[int]:
    stream = _TCP.get(protocol)
    if stream is None or (protocol in _UDP and rng.random() < 0.5):
        answers = rng.choice(_UDP[protocol])
        async with UdpStandIn(
            lambda question: [mutated(rng, answer) for answer in answers(question)]
        ) as game:
            yield game.port
        return

    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        async for answer in stream(reader, writer):
            yield mutated(rng, answer)

    async with tcp_stand_in(broken) as port:
        yield port


def mutated(rng: random.Random, answer: bytes) -> bytes:
    """Break an answer in one to four places; a third stay whole, so that later ones are reached."""
    data = bytearray(answer)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        rng.choice(_BREAKS)(rng, data)
    return bytes(data[:60_000])


def _cut(rng: random.Random, data: bytearray) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _flip(rng: random.Random, data: bytearray) -> None:
    if data:
        data[rng.randrange(len(data))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))


def _insert(rng: random.Random, data: bytearray) -> None:
    piece = rng.choice(
        (b"\0", b"\xff" * 8, b"\\", b'"', b"-1", b"2147483648", b"9" * 400, b"\xe2\x80\xae", b"[" * 2000)
    )
    at = rng.randrange(len(data) + 1)
    data[at:at] = piece * rng.choice((1, 1, 1, 40))


def _repeat(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(len(data) + 1)
    data += data[at : at + 400] * rng.choice((1, 3, 35))


def _raise_numbers(rng: random.Random, data: bytearray) -> None:
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        at = rng.choice(digits)
        data[at : at + 1] = rng.choice((b"-1", b"4294967296", b"1e9", b"null", b'"x"', b"NaN"))


_BREAKS = (_cut, _flip, _flip, _insert, _repeat, _raise_numbers)


def _implausible(count: PlayerCount) -> Iterable[str]:
    if not 0 <= count.online <= MOST_PLAYERS or (count.maximum is not None and count.maximum <= 0):
        yield f"{count.online} of {count.maximum}"
    if len(count.players or ()) > MOST_NAMES:
        yield f"{len(count.players or ())} names"
    texts = [(count.name, LONGEST_TEXT), (count.map, LONGEST_TEXT), (count.version, LONGEST_TEXT)]
    texts += [(player.name, LONGEST_NAME) for player in count.players or ()]
    for text, longest in texts:
        if text is not None and (not text or len(text) > longest or not text.isprintable()):
            yield f"text {text!r}"


@contextmanager
def _steps_measured(report: Report) -> Iterator[None]:
    """Note the longest step of the event loop: CPU time, on whatever machine, without collecting garbage."""
    gc.disable()
    run_step = Handle._run

    def measured(handle: Handle) -> None:
        began, collected_ms = time.thread_time(), report.collected_ms
        run_step(handle)
        step_ms = 1000 * (time.thread_time() - began) - (report.collected_ms - collected_ms)
        report.longest_step_ms = max(report.longest_step_ms, step_ms)

    Handle._run = measured  # type: ignore[method-assign, assignment] # asyncio has no hook for it
    try:
        yield
    finally:
        Handle._run = run_step  # type: ignore[method-assign] # asyncio's own
        gc.enable()


def _rss_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Print a table; 1 when something may not be."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    player_query.LIMIT_S, game_sockets.RESEND_AFTER_S = _LIMIT_S, 60.0
    report = asyncio.run(run(cases, seed))
    print_line("| protocol | broken answers | still a plausible count |\n|---|---|---|")
    for protocol, number in sorted(report.cases.items()):
        print_line(f"| {protocol} | {number} | {report.answers[protocol]} |")
    print_line(f"\n{report.cases.total()} cases, seed {seed}")
    print_line(f"longest step: {report.longest_step_ms:.1f} ms of CPU (at most {_LONGEST_STEP_MS:.0f})")
    print_line(f"memory grew by {report.grown_mib:.1f} MiB (at most {_MOST_GROWTH_MIB})")
    for fault in report.faults:
        print_line(f"FAULT {fault}")
    is_bad = report.longest_step_ms > _LONGEST_STEP_MS or report.grown_mib > _MOST_GROWTH_MIB
    return int(bool(report.faults) or is_bad)


if __name__ == "__main__":
    sys.exit(main())
