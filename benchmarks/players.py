"""1,000 servers asked for their players, as in a minute: CPU, memory, the longest step of the event loop.

The games are a process of their own on loopback. A bare exchange of datagrams on the same sockets is what the
cost is compared with.
"""

import asyncio
import gc
import multiprocessing
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

from benchmarks.figures import Figure, show
from benchmarks.watchdog import watched
from bot.domain.players import GameProtocol
from bot.games import QueryTarget, query
from bot.games.sockets import UdpConnection
from tests.games.standins import bedrock, java
from tests.games.standins.sockets import LOOPBACK, UdpStandIn, tcp_stand_in
from tests.games.standins.udp_games import UDP_GAMES, source, source_info, source_players

SERVERS = 1000
AT_ONCE = 20
MIX = {
    GameProtocol.MINECRAFT: 0.45,
    GameProtocol.SOURCE: 0.35,
    GameProtocol.BEDROCK: 0.08,
    GameProtocol.MINECRAFT_QUERY: 0.07,
    GameProtocol.QUAKE3: 0.05,
}
MOST_SHARE_OF_A_CORE = 0.05
MOST_BARE_EXCHANGES = 12.0
LONGEST_STEP_MS = 50.0
MOST_SECOND_GROWTH = 0.5


def games(pipe: Connection) -> None:
    """Serve one game of each protocol, and send the ports through the pipe."""

    async def serve() -> None:
        players = source_players(*((f"Player {number}", number, 60.0 * number) for number in range(24)))
        udp = {
            GameProtocol.SOURCE: source(source_info(players=24), players),
            GameProtocol.BEDROCK: bedrock.answers,
            GameProtocol.MINECRAFT_QUERY: UDP_GAMES[GameProtocol.MINECRAFT_QUERY],
            GameProtocol.QUAKE3: UDP_GAMES[GameProtocol.QUAKE3],
        }
        ports = {}
        for protocol, answers in udp.items():
            ports[protocol] = (await UdpStandIn(answers).__aenter__()).port
        async with tcp_stand_in(java.answering(java.packet(java.status()))) as port:
            ports[GameProtocol.MINECRAFT] = port
            pipe.send(ports)
            await asyncio.to_thread(pipe.recv)

    asyncio.run(serve())


async def each(ask: Callable[[int], Awaitable[object]]) -> float:
    """Ask all servers, a few at once; return the CPU seconds."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def ask_in_turn(number: int) -> None:
        async with at_once:
            if await ask(number) is None:
                raise RuntimeError("a game gave no answer")

    began = time.process_time()
    await asyncio.gather(*(ask_in_turn(number) for number in range(SERVERS)))
    return time.process_time() - began


async def measure(ports: dict[GameProtocol, int]) -> list[Figure]:
    """Ask 1,000 servers twice, and exchange as many bare datagrams."""
    mix = [protocol for protocol, share in MIX.items() for _ in range(round(share * SERVERS))]

    async def bare(_: int) -> bytes:
        async with await UdpConnection.open(LOOPBACK, ports[GameProtocol.QUAKE3]) as connection:
            connection.send(b"\xff\xff\xff\xffgetstatus\0")
            return await connection.receive()

    async def asked(number: int) -> object:
        protocol = mix[number]
        return await query(QueryTarget(LOOPBACK, ports[protocol], protocol))

    bare_s, before = await each(bare), rss_mib()
    for protocol in MIX:
        await query(QueryTarget(LOOPBACK, ports[protocol], protocol))
    libraries = rss_mib()
    gc.freeze()
    with watched() as steps:
        first_s, first = await each(asked), rss_mib()
        second_s, second = await each(asked), rss_mib()
    cpu_s, exchanges = min(first_s, second_s), min(first_s, second_s) / bare_s
    growth = (second - first) / max(first - libraries, 1.0)
    return [
        Figure("CPU of 1,000 queries", f"{cpu_s:.2f} s"),
        Figure(
            "share of a core, once a minute",
            f"{cpu_s / 60:.1%}",
            f"≤ {MOST_SHARE_OF_A_CORE:.0%}",
            cpu_s / 60 <= MOST_SHARE_OF_A_CORE,
        ),
        Figure(
            "beside as many bare exchanges of datagrams",
            f"{exchanges:.1f}x",
            f"≤ {MOST_BARE_EXCHANGES:.0f}x",
            exchanges <= MOST_BARE_EXCHANGES,
        ),
        Figure(
            "longest step of the event loop, CPU",
            f"{steps.cpu_ms:.1f} ms",
            f"≤ {LONGEST_STEP_MS:.0f} ms",
            steps.cpu_ms <= LONGEST_STEP_MS,
        ),
        Figure("memory of the libraries", f"{libraries - before:.1f} MiB"),
        Figure("memory of the first 1,000 queries", f"{first - libraries:.1f} MiB"),
        Figure(
            "growth by the second 1,000, beside the first",
            f"{growth:.2f}",
            f"≤ {MOST_SECOND_GROWTH:.2f}",
            growth <= MOST_SECOND_GROWTH,
        ),
    ]


def rss_mib() -> float:
    """Return the most memory that the process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Run the games in a process of their own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=games, args=(theirs,), daemon=True)
    process.start()
    try:
        figures = asyncio.run(measure(ours.recv()))
    finally:
        ours.send("end")
        process.join(10)
    return show("1,000 servers asked for their players", figures)


if __name__ == "__main__":
    sys.exit(main())
